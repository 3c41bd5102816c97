import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { flatPrice } from '../../testing/billing.ts';
import { must, secondTenant } from '../../testing/scenario.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let app: TestApp;
let serial = 0;

const limited = (limit: string | null, more: object = {}) => ({
  kind: 'metered',
  feature: 'calls',
  limit,
  reset: 'billing_period',
  overage: 'block',
  warn_at_percent: [80],
  ...more,
});
const adds = (limit: string) => ({ kind: 'metered', mode: 'add', limit });
const FEATURES = [
  { key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' },
  { key: 'sso', name: 'Single sign-on', kind: 'boolean' },
  { key: 'regions', name: 'Regions', kind: 'configuration', value_type: 'list' },
  {
    key: 'exports',
    name: 'Exports',
    kind: 'metered',
    meter: 'calls',
    service: { in_grace: 'keep', past_due: 'limit', paused: 'block', reduced_limit: '5' },
  },
  { key: 'reports', name: 'Reports', kind: 'boolean', service: serviceOf('keep', 'block', 'keep') },
];

function serviceOf(in_grace: string, past_due: string, paused: string) {
  return { in_grace, past_due, paused, reduced_limit: null };
}

const FILE = {
  meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' }],
  features: FEATURES,
  plans: [
    {
      key: 'basic',
      name: 'Basic',
      currency: 'EUR',
      prices: [flatPrice('1000')],
      entitlements: [
        limited('100'),
        limited('100', { feature: 'exports' }),
        { kind: 'configuration', feature: 'regions', value: ['eu'] },
        { kind: 'boolean', feature: 'reports', enabled: true },
      ],
    },
  ],
};

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2027-01-10T09:00:00Z' });
  await must(app.api('PUT', '/v1/catalogue', { body: FILE }));
});
afterAll(() => app.close());

async function customerWith(more: object | null = {}) {
  serial += 1;
  const key = `customer-${serial}`;
  const customer = await must(app.api('POST', '/v1/customers', { body: { name: key, external_id: key } }));
  const id = String(customer.id);
  if (more === null) return { key, id, subscription: '' };
  const body = { customer: key, plan: 'basic', collection: 'manual', ...more };
  const made = await must(app.api('POST', '/v1/subscriptions', { body }));
  return { key, id, subscription: String(made.id) };
}

async function check(customer: string, feature: string, quantity = '1', more: object = {}) {
  const body = { customer, feature, quantity, ...more };
  return must(app.api('POST', '/v1/check', { body, idempotencyKey: null }));
}

const override = (id: string, body: object) =>
  app.api('POST', `/v1/customers/${id}/entitlement_overrides`, { body: { reason: 'Agreed.', ...body } });
const grant = (id: string, body: object) =>
  app.api('POST', `/v1/customers/${id}/entitlement_grants`, { body: { reason: 'To try it.', ...body } });
const end = (path: string) => app.api('POST', `/v1/${path}`, { body: { reason: 'No longer.' } });
const now = () => app.server.transactor.wallNow();
const later = (ms: number) => new Date(now() + ms).toISOString();
const codeOf = async (answer: ReturnType<TestApp['api']>) => (await answer).body.code;

