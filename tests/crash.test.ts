import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, createCaller } from '../apps/server/src/testing/caller.ts';

const PROGRAM = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url));
const LIMIT_MS = 60_000;
const CUSTOMERS = 12;

let folder: string;
let port: number;
let child: ChildProcess;
let api: Caller;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-crash-'));
  chmodSync(folder, 0o755);
  port = await freePort();
  await start();
  await good('PUT', '/v1/catalogue', catalogue());
  for (let index = 0; index < CUSTOMERS; index += 1) {
    const customer = await good('POST', '/v1/customers', {
      name: `Customer ${index}`,
      email: `c${index}@customer.example`,
      external_id: `c${index}`,
      currency: 'EUR',
    });
    await good('POST', `/v1/customers/${String(customer.id)}/payment_methods`, {
      provider_method_id: 'pm_card_visa',
    });
  }
}, LIMIT_MS);
afterAll(async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}, LIMIT_MS);

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Starts the real program and waits until it is ready. */
async function start(): Promise<void> {
  child = spawn(process.execPath, [PROGRAM, '--no-demo'], {
    env: { PATH: process.env.PATH, BILLHOOK_DATA: folder, PORT: String(port), LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  await until('the program is ready', async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${complaint}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    return answer?.ok === true && existsSync(path.join(folder, 'quickstart.json'));
  });
  const { apiKey } = JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
    apiKey: string;
  };
  api = createCaller(`http://127.0.0.1:${port}`, { authorization: `Bearer ${apiKey}` });
}

/** Kills it so that nothing of it can clean up. */
async function kill(): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${LIMIT_MS} ms`);
    await pause(20);
  }
}

async function good(method: string, url: string, body?: unknown) {
  const answer = await api(method, url, body === undefined ? {} : { body });
  expect(answer.status, `${method} ${url} ${answer.text}`).toBeLessThan(300);
  return answer.body;
}

function catalogue() {
  const cadence = { interval: 'month', count: 1 };
  return {
    meters: [
      {
        key: 'calls',
        name: 'Calls',
        event_type: 'call',
        aggregation: 'count',
        value_property: null,
        unit: 'call',
      },
    ],
    features: [],
    plans: [
      {
        key: 'pro',
        name: 'Pro',
        currency: 'EUR',
        entitlements: [],
        prices: [
          {
            key: 'base',
            name: 'Base',
            pricing: { model: 'flat', amount: '2900' },
            quantity: { kind: 'fixed' },
            timing: 'in_advance',
            cadence,
          },
        ],
      },
    ],
  };
}

async function all(url: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let after = ''; ; ) {
    const answer = await api('GET', `${url}?limit=100${after}`);
    const page = JSON.parse(answer.text) as { data: Record<string, unknown>[]; has_more: boolean };
    rows.push(...page.data);
    if (!page.has_more) return rows;
    after = `&starting_after=${String(page.data.at(-1)?.id)}`;
  }
}

/** Successful charges in the journal of the payment stand-in: each is charged one fee. */
function chargesAtTheStandIn(): number {
  const journal = readFileSync(path.join(folder, 'sandbox/journal.jsonl'), 'utf8');
  return journal.split('"type":"stripe_fee"').length - 1;
}

/** Numbers count up from 1 within each year. */
function expectGapless(numbers: readonly string[]): void {
  const byYear = Map.groupBy(numbers, (number) => number.replace(/\d+$/, ''));
  for (const [year, own] of byYear) {
    const counters = own.map((number) => Number(number.slice(year.length))).sort((a, b) => a - b);
    expect(counters, year).toEqual(counters.map((_, index) => index + 1));
  }
}

test('no acknowledged event is lost and none counts twice when the server is killed amid ingest', {
  timeout: LIMIT_MS,
}, async () => {
  const time = new Date().toISOString();
  const sent: string[][] = [];
  const acknowledged = new Set<string>();
  const event = (id: string) => ({
    specversion: '1.0',
    id,
    source: 'crash',
    type: 'call',
    subject: 'c0',
    time,
  });
  let killed = false;
  const sender = async (name: number): Promise<void> => {
    for (let batch = 0; !killed; batch += 1) {
      const ids = Array.from({ length: 20 }, (_, index) => `e-${name}-${batch}-${index}`);
      sent.push(ids);
      const answer = await api('POST', '/v1/events', { body: ids.map(event) }).catch(() => undefined);
      if (answer?.status === 200) for (const id of ids) acknowledged.add(id);
    }
  };
  const senders = [sender(0), sender(1), sender(2)];
  await until('events were acknowledged', async () => acknowledged.size >= 400);
  await kill();
  killed = true;
  await Promise.all(senders);
  await start();
  // What was acknowledged is known; what was under way may be either, and is counted once.
  for (const ids of sent) {
    const answer = await api('POST', '/v1/events', { body: ids.map(event) });
    const { results } = JSON.parse(answer.text) as { results: { id: string; status: string }[] };
    for (const { id, status } of results)
      expect(acknowledged.has(id) ? ['duplicate'] : ['accepted', 'duplicate'], id).toContain(status);
  }
  const day = 86_400_000;
  const from = new Date(Date.parse(time) - day).toISOString();
  const to = new Date(Date.parse(time) + day).toISOString();
  const usage = await api('GET', `/v1/usage?customer=c0&meter=calls&from=${from}&to=${to}`);
  expect(usage.status, usage.text).toBe(200);
  expect(usage.text).toContain(`"${sent.flat().length}"`);
});

test('a clock move that is killed amid billing and payments goes on at the next start, with each charge once', {
  timeout: LIMIT_MS,
}, async () => {
  for (let index = 0; index < CUSTOMERS; index += 1)
    await good('POST', '/v1/subscriptions', { customer: `c${index}`, plan: 'pro' });
  const { now } = JSON.parse((await api('GET', '/v1/clock')).text) as { now: string };
  const target = new Date(Date.parse(now) + 100 * 86_400_000).toISOString();
  await good('POST', '/v1/clock/advance', { to: target });
  // The second month is being paid: some charges are made, some are not.
  await until('payments are under way', async () => (await all('/v1/payments')).length > CUSTOMERS + 2);
  await kill();
  await start();
  await until('the clock has arrived', async () => {
    const clock = JSON.parse((await api('GET', '/v1/clock')).text) as { moving: unknown; now: string };
    return clock.moving === null && Date.parse(clock.now) >= Date.parse(target);
  });
  const invoices = await all('/v1/invoices');
  // The start and the boundaries after one, two and three months; none of them lies beyond a hundred days.
  expect(invoices).toHaveLength(CUSTOMERS * 4);
  expectGapless(invoices.map(({ number }) => String(number)));
  const paid = invoices.filter(({ status }) => status === 'paid');
  const payments = (await all('/v1/payments')).filter(({ status }) => status === 'succeeded');
  expect(payments).toHaveLength(paid.length);
  expect(new Set(payments.map(({ invoice }) => invoice)).size).toBe(paid.length);
  // A charge that was under way at the kill stays unknown until its lease of two minutes ends and it is looked up;
  // the stand-in made at most one charge an invoice either way.
  expect(invoices.length - paid.length).toBeLessThanOrEqual(CUSTOMERS);
  const charges = chargesAtTheStandIn();
  expect(charges).toBeGreaterThanOrEqual(paid.length);
  expect(charges).toBeLessThanOrEqual(invoices.length);
  const balance = JSON.parse((await api('GET', '/v1/ledger/trial_balance')).text) as Record<string, unknown>;
  expect(balance).toMatchObject({ balanced: true });
});
