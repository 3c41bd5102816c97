import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { must } from '../../testing/scenario.ts';

const HOUR = 3_600_000;
let app: TestApp;
let serial = 0;

const METER = { event_type: 'use', aggregation: 'sum', value_property: 'n' };
const metered = (feature: string, limit: string | null, more: object = {}) => ({
  feature,
  kind: 'metered',
  limit,
  reset: 'billing_period',
  overage: 'block',
  warn_at_percent: [],
  ...more,
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-12-01T00:00:00Z' });
  const meter = (key: string, more: object = {}) => ({ ...METER, key, name: key, event_type: key, ...more });
  const feature = (key: string, meterKey: string, more: object = {}) => ({
    key,
    name: key,
    kind: 'metered',
    meter: meterKey,
    ...more,
  });
  const body = {
    meters: [
      meter('seat'),
      meter('slide'),
      meter('tens', { rounding: { step: '10', mode: 'up' } }),
      meter('paged', { filters: [{ operator: 'equals', property: 'region', value: 'eu' }] }),
      meter('machine', { unit_property: 'kind' }),
      meter('pairs', { event_type: 'pair', aggregation: 'count', value_property: null }),
      meter('sizes', { event_type: 'pair', value_property: 'size' }),
    ],
    features: [
      feature('seats', 'seat', { subject_property: 'user' }),
      feature('brief', 'seat', { subject_property: 'user' }),
      feature('slides', 'slide'),
      feature('tens', 'tens'),
      feature('paged', 'paged'),
      feature('machines', 'machine'),
      feature('pairs', 'pairs'),
    ],
    plans: [
      {
        key: 'team',
        name: 'Team',
        currency: 'EUR',
        prices: [],
        entitlements: [
          metered('seats', '10', { pool_limit: '25' }),
          metered('brief', '4', { reset: 'last_1_hours' }),
          metered('slides', '10', { reset: 'last_2_hours' }),
          metered('tens', '95'),
          metered('paged', '5'),
          metered('machines', '5'),
          metered('pairs', '5'),
        ],
      },
    ],
  };
  await must(app.api('PUT', '/v1/catalogue', { body }));
});
afterAll(() => app.close());

async function subscribed(): Promise<string> {
  serial += 1;
  const customer = `team-${serial}`;
  await must(app.api('POST', '/v1/customers', { body: { name: customer, external_id: customer } }));
  await must(app.api('POST', '/v1/subscriptions', { body: { customer, plan: 'team' } }));
  return customer;
}

type Asked = { customer: string; feature: string; quantity: string; subject?: string; data?: object };
const consume = (asked: Asked) => {
  serial += 1;
  return app.api('POST', '/v1/consume', { body: { event_id: `take-${serial}`, ...asked } });
};
const reserve = (asked: Asked & { minimum?: string }) => {
  serial += 1;
  return must(app.api('POST', '/v1/reservations', { body: { key: `hold-${serial}`, ...asked } }));
};
const settle = (id: unknown, quantity: string) => {
  serial += 1;
  const body = { quantity, event_id: `settle-${serial}` };
  return app.api('POST', `/v1/reservations/${String(id)}/settle`, { body });
};
const check = (asked: Asked) => must(app.api('POST', '/v1/check', { body: asked, idempotencyKey: null }));
const statusOf = async (asked: Asked) => String((await consume(asked)).body.status);

