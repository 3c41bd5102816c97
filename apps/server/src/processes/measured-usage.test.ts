import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

let app: TestApp;
let serial = 0;

const PER_UNIT = { model: 'per_unit', unit_amount: '0.01', per: '1' };
/** Prices of one meter by two properties, some of whose values lie in several cells. */
const BY_PLACE = {
  model: 'matrix',
  dimensions: ['region', 'who'],
  cells: [
    { values: ['eu', 'user-1'], unit_amount: '0.05' },
    { values: ['eu', 'user-2'], unit_amount: '0.04' },
    { values: ['us', 'user-1'], unit_amount: '0.03' },
  ],
  other_unit_amount: '0.01',
  per: '1',
};
const price = (meter: string, pricing: object) => ({
  key: meter,
  name: meter,
  pricing,
  quantity: { kind: 'meter', meter },
  timing: 'in_arrears',
  cadence: { interval: 'month', count: 1 },
});
const meter = (key: string, aggregation: string, more: object = {}) => ({
  key,
  name: key,
  event_type: 'job',
  aggregation,
  ...(aggregation === 'count' ? {} : { value_property: 'size' }),
  ...more,
});
const eu = { operator: 'equals', property: 'region', value: 'eu' };
const METERS = [
  meter('jobs', 'count', { group_by: ['region'] }),
  meter('eu-jobs', 'count', { filters: [eu] }),
  meter('big-jobs', 'count', {
    filters: [eu, { operator: 'range', property: 'size', from: '20', below: null }],
  }),
  meter('by-place', 'count'),
  meter('size', 'sum'),
  meter('peak', 'max'),
  meter('last', 'latest'),
  meter('people', 'unique', { value_property: 'who' }),
  meter('mean', 'average', { rounding: { step: '0.1', mode: 'up' } }),
  meter('p90', 'percentile', { percentile: '90' }),
  meter('stock', 'level', { value_property: 'delta' }),
  meter('stock-hours', 'weighted_sum', { value_property: 'delta', weighted_by: 'hour' }),
];
const RESETS = ['hour', 'day', 'week', 'last_24_hours', 'last_7_days', 'billing_period'] as const;
const feature = (reset: string) => reset.replaceAll('_', '-');
const rights = (limit: string) =>
  RESETS.map((reset) => ({
    feature: feature(reset),
    kind: 'metered',
    limit,
    reset,
    overage: 'allow',
    warn_at_percent: [],
  }));
