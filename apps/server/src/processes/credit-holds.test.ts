import { decodeTypeId } from '@billhook/core/kernel/typeid';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { unsoundCredits } from '../testing/credit-soundness.ts';
import { expectSoundCredits } from '../testing/credits.ts';
import { must } from '../testing/scenario.ts';

let app: TestApp;
let admin: pg.Client;
let serial = 0;

const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) =>
  app.api(method, path, body === undefined ? {} : { body });
const ok = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) =>
  must(call(method, path, body));

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const meter = (key: string, value: string | null) => ({
    key,
    name: key,
    event_type: key,
    aggregation: value === null ? 'count' : 'sum',
    value_property: value,
  });
  const metered = (key: string) => ({ key, name: key, kind: 'metered', meter: key });
  const limit = { limit: '10', reset: 'billing_period', overage: 'block', warn_at_percent: [] };
  await ok('PUT', '/v1/catalogue', {
    meters: [meter('chat', 'n'), meter('calls', null)],
    features: [metered('chat'), metered('calls')],
    plans: [
      {
        key: 'pro',
        name: 'Pro',
        currency: 'EUR',
        prices: [],
        entitlements: [{ feature: 'chat', kind: 'metered', ...limit }],
      },
    ],
  });
  await ok('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks', low_at: '20' });
  for (const feature of ['chat', 'calls'])
    await ok('POST', '/v1/credit_costs', { credit_type: 'sparks', feature, per_unit: '2' });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const sound = async () => {
  expect(await unsoundCredits(admin)).toEqual([]);
  await expectSoundCredits(admin);
};

async function customer(amount: string, more: object = {}, plan: string | null = null) {
  serial += 1;
  const name = `user-${serial}`;
  const made = await ok('POST', '/v1/customers', { name, external_id: name, currency: 'EUR' });
  const id = String(made.id);
  if (plan !== null) await ok('POST', '/v1/subscriptions', { customer: name, plan, collection: 'manual' });
  const grant = await ok('POST', `/v1/customers/${id}/credits`, {
    credit_type: 'sparks',
    amount,
    reason: 'Welcome',
    ...more,
  });
  return { name, id, grant: String(grant.id) };
}

const reserve = (name: string, quantity: string, more: object = {}) => {
  serial += 1;
  const key = `key-${serial}`;
  return ok('POST', '/v1/reservations', { customer: name, feature: 'calls', quantity, key, ...more });
};
const settle = (id: unknown, quantity: string, eventId: string, keep = '0') =>
  call('POST', `/v1/reservations/${String(id)}/settle`, { quantity, event_id: eventId, keep });
const release = (id: unknown) => ok('POST', `/v1/reservations/${String(id)}/release`);

async function available(id: string): Promise<string> {
  const { balances } = (await ok('GET', `/v1/customers/${id}/credits`)) as unknown as {
    balances: { available: string }[];
  };
  const [balance] = balances;
  return balance === undefined || balance.available === '0' ? 'none' : balance.available;
}
const entries = async (id: string) =>
  (
    (await ok('GET', `/v1/customers/${id}/credit_entries`)) as unknown as {
      data: { kind: string; amount: string }[];
    }
  ).data.map(({ kind, amount }) => `${kind} ${amount}`);
const told = async (id: string) => {
  await app.drain();
  const { rows } = await admin.query<{ type: string }>(
    `select type from outbox where type in ('credits.low', 'credits.used_up') and customer_id = $1 order by id`,
    [(await admin.query(`select id from customers where external_id = $1`, [id])).rows[0]?.id],
  );
  return rows.map(({ type }) => type);
};

