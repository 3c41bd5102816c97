import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startReceiver } from '../testing/receiver.ts';

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, '..', '..');
const MODULES = join(PACKAGE, '..', '..', 'node_modules');

let folder: string;
let program: string;

/** The packed form, in a `node_modules` of its own, where Node runs no TypeScript. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billhook-packed-'));
  const modules = join(folder, 'node_modules');
  const home = join(modules, 'billhook-sandbox');
  await mkdir(join(home, 'dist'), { recursive: true });
  await run(process.execPath, [
    join(MODULES, '@typescript', 'native', 'bin', 'tsc'),
    '-p',
    join(PACKAGE, 'tsconfig.package.json'),
    '--outDir',
    join(home, 'dist', 'program'),
  ]);
  for (const part of ['bin', 'package.json'])
    await cp(join(PACKAGE, part), join(home, part), { recursive: true });
  for (const name of await readdir(MODULES)) {
    if (!name.startsWith('.')) await symlink(join(MODULES, name), join(modules, name)).catch(() => undefined);
  }
  program = join(home, 'bin', 'billhook-sandbox.js');
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the packed program runs: it starts, is told what to do by its commands, and sends signed webhooks', async () => {
  const state = join(folder, 'state');
  const base = ['--folder', state, '--key', 'sk_test_packed'];
  const told = async (...words: string[]) =>
    (await run(process.execPath, [program, ...words, ...base])).stdout;
  const started = spawn(process.execPath, [program, '--port', '0', '--smtp-port', '0', '--folder', state]);
  const receiver = await startReceiver();
  try {
    await new Promise<void>((resolve) => {
      started.stdout.on('data', (text: Buffer) => `${text}`.includes('Control API') && resolve());
    });
    const listening = spawn(process.execPath, [program, 'listen', '--forward-to', receiver.url, ...base]);
    await once(listening.stdout, 'data');
    expect(await told('trigger')).toContain('charge.dispute.created');
    expect(await told('trigger', 'payment_intent.succeeded', '--amount', '4200')).toMatch(
      /payment_intent.succeeded {2}evt_/,
    );
    expect(await told('trigger')).toContain('VAULT.PAYMENT-TOKEN.DELETED');
    const client = ['--client-id', 'client-of-the-program', '--client-secret', 'secret-of-the-program'];
    expect(await told('trigger', 'PAYMENT.CAPTURE.DENIED', ...client)).toMatch(
      /PAYMENT.CAPTURE.DENIED {2}WH-/,
    );
    await expect(told('trigger', 'PAYMENT.CAPTURE.DENIED', '--client-id', 'unknown')).rejects.toThrow(
      '--client-secret',
    );
    expect(await told('faults', 'timeouts-after=2', 'duplicate-webhooks')).toContain('timeouts-after=2');
    expect(await told('faults', 'clear')).toContain('duplicate-webhooks=false');
    expect(await told('clock', '2027-01-01T00:00:00Z')).toContain('2027-01-01T00:00:00.000Z  frozen');
    expect(await told('clock', '+31d')).toContain('2027-02-01');
    expect(await told('log')).toContain('payment_intent.succeeded');
    await expect.poll(() => receiver.types()).toContain('payment_intent.succeeded');
    listening.kill('SIGTERM');
    expect(await once(listening, 'exit')).toEqual([0, null]);
    await expect(told('faults', 'nonsense=1')).rejects.toThrow('There is no fault nonsense');
  } finally {
    started.kill('SIGTERM');
    await receiver.stop();
  }
  expect(await once(started, 'exit')).toEqual([0, null]);
}, 60_000);
