import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findLine, linesOf } from '../modules/invoicing/api.ts';
import { silentLog } from '../platform/log.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';
import { copyCrowd } from '../testing/crowd.ts';
import { createTestTenant } from '../testing/tenant.ts';
import { leftBehind, sortedByPerson, twinOf } from '../testing/twins.ts';
import { billDueSource } from './bill-run.ts';

const START = '2026-01-31T09:30:00Z';
const SETTINGS = {
  paymentTermsDays: 14,
  zeroInvoices: 'skip',
  invoiceSeries: 'BH',
  taxRates: { DE: { name: 'VAT', rate: '0.19' }, FR: { name: 'TVA', rate: '0.2' } },
};

let world: BillingWorld;
beforeAll(async () => {
  world = await createBillingWorld(START, SETTINGS);
}, 60_000);
afterAll(() => world.close());

const chance = fc.record({
  plan: fc.constantFrom(0, 1, 2),
  quantity: fc.integer({ min: 1, max: 60 }),
  country: fc.constantFrom('DE', 'FR', 'US'),
  collection: fc.constantFrom('manual' as const, 'automatic' as const),
  trialDays: fc.constantFrom(null, 3),
});

async function addPlans() {
  const tiers = [
    { up_to: '5', unit_amount: '12.505', flat_amount: '0' },
    { up_to: null, unit_amount: '0.333', flat_amount: '100' },
  ];
  const seats = { key: 'seats', name: 'Seats', quantity: { kind: 'seats' as const } };
  return [
    await addPlan(world, { key: 'free', prices: [flatPrice('0')] }),
    await addPlan(world, { key: 'base', prices: [flatPrice('1999')] }),
    await addPlan(world, {
      key: 'team',
      prices: [
        flatPrice('4900'),
        flatPrice('0', { ...seats, pricing: { model: 'graduated', tiers, per: '1' } }),
      ],
    }),
  ];
}

test('I360 a run over all makes the same documents, entries and events as billing one after the other', async () => {
  const plans = await addPlans();
  const people = fc.sample(chance, { numRuns: 16, seed: 20_260_131 });
  for (const [index, { plan, quantity, country, ...more }] of people.entries()) {
    const customer = await addCustomer(world, { name: `Customer ${index}`, country });
    await subscribe(world, customer.id, plans[plan] as (typeof plans)[0], { quantity, ...more });
  }
  const twin = await twinOf(world, { frozenAt: START, settings: SETTINGS });
  const [last] = await world.admin('select max(seq) as seq from outbox');
  const source = billDueSource({ transactor: world.transactor, log: silentLog });
  const billAll = async (tenantId: number, limit: number) => {
    while ((await source.run(tenantId, limit)) > 0);
  };
  for (const at of [START, '2026-02-03T09:30:00Z', '2026-05-01T00:00:00Z']) {
    await world.admin('update tenants set frozen_at = $2 where id = any ($1)', [[world.tenantId, twin], at]);
    await billAll(world.tenantId, 5_000);
    await billAll(twin, 1);
  }
  const [together, oneByOne] = [
    await leftBehind(world, world.tenantId, last?.seq),
    await leftBehind(world, twin, last?.seq),
  ];
  expect(together.filter((text) => text.startsWith('invoice')).length).toBeGreaterThan(20);
  expect(sortedByPerson(together)).toEqual(sortedByPerson(oneByOne));
});

test('I364 the database refuses a line whose period reaches into another one, that names what is not there, or comes back', async () => {
  const more = (changes: string) =>
    world.admin(
      `insert into invoice_lines select (jsonb_populate_record(null::invoice_lines, to_jsonb(l) || jsonb_build_object(
         'id', gen_random_uuid(), 'position', 90, 'key', gen_random_uuid()) || ${changes})).*
       from (select * from invoice_lines where tenant_id = ${world.tenantId} and period_end > period_start and kind = 'recurring'
         order by period_start, id limit 1) l`,
    );
  const shifted = (days: number) =>
    `jsonb_build_object('period_start', period_start + interval '${days} days', 'period_end', period_end + interval '${days} days')`;
  const twice = { code: '23P01', constraint: 'invoice_lines_period_once' };
  await expect(more(shifted(3))).rejects.toMatchObject(twice);
  await expect(more(shifted(-3))).rejects.toMatchObject(twice);
  await expect(
    more(`jsonb_build_object('period_end', period_end - interval '9 days')`),
  ).rejects.toMatchObject(twice);
  await expect(
    more(`${shifted(-800)} || jsonb_build_object('invoice_id', gen_random_uuid())`),
  ).rejects.toMatchObject({ code: '23503', constraint: 'invoice_lines_whole' });
  for (const name of ['subscription_id', 'item_id', 'price_id'])
    await expect(more(`jsonb_build_object('${name}', gen_random_uuid())`)).rejects.toMatchObject({
      code: '23503',
    });
  await expect(
    more(`${shifted(-900)} || jsonb_build_object('kind', 'mirrored', 'item_id', null)`),
  ).rejects.toThrow('a line is billed by whoever computes its subscription');
  await expect(more(shifted(-400))).resolves.toEqual([]);
  await world.admin(`update invoice_lines set voided_at = now() where position = 90`);
  await expect(
    world.admin('update invoice_lines set voided_at = null where position = 90'),
  ).rejects.toMatchObject({
    code: '23514',
  });
});

