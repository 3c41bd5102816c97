import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue, LIMIT_MS, type Program, startProgram, until } from './program.ts';

const CUSTOMERS = 12;

let program: Program;

beforeAll(async () => {
  program = await startProgram();
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
afterAll(() => program.stop(), LIMIT_MS);

async function good(method: string, url: string, body?: unknown) {
  const answer = await program.api(method, url, body === undefined ? {} : { body });
  expect(answer.status, `${method} ${url} ${answer.text}`).toBeLessThan(300);
  return answer.body;
}

async function all(url: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let after = ''; ; ) {
    const answer = await program.api('GET', `${url}?limit=100${after}`);
    const page = JSON.parse(answer.text) as { data: Record<string, unknown>[]; has_more: boolean };
    rows.push(...page.data);
    if (!page.has_more) return rows;
    after = `&starting_after=${String(page.data.at(-1)?.id)}`;
  }
}

/** Successful charges in the journal of the payment stand-in: each is charged one fee. */
function chargesAtTheStandIn(): number {
  const journal = readFileSync(path.join(program.folder, 'sandbox/journal.jsonl'), 'utf8');
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
      const answer = await program.api('POST', '/v1/events', { body: ids.map(event) }).catch(() => undefined);
      if (answer?.status === 200) for (const id of ids) acknowledged.add(id);
    }
  };
  const senders = [sender(0), sender(1), sender(2)];
  await until('events were acknowledged', async () => acknowledged.size >= 400);
  await program.kill();
  killed = true;
  await Promise.all(senders);
  await program.start();
  // What was acknowledged is known; what was under way may be either, and is counted once.
  for (const ids of sent) {
    const answer = await program.api('POST', '/v1/events', { body: ids.map(event) });
    const { results } = JSON.parse(answer.text) as { results: { id: string; status: string }[] };
    for (const { id, status } of results)
      expect(acknowledged.has(id) ? ['duplicate'] : ['accepted', 'duplicate'], id).toContain(status);
  }
  const day = 86_400_000;
  const from = new Date(Date.parse(time) - day).toISOString();
  const to = new Date(Date.parse(time) + day).toISOString();
  const usage = await program.api('GET', `/v1/usage?customer=c0&meter=calls&from=${from}&to=${to}`);
  expect(usage.status, usage.text).toBe(200);
  expect(usage.text).toContain(`"${sent.flat().length}"`);
});

test('a clock move that is killed amid billing and payments goes on at the next start, with each charge once', {
  timeout: LIMIT_MS,
}, async () => {
  for (let index = 0; index < CUSTOMERS; index += 1)
    await good('POST', '/v1/subscriptions', { customer: `c${index}`, plan: 'pro' });
  const { now } = JSON.parse((await program.api('GET', '/v1/clock')).text) as { now: string };
  const target = new Date(Date.parse(now) + 100 * 86_400_000).toISOString();
  await good('POST', '/v1/clock/advance', { to: target });
  // The second month is being paid: some charges are made, some are not.
  await until('payments are under way', async () => (await all('/v1/payments')).length > CUSTOMERS + 2);
  await program.kill();
  await program.start();
  await until('the clock has arrived', async () => {
    const clock = JSON.parse((await program.api('GET', '/v1/clock')).text) as {
      moving: unknown;
      now: string;
    };
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
  const balance = JSON.parse((await program.api('GET', '/v1/ledger/trial_balance')).text) as Record<
    string,
    unknown
  >;
  expect(balance).toMatchObject({ balanced: true });
});
