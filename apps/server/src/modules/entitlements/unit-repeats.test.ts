import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let admin: pg.Client;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-12-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const meter = (key: string, type: string) => ({
    key,
    name: key,
    event_type: type,
    aggregation: 'sum',
    value_property: 'n',
  });
  const metered = (key: string) => ({ key, name: key, kind: 'metered', meter: key });
  const entitlement = (feature: string, limit: string) => ({
    feature,
    kind: 'metered',
    limit,
    reset: 'never',
    overage: 'block',
    warn_at_percent: [80, 100],
  });
  const plan = (key: string, entitlements: object[]) => ({
    key,
    name: key,
    currency: 'EUR',
    prices: [],
    entitlements,
  });
  await must('PUT', '/v1/catalogue', {
    // Tokens are read by two meters, and one of them has a limit that is reached much earlier.
    meters: [meter('units', 'unit'), meter('tokens', 'token'), meter('words', 'token')],
    features: [metered('units'), metered('tokens'), metered('words')],
    plans: [
      plan('plain', [entitlement('units', '100')]),
      plan('twofold', [entitlement('tokens', '1000'), entitlement('words', '10')]),
    ],
  });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const call = (path: string, body: unknown) => app.api('POST', path, { body });

async function must(method: 'POST' | 'PUT' | 'GET', path: string, body?: unknown) {
  const answer = await app.api(method, path, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

async function subscribe(plan: string) {
  serial += 1;
  const customer = `repeater-${serial}`;
  const { id } = await must('POST', '/v1/customers', { name: customer, external_id: customer });
  await must('POST', '/v1/subscriptions', { customer, plan });
  return { customer, id: String(id) };
}

const consume = (customer: string, quantity: string, eventId: string, feature = 'units') =>
  call('/v1/consume', { customer, feature, quantity, event_id: eventId });
const reserve = (customer: string, quantity: string, key: string) =>
  call('/v1/reservations', { customer, feature: 'units', quantity, key });

async function figures(customer: string) {
  const { rows } = await admin.query<{ used: string; held: string; summed: string; kept: number }>(
    `select trim_scale(k.used)::text as used, trim_scale(k.held)::text as held,
       (select trim_scale(sum(r.quantity))::text from usage_hours r where r.customer_id = c.id) as summed,
       (select count(*)::integer from usage_quarantine q where q.subject = c.external_id) as kept
     from customers c join usage_counters k on k.customer_id = c.id where c.external_id = $1`,
    [customer],
  );
  return rows;
}

const looks = async () =>
  (await admin.query<{ count: number }>('select count(*)::integer as count from usage_alert_checks')).rows[0]
    ?.count;

test('I391 a repetition is answered as the first was, among others and where nothing is left, and changes nothing', async () => {
  const [one, two] = [await subscribe('plain'), await subscribe('plain')];
  const first = await consume(one.customer, '60', 'one-a');
  expect(first.body.status).toBe('counted');
  const held = await reserve(two.customer, '10', 'two-hold');
  const [again, other, fresh, heldAgain, last] = await Promise.all([
    Promise.all([consume(one.customer, '60', 'one-a'), consume(one.customer, '60', 'one-a')]),
    consume(one.customer, '61', 'one-a'),
    Promise.all(Array.from({ length: 10 }, (_, n) => consume(two.customer, '1', `two-${n}`))),
    reserve(two.customer, '10', 'two-hold'),
    consume(one.customer, '40', 'one-b'),
  ]);
  expect(again.map(({ body }) => body.status)).toEqual(['duplicate', 'duplicate']);
  expect([other.status, other.body.code]).toEqual([422, 'idempotency.key_reused']);
  expect(new Set(fresh.map(({ body }) => body.status))).toEqual(new Set(['counted']));
  expect(heldAgain.body.id).toBe(held.body.id);
  expect(last.body.status).toBe('counted');
  // Nothing is left now: what was done stays done, and only what is new is refused.
  const [known, refused] = await Promise.all([
    consume(one.customer, '40', 'one-b'),
    consume(one.customer, '1', 'one-c'),
  ]);
  expect([known.body.status, refused.body.status]).toEqual(['duplicate', 'refused']);
  expect(await figures(one.customer)).toEqual([{ used: '100', held: '0', summed: '100', kept: 0 }]);
  expect(await figures(two.customer)).toEqual([{ used: '10', held: '10', summed: '10', kept: 0 }]);
});

test('I391 of the same id sent at once by many, one counts and all others are its repetitions', async () => {
  const { customer } = await subscribe('plain');
  const answers = await Promise.all(Array.from({ length: 40 }, () => consume(customer, '3', 'same')));
  const counted = answers.filter(({ body }) => String(body.status) === 'counted');
  const repeated = answers.filter(({ body }) => String(body.status) === 'duplicate');
  expect([counted.length, repeated.length]).toEqual([1, 39]);
  expect(await figures(customer)).toEqual([{ used: '3', held: '0', summed: '3', kept: 0 }]);
});

test('I392 below the first threshold of all that units count for nobody looks, and from there on it is told once', async () => {
  const { customer, id } = await subscribe('plain');
  await app.drain();
  expect(await looks()).toBe(0);
  for (let n = 0; n < 79; n += 1) await consume(customer, '1', `${customer}-${n}`);
  expect(await looks()).toBe(0);
  await consume(customer, '0.5', `${customer}-near`);
  expect(await looks()).toBe(0);
  await consume(customer, '0.5', `${customer}-at`);
  expect(await looks()).toBe(1);
  await app.drain();
  await consume(customer, '1', `${customer}-above`);
  await app.drain();
  const told = async (of: string) =>
    (await must('GET', `/v1/event_feed?customer=${of}&type=usage.threshold_reached`)).data;
  expect(await told(id)).toEqual([
    expect.objectContaining({ data: expect.objectContaining({ percent: 80, used: '80' }) }),
  ]);
  // The same events count for another feature, whose limit is near.
  const both = await subscribe('twofold');
  await consume(both.customer, '9', `${both.customer}-a`, 'tokens');
  await app.drain();
  expect(await told(both.id)).toEqual([
    expect.objectContaining({ data: expect.objectContaining({ percent: 80, used: '9', limit: '10' }) }),
  ]);
});
