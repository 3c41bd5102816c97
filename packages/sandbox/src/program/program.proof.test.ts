import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../testing/receiver.ts';

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

/** The program, once it tells where it listens. */
async function startProgram(state: string): Promise<ReturnType<typeof spawn>> {
  const started = spawn(process.execPath, [program, '--port', '0', '--smtp-port', '0', '--folder', state]);
  await new Promise<void>((resolve) => {
    started.stdout.on('data', (text: Buffer) => `${text}`.includes('Control API') && resolve());
  });
  return started;
}

/** Runs a command of the program; what it prints. */
const telling =
  (...base: string[]) =>
  async (...words: string[]) =>
    (await run(process.execPath, [program, ...words, ...base])).stdout;

it('the packed program runs: it starts, is told what to do by its commands, and sends signed webhooks', async () => {
  const state = join(folder, 'state');
  const base = ['--folder', state, '--key', 'sk_test_packed'];
  const told = telling(...base);
  const started = await startProgram(state);
  const receiver = await startReceiver();
  try {
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

it('the packed program does for PayPal what it does for Stripe: faults, clock, log, forwarding, each by itself', async () => {
  const state = join(folder, 'state-of-paypal');
  const client = ['--client-id', 'client-of-the-program', '--client-secret', 'secret-of-the-program'];
  const told = telling('--folder', state, ...client);
  const ofStripe = telling('--folder', state, '--key', 'sk_test_beside');
  const started = await startProgram(state);
  const receiver = await startReceiver();
  try {
    const listening = spawn(process.execPath, [
      ...[program, 'listen', '--forward-to', receiver.url, '--folder', state, ...client],
      ...['--webhook-id', '5ML55517T4853714A'],
    ]);
    const [first] = (await once(listening.stdout, 'data')) as [Buffer];
    expect(`${first}`).toContain('webhook 5ML55517T4853714A');
    await told('trigger', 'PAYMENT.CAPTURE.COMPLETED', '--amount', '4200');
    await expect.poll(() => eventTypes(receiver)).toContain('PAYMENT.CAPTURE.COMPLETED');
    const [genuine] = receiver.received;
    expect(genuine?.headers['paypal-transmission-sig']).toBeTruthy();
    expect(await told('log')).toMatch(/PAYMENT\.CAPTURE\.COMPLETED {2}WH-/);

    expect(await told('faults', 'lose-webhooks=9', 'timeouts-after=2')).toContain('lose-webhooks=9');
    expect(await ofStripe('faults')).toContain('lose-webhooks=0');
    const before = receiver.received.length;
    await told('trigger', 'PAYMENT.CAPTURE.DENIED');
    expect(await told('log')).toContain('PAYMENT.CAPTURE.DENIED');
    expect(await told('faults', 'clear')).toContain('lose-webhooks=0');
    await told('trigger', 'VAULT.PAYMENT-TOKEN.CREATED');
    await expect.poll(() => eventTypes(receiver)).toContain('VAULT.PAYMENT-TOKEN.CREATED');
    expect(eventTypes(receiver).slice(before)).not.toContain('PAYMENT.CAPTURE.DENIED');

    expect(await told('clock', '2027-01-01T00:00:00Z')).toContain('2027-01-01T00:00:00.000Z  frozen');
    expect(await told('clock', '+31d')).toContain('2027-02-01');
    expect(await ofStripe('clock')).toContain('follows real time');
    expect(await told('clock', 'real')).toContain('follows real time');
    expect(await told('accounts')).toContain('PayPal client-of-the-program');
    expect(await run(process.execPath, [program, 'log', '--folder', state, '--paypal'])).toMatchObject({
      stdout: expect.stringContaining('VAULT.PAYMENT-TOKEN.CREATED') as string,
    });
    listening.kill('SIGTERM');
    expect(await once(listening, 'exit')).toEqual([0, null]);
    await expect(telling('--folder', state, '--client-id', 'nobody-knows-it')('clock')).rejects.toThrow(
      '--client-secret',
    );
  } finally {
    started.kill('SIGTERM');
    await receiver.stop();
  }
  expect(await once(started, 'exit')).toEqual([0, null]);
}, 180_000);

it('the packed program shows texts, tells their states late, and has numbers answer', async () => {
  const state = join(folder, 'state-of-texts');
  const told = telling('--folder', state);
  const started = await startProgram(state);
  const receiver = await startReceiver();
  try {
    const address = (await readFile(join(state, 'control-address'), 'utf8')).trim();
    const sid = `AC${'0'.repeat(32)}`;
    const sent = await fetch(`${address}/2010-04-01/Accounts/${sid}/Messages.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${sid}:token-of-the-seller`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        To: '+4915112345678',
        From: '+15005550006',
        Body: 'Your invoice',
        StatusCallback: receiver.url,
      }),
    });
    expect(sent.status).toBe(201);
    expect(await told('texts')).toMatch(/\+4915112345678 {2}delivered {2}Your invoice/);
    expect(await told('texts', '+4915199999999')).toBe('');
    expect(await told('texts', 'tell', '+4915112345678', 'undelivered', '30005')).toBe('told: 200\n');
    expect(receiver.received.at(-1)?.body).toMatch(/MessageStatus=undelivered.*ErrorCode=30005/);
    expect(await told('texts', 'answer', '+4915112345678', 'STOP', '--forward-to', receiver.url)).toBe(
      'answered: 200\n',
    );
    const last = receiver.received.at(-1);
    expect(last?.body).toContain('STOP');
    expect(last?.headers['x-twilio-signature']).toBeTruthy();
    await expect(told('texts', 'answer', '+4915112345678')).rejects.toThrow('--forward-to');
  } finally {
    started.kill('SIGTERM');
    await receiver.stop();
  }
  expect(await once(started, 'exit')).toEqual([0, null]);
}, 180_000);

const eventTypes = ({ received }: Receiver): string[] =>
  received.map(({ body }) => (JSON.parse(body) as { event_type: string }).event_type);
