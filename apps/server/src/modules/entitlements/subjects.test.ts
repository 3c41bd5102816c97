import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { must } from '../../testing/scenario.ts';

const HOUR = 3_600_000;
const START = Date.parse('2027-01-10T09:00:00Z');

let app: TestApp;
let serial = 0;

const each = (limit: string | null, pool_limit: string | null, more: object = {}) => ({
  kind: 'metered',
  feature: 'seats',
  limit,
  pool_limit,
  reset: 'billing_period',
  overage: 'block',
  warn_at_percent: [80, 100],
  ...more,
});
const meter = (key: string, aggregation: string) => ({
  key,
  name: key,
  event_type: key,
  aggregation,
  ...(aggregation === 'count' ? {} : { value_property: 'n' }),
});
const FILE = {
  meters: [meter('calls', 'sum'), meter('peak', 'max'), meter('stock', 'level')],
  features: [
    { key: 'seats', name: 'Calls by member', kind: 'metered', meter: 'calls', subject_property: 'user' },
    { key: 'peaks', name: 'Peak by device', kind: 'metered', meter: 'peak', subject_property: 'device' },
  ],
  plans: [
    {
      key: 'team',
      name: 'Team',
      currency: 'EUR',
      prices: [],
      entitlements: [each('10', '25'), each('50', null, { feature: 'peaks' })],
    },
  ],
};

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2027-01-10T09:00:00Z' });
  await must(app.api('PUT', '/v1/catalogue', { body: FILE }));
});
afterAll(() => app.close());

async function subscribed() {
  serial += 1;
  const key = `team-${serial}`;
  const { id } = await must(app.api('POST', '/v1/customers', { body: { name: key, external_id: key } }));
  await must(app.api('POST', '/v1/subscriptions', { body: { customer: key, plan: 'team' } }));
  return { key, id: String(id) };
}

const ask = (customer: string, subject: string | null, quantity = '1', feature = 'seats') =>
  app.api('POST', '/v1/check', {
    body: { customer, feature, quantity, ...(subject === null ? {} : { subject }) },
    idempotencyKey: null,
  });
const check = async (...asked: Parameters<typeof ask>) => must(ask(...asked));

function track(customer: string, subject: string, quantity: string, feature = 'seats') {
  serial += 1;
  const body = { customer, feature, quantity, subject, event_id: `event-${serial}` };
  return must(app.api('POST', '/v1/track', { body, idempotencyKey: null }));
}

type Sent = { type: string; n: string; at: number; user?: string };
function ingest(customer: string, events: readonly Sent[]) {
  const body = events.map(({ type, n, at, user }) => {
    serial += 1;
    return {
      specversion: '1.0',
      id: `event-${serial}`,
      source: '/t',
      type,
      subject: customer,
      time: new Date(at).toISOString(),
      data: { n, ...(user === undefined ? {} : { user, device: user }) },
    };
  });
  return must(app.api('POST', '/v1/events', { body, idempotencyKey: null }));
}

/** What rollups say beside what the events themselves say, of whole hours. */
async function differences(): Promise<unknown[]> {
  return app.server.transactor.query(
    { tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null },
    (ctx) =>
      ctx.sql.rows(
        `with raw as (
           select e.customer_id, f.id as feature_id, e.data ->> f.subject_property as subject,
             to_timestamp(floor(extract(epoch from e.time) / 3600) * 3600) as hour, count(*) as event_count,
             case when m.aggregation = 'max' then max(c.quantity) else sum(c.quantity) end as quantity
           from usage_events e cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
           join features f on f.tenant_id = e.tenant_id and f.meter_id = c.meter_id
           join meters m on m.tenant_id = e.tenant_id and m.id = c.meter_id
           where e.tenant_id = $1 and jsonb_typeof(e.data -> f.subject_property) = 'string'
           group by 1, 2, 3, 4, m.aggregation)
         select * from raw full join usage_subject_rollups r using (customer_id, feature_id, subject, hour)
         where r.quantity is distinct from raw.quantity or r.event_count is distinct from raw.event_count`,
        [ctx.tenant.id],
      ),
  );
}

