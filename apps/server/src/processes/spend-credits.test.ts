import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { expectSoundCredits } from '../testing/credits.ts';
import { must } from '../testing/scenario.ts';

const CUSTOMERS = 4;
const HELD = 20;
/** The end of an id that is well formed and belongs to nothing. */
const NONE = '01h2xcejqtf2nbrexx3vqjhp41';

let app: TestApp;
let admin: pg.Client;
let firstId = '';

const ok = (method: 'GET' | 'POST', path: string, body?: unknown) =>
  must(app.api(method, path, body === undefined ? {} : { body }));
const spend = (body: object) => app.api('POST', '/v1/credits/consume', { body });
const nameOf = (index: number) => `spender${index % CUSTOMERS}`;
const tokens = { credit_type: 'tokens', amount: '1' };

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await ok('POST', '/v1/credit_types', { key: 'tokens', name: 'Tokens', low_at: '5' });
  for (let index = 0; index < CUSTOMERS; index += 1) {
    const { id } = await ok('POST', '/v1/customers', {
      name: nameOf(index),
      external_id: nameOf(index),
      currency: 'EUR',
    });
    if (index === 0) firstId = String(id);
    await ok('POST', `/v1/customers/${id}/credits`, {
      credit_type: 'tokens',
      amount: String(HELD),
      reason: 'Welcome',
    });
  }
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const answered = (answers: readonly { status: number; body: Record<string, unknown> }[]) => {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const told =
      status === 200 ? (String(body.repeated) === 'true' ? 'repeated' : 'spent') : String(body.code);
    counts[told] = (counts[told] ?? 0) + 1;
  }
  return counts;
};

test('I390 of many who spend at once each is decided after those before it, a refusal is nobody else’s, and few transactions write them', async () => {
  const twice = CUSTOMERS * HELD * 2;
  const answers = await Promise.all([
    ...Array.from({ length: twice }, (_, n) =>
      spend({ customer: nameOf(n), event_id: `one-${n}`, ...tokens }),
    ),
    spend({ customer: 'nobody', event_id: 'x', ...tokens }),
    spend({ customer: nameOf(0), event_id: 'y', credit_type: 'none', amount: '1' }),
    spend({ customer: nameOf(1), event_id: 'z', feature: 'none' }),
    spend({ customer: nameOf(2), event_id: 'v', ...tokens, feature: 'none' }),
    spend({ customer: nameOf(3), event_id: 'w', ...tokens, subscription: `sub_${NONE}` }),
  ]);
  expect(answered(answers)).toEqual({
    spent: twice / 2,
    'credits.insufficient': twice / 2,
    'customer.not_found': 1,
    'credit_type.not_found': 1,
    'feature.not_found': 1,
    'credits.invalid': 1,
    'subscription.not_found': 1,
  });
  const { rows } = await admin.query(
    `select (select sum(left_amount) from credit_grants)::text as left, count(*)::integer as entries,
       count(distinct xmin::text)::integer as commits from credit_entries where kind = 'consumed'`,
  );
  expect(rows[0]).toMatchObject({ left: expect.stringMatching(/^0(\.0+)?$/), entries: twice / 2 });
  expect(rows[0].commits).toBeLessThan(twice / 4);
  // Falling below the mark is told once for each, however many spent together.
  const { rows: told } = await admin.query(
    `select type, count(*)::integer as count from outbox where type in ('credits.low', 'credits.used_up') group by 1 order by 1`,
  );
  expect(told).toEqual([
    { type: 'credits.low', count: CUSTOMERS },
    { type: 'credits.used_up', count: CUSTOMERS },
  ]);
  await expectSoundCredits(admin);
}, 60_000);

test('I390 the same spending sent many times at once is one, and its repetitions say what was done', async () => {
  await ok('POST', `/v1/customers/${firstId}/credits`, {
    credit_type: 'tokens',
    amount: '30',
    reason: 'More',
  });
  const again = () => spend({ customer: nameOf(0), event_id: 'again', credit_type: 'tokens', amount: '4' });
  const other = () => spend({ customer: nameOf(0), event_id: 'again', credit_type: 'tokens', amount: '5' });
  const answers = await Promise.all([
    ...Array.from({ length: 30 }, again),
    ...Array.from({ length: 5 }, other),
  ]);
  expect(answered(answers)).toEqual({ spent: 1, repeated: 29, 'credits.event_conflict': 5 });
  const spendings = answers.filter(({ status }) => status === 200).map(({ body }) => body);
  expect(new Set(spendings.map(({ consumption }) => JSON.stringify(consumption))).size).toBe(1);
  expect(new Set(spendings.map(({ available }) => String(available)))).toEqual(new Set(['26']));
  const later = await again();
  expect([later.body.repeated, later.body.consumption]).toEqual([true, spendings[0]?.consumption]);
  await expectSoundCredits(admin);
}, 60_000);

test('I393 an entry names a grant and a consumption of its own customer, and a consumption what is there, or nothing is written', async () => {
  const { rows } = await admin.query<{ id: string }>(
    'select id from customers where external_id = any ($1) order by external_id',
    [[nameOf(0), nameOf(1)]],
  );
  const [one, two] = rows.map(({ id }) => id);
  const entry = (customer: string, grantOf: string, consumptionOf: string) =>
    admin.query(
      `insert into credit_entries (tenant_id, id, customer_id, grant_id, kind, amount, occurred_at, consumption_id, reason)
       select g.tenant_id, gen_random_uuid(), $1::uuid, g.id, 'consumed', 1, now(), c.id, ''
       from (select * from credit_grants where customer_id = $2 limit 1) g,
         (select * from credit_consumptions where customer_id = $3 limit 1) c`,
      [customer, grantOf, consumptionOf],
    );
  const consumption = (column: string) =>
    admin.query(
      `insert into credit_consumptions (tenant_id, id, customer_id, credit_type_id, event_id, part, feature_id,
         subscription_id, amount, overage, beyond, overage_meter_id, consumed_at)
       select c.tenant_id, gen_random_uuid(), ${column === 'customer' ? 'gen_random_uuid()' : 'c.customer_id'},
         ${column === 'type' ? 'gen_random_uuid()' : 'c.credit_type_id'}, gen_random_uuid()::text, 1,
         ${column === 'feature' ? 'gen_random_uuid()' : 'null'}, ${column === 'subscription' ? 'gen_random_uuid()' : 'null'},
         1, 0, 'block', ${column === 'meter' ? 'gen_random_uuid()' : 'null'}, now()
       from credit_consumptions c where c.customer_id = $1 limit 1`,
      [one],
    );
  const whole = { code: '23503', constraint: 'credit_entries_whole' };
  await expect(entry(one ?? '', two ?? '', one ?? '')).rejects.toMatchObject(whole);
  await expect(entry(one ?? '', one ?? '', two ?? '')).rejects.toMatchObject(whole);
  for (const column of ['customer', 'type', 'feature', 'subscription', 'meter'])
    await expect(consumption(column)).rejects.toMatchObject({
      code: '23503',
      constraint: 'credit_consumptions_whole',
    });
  // What is whole is written, so each refusal above is of what it names.
  await admin.query('begin');
  expect((await entry(one ?? '', one ?? '', one ?? '')).rowCount).toBe(1);
  expect((await consumption('none')).rowCount).toBe(1);
  await admin.query('rollback');
});