describe('credits that are promised', () => {
  test('I380 are out of everyone else’s reach until they are used or given back, and leave no trace in the history before', async () => {
    const { name, id } = await customer('100');
    const one = await reserve(name, '30');
    expect(one).toMatchObject({
      allowed: true,
      quantity: '30',
      entitlement: { credits: { available: '40' } },
    });
    expect(await reserve(name, '30')).toMatchObject({ allowed: false, id: null });
    const two = await reserve(name, '30', { minimum: '5' });
    expect(two).toMatchObject({ allowed: true, quantity: '20', entitlement: { allowed: false } });
    const refused = await ok('POST', '/v1/consume', {
      customer: name,
      feature: 'calls',
      quantity: '1',
      event_id: `${name}-x`,
    });
    expect(refused).toMatchObject({ status: 'refused' });
    expect(
      (
        await call('POST', '/v1/credits/consume', {
          customer: name,
          credit_type: 'sparks',
          amount: '1',
          event_id: name,
        })
      ).body.code,
    ).toBe('credits.insufficient');
    expect(await entries(id)).toEqual(['granted 100']);
    await settle(one.id, '25', `${name}-a`, '0');
    expect(await available(id)).toBe('10');
    await release(two.id);
    expect(await available(id)).toBe('50');
    await app.drain();
    expect(await available(id)).toBe('50');
    await sound();
  });

  test('I380 pay for what is settled once, however often it is told, and keep what stays promised', async () => {
    const { name, id } = await customer('40');
    const { id: held } = await reserve(name, '20');
    expect((await settle(held, '5', `${name}-a`, '15')).body).toMatchObject({ settled: '5', held: '15' });
    expect((await settle(held, '5', `${name}-a`, '15')).body).toMatchObject({ settled: '5', held: '15' });
    expect(await available(id)).toBe('none');
    expect((await settle(held, '16', `${name}-b`)).body.code).toBe('reservation.exceeded');
    expect((await settle(held, '14', `${name}-c`)).body).toMatchObject({ settled: '19', held: '0' });
    expect(await available(id)).toBe('2');
    await app.drain();
    expect(await available(id)).toBe('2');
    await sound();
  });

  test('I202 with a limit, both must let the units pass, and neither is passed', async () => {
    const { name } = await customer('100', {}, 'pro');
    const chat = { feature: 'chat', minimum: '1' };
    const first = await reserve(name, '12', chat);
    expect(first).toMatchObject({ quantity: '10', entitlement: { credits: { available: '80' } } });
    expect(await reserve(name, '1', chat)).toMatchObject({ allowed: false });
    await settle(first.id, '4', `${name}-a`);
    const second = await reserve(name, '12', chat);
    expect(second).toMatchObject({ quantity: '6', entitlement: { credits: { available: '80' } } });
    await release(second.id);
    await sound();
  });

  test('I381 go back by themselves when the time of their reservation is over', async () => {
    const { name, id } = await customer('10');
    await reserve(name, '5', { expires_in_s: 60 });
    expect(await available(id)).toBe('none');
    app.passWallTime(61_000);
    await app.drain();
    expect(await available(id)).toBe('10');
    await sound();
  });

  test('I381 are used also after their grant was taken back, and what is not used goes with it', async () => {
    const { name, id, grant } = await customer('100');
    const { id: held } = await reserve(name, '20', { feature: 'chat' });
    await ok('POST', `/v1/credit_grants/${grant}/revoke`, { reason: 'A mistake' });
    await settle(held, '15', `${name}-a`);
    expect(await available(id)).toBe('none');
    expect((await entries(id)).toSorted()).toEqual(
      ['consumed 30', 'granted 100', 'revoked 10', 'revoked 60'].map(signed).toSorted(),
    );
    await sound();
  });

  test('I381 of a grant that was taken back go with it also where they were promised on', async () => {
    const { name, id, grant } = await customer('100');
    const { id: held } = await reserve(name, '50', { feature: 'chat' });
    // All of it is promised, so nothing is left to take, and the promises are.
    expect((await ok('POST', `/v1/credit_grants/${grant}/revoke`, { reason: 'A mistake' })).id).toBe(grant);
    await settle(held, '10', `${name}-a`, '40');
    await release(held);
    expect(await available(id)).toBe('none');
    expect((await entries(id)).toSorted()).toEqual(
      ['consumed 20', 'granted 100', 'revoked 80'].map(signed).toSorted(),
    );
    await sound();
  });

  test('I381 are used also after their grant has ended, and what is not used lapses with it', async () => {
    const { name, id } = await customer('100', { expires_at: '2026-01-02T00:00:00Z' });
    const { id: held } = await reserve(name, '20', { feature: 'chat', on_expiry: 'hold' });
    await ok('POST', '/v1/clock/advance', { to: '2026-01-03T00:00:00Z' });
    await app.drain();
    await settle(held, '15', `${name}-a`);
    expect((await entries(id)).toSorted()).toEqual(
      ['consumed 30', 'expired 10', 'expired 60', 'granted 100'].map(signed).toSorted(),
    );
    await sound();
  });

  test('I383 do not count as used: falling below the mark is told when they are, once', async () => {
    const { name } = await customer('60');
    const { id: held } = await reserve(name, '25');
    await release(held);
    const again = await reserve(name, '25');
    expect(await told(name)).toEqual([]);
    await settle(again.id, '21', `${name}-a`, '4');
    expect(await told(name)).toEqual(['credits.low']);
    await settle(again.id, '4', `${name}-b`);
    expect(await told(name)).toEqual(['credits.low']);
  });
});

