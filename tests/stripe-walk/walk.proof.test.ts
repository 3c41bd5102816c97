import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCaller } from '../../apps/server/src/testing/caller.ts';
import { readByStripe } from '../../apps/server/src/testing/stripe-signature.ts';
import { startSandbox } from '../../packages/sandbox/src/start.ts';
import { LIMIT_MS, type Program, startProgram } from '../crash/program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCOPES = ['customers', 'catalog', 'subscriptions', 'payments', 'settings', 'ledger', 'invoices'];
const page = readFileSync(path.join(ROOT, 'docs/stripe.md'), 'utf8');
/** The commands of the page, in its order; the first one needs the server started again behind it. */
const [setUp = '', ...rest] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
/** What later commands use of the first ones. */
const functions = setUp.split('\n').filter((line) => /^[a-z]+\(\) \{/.test(line));

let program: Program;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let environment: Record<string, string>;
let folder: string;

const run = promisify(execFile);
/** Runs commands in one shell, as somebody who reads the page would, and stops at the first that fails. */
async function shell(lines: readonly string[]): Promise<string> {
  const billhook = `billhook() { '${process.execPath}' '${ROOT}packages/cli/src/main.ts' "$@"; }`;
  const script = ['set -eu -o pipefail', billhook, ...lines].join('\n');
  const { stdout } = await run('bash', ['-c', script], { cwd: folder, env: environment, timeout: LIMIT_MS });
  return stdout;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-walk-'));
  sandbox = await startSandbox({
    folder: path.join(folder, 'stand-in'),
    controlToken: randomBytes(16).toString('hex'),
    wallNow: () => performance.timeOrigin + performance.now(),
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
  });
  program = await startProgram();
  environment = {
    PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    STRIPE_API: sandbox.stripeUrl,
    STRIPE_SECRET_KEY: 'sk_test_practice',
    BILLHOOK_URL: program.address,
    BILLHOOK_API_KEY: await keyOfLiveEnvironment(),
  };
}, LIMIT_MS);
afterAll(async () => {
  await program.stop();
  await sandbox.stop();
}, LIMIT_MS);

/** What the page leaves to the admin app. */
async function keyOfLiveEnvironment(): Promise<string> {
  const [email, password] = readFileSync(path.join(program.folder, 'owner.txt'), 'utf8').trim().split('\n');
  const origin = program.address.replace('127.0.0.1', 'localhost');
  const signed = await createCaller(program.address, { origin })('POST', '/auth/sign-in/email', {
    body: { email, password },
  });
  expect(signed.status, signed.text).toBe(200);
  const as = (headers: Record<string, string>) =>
    createCaller(program.address, { origin, cookie: signed.cookies, ...headers });
  const made = await as({})('POST', '/v1/tenants', {
    body: { slug: 'real', name: 'Real', kind: 'live', currency: 'EUR', time_zone: 'Europe/Berlin' },
  });
  expect(made.status, made.text).toBe(201);
  const key = await as({ 'billhook-tenant': String(made.body.id) })('POST', '/v1/api_keys', {
    body: {
      name: 'Walk-through',
      scopes: SCOPES.flatMap((scope) =>
        scope === 'ledger' ? ['ledger:read'] : [`${scope}:read`, `${scope}:write`],
      ).concat('clock:read', 'analytics:read'),
    },
  });
  expect(key.status, key.text).toBe(201);
  return String(key.body.secret);
}

test(
  'the commands of docs/stripe.md lead from a key to a payment that both books know, and the doctor finds what is left',
  async () => {
    writeFileSync(path.join(folder, '.env'), '');
    await shell([setUp]);
    const settings = Object.fromEntries(
      readFileSync(path.join(folder, '.env'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect(settings).toEqual({
      STRIPE_SECRET_KEY: 'sk_test_practice',
      STRIPE_WEBHOOK_SECRET: expect.stringMatching(/^whsec_\w{20,}$/),
      STRIPE_API_URL: sandbox.stripeUrl,
    });
    await program.stop();
    // Mail of a live environment leaves by a server of the seller's own.
    await program.start({ ...settings, SMTP_URL: sandbox.smtpUrl });
    const out = await shell([...functions, ...rest]);
    expect(out).toMatch(/^paid: 1, messages read: [1-9]$/m);
    expect(out).toContain('Nothing is open.');
    const failing = out.split('\n').filter((line) => line.startsWith('FAIL'));
    // The doctor is asked twice, the first time to subscribe what is missing.
    const left = 'FAIL  Stripe, Mode of the key: A test key is set up where real money is taken.';
    expect(failing).toEqual([left, left]);
    expect(out).toContain('ok    events of the webhook endpoint: nothing was missing');
    expect(out).toContain('ok    Mail, Sign-in at the mail server');
    await signaturesAreGenuine(settings.STRIPE_WEBHOOK_SECRET ?? '');
  },
  LIMIT_MS,
);

/** Every message is genuine to Stripe's own library too, by its bytes and its header as they came in. */
async function signaturesAreGenuine(secret: string): Promise<void> {
  const api = createCaller(program.address, { authorization: `Bearer ${environment.BILLHOOK_API_KEY}` });
  const list = await api('GET', '/v1/provider_events?limit=100');
  const ids = (list.body.data as unknown as { id: string }[]).map(({ id }) => id);
  // The card and the payment, at least.
  expect(ids.length).toBeGreaterThanOrEqual(2);
  for (const id of ids) {
    const { body } = await api('GET', `/v1/provider_events/${id}`);
    const event = body as unknown as {
      body: string;
      headers: Record<string, string>;
      provider_event_id: string;
    };
    const header = event.headers['stripe-signature'] ?? '';
    const read = readByStripe(event.body, header, secret);
    expect(read.id).toBe(event.provider_event_id);
    expect(() => readByStripe(`${event.body} `, header, secret)).toThrow();
  }
}
