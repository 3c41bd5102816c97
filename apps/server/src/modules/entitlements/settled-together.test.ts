import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { unsoundCredits } from '../../testing/credit-soundness.ts';
import { expectSoundCredits } from '../../testing/credits.ts';

let app: TestApp;
let admin: pg.Client;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-12-01T00:00:00Z' });
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
  const limit = { limit: '20000', reset: 'never', overage: 'block', warn_at_percent: [] };
  await must('PUT', '/v1/catalogue', {
    meters: [meter('tokens', 'n'), meter('calls', null), meter('chat', 'n')],
    features: [metered('tokens'), metered('calls'), metered('chat')],
    plans: [
      {
        key: 'plain',
        name: 'plain',
        currency: 'EUR',
        prices: [],
        entitlements: [
          { feature: 'tokens', kind: 'metered', ...limit },
          { feature: 'calls', kind: 'metered', ...limit },
        ],
      },
    ],
  });
  await must('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks', low_at: '20' });
  await must('POST', '/v1/credit_costs', { credit_type: 'sparks', feature: 'chat', per_unit: '2' });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

type Body = Record<string, unknown>;
const call = (path: string, body: Body = {}) => app.api('POST', path, { body });
async function must(method: 'POST' | 'PUT', path: string, body: Body) {
  const answer = await app.api(method, path, { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

async function customer(plan: string | null = 'plain'): Promise<{ name: string; id: string }> {
  serial += 1;
  const name = `settler-${serial}`;
  const { id } = await must('POST', '/v1/customers', { name, external_id: name, currency: 'EUR' });
  if (plan !== null) await must('POST', '/v1/subscriptions', { customer: name, plan });
  return { name, id: String(id) };
}

async function hold(name: string, quantity: string, more: Body = {}): Promise<string> {
  serial += 1;
  const body = { customer: name, feature: 'tokens', quantity, key: `hold-${serial}`, ...more };
  return String((await must('POST', '/v1/reservations', body)).id);
}

const settle = (id: string, quantity: string, eventId: string, keep = '0') =>
  call(`/v1/reservations/${id}/settle`, { quantity, event_id: eventId, keep });
const release = (id: string) => call(`/v1/reservations/${id}/release`);

async function figures(name: string, meter = 'tokens') {
  const { rows } = await admin.query<{ used: string; held: string; summed: string; kept: string }>(
    `select trim_scale(k.used)::text as used, trim_scale(k.held)::text as held,
       (select trim_scale(coalesce(sum(r.quantity), 0))::text from usage_hours r
        where r.customer_id = c.id and r.meter_id = m.id) as summed,
       (select trim_scale(coalesce(sum(r.held), 0))::text from usage_reservations r
        where r.customer_id = c.id and r.meter_id = m.id) as kept
     from customers c join usage_counters k on k.customer_id = c.id join meters m on m.id = k.meter_id
     where c.external_id = $1 and m.key = $2`,
    [name, meter],
  );
  return rows[0];
}

const writing = async () =>
  Number(
    (await admin.query<{ n: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as n')).rows[0]
      ?.n,
  );

test('I507 what many settle and give back at once is written by few transactions, and a refusal is nobody else’s', async () => {
  const owners = await Promise.all(Array.from({ length: 8 }, () => customer()));
  const held = await Promise.all(
    Array.from({ length: 80 }, (_, index) => hold(owners[index % 8]?.name ?? '', '10')),
  );
  const brief = await hold(owners[0]?.name ?? '', '5', { expires_in_s: 60 });
  app.passWallTime(61_000);
  const before = await writing();
  const [settled, given, refused] = await Promise.all([
    Promise.all(held.slice(0, 40).map((id, index) => settle(id, '4', `many-${index}`, '1'))),
    Promise.all(held.slice(40).map(release)),
    Promise.all([
      settle(brief, '1', 'late'),
      settle(held[0] ?? '', '9.5', 'too-much'),
      settle('rsv_01h2xcejqtf2nbrexx3vqjhp41', '1', 'nobody'),
      settle(held[1] ?? '', '-1', 'negative'),
    ]),
  ]);
  expect((await writing()) - before).toBeLessThan(30);
  for (const { body } of settled) expect(body).toMatchObject({ settled: '4', held: '1' });
  for (const { body } of given) expect(body).toMatchObject({ settled: '0', held: '0' });
  expect(refused.map(({ body }) => body.code)).toEqual([
    'reservation.expired',
    'reservation.exceeded',
    'reservation.not_found',
    'request.invalid',
  ]);
  await app.drain();
  for (const { name } of owners)
    expect(await figures(name)).toEqual({ used: '20', held: '5', summed: '20', kept: '5' });
});

test('I507 of one reservation that many settle at once no more is used than it held, and each answer follows those before it', async () => {
  const { name } = await customer();
  const id = await hold(name, '30');
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => settle(id, '1', `${name}-${index}`, '10')),
  );
  const done = answers.filter(({ status }) => status === 200);
  // The first keeps ten, so nine more of one unit each leave one short of what they keep.
  expect(done.map(({ body }) => `${String(body.settled)} ${String(body.held)}`)).toEqual(['1 10']);
  const others = answers.filter(({ status }) => status !== 200).map(({ body }) => body.code);
  expect(new Set(others)).toEqual(new Set(['reservation.exceeded']));
  const [more, given] = await Promise.all([
    Promise.all(Array.from({ length: 6 }, (_, index) => settle(id, '1', `${name}-more-${index}`, '0'))),
    release(id),
  ]);
  expect(more.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  expect(given.body.held).toBe('0');
  const counted = String(1 + more.filter(({ status }) => status === 200).length);
  expect(await figures(name)).toEqual({ used: counted, held: '0', summed: counted, kept: '0' });
});

test('I508 a settlement that is told again is answered as the first was, together with it or long after, and counts once', async () => {
  const { name } = await customer();
  const [one, two] = [await hold(name, '20'), await hold(name, '20', { feature: 'calls' })];
  const together = await Promise.all(Array.from({ length: 20 }, () => settle(one, '7', `${name}-a`)));
  for (const { body } of together) expect(body).toMatchObject({ settled: '7', held: '0' });
  const events = await Promise.all(Array.from({ length: 5 }, () => settle(two, '6', `${name}-b`)));
  for (const { body } of events) expect(body).toMatchObject({ settled: '6', held: '0' });
  const [again, other, fresh, elsewhere] = await Promise.all([
    settle(one, '7', `${name}-a`),
    settle(one, '8', `${name}-a`),
    hold(name, '3').then((id) => settle(id, '2', `${name}-c`)),
    hold((await customer()).name, '9').then((id) => settle(id, '7', `${name}-a`)),
  ]);
  expect(again.body).toMatchObject({ settled: '7', held: '0' });
  expect([other.body.code, elsewhere.body.code]).toEqual([
    'idempotency.key_reused',
    'idempotency.key_reused',
  ]);
  expect(fresh.body).toMatchObject({ settled: '2', held: '0', entitlement: { used: '9' } });
  expect(await figures(name)).toEqual({ used: '9', held: '0', summed: '9', kept: '0' });
  expect(await figures(name, 'calls')).toEqual({ used: '6', held: '0', summed: '6', kept: '0' });
});

test.each([
  ['1', '3'],
  ['3', '1'],
  ['3', '5'],
  ['5', '3'],
])(
  'I532 an event id that settled %s events settles no %s: it is refused, later and at the same moment',
  async (first, second) => {
    const { name } = await customer();
    const other = await customer();
    const take = () => hold(name, '20', { feature: 'calls' });
    const [one, two, third] = [
      await take(),
      await take(),
      await hold(other.name, '20', { feature: 'calls' }),
    ];
    expect((await settle(one, first, `${name}-e`)).body).toMatchObject({ settled: first });
    expect((await settle(one, second, `${name}-e`)).body.code).toBe('idempotency.key_reused');
    expect((await settle(two, second, `${name}-e`)).body.code).toBe('idempotency.key_reused');
    expect((await settle(one, first, `${name}-e`)).body).toMatchObject({ settled: first });
    expect(await figures(name, 'calls')).toMatchObject({ used: first, summed: first });

    const together = await Promise.all(
      [first, second, first, second].map((quantity) => settle(third, quantity, `${other.name}-e`)),
    );
    const codes = together.map(({ status, body }) => (status === 200 ? 'settled' : String(body.code)));
    expect(codes.toSorted()).toEqual([
      'idempotency.key_reused',
      'idempotency.key_reused',
      'settled',
      'settled',
    ]);
    const [taken] = together.filter(({ status }) => status === 200).map(({ body }) => String(body.settled));
    expect(await figures(other.name, 'calls')).toMatchObject({ used: taken, summed: taken });
  },
);

test('I532 what was settled while the first of several events had a name of its own is known by it', async () => {
  const { name, id: customerId } = await customer();
  const id = await hold(name, '5', { feature: 'calls' });
  for (const number of [1, 2]) {
    const body = { customer: customerId, feature: 'calls', quantity: '1', event_id: `${name}-old#${number}` };
    await must('POST', '/v1/consume', body);
  }
  expect((await settle(id, '2', `${name}-old`)).body).toMatchObject({ settled: '0', held: '5' });
  expect((await settle(id, '3', `${name}-old`)).body.code).toBe('idempotency.key_reused');
  expect(await figures(name, 'calls')).toMatchObject({ used: '2', summed: '2' });
});

test('I508 more events than a transaction takes are counted by several', async () => {
  const { name } = await customer();
  const held = [
    await hold(name, '6000', { feature: 'calls' }),
    await hold(name, '6000', { feature: 'calls' }),
  ];
  const answers = await Promise.all(held.map((id, index) => settle(id, '6000', `${name}-${index}`)));
  for (const { body } of answers) expect(body).toMatchObject({ settled: '6000', held: '0' });
  expect(await figures(name, 'calls')).toEqual({ used: '12000', held: '0', summed: '12000', kept: '0' });
});

test('I509 promised credits that are settled together pay each for its own, and the rest of each is free again', async () => {
  const [one, two] = [await customer(null), await customer(null)];
  for (const { id } of [one, two])
    for (const amount of ['60', '40'])
      await must('POST', `/v1/customers/${id}/credits`, { credit_type: 'sparks', amount, reason: 'Welcome' });
  // Fifty units cost all that there is, so no settlement may use what another one was promised.
  const held = await Promise.all(
    Array.from({ length: 20 }, (_, index) => hold((index % 2 ? two : one).name, '5', { feature: 'chat' })),
  );
  const answers = await Promise.all(
    held.map((id, index) =>
      index % 4 < 2 ? settle(id, '3', `${one.name}-${index}`, index % 8 < 2 ? '2' : '0') : release(id),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(held.map(() => 200));
  await app.drain();
  const free = async ({ id }: { id: string }) => {
    const { body } = await app.api('GET', `/v1/customers/${id}/credits`);
    return (body as unknown as { balances: { available: string }[] }).balances.map(
      ({ available }) => available,
    );
  };
  // Of ten each five are settled at six credits, and three of them keep two units.
  expect([await free(one), await free(two)]).toEqual([['58'], ['58']]);
  expect(await unsoundCredits(admin)).toEqual([]);
  await expectSoundCredits(admin);
});

test('I510 a key that was revoked settles nothing from then on, also where it is still recalled', async () => {
  const { name } = await customer();
  const id = await hold(name, '10');
  const owner = await app.signIn(app.owner.email, app.owner.password);
  const made = await owner('POST', '/v1/api_keys', { body: { name: 'k', scopes: ['usage:write'] } });
  const headers = {
    authorization: `Bearer ${String(made.body.secret)}`,
    'content-type': 'application/json',
  };
  const ask = async (eventId: string) => {
    const body = JSON.stringify({ quantity: '1', event_id: eventId, keep: '5' });
    const url = `${app.baseUrl}/v1/reservations/${id}/settle`;
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  expect([await ask(`${name}-a`), await ask(`${name}-b`)]).toEqual([200, 422]);
  const keyId = encodeURIComponent(String(made.body.id));
  expect((await owner('DELETE', `/v1/api_keys/${keyId}`)).status).toBeLessThan(300);
  expect(await ask(`${name}-c`)).toBe(401);
  expect(await figures(name)).toMatchObject({ used: '1', summed: '1' });
});

test('I508 what a settlement of a measured quantity is told again by is its id alone, however others are called', async () => {
  const { name } = await customer();
  const id = await hold(name, '20');
  const ids = [`${name}#1`, name, `${name}#2`];
  for (const [index, eventId] of ids.entries())
    expect((await settle(id, '1', eventId, String(19 - index))).body).toMatchObject({
      settled: `${index + 1}`,
    });
  for (const eventId of ids)
    expect((await settle(id, '1', eventId, '17')).body).toMatchObject({ settled: '3' });
  expect(await figures(name)).toMatchObject({ used: '3', summed: '3' });
});