test('I632 the database refuses a fact that was billed, also one that takes no time or is of no item, until it is void', async () => {
  const once = { code: '23505', constraint: 'invoice_lines_once' };
  const add = (key: string, changes: string) =>
    world.admin(
      `insert into invoice_lines select (jsonb_populate_record(null::invoice_lines, to_jsonb(l) || jsonb_build_object(
         'id', gen_random_uuid(), 'position', (random() * 1000000)::integer + 1000, 'key', '${key}', 'voided_at', null) || ${changes})).*
       from (select * from invoice_lines where tenant_id = ${world.tenantId} and kind = 'recurring' and item_id is not null
         order by period_start, id limit 1) l`,
    );
  const noTime = `jsonb_build_object('period_start', '1970-01-01', 'period_end', '1970-01-01')`;
  const noItem = `jsonb_build_object('kind', 'one_off', 'item_id', null, 'period_start', '1970-01-01')`;
  for (const changes of [noTime, noItem]) {
    await add('told', changes);
    await expect(add('told', changes)).rejects.toMatchObject(once);
    await expect(add('told otherwise', changes)).resolves.toEqual([]);
    await world.admin(`update invoice_lines set voided_at = now() where key = 'told'`);
    await expect(add('told', changes)).resolves.toEqual([]);
    await world.admin(`update invoice_lines set voided_at = now() where key in ('told', 'told otherwise')`);
  }
});

test('I546 lines may be written before their invoice, and stand with it or not at all', async () => {
  const id = '018f0000-0000-7000-8000-0000000000aa';
  const [columns] = await world.admin(
    `select string_agg(format('%I', column_name), ', ') as all from information_schema.columns
     where table_schema = 'public' and table_name = 'invoices' and is_generated = 'NEVER'`,
  );
  const addLine = () =>
    world.admin(
      `insert into invoice_lines select (jsonb_populate_record(null::invoice_lines, to_jsonb(l) || jsonb_build_object(
         'id', gen_random_uuid(), 'invoice_id', '${id}', 'key', gen_random_uuid(), 'kind', 'true_up'))).*
       from (select * from invoice_lines where tenant_id = ${world.tenantId} order by id limit 1) l`,
    );
  const addInvoice = () =>
    world.admin(
      `insert into invoices (${columns?.all}) select ${columns?.all} from (
         select (jsonb_populate_record(null::invoices, to_jsonb(i) || jsonb_build_object(
           'id', '${id}', 'number', null, 'series', null, 'year', null, 'sequence', null, 'status', 'skipped'))).*
         from (select * from invoices where tenant_id = ${world.tenantId} order by id limit 1) i) copy`,
    );
  const within = async (...steps: (() => Promise<unknown>)[]) => {
    await world.admin('begin');
    for (const step of steps) await step();
    await world.admin('commit');
  };
  const lines = () => world.admin(`select from invoice_lines where invoice_id = '${id}'`);
  await expect(within(addLine)).rejects.toMatchObject({ code: '23503', constraint: 'invoice_lines_whole' });
  expect(await lines()).toHaveLength(0);
  await within(addLine, addInvoice);
  expect(await lines()).toHaveLength(1);
  expect(await world.admin('select from awaited_invoices')).toHaveLength(0);
});

