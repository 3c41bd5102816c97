import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';
import { must, send } from '../testing/scenario.ts';

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