describe('units of members', () => {
  test('I233 each has a limit and all of them one together, with what is held for them', async () => {
    const customer = await subscribed();
    const of = (subject: string, quantity: string) => ({ customer, feature: 'seats', subject, quantity });
    expect((await app.api('POST', '/v1/consume', { body: { ...of('', '1'), event_id: 'x' } })).status).toBe(
      422,
    );
    const nobody = await consume({ customer, feature: 'seats', quantity: '1' });
    expect(nobody.body.code).toBe('entitlement.subject_required');
    expect((await consume(of('ada', '7'))).body).toMatchObject({
      status: 'counted',
      entitlement: { subject: 'ada', used: '7', remaining: '3', pool: { limit: '25', used: '7' } },
    });
    expect(await statusOf(of('ada', '4'))).toBe('refused');
    const held = await reserve({ ...of('ada', '5'), minimum: '1' });
    expect(held).toMatchObject({ allowed: true, quantity: '3' });
    expect(await statusOf(of('ada', '1'))).toBe('refused');
    expect(await check(of('ada', '1'))).toMatchObject({ allowed: false, used: '7', remaining: '0' });
    expect(await check(of('bob', '1'))).toMatchObject({ allowed: true, remaining: '10' });
    expect(await statusOf(of('bob', '10'))).toBe('counted');
    // 17 used and 3 held of 25.
    expect(await statusOf(of('eve', '6'))).toBe('refused');
    expect(await check(of('eve', '6'))).toMatchObject({
      allowed: false,
      reason: 'pool_limit_reached',
      remaining: '5',
    });
    const settled = await settle(held.id, '2');
    expect(settled.body).toMatchObject({
      settled: '2',
      held: '0',
      entitlement: { subject: 'ada', used: '9' },
    });
    expect(await statusOf(of('eve', '6'))).toBe('counted');
    expect(await statusOf(of('eve', '1'))).toBe('refused');
    expect(await check(of('ada', '0'))).toMatchObject({ used: '9', pool: { used: '25' } });
  });

  test('I233 of forty who spend the last unit of a member at once exactly one gets it', async () => {
    const customer = await subscribed();
    const of = (subject: string, quantity: string) => ({ customer, feature: 'seats', subject, quantity });
    for (const subject of ['ada', 'bob']) expect(await statusOf(of(subject, '9'))).toBe('counted');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => statusOf(of(index % 2 === 0 ? 'ada' : 'bob', '1'))),
    );
    expect(answers.filter((status) => status === 'counted')).toHaveLength(2);
    expect(await check(of('ada', '0'))).toMatchObject({ used: '10', pool: { used: '20' } });
  });

  test('the same units count for each feature that names the same member, in its own window', async () => {
    const customer = await subscribed();
    const of = (feature: string, quantity: string) => ({ customer, feature, subject: 'ada', quantity });
    expect(await statusOf(of('seats', '3'))).toBe('counted');
    expect(await statusOf(of('brief', '2'))).toBe('refused');
    expect(await statusOf(of('brief', '1'))).toBe('counted');
    app.passWallTime(HOUR);
    expect(await statusOf(of('brief', '4'))).toBe('counted');
    expect(await statusOf(of('seats', '3'))).toBe('refused');
    expect(await statusOf(of('seats', '2'))).toBe('counted');
  });
});

test('I234 in a sliding window no more is taken than it allows wherever it stands, and what grew old is free again', async () => {
  const customer = await subscribed();
  const of = (quantity: string) => ({ customer, feature: 'slides', quantity });
  expect(await statusOf(of('4'))).toBe('counted');
  app.passWallTime(HOUR);
  const race = await Promise.all(Array.from({ length: 12 }, () => statusOf(of('1'))));
  expect(race.filter((status) => status === 'counted')).toHaveLength(6);
  const late = { specversion: '1.0', source: '/t', type: 'slide', subject: customer, data: { n: '2' } };
  app.passWallTime(HOUR);
  const time = new Date(app.server.transactor.wallNow() - HOUR / 2).toISOString();
  await must(
    app.api('POST', '/v1/events', {
      body: [{ ...late, id: `late-${customer}`, time }],
      idempotencyKey: null,
    }),
  );
  // The first four are two hours old; two came in otherwise.
  expect(await check(of('0'))).toMatchObject({ used: '8', remaining: '2', reset_at: null });
  const held = await reserve({ ...of('5'), minimum: '1' });
  expect(held).toMatchObject({ quantity: '2', entitlement: { remaining: '0' } });
  expect(await statusOf(of('0.5'))).toBe('refused');
  expect(await check(of('1'))).toMatchObject({ allowed: false, remaining: '0' });
  app.passWallTime(60_000);
  expect((await settle(held.id, '1')).body).toMatchObject({ settled: '1', entitlement: { used: '9' } });
  app.passWallTime(2 * HOUR);
  expect(await statusOf(of('10'))).toBe('counted');
  expect(await statusOf(of('0.1'))).toBe('refused');
});

