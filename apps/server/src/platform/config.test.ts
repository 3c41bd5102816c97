import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_NAMES, readConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { StartError } from './start-error.ts';

const EXAMPLE = new URL('../../../../.env.example', import.meta.url);
const temporary = () => mkdtempSync(path.join(os.tmpdir(), 'billhook-config-'));

describe('the configuration', () => {
  it('needs nothing', () => {
    const config = readConfig({}, []);
    expect(config).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      role: 'all',
      demo: true,
      databaseUrl: undefined,
    });
    expect(config.appUrl).toBe('http://localhost:4000');
  });

  it('is described in .env.example, name by name, with its defaults', () => {
    const lines = readFileSync(EXAMPLE, 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line));
    const names = lines.map((line) => line.split('=')[0]);
    expect([...names].sort()).toEqual([...ENVIRONMENT_NAMES].sort());
    const environment = Object.fromEntries(
      lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    expect(readConfig(environment, [])).toEqual(readConfig({}, []));
  });

  it('lists all faults at once', () => {
    const environment = {
      PORT: '70000',
      ROLE: 'boss',
      DATABASE_URL: 'mysql://x',
      S3_BUCKET: 'b',
      STRIPE_SECRET_KEY: 'nonsense',
      LOG_LEVEL: 'loud',
    };
    let sentence = '';
    try {
      readConfig(environment, ['--nonsense']);
    } catch (error) {
      expect(error).toBeInstanceOf(StartError);
      sentence = (error as Error).message;
    }
    for (const part of ['PORT', 'ROLE', 'DATABASE_URL', 'S3', 'STRIPE_SECRET_KEY', 'LOG_LEVEL', '--nonsense'])
      expect(sentence).toContain(part);
    expect(sentence).toContain('7 faults');
  });

  it.each([['--port', '4003'], ['--port=4003']])('says to set PORT for %s %s', (...flags) => {
    expect(() => readConfig({}, flags)).toThrow(
      'a fault: --port is not a flag; set PORT instead: PORT=4003 npm start.',
    );
  });

  it('refuses keys of Stripe without the secret of its webhooks, and the other way round', () => {
    const read = (environment: Record<string, string>) => () => readConfig(environment, []);
    expect(read({ STRIPE_SECRET_KEY: 'sk_live_x' })).toThrow('STRIPE_WEBHOOK_SECRET is missing');
    expect(read({ STRIPE_WEBHOOK_SECRET: 'whsec_x' })).toThrow('STRIPE_SECRET_KEY is missing');
    const both = { STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' };
    expect(readConfig(both, []).stripe).toEqual({ secretKey: 'sk_live_x', webhookSecret: 'whsec_x' });
  });

  it('never repeats a value, which may hold a password', () => {
    expect(() => readConfig({ DATABASE_URL: 'nonsense://me:hunter2@db' }, [])).toThrow(/^(?!.*hunter2)/);
  });

  it('reads a value from a file, as containers hand over secrets', () => {
    const file = path.join(temporary(), 'token');
    writeFileSync(file, 'from-a-file\n');
    expect(readConfig({ METRICS_TOKEN_FILE: file }, []).metricsToken).toBe('from-a-file');
    expect(() => readConfig({ METRICS_TOKEN_FILE: file, METRICS_TOKEN: 'x' }, [])).toThrow('both set');
    expect(() => readConfig({ METRICS_TOKEN_FILE: `${file}-missing` }, [])).toThrow('cannot be read');
  });
});

describe('the secrets of an installation', () => {
  it('are made once, differ from each other, and only their owner can read them', () => {
    const folder = path.join(temporary(), 'data');
    const first = openDataFolder(folder);
    expect(openDataFolder(folder)).toEqual(first);
    expect(
      new Set([first.masterKey.toString('hex'), first.authSecret, first.sandboxToken, first.databasePassword])
        .size,
    ).toBe(4);
    for (const name of ['master-key', 'auth-secret', 'sandbox-token', 'database-password']) {
      expect(statSync(path.join(folder, 'secrets', name)).mode & 0o777).toBe(0o600);
    }
  });

  it('are not replaced when they are damaged: what was sealed with them would be lost', () => {
    const folder = path.join(temporary(), 'data');
    openDataFolder(folder);
    writeFileSync(path.join(folder, 'secrets', 'master-key'), 'nonsense');
    expect(() => openDataFolder(folder)).toThrow('master-key is damaged');
  });

  it('cannot be kept where nothing can be written', () => {
    const file = path.join(temporary(), 'file');
    writeFileSync(file, '');
    expect(() => openDataFolder(path.join(file, 'data'))).toThrow(/cannot be written .* set BILLHOOK_DATA/);
  });
});