describe('a feature that is counted for each member', () => {
  test('has a limit for each of them and one for all of them together', async () => {
    const { key, id } = await subscribed();
    expect((await track(key, 'ada', '10')).check).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
      counted: 'subject',
      subject: 'ada',
      used: '10',
      pool: { limit: '25', used: '10' },
    });
    expect(await check(key, 'bob', '10')).toMatchObject({ allowed: true, used: '0', remaining: '10' });
    await track(key, 'bob', '9');
    expect(await check(key, 'cy', '7')).toMatchObject({
      allowed: false,
      reason: 'pool_limit_reached',
      remaining: '6',
    });
    expect(await check(key, 'cy', '6')).toMatchObject({ allowed: true });
    const refused = await ask(key, null);
    expect([refused.status, refused.body.code]).toEqual([422, 'entitlement.subject_required']);
    const listed = async (query: string) => {
      const { data } = await must(app.api('GET', `/v1/customers/${id}/entitlements${query}`));
      return (data as unknown as { feature: string }[]).find(({ feature }) => feature === 'seats');
    };
    expect(await listed('?subject=bob')).toMatchObject({
      used: '9',
      remaining: '1',
      explanation: { window_usage: { subject: 'bob', used: '9', pool_used: '19' } },
    });
    expect(await listed('')).toMatchObject({ used: '0', subject: null, remaining: '6', allowed: true });
    const path = `/v1/customers/${id}/entitlements/seats/subjects`;
    expect(await must(app.api('GET', path))).toMatchObject({
      limit: '10',
      is_partial: false,
      subjects: [
        { subject: 'ada', used: '10', event_count: 1 },
        { subject: 'bob', used: '9', event_count: 1 },
      ],
    });
    const overview = await must(app.api('GET', `/v1/customers/${id}/overview`));
    expect(overview.usage).toEqual(
      expect.arrayContaining([expect.objectContaining({ feature: 'seats', used: '19', limit: '25' })]),
    );
  });

  test('takes grants and overrides of limit and pool, and warns of each member and of the pool once', async () => {
    const { key, id } = await subscribed();
    const more = { kind: 'metered', mode: 'add', limit: '10', pool_limit: '15' };
    const body = {
      feature: 'seats',
      change: more,
      until: new Date(START + 400 * HOUR).toISOString(),
      reason: 'Fair.',
    };
    await must(app.api('POST', `/v1/customers/${id}/entitlement_grants`, { body }));
    await track(key, 'ada', '16');
    await track(key, 'bob', '15');
    await track(key, 'cy', '1');
    await app.drain();
    await track(key, 'ada', '1');
    await app.drain();
    const feed = await must(app.api('GET', `/v1/event_feed?customer=${id}&type=usage.threshold_reached`));
    const told = (feed.data as unknown as { data: Record<string, unknown> }[]).map(({ data }) => data);
    expect(told.map(({ subject = 'all', percent, limit }) => [subject, percent, limit]).sort()).toEqual([
      ['ada', 80, '20'],
      ['all', 80, '40'],
    ]);
  });
});

test('I171 hourly figures of members are those of the events, whatever came in and in how many batches at once', async () => {
  const { key } = await subscribed();
  const from = app.server.transactor.wallNow();
  app.passWallTime(6 * HOUR);
  const names = ['ada', 'bob', 'ü'.repeat(200), 'x'.repeat(201)];
  const batches = Array.from({ length: 8 }, (_, batch) =>
    Array.from({ length: 40 }, (_, index): Sent => {
      const user = index % 7 === 0 ? undefined : names[index % 4];
      return {
        type: index % 3 === 0 ? 'peak' : 'calls',
        n: `${(batch * 40 + index) % 17}.25`,
        at: from + ((index * 37 + batch) % 300) * 60_000,
        ...(user === undefined ? {} : { user }),
      };
    }),
  );
  await Promise.all(batches.map((batch) => ingest(key, batch)));
  // The name of 201 letters names nobody: its events count for the customer alone.
  const others = (await differences()) as { subject: string }[];
  expect(others.filter(({ subject }) => subject.length <= 200)).toEqual([]);
  expect(others.length).toBeGreaterThan(0);
  const ofAda = (type: string) => batches.flat().filter((sent) => sent.user === 'ada' && sent.type === type);
  const hundredths = ofAda('calls').reduce((total, { n }) => total + Math.round(Number(n) * 100), 0);
  expect(await check(key, 'ada', '0')).toMatchObject({ used: String(hundredths / 100) });
  const highest = Math.max(...ofAda('peak').map(({ n }) => Number(n)));
  expect(await check(key, 'ada', '0', 'peaks')).toMatchObject({ used: String(highest) });
});

