import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';
import { must, send } from '../testing/scenario.ts';
import { stripeAt } from '../testing/stripe-client.ts';

const DAY_MS = 86_400_000;
const KEYS = { secret_key: `rk_test_${'a1B2'.repeat(8)}`, webhook_secret: 'whsec_0123456789abcdef' };

let app: TestApp;
let owner: Caller;
let tenant: string;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  owner = await app.signIn(app.owner.email, app.owner.password);
  const live = { slug: 'live-shop', name: 'Live', kind: 'live', currency: 'EUR', time_zone: 'UTC' };
  tenant = String((await send(owner, '/v1/tenants', live)).id);
});
afterAll(() => app.close());

const asLive = (method: string, path: string, body?: unknown) =>
  owner(method, path, {
    headers: { 'billhook-tenant': tenant },
    ...(body === undefined ? {} : { body }),
  });
const put = (body: object) => asLive('PUT', '/v1/payment_provider/stripe', body);

async function ages(): Promise<Record<string, number>> {
  const { data } = await must(asLive('GET', '/v1/secret_ages'));
  const rows = data as unknown as { name: string; age_days: number }[];
  return Object.fromEntries(rows.map(({ name, age_days: days }) => [name, days]));
}

test('I401 keys put over the API are tried first, dated from then on, replaced one at a time, and never shown', async () => {
  // Half of what is needed is refused by name, and nothing is kept.
  const half = await put({ secret_key: KEYS.secret_key });
  expect(half.body).toMatchObject({ code: 'provider.keys_refused' });
  expect(half.text).toContain('/webhook_secret');
  expect(await ages()).toEqual({});
  const kept = await put(KEYS);
  expect(kept.body).toMatchObject({ mode: 'test', keys_from: 'settings', is_default: true });
  expect(await ages()).toEqual({ 'Stripe key': 0, 'Stripe webhook secret': 0 });
  app.passWallTime(30 * DAY_MS);
  // The same again is no new secret, and a new key leaves the age of the webhook's secret.
  await must(put(KEYS));
  expect(await ages()).toEqual({ 'Stripe key': 30, 'Stripe webhook secret': 30 });
  const replaced = await must(put({ secret_key: `rk_test_${'Zz9y'.repeat(8)}` }));
  expect(replaced).toMatchObject({ mode: 'test' });
  expect(await ages()).toEqual({ 'Stripe key': 0, 'Stripe webhook secret': 30 });
  for (const path of ['/v1/payment_accounts', '/v1/payment_provider', '/v1/audit', '/v1/health_report'])
    expect((await asLive('GET', path)).text).not.toMatch(/rk_test_|whsec_|a1B2|Zz9y/);
  const { data: acts } = await must(asLive('GET', '/v1/audit'));
  expect((acts as unknown as { action: string }[]).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['provider_account.put']),
  );
  // A start of the server knows them still.
  await app.server.begin();
  expect(await ages()).toEqual({ 'Stripe key': 0, 'Stripe webhook secret': 30 });
});

test('what doctor says of keys in the settings is what the API says, and the policy sees their age', async () => {
  await must(put(KEYS));
  const report = await must(asLive('GET', '/v1/health_report'));
  const checks = report.checks as unknown as { subject: string; id: string; state: string }[];
  const stripe = checks.filter(({ subject }) => subject === 'Stripe');
  expect(stripe.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['stripe.mode', 'stripe.reach', 'stripe.webhook']),
  );
  app.passWallTime(400 * DAY_MS);
  const { data } = await must(asLive('GET', '/v1/secret_ages'));
  expect((data as unknown as { state: string }[]).map(({ state }) => state)).toEqual(['overdue', 'overdue']);
});

