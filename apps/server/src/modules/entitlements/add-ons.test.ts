import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { flatPrice } from '../../testing/billing.ts';

let app: TestApp;

const limit = (feature: string, quantity: string | null) => ({
  kind: 'metered',
  feature,
  limit: quantity,
  reset: 'billing_period',
  overage: 'block',
  warn_at_percent: [80],
});
const FILE = {
  meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'count' }],
  features: [
    { key: 'api-calls', name: 'API calls', kind: 'metered', meter: 'calls' },
    { key: 'sso', name: 'Single sign-on', kind: 'boolean' },
    { key: 'region', name: 'Region', kind: 'configuration' },
  ],
  plans: [
    {
      key: 'basic',
      name: 'Basic',
      currency: 'EUR',
      trial_days: 0,
      prices: [flatPrice('1000')],
      entitlements: [limit('api-calls', '100'), { kind: 'configuration', feature: 'region', value: 'eu' }],
    },
    {
      key: 'calls-pack',
      name: 'More calls',
      kind: 'add_on',
      currency: 'EUR',
      prices: [
        flatPrice('500', {
          key: 'pack',
          name: 'Pack',
          pricing: { model: 'per_unit', unit_amount: '5', per: '1' },
          quantity: { kind: 'seats' },
        }),
      ],
      entitlements: [limit('api-calls', '50')],
    },
    {
      key: 'security',
      name: 'Security',
      kind: 'add_on',
      currency: 'EUR',
      prices: [flatPrice('900', { key: 'security', name: 'Security' })],
      entitlements: [
        { kind: 'boolean', feature: 'sso', enabled: true },
        { kind: 'configuration', feature: 'region', value: 'anywhere' },
      ],
    },
  ],
};

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const pushed = await app.api('PUT', '/v1/catalogue', { body: FILE });
  expect(pushed.status, pushed.text).toBe(200);
});
afterAll(() => app.close());

let serial = 0;
async function subscribe(more: object = {}) {
  serial += 1;
  const customer = `customer-${serial}`;
  await app.api('POST', '/v1/customers', { body: { name: customer, external_id: customer } });
  const made = await app.api('POST', '/v1/subscriptions', {
    body: { customer, plan: 'basic', collection: 'manual', ...more },
  });
  expect(made.status, made.text).toBe(201);
  return { customer, id: String(made.body.id) };
}

const act = async (id: string, path: string, body: object) => {
  const answer = await app.api('POST', `/v1/subscriptions/${id}/${path}`, { body });
  expect(answer.status, answer.text).toBe(200);
};

async function check(customer: string, feature: string, quantity = '1') {
  const body = { customer, feature, quantity };
  return (await app.api('POST', '/v1/check', { body, idempotencyKey: null })).body;
}

test('an add-on adds to the limit of the plan as often as it is taken, until it is taken away', async () => {
  const { customer, id } = await subscribe();
  expect(await check(customer, 'api-calls', '150')).toMatchObject({ allowed: false, limit: '100' });
  await act(id, 'add_ons', { add_on: 'calls-pack', quantity: 2 });
  expect(await check(customer, 'api-calls', '200')).toMatchObject({ allowed: true, limit: '200' });
  expect(await check(customer, 'api-calls', '201')).toMatchObject({
    allowed: false,
    reason: 'limit_reached',
  });
  await act(id, 'add_ons/calls-pack/quantity', { quantity: 3, when: 'now' });
  expect(await check(customer, 'api-calls')).toMatchObject({ limit: '250', warn_at_percent: [80] });
  await act(id, 'add_ons/calls-pack/end', { when: 'now' });
  expect(await check(customer, 'api-calls')).toMatchObject({ limit: '100' });
});

test('an add-on grants what the plan does not, and holds against what the plan says of it', async () => {
  const { customer, id } = await subscribe();
  expect(await check(customer, 'sso')).toMatchObject({ allowed: false, reason: 'not_granted' });
  await act(id, 'add_ons', { add_on: 'security' });
  expect(await check(customer, 'sso')).toMatchObject({ allowed: true, reason: 'enabled' });
  expect(await check(customer, 'region')).toMatchObject({ value: 'anywhere' });
  const listed = await app.api('GET', `/v1/customers?q=${customer}`);
  const [row] = listed.body.data as unknown as { id: string }[];
  const rights = await app.api('GET', `/v1/customers/${row?.id}/entitlements`);
  expect((rights.body.data as unknown as { feature: string }[]).map(({ feature }) => feature).sort()).toEqual(
    ['api-calls', 'region', 'sso'],
  );
  await act(id, 'add_ons/security/end', { when: 'period_end' });
  expect(await check(customer, 'sso')).toMatchObject({ allowed: true });
  app.passWallTime(31 * 86_400_000);
  await app.drain();
  expect(await check(customer, 'sso')).toMatchObject({ allowed: false });
});

test('in a trial it grants at once, as the plan does', async () => {
  const { customer, id } = await subscribe({ trial_days: 14 });
  await act(id, 'add_ons', { add_on: 'security' });
  expect(await check(customer, 'sso')).toMatchObject({ allowed: true });
});

test('what an add-on grants goes through the catalogue file, and what is charged once grants nothing', async () => {
  const { object, ...pulled } = (await app.api('GET', '/v1/catalogue')).body;
  expect(pulled.plans).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ key: 'calls-pack', entitlements: [limit('api-calls', '50')] }),
    ]),
  );
  const again = await app.api('PUT', '/v1/catalogue', { body: pulled });
  expect(again.body.counts).toMatchObject({ created: 0, updated: 0, new_versions: 0 });
  const setup = {
    key: 'setup',
    name: 'Set-up',
    kind: 'one_off',
    currency: 'EUR',
    prices: [flatPrice('9900')],
    entitlements: [{ kind: 'boolean', feature: 'sso', enabled: true }],
  };
  const refused = await app.api('POST', '/v1/plans', { body: setup });
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [expect.objectContaining({ pointer: '/entitlements', code: 'add_on.entitlements' })],
  ]);
});