describe('an override', () => {
  test('adds to what plan and add-ons give or replaces it, for the customer or for one subscription, until it is removed', async () => {
    const { key, id, subscription } = await customerWith();
    await must(override(id, { feature: 'calls', change: adds('50') }));
    expect(await check(key, 'calls')).toMatchObject({ limit: '150', remaining: '150' });
    const own = await must(
      override(id, {
        feature: 'calls',
        subscription,
        change: { kind: 'metered', mode: 'replace', limit: '7' },
      }),
    );
    expect(await check(key, 'calls', '8')).toMatchObject({ limit: '7', allowed: false });
    await must(end(`entitlement_overrides/${own.id}/remove`));
    expect(await check(key, 'calls')).toMatchObject({ limit: '150' });
    expect(await codeOf(end(`entitlement_overrides/${own.id}/remove`))).toBe('override.already_removed');

    await must(override(id, { feature: 'calls', change: adds('1'), reason: 'Less was agreed.' }));
    expect(await check(key, 'calls')).toMatchObject({ limit: '101' });
    const path = `/v1/customers/${id}/entitlement_overrides`;
    expect((await must(app.api('GET', path))).data).toMatchObject([
      { feature: 'calls', change: adds('1'), subscription: null, by: { kind: 'api_key' }, removed_at: null },
    ]);
    expect((await must(app.api('GET', `${path}?ended=true`))).data).toHaveLength(3);
    const feed = await must(app.api('GET', `/v1/event_feed?customer=${id}&type=entitlement.override_set`));
    expect(feed.data).toHaveLength(3);
    const audit = await must(app.api('GET', '/v1/audit?limit=100'));
    const rows = audit.data as unknown as { action: string; details: { reason: string } }[];
    expect(rows.filter(({ details }) => details.reason === 'Less was agreed.')).toMatchObject([
      { action: 'entitlement.override' },
    ]);
  });

  test('turns a switch on or off and sets a value, and gives nothing once the subscription has ended', async () => {
    const { key, id, subscription } = await customerWith();
    await must(override(id, { feature: 'sso', change: { kind: 'boolean', enabled: true } }));
    await must(override(id, { feature: 'regions', change: { kind: 'configuration', value: ['us'] } }));
    expect(await check(key, 'sso')).toMatchObject({ allowed: true });
    expect(await check(key, 'regions')).toMatchObject({ value: ['us'] });
    await must(override(id, { feature: 'sso', change: { kind: 'boolean', enabled: false } }));
    expect(await check(key, 'sso')).toMatchObject({ allowed: false, reason: 'disabled' });
    await must(override(id, { feature: 'sso', change: { kind: 'boolean', enabled: true } }));
    await must(app.api('POST', `/v1/subscriptions/${subscription}/cancel`, { body: { when: 'now' } }));
    expect(await check(key, 'sso')).toMatchObject({ allowed: false, reason: 'no_subscription' });
  });

  test('of many set at once for one right exactly one holds', async () => {
    const { key, id } = await customerWith();
    const limits = ['1', '2', '3', '4', '5', '6'];
    await Promise.all(limits.map((limit) => must(override(id, { feature: 'calls', change: adds(limit) }))));
    const listed = await must(app.api('GET', `/v1/customers/${id}/entitlement_overrides`));
    const [held, ...others] = listed.data as unknown as { change: { limit: string } }[];
    expect(others).toEqual([]);
    expect(await check(key, 'calls')).toMatchObject({ limit: `${100 + Number(held?.change.limit)}` });
  });
});