test('I232 of a meter that rounds as much is taken as the rounded figure allows, and a check says the same', async () => {
  const customer = await subscribed();
  const of = (quantity: string) => ({ customer, feature: 'tens', quantity });
  expect((await consume(of('81'))).body).toMatchObject({ entitlement: { used: '90', remaining: '9' } });
  expect(await check(of('9'))).toMatchObject({ allowed: true, used: '90', limit: '95', remaining: '9' });
  expect(await check(of('9.5'))).toMatchObject({ allowed: false, reason: 'limit_reached' });
  expect(await statusOf(of('9.5'))).toBe('refused');
  expect(await reserve({ ...of('50'), minimum: '1' })).toMatchObject({ quantity: '9' });
});

test('I568 units that are more than a reading may say are refused for their number', async () => {
  const customer = await subscribed();
  const quantity = `1${'0'.repeat(18)}`;
  const refused = await consume({ customer, feature: 'slides', quantity });
  expect([refused.status, refused.body.code]).toEqual([422, 'request.invalid']);
  expect(refused.body.errors).toMatchObject([{ pointer: '/quantity', code: 'quantity.too_large' }]);
});

test('no unit is given for an event that the meter would not count, and one that names what it asks for counts', async () => {
  const customer = await subscribed();
  const of = (feature: string, data?: object) => ({
    customer,
    feature,
    quantity: '3',
    ...(data && { data }),
  });
  for (const [feature, wrong, right] of [
    ['paged', { region: 'us' }, { region: 'eu' }],
    ['machines', { size: 'large' }, { kind: 'press' }],
  ] as const) {
    for (const data of [undefined, wrong]) {
      const refused = await consume(of(feature, data));
      expect([refused.status, refused.body.code]).toEqual([422, 'feature.not_consumable']);
      expect(refused.body.errors).toMatchObject([{ pointer: '/data', code: 'data.not_counted' }]);
    }
    const held = await app.api('POST', '/v1/reservations', {
      body: { ...of(feature), key: `none-${feature}` },
    });
    expect(held.body.code).toBe('feature.not_consumable');
    const kept = await reserve(of(feature, right));
    expect((await settle(kept.id, '2')).body).toMatchObject({ settled: '2', entitlement: { used: '2' } });
    expect((await consume(of(feature, right))).body).toMatchObject({
      status: 'counted',
      entitlement: { used: '5' },
    });
    expect(await check(of(feature))).toMatchObject({ used: '5', remaining: '0' });
  }
});

test('I646 no unit is taken whose event another meter of its type could not read, and one that says what that reads counts for both', async () => {
  const customer = await subscribed();
  const of = (quantity: string, data?: object) => ({
    customer,
    feature: 'pairs',
    quantity,
    ...(data && { data }),
  });
  // Whoever came before has made nothing of it easier: the second is taken without a look.
  for (let turn = 0; turn < 2; turn += 1) {
    for (const data of [undefined, { size: 'large' }]) {
      const refused = await consume(of('1', data));
      expect([refused.status, refused.body.code]).toEqual([422, 'feature.not_consumable']);
      expect(refused.body.errors).toMatchObject([{ pointer: '/data', code: 'data.not_counted' }]);
      expect(String(refused.body.detail)).toContain('sizes');
    }
    const held = await app.api('POST', '/v1/reservations', { body: { ...of('1'), key: `pair-${turn}` } });
    expect([held.status, held.body.code]).toEqual([422, 'feature.not_consumable']);
    expect((await consume(of('1', { size: '7' }))).body.status).toBe('counted');
  }
  const kept = await reserve(of('2', { size: '7' }));
  expect((await settle(kept.id, '2')).body).toMatchObject({ settled: '2', entitlement: { used: '4' } });
  const sizes = `/v1/usage?customer=${customer}&meter=sizes&from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:00Z`;
  expect(await must(app.api('GET', sizes))).toMatchObject({ quantity: '28' });
});
