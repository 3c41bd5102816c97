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
  // What was under way at the kill was looked up at once, so that nothing is left open.
  expect(invoices.filter(({ status }) => status !== 'paid')).toEqual([]);
  const payments = (await all('/v1/payments')).filter(({ status }) => status === 'succeeded');
  expect(payments).toHaveLength(invoices.length);
  expect(new Set(payments.map(({ invoice }) => invoice)).size).toBe(invoices.length);
  expect(chargesAtTheStandIn()).toBe(invoices.length);
  const balance = JSON.parse((await api('GET', '/v1/ledger/trial_balance')).text) as Record<string, unknown>;
  expect(balance).toMatchObject({ balanced: true });
});

/** A seller of its own, whose clock stands at the last of January of next year, with customers in several zones. */
async function openShop(slug: string): Promise<Caller> {
  const address = `http://127.0.0.1:${port}`;
  const origin = `http://localhost:${port}`;
  const [email, password] = readFileSync(path.join(folder, 'owner.txt'), 'utf8').split('\n');
  const page = createCaller(address, { origin });
  const signedIn = await page('POST', '/auth/sign-in/email', { body: { email, password } });
  expect(signedIn.status, signedIn.text).toBe(200);
  const owner = createCaller(address, { origin, cookie: signedIn.cookies });
  const kind = { kind: 'sandbox', currency: 'EUR', time_zone: 'UTC' };
  const tenant = await owner('POST', '/v1/tenants', { body: { slug, name: 'A shop', ...kind } });
  const headers = { 'billhook-tenant': String(tenant.body.id) };
  const key = await owner('POST', '/v1/api_keys', { body: { name: 'All' }, headers });
  expect(key.status, key.text).toBe(201);
  const shop = createCaller(address, { authorization: `Bearer ${String(key.body.secret)}` });
  const year = new Date().getUTCFullYear() + 1;
  await moveTo(shop, `${year}-01-31T09:30:00.000Z`);
  await shop('PUT', '/v1/catalogue', { body: catalogue() });
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
  for (let index = 0; index < CUSTOMERS; index += 1) {
    const body = { name: `Customer ${index}`, external_id: `c${index}`, email: `c${index}@customer.example` };
    const made = await shop('POST', '/v1/customers', { body: { ...body, time_zone: zones[index % 4] } });
    const card = index === 5 ? 'pm_card_chargeCustomerFail' : 'pm_card_visa';
    await shop('POST', `/v1/customers/${String(made.body.id)}/payment_methods`, {
      body: { provider_method_id: card },
    });
    const started = await shop('POST', '/v1/subscriptions', { body: { customer: `c${index}`, plan: 'pro' } });
    expect(started.status, started.text).toBe(201);
  }
  return shop;
}

async function moveTo(shop: Caller, to: string): Promise<void> {
  const started = await shop('POST', '/v1/clock/advance', { body: { to } });
  expect(started.status, started.text).toBe(202);
  await arrive(shop);
}

async function arrive(shop: Caller): Promise<void> {
  await until('the clock has arrived', async () => {
    const answer = await shop('GET', '/v1/clock').catch(() => undefined);
    return answer?.status === 200 && (JSON.parse(answer.text) as { moving: unknown }).moving === null;
  });
}

const factsOf = async (shop: Caller) => (await shop('GET', '/v1/facts/export')).text.split('\n');
const hasCallsUnderWay = async (shop: Caller) => {
  const { text } = await shop('GET', '/v1/payments?limit=100');
  const { data } = JSON.parse(text) as { data: { status: string }[] };
  return data.some(({ status }) => status === 'sending');
};

test('I72 a clock move that is killed three times amid payments leaves the same facts as one that was not', {
  timeout: 6 * LIMIT_MS,
}, async () => {
  const target = `${new Date().getUTCFullYear() + 1}-06-02T00:00:00.000Z`;
  const [steady, shaken] = await Promise.all([openShop('steady'), openShop('shaken')]);
  await moveTo(steady, target);
  const wanted = await factsOf(steady);
  expect(wanted.filter((line) => line.startsWith('{"fact":"payment"')).length).toBeGreaterThan(40);

  const moving = await shaken('POST', '/v1/clock/advance', { body: { to: target } });
  expect(moving.status, moving.text).toBe(202);
  for (let kills = 0; kills < 3; kills += 1) {
    await until('a call to the provider is under way', () => hasCallsUnderWay(shaken));
    await kill();
    await start();
  }
  await arrive(shaken);
  // Mails are queued in real time, after the news that they tell.
  const mails = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith('{"fact":"mail"')).length;
  await until('all news was passed on', async () => {
    const [one, other] = [await factsOf(steady), await factsOf(shaken)];
    return mails(one) > 0 && mails(one) === mails(other);
  });
  expect(await factsOf(shaken)).toEqual(await factsOf(steady));
});