describe('a grant', () => {
  test('I163 holds from its first instant up to its end, which are told once each', async () => {
    const { key, id } = await customerWith();
    const made = await must(
      grant(id, { feature: 'calls', change: adds('25'), from: later(HOUR), until: later(3 * HOUR) }),
    );
    expect(made).toMatchObject({ status: 'ahead', reason: 'To try it.' });
    expect(await check(key, 'calls')).toMatchObject({ limit: '100' });
    const limits: unknown[] = [];
    for (const step of [HOUR - 1, 1, 2 * HOUR - 1, 1]) {
      app.passWallTime(step);
      await app.drain();
      limits.push((await check(key, 'calls')).limit);
    }
    expect(limits).toEqual(['100', '125', '125', '100']);
    const feed = await must(app.api('GET', `/v1/event_feed?customer=${id}`));
    const types = (feed.data as unknown as { type: string }[]).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('entitlement.')).toReversed()).toEqual([
      'entitlement.granted',
      'entitlement.grant_started',
      'entitlement.grant_ended',
    ]);
    expect(await codeOf(end(`entitlement_grants/${made.id}/revoke`))).toBe('right_grant.ended');
  });

  test('to the customer itself needs no subscription, is explained, and ends at once when it is revoked', async () => {
    const { key, id } = await customerWith(null);
    expect(await check(key, 'sso')).toMatchObject({ allowed: false, reason: 'no_subscription' });
    const until = later(30 * DAY);
    const made = await must(grant(id, { feature: 'sso', change: { kind: 'boolean', enabled: true }, until }));
    await must(grant(id, { feature: 'calls', change: adds('10'), until }));
    expect(await check(key, 'sso', '1', { explain: true })).toMatchObject({
      allowed: true,
      explanation: {
        sources: [{ kind: 'grant', id: made.id, name: 'To try it.', rule: 'base', until }],
        window_usage: null,
        service: null,
        changes_at: until,
      },
    });
    const tracked = await must(
      app.api('POST', '/v1/track', {
        body: { customer: key, feature: 'calls', quantity: '4', event_id: `${key}-1` },
        idempotencyKey: null,
      }),
    );
    expect(tracked.check).toMatchObject({ limit: '10', used: '4', remaining: '6', explanation: null });
    expect(await must(end(`entitlement_grants/${made.id}/revoke`))).toMatchObject({ status: 'revoked' });
    expect(await check(key, 'sso')).toMatchObject({ allowed: false });
    const path = `/v1/customers/${id}/entitlement_grants`;
    expect((await must(app.api('GET', path))).data).toMatchObject([{ feature: 'calls', status: 'in_force' }]);
    expect((await must(app.api('GET', `${path}?ended=true`))).data).toHaveLength(2);
  });
});

test('I166 every right is listed with all that it rests on, in the order in which it was heard', async () => {
  const { key, id, subscription } = await customerWith();
  await must(override(id, { feature: 'calls', change: adds('50'), reason: 'Contract of March.' }));
  await must(grant(id, { feature: 'calls', change: adds('9'), until: later(DAY) }));
  await must(
    grant(id, { feature: 'regions', change: { kind: 'configuration', value: ['us'] }, until: later(DAY) }),
  );
  const listed = await must(app.api('GET', `/v1/customers/${id}/entitlements`));
  const rights = listed.data as unknown as { feature: string; explanation: object; value: unknown }[];
  const of = (feature: string) => rights.find((right) => right.feature === feature);
  expect(of('calls')).toMatchObject({
    limit: '159',
    counted: 'customer',
    explanation: {
      sources: [
        { kind: 'plan', name: 'Basic, version 1', rule: 'base', after: { limit: '100' } },
        { kind: 'customer_override', name: 'Contract of March.', rule: 'added', after: { limit: '150' } },
        { kind: 'grant', gives: { limit: '9' }, rule: 'added', after: { limit: '159', overage: 'block' } },
      ],
      window_usage: { subject: null, used: '0', pool_used: null },
      service: { state: 'full', rule: 'keep' },
    },
  });
  expect(of('regions')).toMatchObject({
    value: ['eu', 'us'],
    explanation: { sources: [{ rule: 'base' }, { rule: 'united' }] },
  });
  expect(await check(key, 'calls')).toMatchObject({ limit: '159', explanation: null });
  expect(subscription).not.toBe('');
});

