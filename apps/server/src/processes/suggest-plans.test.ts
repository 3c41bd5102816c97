import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { flatPrice } from '../testing/billing.ts';
import { must, signUpMember } from '../testing/scenario.ts';

let app: TestApp;

const perCall = (unit_amount: string, included = '0') =>
  flatPrice('0', {
    key: 'calls',
    name: 'Calls',
    pricing: { model: 'per_unit', unit_amount, per: '1' },
    quantity: { kind: 'meter', meter: 'calls' },
    timing: 'in_arrears',
    terms: { included_units: included },
  });
const right = (limit: string | null, overage = 'block') => ({
  kind: 'metered',
  feature: 'calls',
  limit,
  reset: 'billing_period',
  overage,
  warn_at_percent: [],
});
const plan = (key: string, rank: number, prices: object[], entitlements: object[], more: object = {}) => ({
  key,
  name: key,
  rank,
  currency: 'EUR',
  prices,
  entitlements,
  ...more,
});
const yearly = { cadence: { interval: 'year', count: 1 } } as const;

const FILE = {
  meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' }],
  features: [
    { key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' },
    { key: 'sso', name: 'SSO', kind: 'boolean' },
  ],
  plans: [
    plan('tiny', 1, [flatPrice('100')], [right('50')]),
    plan('pay', 2, [perCall('0.10')], [right(null)]),
    plan('basic', 3, [flatPrice('1000'), perCall('0.10', '100')], [right('100', 'allow')]),
    plan('large', 4, [flatPrice('1500')], [right('1000')]),
    plan('year', 5, [flatPrice('18250', yearly)], [right(null)]),
    plan('hidden', 6, [flatPrice('1')], [right(null)], { public: false }),
  ],
};

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2027-01-01T00:00:00Z' });
  await must(app.api('PATCH', '/v1/tenant', { body: { time_zone: 'UTC' } }));
  await must(app.api('PUT', '/v1/catalogue', { body: FILE }));
});
afterAll(() => app.close());

async function moveTo(to: string) {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
}

type Suggested = {
  subscription: string | null;
  is_running: boolean;
  suggested: string | null;
  current_plan: string | null;
  meters: { quantities: string[] }[];
  plans: {
    plan: string;
    total: string;
    average: string;
    saving: string;
    is_current: boolean;
    periods: { amount: string }[];
    above_limits: { limit: string; used: string }[];
    lines: { description: string; quantity: string; amount: string }[];
  }[];
};
const suggest = async (id: string, query = '') =>
  (await must(app.api('GET', `/v1/customers/${id}/plan_suggestions${query}`))) as unknown as Suggested;

let id: string;

test('I170 what was really used is priced on every plan on sale by the engine that bills, and the cheapest that holds it is named', async () => {
  const body = { name: 'Acme', external_id: 'acme', time_zone: 'UTC' };
  id = String((await must(app.api('POST', '/v1/customers', { body }))).id);
  expect(await suggest(id)).toMatchObject({ current_plan: null, suggested: null, plans: [], meters: [] });
  const start = { customer: 'acme', plan: 'basic', collection: 'manual' };
  await must(app.api('POST', '/v1/subscriptions', { body: start }));
  for (const [month, n] of [
    ['01', '200'],
    ['02', '120.5'],
    ['03', '90'],
  ]) {
    await moveTo(`2027-${month}-20T00:00:00Z`);
    const event = {
      specversion: '1.0',
      id: `calls-${month}`,
      source: '/t',
      type: 'call',
      subject: 'acme',
      time: `2027-${month}-20T00:00:00Z`,
      data: { n },
    };
    await must(app.api('POST', '/v1/events', { body: [event], idempotencyKey: null }));
  }
  await moveTo('2027-04-02T00:00:00Z');
  const found = await suggest(id);
  expect(found).toMatchObject({ current_plan: 'basic', suggested: 'pay' });
  expect(found.meters).toMatchObject([{ quantities: ['200', '120.5', '90'] }]);
  // pay: 20 + 12.05 + 9. basic: 3 times 10, and 10 + 2.05 for what is above 100. year: 90 of 365 days of 182.50.
  expect(found.plans.map(({ plan: key, total }) => [key, total])).toEqual([
    ['pay', '4105'],
    ['basic', '4205'],
    ['large', '4500'],
    ['year', '4500'],
    ['tiny', '300'],
  ]);
  const of = (key: string) => found.plans.find((one) => one.plan === key);
  expect(of('basic')).toMatchObject({ is_current: true, saving: '0', average: '1402' });
  expect(of('basic')?.periods.map(({ amount }) => amount)).toEqual(['2000', '1205', '1000']);
  expect(of('pay')).toMatchObject({ saving: '100', lines: [{ quantity: '90', amount: '900' }] });
  expect(of('tiny')).toMatchObject({ saving: '3905', above_limits: [{ limit: '50', used: '200' }] });

  // The very amounts that were billed to the customer for the same months.
  await app.drain();
  const invoices = await must(app.api('GET', `/v1/invoices?customer=${id}`));
  const billed = (invoices.data as unknown as { total: string }[]).map(({ total }) => Number(total));
  // April's fee is billed as well, and is for no month that was looked at.
  expect(billed.reduce((sum, total) => sum + total, 0) - 1000).toBe(4205);
});

