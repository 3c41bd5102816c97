import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, createCaller } from '../../apps/server/src/testing/caller.ts';
import { catalogue, LIMIT_MS, type Program, startProgram, until } from './program.ts';

const CUSTOMERS = 12;

let program: Program;

beforeAll(async () => {
  program = await startProgram();
}, LIMIT_MS);
afterAll(() => program.stop(), LIMIT_MS);

/** A seller of its own, whose clock stands at the last of January of next year, with customers in several zones. */
async function openShop({ folder, address }: Program, slug: string): Promise<Caller> {
  const origin = address.replace('127.0.0.1', 'localhost');
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
  const [steady, shaken] = await Promise.all([openShop(program, 'steady'), openShop(program, 'shaken')]);
  await moveTo(steady, target);
  const wanted = await factsOf(steady);
  expect(wanted.filter((line) => line.startsWith('{"fact":"payment"')).length).toBeGreaterThan(40);

  const moving = await shaken('POST', '/v1/clock/advance', { body: { to: target } });
  expect(moving.status, moving.text).toBe(202);
  for (let kills = 0; kills < 3; kills += 1) {
    await until('a call to the provider is under way', () => hasCallsUnderWay(shaken));
    await program.kill();
    await program.start();
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
