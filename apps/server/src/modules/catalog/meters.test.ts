import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T12:00:00Z' });
});

afterAll(() => app.close());

const capacity = {
  key: 'capacity',
  name: 'Capacity',
  event_type: 'gauge',
  aggregation: 'max',
  value_property: 'used',
  unit_property: 'kind',
  unit: 'GB',
};
const seats = {
  key: 'seats',
  name: 'Seats',
  event_type: 'seat',
  aggregation: 'level',
  value_property: 'change',
  unit: 'seats',
};

const push = (meters: readonly object[]) =>
  app.api('PUT', '/v1/catalogue', { body: { meters, features: [], plans: [] } });

test('meters of a highest reading, a level and several units go through the catalogue file unchanged', async () => {
  expect((await push([capacity, seats])).status).toBe(200);
  const pulled = await app.api('GET', '/v1/catalogue');
  expect(pulled.body.meters).toEqual(expect.arrayContaining([capacity, seats]));
  const again = await push([capacity, seats]);
  expect((again.body.changes as unknown as { action: string }[]).map(({ action }) => action)).toEqual([
    'unchanged',
    'unchanged',
  ]);
  const turned = await push([{ ...capacity, unit_property: 'place' }, seats]);
  expect([turned.status, turned.body.code]).toEqual([409, 'catalogue.fixed_field']);
});

const slow = {
  key: 'slow',
  name: 'Slow calls',
  event_type: 'call',
  aggregation: 'percentile',
  value_property: 'ms',
  filters: [
    { operator: 'in', property: 'region', values: ['eu', 'us'] },
    { operator: 'range', property: 'ms', from: '0.5', below: null },
    { operator: 'exists', property: 'model' },
    { operator: 'equals', property: 'plan', value: 'pro' },
  ],
  group_by: ['region', 'model'],
  percentile: '99.9',
  rounding: { step: '0.1', mode: 'half_even' },
  unit: 'ms',
  late_usage: 'correct',
};
const stock = {
  key: 'stock',
  name: 'Stock',
  event_type: 'move',
  aggregation: 'weighted_sum',
  value_property: 'change',
  weighted_by: 'day',
  unit: 'GB days',
};

test('conditions, groups, percentile, unit of time and rounding go through the catalogue file unchanged, and never change', async () => {
  expect((await push([slow, stock])).status).toBe(200);
  const pulled = await app.api('GET', '/v1/catalogue');
  expect(pulled.body.meters).toEqual(expect.arrayContaining([slow, stock]));
  const again = await push([{ ...slow, percentile: '99.90', name: slow.name }, stock]);
  expect((again.body.changes as unknown as { action: string }[]).map(({ action }) => action)).toEqual([
    'unchanged',
    'unchanged',
  ]);
  for (const other of [{ percentile: '99' }, { filters: [] }, { rounding: null }, { group_by: ['region'] }]) {
    const turned = await push([{ ...slow, ...other }]);
    expect([turned.status, turned.body.code]).toEqual([409, 'catalogue.fixed_field']);
  }
  const changed = await push([{ ...slow, late_usage: null }, stock]);
  expect(changed.status).toBe(200);
  const listed = await app.api('GET', '/v1/meters');
  const shown = (listed.body.data as unknown as { key: string }[]).find(({ key }) => key === 'stock');
  expect(shown).toMatchObject({
    filters: [],
    group_by: [],
    percentile: null,
    weighted_by: 'day',
    rounding: null,
  });
});

test('terms that do not fit the kind of a meter are refused with their member', async () => {
  const refused = async (more: object) => {
    const answer = await app.api('POST', '/v1/meters', { body: { ...slow, key: 'other', ...more } });
    const [fault] = answer.body.errors as unknown as { pointer: string; code: string }[];
    return [answer.status, fault?.pointer, fault?.code];
  };
  expect(await refused({ percentile: null })).toEqual([422, '/percentile', 'meter.percentile']);
  expect(await refused({ weighted_by: 'hour' })).toEqual([422, '/weighted_by', 'meter.weighted_by']);
  expect(await refused({ rounding: { step: '0', mode: 'up' } })).toEqual([
    422,
    '/rounding',
    'meter.rounding',
  ]);
  const backwards = [{ operator: 'range', property: 'ms', from: '2', below: '1' }];
  expect(await refused({ filters: backwards })).toEqual([422, '/filters', 'meter.filters']);
  expect(await refused({ group_by: ['a', 'a'] })).toEqual([422, '/group_by', 'meter.group_by']);
});

test('what does not fit together is refused with its member', async () => {
  const units = await app.api('POST', '/v1/meters', { body: { ...seats, key: 's2', unit_property: 'kind' } });
  expect([units.status, units.body.errors]).toEqual([
    422,
    [expect.objectContaining({ pointer: '/unit_property', code: 'meter.unit_property' })],
  ]);
  const value = await app.api('POST', '/v1/meters', {
    body: { ...capacity, key: 'c2', value_property: null },
  });
  expect([value.status, value.body.errors]).toEqual([
    422,
    [expect.objectContaining({ pointer: '/value_property', code: 'meter.value_property' })],
  ]);
});

test('usage is shown by unit, a level as it stands at the end of each day, and the highest reading of each', async () => {
  await push([capacity, seats]);
  const customer = await app.api('POST', '/v1/customers', {
    body: { name: 'Ada', currency: 'EUR', external_id: 'ada', time_zone: 'UTC' },
  });
  expect(customer.status).toBe(201);
  const send = (type: string, time: string, data: object) => ({
    specversion: '1.0',
    id: `${type}-${time}-${JSON.stringify(data)}`,
    source: 'test',
    type,
    subject: 'ada',
    time,
    data,
  });
  const sent = await app.api('POST', '/v1/events', {
    body: [
      send('gauge', '2026-01-08T10:00:00Z', { used: '7', kind: 'disk' }),
      send('gauge', '2026-01-08T10:30:00Z', { used: '9', kind: 'disk' }),
      send('gauge', '2026-01-09T10:00:00Z', { used: '3', kind: 'memory' }),
      send('seat', '2026-01-07T10:00:00Z', { change: '5' }),
      send('seat', '2026-01-08T10:15:00Z', { change: '-2' }),
      send('seat', '2026-01-09T10:00:00Z', { change: '1' }),
    ],
    idempotencyKey: null,
  });
  expect(sent.body.counts).toMatchObject({ accepted: 6 });
  const span = 'from=2026-01-08T00:00:00Z&to=2026-01-10T00:00:00Z&granularity=day';
  const gauge = await app.api('GET', `/v1/usage?customer=ada&meter=capacity&${span}`);
  expect(gauge.body).toMatchObject({
    quantity: '9',
    event_count: 3,
    units: [
      { name: 'disk', quantity: '9' },
      { name: 'memory', quantity: '3' },
    ],
    points: [
      { quantity: '9', event_count: 2 },
      { quantity: '3', event_count: 1 },
    ],
  });
  const level = await app.api('GET', `/v1/usage?customer=ada&meter=seats&${span}`);
  expect(level.body).toMatchObject({
    quantity: '4',
    event_count: 2,
    units: [],
    points: [
      { quantity: '3', event_count: 1 },
      { quantity: '4', event_count: 1 },
    ],
  });
});
