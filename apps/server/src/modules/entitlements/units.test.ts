import { encodeTypeId } from '@billhook/core/kernel/typeid';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

type Standing = { used: string; remaining: string | null; reason: string };

let app: TestApp;
let serial = 0;

const plan = (key: string, overage: 'block' | 'allow') => ({
  key,
  name: key,
  currency: 'EUR',
  prices: [],
  entitlements: [
    { feature: 'calls', kind: 'metered', limit: '10', reset: 'billing_period', overage, warn_at_percent: [] },
    { feature: 'tokens', kind: 'metered', limit: '100', reset: 'never', overage, warn_at_percent: [] },
    { feature: 'peak', kind: 'metered', limit: '5', reset: 'never', overage, warn_at_percent: [] },
    { feature: 'export', kind: 'boolean', enabled: true },
  ],
});

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-12-01T00:00:00Z' });
  const meter = (key: string, aggregation: string, value: string | null) => ({
    key,
    name: key,
    event_type: key,
    aggregation,
    value_property: value,
  });
  const metered = (key: string) => ({ key, name: key, kind: 'metered', meter: key });
  await must('PUT', '/v1/catalogue', {
    meters: [meter('calls', 'count', null), meter('tokens', 'sum', 'n'), meter('peak', 'max', 'n')],
    features: [
      metered('calls'),
      metered('tokens'),
      metered('peak'),
      { key: 'export', name: 'Export', kind: 'boolean' },
    ],
    plans: [plan('hard', 'block'), plan('soft', 'allow')],
  });
});
afterAll(() => app.close());

