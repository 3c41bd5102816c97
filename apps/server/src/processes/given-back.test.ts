import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must } from '../testing/scenario.ts';

const DAY_MS = 86_400_000;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
});
afterAll(() => app.close());

const ok = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
  must(app.api(method, path, body === undefined ? {} : { body }));

test('I653 a subscription on which a correction of usage gave back is answered as the contract says', async () => {
  const price = (key: string, pricing: object, more: object) => ({ key, name: key, pricing, ...more });
  const year = { interval: 'year', count: 1 };
  const base = { quantity: { kind: 'fixed' }, timing: 'in_advance', cadence: year };
  const month = { interval: 'month', count: 1 };
  const used = { quantity: { kind: 'meter', meter: 'calls' }, timing: 'in_arrears', cadence: month };
  const prices = [
    price('base', { model: 'flat', amount: '120000' }, base),
    price('calls', { model: 'per_unit', unit_amount: '0.1', per: '1' }, used),
  ];
  await ok('PUT', '/v1/catalogue', {
    meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count' }],
    features: [],
    plans: [{ key: 'year', name: 'Year', currency: 'EUR', prices, entitlements: [] }],
  });
  const customer = String((await ok('POST', '/v1/customers', { name: 'Ada', external_id: 'ada' })).id);
  const body = { customer, plan: 'year', collection: 'manual' };
  const path = `/v1/subscriptions/${String((await ok('POST', '/v1/subscriptions', body)).id)}`;
  app.passWallTime(160 * DAY_MS);
  await app.drain();
  const event = { source: 'app', id: 'e1' };
  const time = '2026-06-05T10:00:00Z';
  await ok('POST', '/v1/events', {
    specversion: '1.0',
    ...event,
    type: 'call',
    subject: 'ada',
    time,
    data: {},
  });
  await ok('POST', `${path}/cancel`, { when: 'now', credit: true });
  app.passWallTime(5 * DAY_MS);
  await app.drain();
  const request = { events: [event], reason: 'Sent by a test.' };
  const preview = await ok('POST', '/v1/events/void/preview', request);
  await ok('POST', '/v1/events/void', { ...request, preview_token: preview.token });
  await app.drain();
  const given = { pricing: { model: 'flat', amount: '-10' }, quantity: 1 };
  expect(await ok('GET', path)).toMatchObject({ charges: [given] });
  expect(await ok('GET', `/v1/customers/${customer}/overview`)).toMatchObject({
    subscriptions: [{ charges: [given] }],
  });
});
