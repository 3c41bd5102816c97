import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startReceiver } from '../testing/receiver.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const MODULES = join(ROOT, 'node_modules');

type Description = { bin: Record<string, string>; dependencies: Record<string, string> };

async function describe(home: string): Promise<Description> {
  const { bin = {}, dependencies = {} } = JSON.parse(
    await readFile(join(home, 'package.json'), 'utf8'),
  ) as Partial<Description>;
  return { bin, dependencies };
}

/** Copies a module of the project's with all that it depends on; a link would lead back to every other module. */
async function install(name: string): Promise<void> {
  const to = join(folder, 'node_modules', name);
  if (existsSync(to)) return;
  await cp(join(MODULES, name), to, { recursive: true });
  await installDependenciesOf(to);
}

async function installDependenciesOf(home: string): Promise<void> {
  for (const name of Object.keys((await describe(home)).dependencies)) {
    const inner = join(home, 'node_modules', name);
    await (existsSync(inner) ? installDependenciesOf(inner) : install(name));
  }
}

let folder: string;
let program: string;

/** The tarball, installed in an empty folder as npm would: with what it names as its dependencies, and nothing else. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billhook-packed-'));
  const home = join(folder, 'node_modules', 'billhook-sandbox');
  await mkdir(home, { recursive: true });
  const packed = await run(process.execPath, [join(ROOT, 'scripts', 'pack-sandbox.ts'), folder]);
  await run('tar', ['-xzf', packed.stdout.trim(), '-C', home, '--strip-components=1']);
  const { bin, dependencies } = await describe(home);
  for (const name of Object.keys(dependencies)) await install(name);
  program = join(home, bin['billhook-sandbox'] ?? '');
  await mkdir(join(folder, 'node_modules', '.bin'));
  await symlink(program, join(folder, 'node_modules', '.bin', 'billhook-sandbox'));
  await chmod(program, 0o755);
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('installed in an empty folder `npx billhook-sandbox` is the program, and its parts can be imported', async () => {
  const help = await run('npx', ['--offline', 'billhook-sandbox', '--help'], { cwd: folder });
  expect(help.stdout).toContain('Usage: billhook-sandbox');
  const names =
    "import('billhook-sandbox/start').then(({ startSandbox }) => console.log(typeof startSandbox))";
  expect((await run(process.execPath, ['--eval', names], { cwd: folder })).stdout).toBe('function\n');
  const client = "import('billhook-sandbox/control-client').then((part) => console.log(Object.keys(part)))";
  expect((await run(process.execPath, ['--eval', client], { cwd: folder })).stdout).toContain(
    'controlClient',
  );
  // What the project has beside must not be there to help.
  await expect(run(process.execPath, ['--eval', "import('stripe')"], { cwd: folder })).rejects.toThrow(
    'ERR_MODULE_NOT_FOUND',
  );
}, 180_000);

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
}, 180_000);