test('I608 who writes lines of a customer has that customer locked until the end, and waits for whoever has', async () => {
  const [line] = await world.admin(
    `select l.id, s.customer_id as customer from invoice_lines l join subscriptions s on s.tenant_id = l.tenant_id
       and s.id = l.subscription_id where l.tenant_id = $1 and l.voided_at is null order by l.id limit 1`,
    [world.tenantId],
  );
  const lock = () =>
    world.command((ctx) =>
      ctx.sql.rows('select 1 from customers where tenant_id = $1 and id = $2 for no key update nowait', [
        ctx.tenant.id,
        line?.customer,
      ]),
    );
  await world.admin('begin');
  try {
    await expect(lock()).resolves.toHaveLength(1);
    await world.admin(
      `insert into invoice_lines select (jsonb_populate_record(null::invoice_lines, to_jsonb(l) || jsonb_build_object(
         'id', gen_random_uuid(), 'position', 91, 'key', gen_random_uuid(), 'period_start', '1980-01-01', 'period_end', '1980-01-02'))).*
       from invoice_lines l where l.tenant_id = $1 and l.id = $2`,
      [world.tenantId, line?.id],
    );
    await expect(lock()).rejects.toMatchObject({ code: '55P03' });
  } finally {
    await world.admin('rollback');
  }
});

test('I607 the database refuses an invoice of a customer who is not there, or with a subscription of another customer', async () => {
  const [invoice] = await world.admin(
    'select subscription_id as id from invoices where tenant_id = $1 and subscription_id is not null order by id limit 1',
    [world.tenantId],
  );
  const other = await addCustomer(world, { name: 'Somebody else', country: 'DE' });
  const [columns] = await world.admin(
    `select string_agg(format('%I', column_name), ', ') as all from information_schema.columns
     where table_schema = 'public' and table_name = 'invoices' and is_generated = 'NEVER'`,
  );
  const add = (changes: string) =>
    world.admin(
      `insert into invoices (${columns?.all}) select ${columns?.all} from (
         select (jsonb_populate_record(null::invoices, to_jsonb(i) || jsonb_build_object('id', gen_random_uuid(),
           'number', gen_random_uuid(), 'sequence', i.sequence + 1000 + (random() * 1000000)::integer) || jsonb_build_object(${changes}))).*
         from invoices i where i.tenant_id = ${world.tenantId} and i.subscription_id = '${invoice?.id}' limit 1) i`,
    );
  await expect(add('')).resolves.toEqual([]);
  for (const lost of ['gen_random_uuid()', `'${other.id}'`])
    await expect(add(`'customer_id', ${lost}`)).rejects.toMatchObject({
      code: '23503',
      constraint: 'invoices_subscription',
    });
  await expect(add(`'subscription_id', gen_random_uuid()`)).rejects.toMatchObject({ code: '23503' });
  await expect(add(`'subscription_id', null`)).resolves.toEqual([]);
  await expect(add(`'subscription_id', null, 'customer_id', '${other.id}'`)).resolves.toEqual([]);
  const nobody = { code: '23503', constraint: 'invoices_customer' };
  await expect(add(`'subscription_id', null, 'customer_id', gen_random_uuid()`)).rejects.toMatchObject(
    nobody,
  );
  await expect(
    world.admin(
      `update invoices set subscription_id = null, customer_id = gen_random_uuid() where tenant_id = $1`,
      [world.tenantId],
    ),
  ).rejects.toMatchObject(nobody);
});

test('I396 how a line came about stands in its document alone; lines of before keep what stands beside them', async () => {
  const invoices = await world.admin(
    `select i.id, app.frozen_text(i)::json as document from invoices i where tenant_id = $1 and app.frozen_text(i) like '%graduated%'`,
    [world.tenantId],
  );
  const ids = invoices.map(({ id }) => String(id));
  const stored = await world.admin(
    'select count(*)::integer as n from invoice_lines where tenant_id = $1 and explanation is not null',
    [world.tenantId],
  );
  expect(stored).toEqual([{ n: 0 }]);
  const read = () => world.query((ctx) => linesOf(ctx, ids));
  const frozen = invoices
    .toSorted((left, right) => (String(left.id) < String(right.id) ? -1 : 1))
    .flatMap(({ document }) => (document as { lines: { explanation: object }[] }).lines);
  expect(frozen.length).toBeGreaterThan(5);
  const lines = await read();
  expect(lines.map(({ explanation }) => explanation)).toEqual(frozen.map(({ explanation }) => explanation));
  const [first] = lines;
  await world.admin(`update invoice_lines set explanation = '{"rule": "flat_fee"}' where id = $1`, [
    first?.id,
  ]);
  expect((await read())[0]?.explanation).toEqual({ rule: 'flat_fee' });
  expect((await world.query((ctx) => findLine(ctx, String(first?.id))))?.explanation).toEqual({
    rule: 'flat_fee',
  });
  expect((await world.query((ctx) => findLine(ctx, String(lines[1]?.id))))?.explanation).toEqual(
    frozen[1]?.explanation,
  );
});