test('an endpoint that is not sent all that is read is named by doctor, and subscribed by one call', async () => {
  await must(put(KEYS));
  const subscribe = () => asLive('POST', '/v1/payment_provider/stripe/webhook_events', {});
  expect((await subscribe()).body).toMatchObject({ code: 'provider.endpoint_missing' });
  const stripe = stripeAt(app.stripeUrl, KEYS.secret_key);
  const { webhook_url: url, webhook_events: needed } = (await must(
    asLive('GET', '/v1/payment_provider'),
  )) as unknown as { webhook_url: string; webhook_events: string[] };
  const elsewhere = await stripe.webhookEndpoints.create({
    url: 'https://elsewhere.example/hook',
    enabled_events: ['charge.succeeded'],
  });
  const old = await stripe.webhookEndpoints.create({
    url,
    enabled_events: ['payment_intent.succeeded', 'charge.succeeded'],
  });
  const webhook = async () => {
    const report = await must(asLive('GET', '/v1/health_report'));
    const checks = report.checks as unknown as {
      id: string;
      state: string;
      missing_events: string[];
      next_step: string;
    }[];
    return checks.find(({ id }) => id === 'stripe.webhook');
  };
  const before = await webhook();
  expect(before?.missing_events).toEqual(needed.filter((event) => event !== 'payment_intent.succeeded'));
  for (const event of ['payment_method.detached', 'product.updated', 'price.created', 'credit_note.voided'])
    expect(before?.missing_events).toContain(event);
  expect(before?.next_step).toContain('doctor --subscribe');
  // A restricted key that may not write endpoints changes nothing, and says so.
  const account = await stripe.accounts.retrieveCurrent();
  await app.sandbox.setFaults(account.id, { rejectRequests: 1, rejectStatus: 403 });
  expect((await subscribe()).body).toMatchObject({ code: 'provider.not_allowed' });
  await app.sandbox.setFaults(account.id, { rejectRequests: 1, rejectStatus: 500 });
  expect((await subscribe()).body).toMatchObject({ code: 'provider.unavailable' });
  const done = await must(subscribe());
  expect(done).toMatchObject({ url, added: before?.missing_events });
  expect((await must(subscribe())).added).toEqual([]);
  expect(await webhook()).toMatchObject({ missing_events: [] });
  const after = await stripe.webhookEndpoints.retrieve(old.id);
  // What the seller had it sent besides stays, and other endpoints are left alone.
  expect(after.enabled_events.toSorted()).toEqual([...needed, 'charge.succeeded'].toSorted());
  expect((await stripe.webhookEndpoints.retrieve(elsewhere.id)).enabled_events).toEqual(['charge.succeeded']);
  // Taken away again it is added again, also within the time that Stripe remembers keys.
  await stripe.webhookEndpoints.update(old.id, { enabled_events: ['payment_intent.succeeded'] });
  expect((await must(subscribe())).added).toHaveLength(needed.length - 1);
  const { data: acts } = await must(asLive('GET', '/v1/audit'));
  const told = (acts as unknown as { action: string }[]).filter(
    ({ action }) => action === 'provider_account.subscribe_events',
  );
  expect(told).toHaveLength(2);
});

test('an endpoint that is switched off counts for nothing, whatever it names', async () => {
  await must(put(KEYS));
  const stripe = stripeAt(app.stripeUrl, KEYS.secret_key);
  const { webhook_url: url, webhook_events: needed } = (await must(
    asLive('GET', '/v1/payment_provider'),
  )) as unknown as { webhook_url: string; webhook_events: string[] };
  for await (const { id } of stripe.webhookEndpoints.list()) await stripe.webhookEndpoints.del(id);
  const off = await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
  await stripe.webhookEndpoints.update(off.id, { disabled: true });
  const on = await stripe.webhookEndpoints.create({ url, enabled_events: ['payment_intent.succeeded'] });
  const { checks } = (await must(asLive('GET', '/v1/health_report'))) as unknown as {
    checks: { id: string; missing_events: string[] }[];
  };
  const unsent = needed.filter((event) => event !== 'payment_intent.succeeded');
  expect(checks.find(({ id }) => id === 'stripe.webhook')?.missing_events).toEqual(unsent);
  const done = await must(asLive('POST', '/v1/payment_provider/stripe/webhook_events', {}));
  expect(done.added).toEqual(unsent);
  expect((await stripe.webhookEndpoints.retrieve(on.id)).enabled_events).toHaveLength(needed.length);
});