test('fewer periods are looked at if asked; the customer sees the same', async () => {
  // A year from March 2027 has 366 days.
  expect((await suggest(id, '?periods=1')).plans.map(({ plan: key, total }) => [key, total])).toEqual([
    ['pay', '900'],
    ['basic', '1000'],
    ['large', '1500'],
    ['year', '1546'],
    ['tiny', '100'],
  ]);
  const member = await signUpMember(app, app.tenant.slug, 'ada@acme.example');
  const base = `/p/${app.tenant.slug}/api/v1`;
  await must(member('POST', `${base}/customers`, { body: { name: 'Ada', country: 'DE' } }));
  const mine = await must(member('GET', `${base}/plan_suggestions`));
  expect(mine).toMatchObject({ object: 'plan_suggestions', plans: [] });
});

test('rights of a plan are previewed: who gains, who loses, and who used more than the limit that would hold', async () => {
  const { data } = await must(app.api('GET', '/v1/plans'));
  const basic = (data as unknown as { id: string; key: string }[]).find(({ key }) => key === 'basic')?.id;
  const event = {
    specversion: '1.0',
    id: 'calls-04',
    source: '/t',
    type: 'call',
    subject: 'acme',
    time: '2027-04-02T00:00:00Z',
    data: { n: '30' },
  };
  await must(app.api('POST', '/v1/events', { body: [event], idempotencyKey: null }));
  const preview = (entitlements: object[]) =>
    app.api('POST', `/v1/plans/${basic}/rights/preview`, { body: { entitlements }, idempotencyKey: null });
  const sso = { kind: 'boolean', feature: 'sso', enabled: true };
  expect(await must(preview([right('20', 'allow'), sso]))).toMatchObject({
    plan: 'basic',
    subscriptions: 1,
    is_partial: false,
    changes: [
      { feature: 'calls', effect: 'less', subscriptions: 1 },
      { feature: 'sso', effect: 'gained', subscriptions: 1 },
    ],
    over_limit: [{ customer: id, customer_name: 'Acme', feature: 'calls', used: '30', limit: '20' }],
  });
  expect(await must(preview([right('100', 'allow')]))).toMatchObject({ changes: [], over_limit: [] });
  expect(await must(preview([]))).toMatchObject({ changes: [{ feature: 'calls', effect: 'lost' }] });
  const wrong = await preview([{ ...sso, feature: 'calls' }]);
  expect([wrong.status, wrong.body.code]).toEqual([422, 'plan.invalid']);
});

test('I584 of several plans each is compared alone, a limit that another lets pass stops nothing, and what is held is not suggested', async () => {
  const body = { name: 'Twin', external_id: 'twin', time_zone: 'UTC' };
  const twin = String((await must(app.api('POST', '/v1/customers', { body }))).id);
  const start = async (key: string) => {
    const wish = { customer: 'twin', plan: key, collection: 'manual' };
    return String((await must(app.api('POST', '/v1/subscriptions', { body: wish }))).id);
  };
  const tiny = await start('tiny');
  const large = await start('large');
  await moveTo('2027-04-20T00:00:00Z');
  const event = {
    specversion: '1.0',
    id: 'twin-04',
    source: '/t',
    type: 'call',
    subject: 'twin',
    time: '2027-04-20T00:00:00Z',
    data: { n: '90' },
  };
  await must(app.api('POST', '/v1/events', { body: [event], idempotencyKey: null }));
  await moveTo('2027-05-03T00:00:00Z');
  // Tiny stops at 50, which Large does not: nothing was refused, and nothing is cheaper than Tiny.
  const ofTiny = await suggest(twin, `?periods=1&subscription=${tiny}`);
  expect(ofTiny).toMatchObject({ subscription: tiny, current_plan: 'tiny', suggested: null });
  expect(ofTiny.plans.find(({ plan: key }) => key === 'tiny')).toMatchObject({
    above_limits: [],
    total: '100',
  });
  // Tiny has no other plan beside it that lets pass what it stops; and it is held already.
  const ofLarge = await suggest(twin, `?periods=1&subscription=${large}`);
  expect(ofLarge).toMatchObject({ subscription: large, current_plan: 'large', suggested: 'pay' });
  expect(ofLarge.plans.find(({ plan: key }) => key === 'tiny')).toMatchObject({
    above_limits: [{ limit: '50', used: '90' }],
  });
  // Once Pay is held as well, it is not suggested a second time; Basic is the next that costs less.
  await start('pay');
  expect(await suggest(twin, `?periods=1&subscription=${large}`)).toMatchObject({ suggested: 'basic' });
  const foreign = await app.api('GET', `/v1/customers/${id}/plan_suggestions?subscription=${tiny}`);
  expect([foreign.status, foreign.body.code]).toEqual([404, 'subscription.not_found']);
});

test('I610 before a period is over the running one is priced so far, and no plan is suggested by it', async () => {
  const body = { name: 'Early', external_id: 'early', time_zone: 'UTC' };
  const early = String((await must(app.api('POST', '/v1/customers', { body }))).id);
  await must(
    app.api('POST', '/v1/subscriptions', {
      body: { customer: 'early', plan: 'large', collection: 'manual' },
    }),
  );
  await moveTo('2027-05-06T00:00:00Z');
  const soFar = await suggest(early);
  expect(soFar).toMatchObject({ current_plan: 'large', is_running: true, suggested: null });
  // Others would have cost less up to now.
  expect(Number(soFar.plans[0]?.saving)).toBeGreaterThan(0);
  await moveTo('2027-06-04T00:00:00Z');
  const over = await suggest(early);
  expect(over.is_running).toBe(false);
  expect(over.suggested).toBe(over.plans.find(({ above_limits }) => above_limits.length === 0)?.plan);
  expect(over.suggested).not.toBe('large');
});