/** Rows that this transaction has read so far, of the tables that new lines and entries are held against. */
async function rowsRead(): Promise<number> {
  const [row] = await world.admin(
    `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as n from pg_stat_xact_user_tables
     where relname in ('invoices', 'invoice_lines', 'subscriptions', 'subscription_items', 'subscription_charges', 'prices',
       'customers', 'ledger_transactions')`,
  );
  return Number(row?.n);
}

/** Rows like the first one of this tenant, each with an id of its own. */
const alike = (table: string, count: number, changes = `'{}'::jsonb`) =>
  `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid())
     || ${changes})).* from (select * from ${table} where tenant_id = ${world.tenantId} order by id limit 1) t,
     generate_series(1, ${count}) n`;

test('I395 what is checked of new lines and entries reads what they name, however much their seller has', async () => {
  const MANY = 1_500;
  const LINES = 200;
  const addLines = (year: number) =>
    world.admin(
      alike(
        'invoice_lines',
        LINES,
        `jsonb_build_object('position', ${year} * 1000 + n, 'key', gen_random_uuid(), 'kind', 'true_up', 'voided_at', null,
           'period_start', '${year}-01-01'::date + n::integer, 'period_end', '${year}-01-02'::date + n::integer)`,
      ),
    );
  const addEntries = async () => {
    const [row] = await world.admin(
      `${alike('ledger_transactions', 1, `jsonb_build_object('posting', gen_random_uuid())`)} returning id, currency`,
    );
    await world.admin(
      `insert into ledger_entries (tenant_id, transaction_id, position, account, side, amount_minor, currency)
       values ($1, $2, 1, 'receivable', 'debit', 5, $3), ($1, $2, 2, 'revenue', 'credit', 5, $3)`,
      [world.tenantId, row?.id, row?.currency],
    );
  };
  await world.admin('begin');
  try {
    // Plans are made while there is little, and known to be little.
    await world.admin('analyze ledger_transactions, subscription_items, invoices, subscriptions');
    await addLines(1990);
    await addEntries();
    await world.admin('set local session_replication_role = replica');
    await world.admin(alike('subscription_items', MANY));
    await world.admin(
      alike('ledger_transactions', MANY, `jsonb_build_object('source_id', gen_random_uuid())`),
    );
    await world.admin('set local session_replication_role = origin');
    const before = await rowsRead();
    await addLines(1992);
    await addEntries();
    const read = (await rowsRead()) - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(MANY);
  } finally {
    await world.admin('rollback');
  }
});

test('I571 a run whose first transaction fails for somebody tells of everybody it billed, parts of that transaction too', async () => {
  const tenant = await createTestTenant(world.database, { frozenAt: START, settings: SETTINGS });
  const plan = await addPlan(world, { key: 'broken', prices: [flatPrice('2999')] });
  await subscribe(world, (await addCustomer(world, { name: 'The pattern', country: 'DE' })).id, plan);
  const crowd = 1_100;
  await copyCrowd(world, { tenantId: tenant.id, planId: plan.plan.id, dueAt: START, count: crowd });
  const [culprit] = await world.admin(
    'select id from customers where tenant_id = $1 order by id offset 300 limit 1',
    [tenant.id],
  );
  await world.admin(
    `alter table invoices add constraint broken check (tenant_id <> ${tenant.id} or customer_id <> '${culprit?.id}')`,
  );
  const source = billDueSource({ transactor: world.transactor, log: silentLog });
  while ((await source.run(tenant.id, 5_000)) > 0);
  await world.admin('alter table invoices drop constraint broken');
  const runs = await world.admin(
    `select r.due_customers::int as due, r.ended_at is not null as "isOver", sum(b.customers)::int as customers,
       sum(b.invoices)::int as invoices, sum(b.parked)::int as parked
     from bill_runs r join bill_run_batches b on b.tenant_id = r.tenant_id and b.run_id = r.id
     where r.tenant_id = $1 group by r.id, r.due_customers, r.ended_at`,
    [tenant.id],
  );
  expect(runs).toEqual([{ due: crowd, isOver: true, customers: crowd, invoices: crowd - 1, parked: 1 }]);
});