describe('a mark of low credits', () => {
  const spend = (name: string, amount: string) => {
    serial += 1;
    const body = { customer: name, credit_type: 'sparks', amount, event_id: `spend-${serial}` };
    return ok('POST', '/v1/credits/consume', body);
  };
  const setMark = (id: string, lowAt: string | null) =>
    ok('PUT', `/v1/customers/${id}/credits/low_mark`, { credit_type: 'sparks', low_at: lowAt });
  const give = (id: string, amount: string) =>
    ok('POST', `/v1/customers/${id}/credits`, { credit_type: 'sparks', amount, reason: 'More' });

  test('I383 of the type or of the customer is told once for each time that it is crossed, to webhooks and by mail', async () => {
    const { name, id } = await customer('100');
    await ok('PATCH', `/v1/customers/${id}`, { email: `${name}@example.com` });
    expect(await setMark(id, '60')).toMatchObject({
      balances: [{ available: '100', promised: '0', low_at: '60', low_at_is_own: true }],
    });
    await spend(name, '40');
    expect(await told(name)).toEqual([]);
    await spend(name, '1');
    await spend(name, '30');
    expect(await told(name)).toEqual(['credits.low']);
    await give(id, '50');
    await spend(name, '20');
    expect(await told(name)).toEqual(['credits.low', 'credits.low']);
    expect(await setMark(id, null)).toMatchObject({ balances: [{ low_at: '20', low_at_is_own: false }] });
    await spend(name, '39');
    expect(await told(name)).toEqual(['credits.low', 'credits.low']);
    await spend(name, '1');
    expect(await told(name)).toHaveLength(3);
    const { rows } = await admin.query(
      `select facts from mails where template = 'credits.low' and recipient = $1 order by id`,
      [`${name}@example.com`],
    );
    expect(rows.map(({ facts }) => facts.left)).toEqual(['59 credits', '59 credits', '19 credits']);
    const { rows: events } = await admin.query(
      `select payload from outbox where type = 'credits.low' and customer_id = (select id from customers where external_id = $1) order by id`,
      [name],
    );
    expect(events[2]?.payload).toMatchObject({ credit_type: 'sparks', balance: '19', low_at: '20' });
  });

  test('I383 is not told to whom it is set above what there is, and refuses what is no amount', async () => {
    const { name, id } = await customer('30');
    await setMark(id, '50');
    await spend(name, '5');
    expect(await told(name)).toEqual([]);
    const wrong = await call('PUT', `/v1/customers/${id}/credits/low_mark`, {
      credit_type: 'sparks',
      low_at: '0',
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'credits.invalid']);
    const unknown = await call('PUT', `/v1/customers/${id}/credits/low_mark`, {
      credit_type: 'x',
      low_at: '5',
    });
    expect(unknown.body.code).toBe('credit_type.not_found');
  });
});

const signed = (text: string) => (text.startsWith('granted') ? text : text.replace(' ', ' -'));

// Last, because a grant is made a paid one here without its purchase in the books.
describe('promised credits that were bought', () => {
  test('I380 are not earned in the books before they are used, whatever others use meanwhile', async () => {
    const { name, grant } = await customer('100');
    const row = decodeTypeId('cgrant', grant);
    if (!row.ok) throw new Error('a grant has an id');
    await admin.query(`update credit_grants set paid_minor = 10000, paid_currency = 'EUR' where id = $1`, [
      row.value,
    ]);
    const earned = async () => {
      const { rows } = await admin.query<{ minor: string }>(
        'select earned_minor::text as minor from credit_grants where id = $1',
        [row.value],
      );
      return rows[0]?.minor;
    };
    const { id: held } = await reserve(name, '30');
    await ok('POST', '/v1/credits/consume', {
      customer: name,
      credit_type: 'sparks',
      amount: '10',
      event_id: `${name}-other`,
    });
    expect(await earned()).toBe('1000');
    await settle(held, '30', `${name}-a`);
    expect(await earned()).toBe('7000');
  });
});