async function must(method: string, url: string, body?: unknown) {
  const answer = await call(method, url, body);
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

const call = (method: string, url: string, body?: unknown) =>
  app.api(method, url, body === undefined ? {} : { body });

async function subscribe(planKey = 'hard'): Promise<string> {
  serial += 1;
  const customer = `unit-${serial}`;
  await must('POST', '/v1/customers', { name: customer, external_id: customer });
  await must('POST', '/v1/subscriptions', { customer, plan: planKey });
  return customer;
}

const consume = (customer: string, quantity: string, eventId: string, feature = 'tokens') =>
  call('POST', '/v1/consume', { customer, feature, quantity, event_id: eventId });
const reserve = (customer: string, quantity: string, key: string, more: Record<string, unknown> = {}) =>
  call('POST', '/v1/reservations', { customer, feature: 'tokens', quantity, key, ...more });
const settle = (id: unknown, body: Record<string, unknown>) =>
  call('POST', `/v1/reservations/${String(id)}/settle`, body);
const standing = (answer: { body: Record<string, unknown> }) => answer.body.entitlement as Standing;

async function check(customer: string, feature = 'tokens'): Promise<Standing> {
  return (await must('POST', '/v1/check', { customer, feature, quantity: '0' })) as unknown as Standing;
}

describe('consume', () => {
  test('checks and counts in one step, once for its event id, and not beyond the limit', async () => {
    const customer = await subscribe();
    const first = await consume(customer, '60', `${customer}-a`);
    expect(first.body).toMatchObject({ status: 'counted', entitlement: { used: '60', remaining: '40' } });
    const again = await consume(customer, '60', `${customer}-a`);
    expect(again.body).toMatchObject({ status: 'duplicate', entitlement: { used: '60' } });
    const refused = await consume(customer, '40.5', `${customer}-b`);
    expect(refused.body).toMatchObject({ status: 'refused', entitlement: { used: '60', remaining: '40' } });
    const fits = await consume(customer, '40', `${customer}-b`);
    expect(fits.body).toMatchObject({ status: 'counted', entitlement: { used: '100', remaining: '0' } });
    expect(await check(customer)).toMatchObject({ used: '100', reason: 'limit_reached' });
  });

  test('counts above a limit that lets usage pass, and says so', async () => {
    const customer = await subscribe('soft');
    const over = await consume(customer, '130', `${customer}-a`);
    expect(over.body).toMatchObject({ status: 'counted', entitlement: { used: '130', reason: 'overage' } });
  });

  test('refuses what it cannot count, and another content under the same id', async () => {
    const customer = await subscribe();
    await consume(customer, '1', `${customer}-a`);
    const reused = await consume(customer, '2', `${customer}-a`);
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency.key_reused']);
    const codes = await Promise.all([
      consume(customer, '1', `${customer}-x`, 'peak'),
      consume(customer, '1', `${customer}-x`, 'export'),
      consume(customer, '1', `${customer}-x`, 'nothing'),
      consume('nobody', '1', `${customer}-x`),
      consume(customer, '2', `${customer}-x`, 'calls'),
    ]);
    expect(codes.map(({ body }) => body.code)).toEqual([
      'feature.not_consumable',
      'feature.not_metered',
      'feature.not_found',
      'customer.not_found',
      'request.invalid',
    ]);
    expect(await check(customer)).toMatchObject({ used: '1' });
  });

  test('I190 of forty who spend the last unit at once exactly one gets it', async () => {
    const customers = await Promise.all([subscribe(), subscribe(), subscribe()]);
    for (const customer of customers) {
      await consume(customer, '99', `${customer}-first`);
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => consume(customer, '1', `${customer}-${index}`)),
      );
      const counts = Object.groupBy(answers, ({ body }) => String(body.status));
      expect([counts.counted?.length, counts.refused?.length]).toEqual([1, 39]);
      expect(await check(customer)).toMatchObject({ used: '100' });
    }
  });

  test('I191 the counter that decides equals the usage, whichever way it came in', async () => {
    const customer = await subscribe();
    const event = (id: string, n: string) => ({
      specversion: '1.0',
      id,
      source: '/t',
      type: 'tokens',
      subject: customer,
      time: '2026-12-01T00:00:00Z',
      data: { n },
    });
    await must('POST', '/v1/events', [event(`${customer}-0`, '7')]);
    expect(standing(await consume(customer, '1', `${customer}-1`)).used).toBe('8');
    await must('POST', '/v1/events', [event(`${customer}-2`, '3'), event(`${customer}-0`, '7')]);
    await must('POST', '/v1/track', {
      customer,
      feature: 'tokens',
      quantity: '2',
      event_id: `${customer}-3`,
    });
    const { id } = (await reserve(customer, '10', `${customer}-r`)).body;
    await settle(id, { quantity: '4', event_id: `${customer}-4` });
    const last = standing(await consume(customer, '0.5', `${customer}-5`));
    expect(last.used).toBe('17.5');
    expect(await check(customer)).toMatchObject({ used: '17.5', remaining: '82.5' });
  });

  test('I229 goes by the rights of this very moment, also where they were worked out before', async () => {
    const customer = await subscribe();
    const { data } = await must('GET', `/v1/customers?q=${customer}`);
    const id = (data as unknown as { id: string }[])[0]?.id;
    const status = async (quantity: string, serialNumber: number) =>
      (await consume(customer, quantity, `${customer}-${serialNumber}`)).body.status;
    const override = (limit: string) =>
      must('POST', `/v1/customers/${id}/entitlement_overrides`, {
        feature: 'tokens',
        change: { kind: 'metered', mode: 'replace', limit },
        reason: 'agreed',
      });
    const seen = [await status('60', 1), await status('1', 2)];
    const { id: overrideId } = await override('61');
    seen.push(await status('1', 3));
    await override('62');
    seen.push(await status('1', 3), await status('1', 4));
    const { data: overrides } = await must('GET', `/v1/customers/${id}/entitlement_overrides`);
    const last = (overrides as unknown as { id: string }[])[0]?.id;
    expect(last).not.toBe(overrideId);
    await must('POST', `/v1/entitlement_overrides/${last}/remove`, { reason: 'over' });
    seen.push(await status('38', 5), await status('1', 6));
    expect(seen).toEqual(['counted', 'counted', 'refused', 'counted', 'refused', 'counted', 'refused']);
  });

  test('takes units of a new period once it has begun', async () => {
    const customer = await subscribe();
    await consume(customer, '1', `${customer}-a`, 'calls');
    await must('POST', '/v1/clock/advance', { to: '2027-01-01T00:00:00Z' });
    await app.server.mover.finished(app.tenant.id);
    expect(standing(await consume(customer, '1', `${customer}-b`, 'calls'))).toMatchObject({ used: '1' });
    expect(standing(await consume(customer, '1', `${customer}-c`, 'calls'))).toMatchObject({ used: '2' });
  });
});