test('I171 a feature that is made later counts what was there before it, to the unit', async () => {
  const { key } = await subscribed();
  const used = async (feature: string, who: string) => (await check(key, who, '0', feature)).used;
  const from = app.server.transactor.wallNow();
  app.passWallTime(HOUR);
  await ingest(key, [
    { type: 'calls', n: '3', at: from + 60_000, user: 'ada' },
    { type: 'peak', n: '7', at: from + 61_000, user: 'ada' },
    { type: 'peak', n: '5', at: from + 62_000, user: 'ada' },
  ]);
  const feature = { key: 'late', name: 'Late', kind: 'metered', meter: 'calls', subject_property: 'device' };
  await must(app.api('POST', '/v1/features', { body: feature }));
  const { data } = await must(app.api('GET', '/v1/plans'));
  const plan = (data as unknown as { id: string; key: string }[]).find((one) => one.key === 'team');
  const version = {
    currency: 'EUR',
    prices: [],
    entitlements: [each('10', null, { feature: 'late' }), each('50', null, { feature: 'peaks' })],
  };
  await must(app.api('POST', `/v1/plans/${plan?.id}/versions`, { body: version }));
  const moved = await must(app.api('POST', '/v1/subscriptions', { body: { customer: key, plan: 'team' } }));
  expect(moved.id).toBeDefined();
  await ingest(key, [{ type: 'calls', n: '2', at: from + HOUR + 60_000, user: 'ada' }]);
  app.passWallTime(4 * HOUR);
  await ingest(key, [{ type: 'calls', n: '1', at: from + 4 * HOUR, user: 'ada' }]);
  // The second subscription began an hour after the first events.
  expect(await used('late', 'ada')).toBe('3');
  expect(await used('peaks', 'ada')).toBe('7');
  expect(await used('seats', 'ada')).toBe('6');
});

test('I129 a verification compares what each member used too, and names each difference that was planted', async () => {
  const { key, id } = await subscribed();
  // From the hour after the next one on, every event of the features stands in an hourly figure.
  const from = app.server.transactor.wallNow();
  app.passWallTime(3 * HOUR);
  await ingest(key, [
    { type: 'calls', n: '3', at: from + 2 * HOUR, user: 'ada' },
    { type: 'calls', n: '2.5', at: from + 2 * HOUR + 1, user: 'ada' },
    { type: 'calls', n: '4', at: from + 2 * HOUR, user: 'bob' },
    { type: 'peak', n: '9', at: from + 2 * HOUR, user: 'ada' },
  ]);
  const verify = () => must(app.api('GET', '/v1/usage/verification'));
  const good = await verify();
  expect(good).toMatchObject({ difference_count: 0, events_from: null, archives: { parts: 0, damaged: [] } });
  const meters = good.meters as unknown as { meter_key: string; subjects: number }[];
  expect(meters.find(({ meter_key }) => meter_key === 'calls')?.subjects).toBeGreaterThanOrEqual(2);
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system', id: 'test' } as const,
    requestId: null,
  };
  const own = `tenant_id = $1 and customer_id = (select id from customers where external_id = $2)
    and feature_id = (select id from features where key = 'seats')`;
  await app.server.transactor.command(request, async (ctx) => {
    const values = [app.tenant.id, key];
    await ctx.sql.run(
      `update usage_subject_rollups set quantity = quantity + 1 where ${own} and subject = 'ada' and quantity = 5.5`,
      values,
    );
    await ctx.sql.run(`delete from usage_subject_rollups where ${own} and subject = 'bob'`, values);
  });
  const bad = await verify();
  const hour = new Date(from + 2 * HOUR - (from % HOUR)).toISOString().replace('.000', '');
  const common = { meter_key: 'calls', customer: id, feature: 'seats', hour, kind: 'subject' };
  expect(bad.difference_count).toBe(2);
  expect(bad.differences).toEqual(
    expect.arrayContaining([
      { ...common, subject: 'ada', kept: '2 events, 6.5', recomputed: '2 events, 5.5' },
      { ...common, subject: 'bob', kept: null, recomputed: '1 events, 4' },
    ]),
  );
});

test('members are told apart by count, sum or max alone', async () => {
  const body = { key: 'held', name: 'Held', kind: 'metered', meter: 'stock', subject_property: 'user' };
  const refused = await app.api('POST', '/v1/features', { body });
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [expect.objectContaining({ pointer: '/subject_property', code: 'feature.subject' })],
  ]);
});
