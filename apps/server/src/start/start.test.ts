import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAdmin } from '../testing/cluster.ts';
import { cloneTemplate } from '../testing/database.ts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;

// Compiled code is shared by the starts of this test, as it is by those of one installation.
const CACHE = mkdtempSync(path.join(os.tmpdir(), 'billhook-compiled-'));

type Ended = { code: number | null; output: string; errors: string };

function startMain(environment: Record<string, string>, folder: string) {
  const child = spawn(process.execPath, [MAIN, '--no-demo'], {
    env: {
      PATH: process.env.PATH ?? '',
      BILLHOOK_DATA: folder,
      PORT: '0',
      LOG_LEVEL: 'silent',
      NODE_COMPILE_CACHE: CACHE,
      ...environment,
    },
    cwd: folder,
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, output, errors })),
  );
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const address = /ready at (http:\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then(({ errors: text }) => reject(new Error(`it ended: ${text}`)));
  });
  // Most tests here wait for the end alone.
  ready.catch(() => undefined);
  return { child, ended, ready };
}

const temporary = () => mkdtempSync(path.join(os.tmpdir(), 'billhook-start-'));

describe('a start', () => {
  let database: { name: string; url: string };
  beforeAll(async () => {
    database = await cloneTemplate();
  });

  it('shows addresses and the owner, keeps what must be kept private, and stops cleanly', async () => {
    const folder = temporary();
    const { child, ended, ready } = startMain({ DATABASE_URL: database.url }, folder);
    const address = await ready;
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    const quickstart = JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
      baseUrl: string;
      apiKey: string;
    };
    expect(quickstart.baseUrl).toBe(address);
    const tenant = await fetch(`${address}/v1/tenant`, {
      headers: { authorization: `Bearer ${quickstart.apiKey}` },
    });
    expect(tenant.status).toBe(200);
    for (const name of ['owner.txt', 'quickstart.json'])
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    const password = readFileSync(path.join(folder, 'owner.txt'), 'utf8').split('\n')[1] ?? '';
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    const { code, output } = await ended;
    expect(code).toBe(0);
    expect(output).toContain(password);
  });

  it('shows the password at the first start alone', async () => {
    const { child, ended, ready } = startMain({ DATABASE_URL: database.url }, temporary());
    await ready;
    child.kill('SIGINT');
    const { code, output } = await ended;
    expect([code, output.includes('Password')]).toEqual([0, false]);
  });

  describe('that cannot succeed says why in one sentence:', () => {
    const listener = createServer();
    let port = 0;
    beforeAll(async () => {
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      const address = listener.address();
      port = typeof address === 'object' && address !== null ? address.port : 0;
    });
    afterAll(() => void listener.close());

    const expectSentence = async (environment: Record<string, string>, folder: string, sentence: RegExp) => {
      const { code, errors } = await startMain(environment, folder).ended;
      expect(errors).toMatch(sentence);
      expect(errors.trim().split('\n').length).toBe(1);
      expect(errors).not.toMatch(/ at .*\.ts:/);
      expect(code).toBe(1);
    };

    it('a port in use', () =>
      expectSentence(
        { DATABASE_URL: database.url, PORT: String(port) },
        temporary(),
        /Port \d+ is in use\. .* set PORT/,
      ));

    it('a data folder that cannot be written', async () => {
      const file = path.join(temporary(), 'file');
      writeFileSync(file, '');
      await expectSentence(
        { BILLHOOK_DATA: path.join(file, 'data') },
        temporary(),
        /data folder .* cannot be written .* BILLHOOK_DATA/,
      );
    });

    it('a database that cannot be reached', () =>
      expectSentence(
        { DATABASE_URL: `postgres://nobody@127.0.0.1:1/none` },
        temporary(),
        /Cannot reach the database .* DATABASE_URL/,
      ));

    it('settings that are wrong', () =>
      expectSentence({ PORT: 'x', ROLE: 'y' }, temporary(), /2 faults: PORT .*; ROLE /));

    it('a migration that was changed after it was applied', async () => {
      const { url } = await cloneTemplate();
      await asAdmin(url, `update migrations set checksum = 'x' where name = '0001_platform.sql'`);
      await expectSentence(
        { DATABASE_URL: url },
        temporary(),
        /0001_platform\.sql was changed after it was applied/,
      );
    });

    it('a migration that fails, and leaves the database as it was', async () => {
      const { url } = await cloneTemplate();
      await asAdmin(url, `delete from migrations where name = '0004_catalog.sql'`);
      await expectSentence(
        { DATABASE_URL: url },
        temporary(),
        /0004_catalog\.sql failed and was rolled back/,
      );
    });

    it('a runtime role that could pass by row-level security', async () => {
      const { url } = await cloneTemplate();
      await asAdmin(url, 'create table public.stray (id integer)');
      await asAdmin(url, 'alter table public.stray owner to billhook_rt');
      await expectSentence({ DATABASE_URL: url }, temporary(), /billhook_rt owns stray/);
    });

    it('a user who may not act as the runtime roles', async () => {
      const { url } = await cloneTemplate();
      const name = `stranger_${path
        .basename(temporary())
        .replaceAll(/[^a-z]/gi, '')
        .toLowerCase()}`;
      await asAdmin(url, `create role ${name} login password 'x'`);
      const stranger = new URL(url);
      stranger.username = name;
      stranger.password = 'x';
      try {
        await expectSentence(
          { DATABASE_URL: stranger.href },
          temporary(),
          /database user may not|may not act as|permission denied/i,
        );
      } finally {
        const admin = new pg.Client({ connectionString: url });
        await admin.connect();
        await admin.query(`drop role if exists ${name}`);
        await admin.end();
      }
    });
  });

  it('leaves nothing half made when it fails', async () => {
    const folder = temporary();
    await startMain({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, folder).ended;
    expect(existsSync(path.join(folder, 'owner.txt'))).toBe(false);
  });
});