describe('what does not fit', () => {
  test('is refused with the reason, and changes nothing', async () => {
    const { id } = await customerWith();
    const other = await customerWith();
    const until = later(DAY);
    const on = { kind: 'boolean', enabled: true };
    const faultOf = async (answer: ReturnType<TestApp['api']>) => {
      const { status, body } = await answer;
      return [status, body.code, (body.errors as unknown as { code: string }[])[0]?.code];
    };
    expect(await faultOf(override(id, { feature: 'calls', change: on }))).toEqual([
      422,
      'right.invalid',
      'right.kind_mismatch',
    ]);
    const text = { kind: 'configuration', value: 'eu' };
    expect(await faultOf(override(id, { feature: 'regions', change: text }))).toEqual([
      422,
      'right.invalid',
      'right.value_type',
    ]);
    const pool = { ...adds('1'), pool_limit: '4' };
    expect((await faultOf(override(id, { feature: 'calls', change: pool })))[2]).toBe(
      'right.pool_without_subjects',
    );
    const less = { kind: 'metered', mode: 'replace', limit: '1' };
    expect((await faultOf(grant(id, { feature: 'calls', change: less, until })))[2]).toBe(
      'right.grant_takes',
    );
    const back = { feature: 'sso', change: on, from: later(-1), until };
    expect((await faultOf(grant(id, back)))[2]).toBe('right.from_past');
    expect((await faultOf(grant(id, { feature: 'sso', change: on, until: later(0) })))[2]).toBe(
      'right.until',
    );
    const foreign = { feature: 'sso', change: on, subscription: other.subscription };
    expect(await codeOf(override(id, foreign))).toBe('subscription.not_found');
    expect(await codeOf(grant(id, { ...foreign, until }))).toBe('subscription.not_found');
    expect((await must(app.api('GET', `/v1/customers/${id}/entitlement_overrides`))).data).toEqual([]);
    expect((await must(app.api('GET', `/v1/customers/${id}/entitlement_grants`))).data).toEqual([]);
  });

  test('I42 agreements of one seller cannot be seen or ended by another', async () => {
    const { id } = await customerWith();
    const made = await must(override(id, { feature: 'calls', change: adds('1') }));
    const given = await must(grant(id, { feature: 'calls', change: adds('1'), until: later(DAY) }));
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const { api } = await secondTenant(app, owner, 'other-rights');
    const body = { reason: 'Not mine.' };
    const codes = [
      await codeOf(api('POST', `/v1/entitlement_overrides/${made.id}/remove`, { body })),
      await codeOf(api('POST', `/v1/entitlement_grants/${given.id}/revoke`, { body })),
      await codeOf(api('GET', `/v1/customers/${id}/entitlement_grants`)),
    ];
    expect(codes).toEqual(['override.not_found', 'right_grant.not_found', 'customer.not_found']);
  });

  test('in a catalogue: values of another type, a pool without members, a reduced limit without a rule', async () => {
    const wrong = {
      ...FILE,
      features: [
        ...FEATURES,
        { key: 'odd', name: 'Odd', kind: 'boolean', service: serviceOf('limit', 'keep', 'keep') },
        { key: 'each', name: 'Each', kind: 'boolean', subject_property: 'user', value_type: 'text' },
      ],
      plans: [
        {
          ...FILE.plans[0],
          entitlements: [
            limited('1', { pool_limit: '5' }),
            { kind: 'configuration', feature: 'regions', value: 'eu' },
          ],
        },
      ],
    };
    const refused = await app.api('PUT', '/v1/catalogue', { body: wrong });
    const faults = refused.body.errors as unknown as { pointer: string; code: string }[];
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/features/5/service feature.service',
      '/features/6/subject_property feature.subject',
      '/features/6/value_type feature.value_type',
      '/plans/0/entitlements/0/pool_limit entitlement.pool_without_subjects',
      '/plans/0/entitlements/1/value entitlement.value_type',
    ]);
    const { object, ...pulled } = await must(app.api('GET', '/v1/catalogue'));
    expect(pulled.features).toEqual(expect.arrayContaining([expect.objectContaining(FEATURES[3] as object)]));
    const again = await must(app.api('PUT', '/v1/catalogue', { body: pulled }));
    expect(again.counts).toMatchObject({ created: 0, updated: 0, new_versions: 0 });
  });
});