const base = {
  key: 'base',
  name: 'Base',
  pricing: { model: 'flat', amount: '1000' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const plan = (key: string, rank: number, amount: string) => ({
  key,
  name: key,
  rank,
  currency: 'EUR',
  prices: [
    { ...base, pricing: { model: 'flat', amount } },
    ...METERS.map(({ key: name }) => price(name, name === 'by-place' ? BY_PLACE : PER_UNIT)),
  ],
  entitlements: rights('100000'),
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-10-01T00:00:00Z' });
  await must('PUT', '/v1/catalogue', {
    body: {
      meters: METERS,
      features: RESETS.map((reset) => ({ key: feature(reset), name: reset, kind: 'metered', meter: 'size' })),
      plans: [plan('small', 1, '1000'), plan('large', 2, '5000')],
    },
  });
  await must('POST', '/v1/customers', { body: { name: 'Acme', external_id: 'acme', time_zone: 'UTC' } });
  await must('POST', '/v1/customers', { body: { name: 'Bolt', external_id: 'bolt', time_zone: 'UTC' } });
});
afterAll(() => app.close());

async function must(...call: Parameters<TestApp['api']>) {
  const answer = await app.api(...call);
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

async function moveTo(to: string) {
  await must('POST', '/v1/clock/advance', { body: { to } });
  await app.server.mover.finished(app.tenant.id);
}

const REGIONS = ['eu', 'us', null] as const;
/** Jobs of one customer, one at each time; the size is given, all else follows from the number. */
async function send(subject: string, jobs: readonly (readonly [time: string, size: string])[]) {
  const events = jobs.map(([time, size]) => {
    serial += 1;
    const region = REGIONS[serial % 3];
    const data = { size, who: `user-${serial % 7}`, delta: serial % 4 === 0 ? '-1' : '2' };
    return {
      specversion: '1.0',
      id: `job-${serial}`,
      source: '/t',
      type: 'job',
      subject,
      time,
      data: region === null ? data : { ...data, region },
    };
  });
  const answer = await must('POST', '/v1/events', { body: events, idempotencyKey: null });
  expect(answer.counts).toMatchObject({ accepted: events.length });
}
const daysOf = (month: string, from: number, to: number, size: (day: number) => string) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).map(
    (day) => [`2026-${month}-${String(day).padStart(2, '0')}T10:20:30Z`, size(day)] as const,
  );

const usage = (key: string, from: string, to: string, more = '') =>
  must('GET', `/v1/usage?customer=acme&meter=${key}&from=${from}&to=${to}${more}`);

type Line = {
  quantity: string;
  kind: string;
  explanation: {
    tiers: { quantity: string }[];
    readings: { meter_key: string; start: string; event_count: number; measure: unknown } | null;
  };
};
async function usageLines(): Promise<Line[]> {
  const found: Line[] = [];
  for (const { id } of (await must('GET', '/v1/invoices?limit=100')).data as unknown as { id: string }[]) {
    const invoice = await must('GET', `/v1/invoices/${id}`);
    found.push(...(invoice.lines as unknown as Line[]).filter(({ kind }) => kind === 'usage'));
  }
  return found;
}

test('I130 B21: whatever usage shows of a period stands on its invoice, for each way to measure, and says how it came about', async () => {
  await must('POST', '/v1/subscriptions', {
    body: { customer: 'acme', plan: 'small', collection: 'manual' },
  });
  await moveTo('2026-10-31T00:00:00Z');
  await send(
    'acme',
    daysOf('10', 1, 30, (day) => `${10 + day}.25`),
  );
  await moveTo('2026-11-01T00:00:00Z');
  const lines = new Map((await usageLines()).map((line) => [line.explanation.readings?.meter_key, line]));
  expect([...lines.keys()].sort()).toEqual(METERS.map(({ key }) => key).sort());
  for (const { key } of METERS) {
    const shown = await usage(key, '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', '&granularity=day');
    expect([key, lines.get(key)?.quantity]).toEqual([key, shown.quantity]);
    expect([key, lines.get(key)?.explanation.readings?.event_count]).toEqual([key, shown.event_count]);
    expect(Number(shown.quantity)).toBeGreaterThan(0);
  }
  // 25.75 on average is a whole number of tenths above it; the explanation says what was measured.
  expect(lines.get('mean')).toMatchObject({
    quantity: '25.8',
    explanation: {
      readings: {
        measure: { aggregation: 'average', measured: '25.75', rounding: { step: '0.1', mode: 'up' } },
      },
    },
  });
  expect(lines.get('p90')).toMatchObject({
    quantity: '37.25',
    explanation: { readings: { measure: { aggregation: 'percentile', percentile: '90' } } },
  });
  expect(lines.get('size')?.explanation.readings?.measure).toBeNull();
});

test('B11: conditions that overlap count an event once each; groups of a meter and prices by its properties share none and leave none out', async () => {
  const [from, to] = ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z'];
  const all = await usage('jobs', from, to, '&granularity=month&dimension=region');
  const groups = all.groups as unknown as { value: string; quantity: string; points: string[] }[];
  expect(groups.map(({ value }) => value).sort()).toEqual(['', 'eu', 'us']);
  expect(groups.reduce((sum, { quantity }) => sum + Number(quantity), 0)).toBe(30);
  expect(groups.flatMap(({ points }) => points).reduce((sum, part) => sum + Number(part), 0)).toBe(30);
  const inEu = await usage('eu-jobs', from, to);
  expect(inEu.quantity).toBe(groups.find(({ value }) => value === 'eu')?.quantity);
  const big = await usage('big-jobs', from, to);
  expect(Number(big.quantity)).toBeLessThanOrEqual(Number(inEu.quantity));
  const byPlace = (await usageLines()).find(
    ({ explanation }) => explanation.readings?.meter_key === 'by-place',
  );
  const cells = byPlace?.explanation.tiers.map(({ quantity }) => Number(quantity)) ?? [];
  expect(cells.length).toBeGreaterThan(3);
  expect(cells.reduce((sum, quantity) => sum + quantity, 0)).toBe(30);
  const unknown = await app.api(
    'GET',
    `/v1/usage?customer=acme&meter=jobs&from=${from}&to=${to}&dimension=size`,
  );
  expect(unknown.status).toBe(422);
});

test('B11: readings below zero never come back as units that nobody used', async () => {
  await moveTo('2026-11-02T00:00:00Z');
  const size = async () => (await usage('size', '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')).quantity;
  await send('acme', [['2026-11-01T08:00:00Z', '3']]);
  await send('acme', [['2026-11-01T08:10:00Z', '-5']]);
  expect(await size()).toBe('-2');
  await send('acme', [['2026-11-01T08:20:00Z', '2']]);
  expect(await size()).toBe('0');
});

test('B20: windows of limits hold what happened in them, also where it is told late or out of order', async () => {
  await moveTo('2026-11-04T12:30:00Z');
  const used = async () =>
    Object.fromEntries(
      await Promise.all(
        RESETS.map(async (reset) => {
          const body = { customer: 'acme', feature: feature(reset) };
          const answer = await must('POST', '/v1/check', { body, idempotencyKey: null });
          return [reset, answer.used] as const;
        }),
      ),
    );
  const before = await used();
  expect(before).toMatchObject({ hour: '0', day: '0', last_24_hours: '0', billing_period: '0' });
  const week = Number(before.last_7_days);
  await send('acme', [['2026-11-04T12:30:00Z', '1']]);
  await send('acme', [['2026-11-03T12:40:00Z', '1000']]);
  await send('acme', [['2026-11-04T00:00:00Z', '10']]);
  await send('acme', [['2026-11-03T12:30:00Z', '10000']]);
  await send('acme', [['2026-11-04T11:59:59.999Z', '100']]);
  expect(await used()).toEqual({
    hour: '1',
    day: '111',
    week: '11111',
    last_24_hours: '1111',
    last_7_days: `${week + 11111}`,
    billing_period: '11111',
  });
  const check = await must('POST', '/v1/check', {
    body: { customer: 'acme', feature: 'last-24-hours' },
    idempotencyKey: null,
  });
  expect(check.reset_at).toBeNull();
});

test('I131 B12: an invoice in the middle of a period resets no meter, and its usage is billed once, by old and new plan together', async () => {
  await moveTo('2026-11-20T12:00:00Z');
  await send(
    'acme',
    daysOf('11', 5, 19, (day) => (day === 18 ? '900' : `${40 + (day % 3)}`)),
  );
  const window = () =>
    must('POST', '/v1/check', {
      body: { customer: 'acme', feature: 'billing-period' },
      idempotencyKey: null,
    });
  const before = await window();
  const [first] = (await must('GET', '/v1/subscriptions')).data as unknown as { id: string }[];
  const invoices = ((await must('GET', '/v1/invoices')).data as unknown as object[]).length;
  await must('POST', `/v1/subscriptions/${first?.id}/change`, { body: { plan: 'large', when: 'now' } });
  await app.drain();
  expect(((await must('GET', '/v1/invoices')).data as unknown as object[]).length).toBeGreaterThan(invoices);
  const after = await window();
  expect(after).toMatchObject({ used: before.used, reset_at: before.reset_at });
  await moveTo('2026-11-25T00:00:00Z');
  await send('acme', [['2026-11-24T10:00:00Z', '7']]);
  await moveTo('2026-12-01T00:00:00Z');
  const november = (await usageLines()).filter(({ explanation: { readings } }) =>
    readings?.start.startsWith('2026-11'),
  );
  for (const key of ['jobs', 'size', 'stock-hours']) {
    const parts = november.filter(({ explanation }) => explanation.readings?.meter_key === key);
    const shown = await usage(key, '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z');
    expect(parts.length).toBe(2);
    const sum = parts.reduce((total, { quantity }) => total + Number(quantity), 0);
    expect(sum).toBeCloseTo(Number(shown.quantity), 6);
  }
});

test('an outlook shows so far, the end of the period with a band, the period before and unusual days', async () => {
  await moveTo('2026-12-11T00:00:00Z');
  await send(
    'acme',
    daysOf('12', 1, 10, () => '50'),
  );
  const outlook = await must('GET', '/v1/usage/outlook?customer=acme&meter=size');
  expect(outlook).toMatchObject({
    period: { start: '2026-12-01T00:00:00.000Z', end: '2027-01-01T00:00:00.000Z' },
    quantity: '500',
    projection_missing: null,
    projection: { basis_days: 28 },
    previous: { period: { start: '2026-11-01T00:00:00.000Z' } },
  });
  const { low, expected, high } = outlook.projection as unknown as Record<string, string>;
  expect(Number(low)).toBeGreaterThanOrEqual(500);
  expect(Number(expected)).toBeGreaterThan(Number(low));
  expect(Number(high)).toBeGreaterThan(Number(expected));
  const days = outlook.days as unknown as {
    start: string;
    quantity: string;
    anomaly: { kind: string } | null;
  }[];
  const flagged = days.filter(({ anomaly }) => anomaly !== null);
  expect(flagged.map(({ start }) => start.slice(0, 10))).toContain('2026-11-18');
  expect(days.every(({ start }) => start >= '2026-10-30')).toBe(true);
  for (const { key, aggregation } of METERS) {
    const { projection, projection_missing, quantity } = (await must(
      'GET',
      `/v1/usage/outlook?customer=acme&meter=${key}`,
    )) as unknown as {
      projection: Record<string, string> | null;
      projection_missing: string;
      quantity: string;
    };
    if (aggregation === 'latest') {
      expect([key, projection, projection_missing]).toEqual([key, null, 'last_reading_counts']);
      continue;
    }
    const isByDays = ['count', 'sum', 'level', 'weighted_sum'].includes(aggregation);
    expect([key, projection_missing, projection?.basis]).toEqual([
      key,
      null,
      isByDays ? 'days' : 'stretches',
    ]);
    const figure = (part: string) => Number(projection?.[part]);
    expect([key, figure('low') <= figure('expected'), figure('expected') <= figure('high')]).toEqual([
      key,
      true,
      true,
    ]);
    // What is highest, or how many there are, never becomes less.
    if (aggregation === 'max' || aggregation === 'unique')
      expect(figure('low')).toBeGreaterThanOrEqual(Number(quantity));
  }
  const nobody = await must('GET', '/v1/usage/outlook?customer=bolt&meter=size');
  expect(nobody).toMatchObject({
    quantity: '0',
    projection: null,
    projection_missing: 'too_few_days',
    days: [],
  });
});

test('the customers with the most come first, by name', async () => {
  await send('bolt', [['2026-12-10T10:00:00Z', '9999']]);
  const top = await must(
    'GET',
    '/v1/usage/top_customers?meter=size&from=2026-12-01T00:00:00Z&to=2026-12-11T00:00:00Z&top=5',
  );
  expect(top.customers).toMatchObject([
    { customer_name: 'Bolt', quantity: '9999' },
    { customer_name: 'Acme', quantity: '500' },
  ]);
});

test('tracking may say what conditions, groups and different values go by', async () => {
  const track = (feature: string, event_id: string, more: object) =>
    must('POST', '/v1/track', {
      body: { customer: 'bolt', feature, event_id, ...more },
      idempotencyKey: null,
    });
  serial += 1;
  const data = { region: 'eu', who: 'ann', delta: '1' };
  expect(await track('day', 'tracked-1', { quantity: '70', data })).toMatchObject({ status: 'accepted' });
  const found = await must(
    'GET',
    '/v1/usage?customer=bolt&meter=big-jobs&from=2026-12-10T10:00:01Z&to=2026-12-12T00:00:00Z',
  );
  expect(found).toMatchObject({ quantity: '1', event_count: 1 });
});

test('I129 a verification over the wire says what it compared and that there are no differences', async () => {
  const found = await must('GET', '/v1/usage/verification');
  expect(found).toMatchObject({ difference_count: 0, differences: [] });
  const meters = found.meters as unknown as { meter_key: string; events: number; values: number }[];
  expect(meters.map(({ meter_key }) => meter_key).sort()).toEqual(METERS.map(({ key }) => key).sort());
  const people = meters.find(({ meter_key }) => meter_key === 'people');
  expect(people?.events).toBe(serial);
  expect(people?.values).toBeGreaterThan(7);
  const part = await must('GET', '/v1/usage/verification?from=2026-12-01T00:00:00Z');
  const jobs = (part.meters as unknown as typeof meters).find(({ meter_key }) => meter_key === 'jobs');
  expect(jobs?.events).toBe(12);
  const facts = (await app.api('GET', '/v1/facts/export')).text.split('\n');
  const last = facts.find((line) => /"fact":"usage","customer":"bolt","meter":"last"/.test(line));
  expect(last).toMatch(/"quantity":"?70/);
});