describe('a reservation', () => {
  test('holds units for its owner, and what is settled counts while the rest goes back', async () => {
    const customer = await subscribe();
    const made = await reserve(customer, '80', `${customer}-r`);
    expect(made.body).toMatchObject({ allowed: true, quantity: '80', entitlement: { remaining: '20' } });
    expect((await reserve(customer, '80', `${customer}-r`)).body.id).toBe(made.body.id);
    expect((await consume(customer, '21', `${customer}-a`)).body.status).toBe('refused');
    expect((await reserve(customer, '50', `${customer}-s`)).body).toMatchObject({ allowed: false, id: null });
    const part = await reserve(customer, '50', `${customer}-t`, { minimum: '5' });
    expect(part.body).toMatchObject({ allowed: true, quantity: '20' });
    expect(await check(customer)).toMatchObject({ used: '0', remaining: '0' });

    const body = { quantity: '30', event_id: `${customer}-e`, keep: '10' };
    const settled = await settle(made.body.id, body);
    expect(settled.body).toMatchObject({ settled: '30', held: '10', entitlement: { used: '30' } });
    expect((await settle(made.body.id, body)).body).toMatchObject({ settled: '30', held: '10' });
    const released = await call('POST', `/v1/reservations/${String(made.body.id)}/release`);
    expect(released.body).toMatchObject({ held: '0', entitlement: { remaining: '50' } });
  });

  test('gives its units back when its time is over, unless they are to be held', async () => {
    const customer = await subscribe();
    const brief = await reserve(customer, '40', `${customer}-r`, { expires_in_s: 60 });
    const lease = await reserve(customer, '30', `${customer}-s`, { expires_in_s: 60, on_expiry: 'hold' });
    app.passWallTime(61_000);
    const late = await settle(brief.body.id, { quantity: '1', event_id: `${customer}-e` });
    expect([late.status, late.body.code]).toEqual([409, 'reservation.expired']);
    await app.drain();
    expect(await check(customer)).toMatchObject({ used: '0', remaining: '70' });
    const settled = await settle(lease.body.id, { quantity: '30', event_id: `${customer}-f` });
    expect(settled.body).toMatchObject({ settled: '30', held: '0', entitlement: { used: '30' } });
  });

  test('is refused where it makes no sense', async () => {
    const customer = await subscribe();
    const { id } = (await reserve(customer, '5', `${customer}-r`)).body;
    const answers = [
      await reserve(customer, '0', `${customer}-s`),
      await settle(id, { quantity: '6', event_id: `${customer}-e` }),
      await settle(id, { quantity: '3', keep: '3', event_id: `${customer}-e` }),
      await settle('rsv_01h2xcejqtf2nbrexx3vqjhp41', { quantity: '1', event_id: `${customer}-e` }),
      await reserve(await subscribe(), '5', `${customer}-r`),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual([
      'request.invalid',
      'reservation.exceeded',
      'reservation.exceeded',
      'reservation.not_found',
      'idempotency.key_reused',
    ]);
  });

  test('of a meter that counts events settles as many events as were used', async () => {
    const customer = await subscribe();
    const body = { customer, feature: 'calls', quantity: '6', key: `${customer}-r` };
    const { id } = (await call('POST', '/v1/reservations', body)).body;
    const half = await settle(id, { quantity: '2.5', event_id: `${customer}-e` });
    expect(half.body.code).toBe('request.invalid');
    const settled = await settle(id, { quantity: '4', event_id: `${customer}-e` });
    expect(settled.body).toMatchObject({ settled: '4', held: '0', entitlement: { used: '4' } });
    const again = await settle(id, { quantity: '4', event_id: `${customer}-e` });
    expect(again.body).toMatchObject({ settled: '4', entitlement: { used: '4' } });
  });
});

describe('the stream of changed rights', () => {
  /** Reads events until one fits. */
  async function next(reader: ReadableStreamDefaultReader<string>, name: string): Promise<string> {
    for (let text = ''; ; ) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += value;
      const found = text.split('\n\n').find((part) => part.startsWith(`event: ${name}`));
      if (found !== undefined) return found;
    }
  }

  async function open(lastEventId?: string) {
    const ending = new AbortController();
    const answer = await fetch(`${app.baseUrl}/v1/entitlements/stream`, {
      headers: {
        authorization: `Bearer ${app.apiKey}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: ending.signal,
    });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('there is no body');
    return { reader, end: () => ending.abort() };
  }

  const idOf = (event: string) => /^id: (.*)$/m.exec(event)?.[1];

  test('names a customer whose subscription changed, also to one who was cut off', async () => {
    const first = await open();
    const ready = await next(first.reader, 'ready');
    // News of another tenant come first, and are not heard here.
    const stranger = '018f0000-0000-7000-8000-000000000001';
    app.database.news.tell({ tenantId: app.tenant.id + 1_000, about: 'rights', customers: [stranger] });
    const customer = await subscribe();
    const { id } = await must('GET', `/v1/customers?q=${customer}`).then(
      ({ data }) => (data as unknown as { id: string }[])[0] ?? { id: '' },
    );
    const heard = await next(first.reader, 'changed');
    expect(heard).toContain(id);
    expect(heard).not.toContain(encodeTypeId('cus', stranger));
    first.end();
    const second = await open(idOf(ready));
    expect(await next(second.reader, 'changed')).toContain(id);
    second.end();
    const other = await open('another.7');
    expect(await next(other.reader, 'reset')).toContain('data: {}');
    other.end();
  });
});

test('I628 a counter that holds units stays until they are given back or their reservations are removed', async () => {
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  try {
    const customer = await subscribe();
    await reserve(customer, '5', `${customer}-r`);
    const gone = `delete from usage_counters c using customers k where k.id = c.customer_id and k.external_id = $1`;
    await expect(admin.query(gone, [customer])).rejects.toMatchObject({
      code: '23503',
      constraint: 'usage_counters_free',
    });
    // What is free is deleted, so the refusal above is of what it names.
    await admin.query('begin');
    const removed = await admin.query('delete from usage_reservations where key = $1', [`${customer}-r`]);
    expect([removed.rowCount, (await admin.query(gone, [customer])).rowCount]).toEqual([1, 1]);
    await admin.query('rollback');
  } finally {
    await admin.end();
  }
});