describe('I168 service that is not full', () => {
  test('while past due each feature follows its rule, first in the days of grace and then after them', async () => {
    await must(app.api('PATCH', '/v1/tenant', { body: { settings: { service_grace_days: 2 } } }));
    const { key, id } = await customerWith(null);
    const method = { provider_method_id: 'pm_card_chargeCustomerFail' };
    await must(app.api('POST', `/v1/customers/${id}/payment_methods`, { body: method }));
    const body = { customer: key, plan: 'basic', collection: 'automatic' };
    const { id: subscription } = await must(app.api('POST', '/v1/subscriptions', { body }));
    await app.drain();
    expect((await must(app.api('GET', `/v1/subscriptions/${subscription}`))).status).toBe('past_due');
    const answers = async () =>
      Promise.all(
        ['calls', 'exports', 'reports'].map(async (feature) => {
          const { allowed, reason, explanation } = await check(key, feature, '6', { explain: true });
          return [allowed, reason, (explanation as unknown as { service: { state: string } }).service.state];
        }),
      );
    expect(await answers()).toEqual([
      [true, 'within_limit', 'in_grace'],
      [true, 'within_limit', 'in_grace'],
      [true, 'enabled', 'in_grace'],
    ]);
    app.passWallTime(2 * DAY - 1);
    expect((await answers())[2]).toEqual([true, 'enabled', 'in_grace']);
    app.passWallTime(1);
    expect(await answers()).toEqual([
      [true, 'within_limit', 'past_due'],
      [false, 'service_reduced', 'past_due'],
      [false, 'service_suspended', 'past_due'],
    ]);
    expect(await check(key, 'exports', '5')).toMatchObject({ allowed: true, limit: '5', remaining: '5' });
    expect((await check(key, 'reports')).upgrade).toBeNull();
    const good = { provider_method_id: 'pm_card_visa' };
    await must(app.api('POST', `/v1/customers/${id}/payment_methods`, { body: good }));
    await app.drain();
    expect(await check(key, 'reports')).toMatchObject({ allowed: true });
  });

  test('while paused nothing is left but what the seller keeps up', async () => {
    const { key, subscription } = await customerWith();
    await must(app.api('POST', `/v1/subscriptions/${subscription}/pause`, { body: { mode: 'keep_period' } }));
    expect(await check(key, 'calls')).toMatchObject({ allowed: false, reason: 'service_suspended' });
    expect(await check(key, 'reports')).toMatchObject({ allowed: true, reason: 'enabled' });
    const features = (await must(app.api('GET', '/v1/features'))).data as unknown as {
      id: string;
      key: string;
    }[];
    const calls = features.find((feature) => feature.key === 'calls');
    const service = serviceOf('keep', 'keep', 'keep');
    await must(app.api('PATCH', `/v1/features/${calls?.id}`, { body: { service } }));
    expect(await check(key, 'calls')).toMatchObject({ allowed: true, reason: 'within_limit' });
    await must(
      app.api('PATCH', `/v1/features/${calls?.id}`, {
        body: { service: serviceOf('keep', 'keep', 'block') },
      }),
    );
  });
});

test('warnings follow what was agreed: at the raised limit, and again when a grant has ended', async () => {
  const { key, id } = await customerWith();
  await must(grant(id, { feature: 'calls', change: adds('900'), until: later(HOUR) }));
  await must(
    app.api('POST', '/v1/track', {
      body: { customer: key, feature: 'calls', quantity: '99', event_id: `${key}-w` },
      idempotencyKey: null,
    }),
  );
  await app.drain();
  const told = async () => {
    const feed = await must(app.api('GET', `/v1/event_feed?customer=${id}&type=usage.threshold_reached`));
    return (feed.data as unknown as { data: { limit: string; percent: number; feature_id: string } }[])
      .map(({ data }) => [data.percent, data.limit])
      .toReversed();
  };
  // Exports count the same meter and were not granted more of.
  expect(await told()).toEqual([[80, '100']]);
  app.passWallTime(HOUR);
  await app.drain();
  expect(await told()).toEqual([
    [80, '100'],
    [80, '100'],
  ]);
});
