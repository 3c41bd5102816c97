import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCoupon } from '../modules/catalog/commands/create-coupon.ts';
import { COMPARED, LEFT_OUT } from '../modules/subscriptions/queries/likeness.ts';
import { silentLog } from '../platform/log.ts';
import { actOn } from '../testing/act.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';
import { leftBehind, sortedByPerson, twinOf } from '../testing/twins.ts';
import { findAlike } from './bill-alike.ts';
import { billDueSource } from './bill-run.ts';
import { CUSTOMER_COLUMNS } from './likeness-of.ts';

const START = '2026-01-01T00:00:00Z';
const MIDDLE = '2026-01-16T00:00:00Z';
const RENEWAL = '2026-02-01T00:00:00Z';
const SETTINGS = {
  paymentTermsDays: 14,
  zeroInvoices: 'skip',
  invoiceSeries: 'BH',
  taxRates: { DE: { name: 'VAT', rate: '0.19' }, FR: { name: 'TVA', rate: '0.2' } },
};
const OF_EACH = 4;

let world: BillingWorld;
let team: Awaited<ReturnType<typeof addPlan>>;
beforeAll(async () => {
  world = await createBillingWorld(START, SETTINGS);
  team = await addPlan(world, {
    key: 'team',
    prices: [
      flatPrice('4900'),
      flatPrice('0', {
        key: 'seats',
        name: 'Seats',
        quantity: { kind: 'seats' },
        pricing: {
          model: 'graduated',
          tiers: [
            { up_to: '5', unit_amount: '12.505', flat_amount: '0' },
            { up_to: null, unit_amount: '9.333', flat_amount: '100' },
          ],
          per: '1',
        },
      }),
    ],
  });
  await world.command((ctx) =>
    createCoupon(ctx, { key: 'partner', name: 'Partner', value: { kind: 'percent', percent: '10' } }),
  );
}, 60_000);
afterAll(() => world.close());

type Person = { country: string; quantity: number; isPartner: boolean; seatsLater: number | null };

const KINDS: Person[] = ['DE', 'FR'].flatMap((country) =>
  [3, 17].flatMap((quantity) =>
    [false, true].flatMap((isPartner) =>
      [null, 8].map((seatsLater) => ({ country, quantity, isPartner, seatsLater })),
    ),
  ),
);

/** Customers who each have names, addresses and languages of their own. */
async function addPeople(kinds: readonly Person[]): Promise<void> {
  const subscriptions: { id: string; seatsLater: number | null }[] = [];
  for (const [index, { country, quantity, isPartner, seatsLater }] of kinds.entries()) {
    for (let one = 0; one < OF_EACH; one += 1) {
      const customer = await addCustomer(world, {
        name: `Customer ${index} "${one}" Ö`,
        country,
        email: `${index}.${one}@example.com`,
        locale: one % 2 === 0 ? 'de' : 'fr',
        address: { line1: `Street ${one}`, city: 'Town' },
      });
      const subscription = await subscribe(world, customer.id, team, { quantity });
      if (isPartner)
        await world.command((ctx) => actOn(ctx, subscription.id, { action: 'discount', coupon: 'partner' }));
      subscriptions.push({ id: subscription.id, seatsLater });
    }
  }
  await world.bill();
  await world.setNow(MIDDLE);
  for (const { id, seatsLater } of subscriptions)
    if (seatsLater !== null)
      await world.command((ctx) => actOn(ctx, id, { action: 'seats', quantity: seatsLater }));
}

const customerIds = async () =>
  (await world.admin('select id from customers where tenant_id = $1 order by id', [world.tenantId])).map(
    ({ id }) => String(id),
  );

/** Those of these customers who are of a kind that has several. */
async function alikeAmong(ids: readonly string[]): Promise<string[]> {
  const alike = await world.command((ctx) => findAlike(ctx, ids));
  const places = alike?.kinds.flatMap(({ leader, followers }) => [leader, ...followers]) ?? [];
  return places.map((place) => ids[place] as string);
}

test('I504 who is decided about by one like it gets to the byte what it would get alone', async () => {
  await addPeople(KINDS);
  const twin = await twinOf(world, { frozenAt: MIDDLE, settings: SETTINGS });
  const [last] = await world.admin('select max(seq) as seq from outbox');
  const source = billDueSource({ transactor: world.transactor, log: silentLog });
  await world.admin('update tenants set frozen_at = $2 where id = any ($1)', [
    [world.tenantId, twin],
    RENEWAL,
  ]);
  const ids = await customerIds();
  const found = await world.command((ctx) => findAlike(ctx, ids));
  expect(found?.kinds.map(({ followers }) => followers.length)).toEqual(KINDS.map(() => OF_EACH - 1));
  const billAll = async (tenantId: number, limit: number) => {
    while ((await source.run(tenantId, limit)) > 0);
  };
  await billAll(world.tenantId, 5_000);
  await billAll(twin, 1);
  const [together, oneByOne] = [
    await leftBehind(world, world.tenantId, last?.seq),
    await leftBehind(world, twin, last?.seq),
  ];
  expect(together.filter((text) => text.startsWith('event')).length).toBeGreaterThanOrEqual(
    KINDS.length * OF_EACH,
  );
  expect(sortedByPerson(together)).toEqual(sortedByPerson(oneByOne));
  const wrong = await world.admin(
    `select id from invoices i where tenant_id = $1 and content_sha256 <> sha256(convert_to(app.frozen_text(i), 'UTF8'))`,
    [world.tenantId],
  );
  expect(wrong).toEqual([]);
});

test('I504 where the first of a kind is refused, the others are each looked at and parked by themselves', async () => {
  await world.admin(`update tenants set frozen_at = '2026-03-01T00:00:00Z' where id = $1`, [world.tenantId]);
  await world.admin(
    `update invoice_lines set period_end = period_end + interval '10 days'
     where tenant_id = $1 and period_end = '2026-03-01T00:00:00Z'
       and subscription_id in (select id from subscriptions where tenant_id = $1 and seats = 8)`,
    [world.tenantId],
  );
  await world.bill();
  const cases = await world.admin(
    `select count(*)::integer as cases, count(distinct customer_id)::integer as customers from cases
     where tenant_id = $1 and kind = 'billing.parked'`,
    [world.tenantId],
  );
  const half = (KINDS.length * OF_EACH) / 2;
  expect(cases).toEqual([{ cases: half, customers: half }]);
  const billed = await world.admin(
    `select count(*)::integer as n from invoices where tenant_id = $1 and issued_at = '2026-03-01T00:00:00Z'`,
    [world.tenantId],
  );
  expect(billed).toEqual([{ n: half }]);
});

test('I504 who has papers of its own that say what tax it pays is decided about alone', async () => {
  const others = await addPlan(world, { key: 'papers', prices: [flatPrice('1900')] });
  const people = await Promise.all(
    Array.from({ length: 10 }, (_, index) => addCustomer(world, { name: `Papers ${index}`, country: 'DE' })),
  );
  for (const { id } of people) await subscribe(world, id, others);
  const ids = people.map(({ id }) => id).sort();
  const alike = () => alikeAmong(ids);
  expect((await alike()).sort()).toEqual(ids);
  const [exempt, ...rest] = ids;
  await world.admin(
    `insert into tax_certificates (tenant_id, id, customer_id, reason, country, valid_from, decision, given_by, given_at,
       decided_by, decided_at)
     values ($1, gen_random_uuid(), $2, 'resale', 'DE', '2025-01-01', 'accepted', 'test', now(), 'test', now())`,
    [world.tenantId, exempt],
  );
  expect((await alike()).sort()).toEqual(rest);
});

test('I548 whoever has a line of something that is no item of ours is like nobody', async () => {
  await world.admin(`update tenants set frozen_at = '2026-04-01T00:00:00Z' where id = $1`, [world.tenantId]);
  const people = await world.admin(
    `select c.id from customers c where tenant_id = $1 and parked_at is null
       and exists (select from invoice_lines l join subscriptions s on s.id = l.subscription_id and s.tenant_id = l.tenant_id
         where l.tenant_id = c.tenant_id and s.customer_id = c.id) order by id`,
    [world.tenantId],
  );
  const ids = people.map(({ id }) => String(id));
  const alike = async () => new Set(await alikeAmong(ids));
  const before = await alike();
  const [first] = before;
  expect(before.size).toBeGreaterThan(OF_EACH);
  await world.admin(
    `update invoice_lines set kind = 'mirrored', item_id = null where tenant_id = $1 and id = (
       select l.id from invoice_lines l join subscriptions s on s.id = l.subscription_id and s.tenant_id = l.tenant_id
       where l.tenant_id = $1 and s.customer_id = $2 limit 1)`,
    [world.tenantId, first],
  );
  expect(await alike()).toEqual(new Set([...before].filter((id) => id !== first)));
});

test('I504 every column that billing might read is compared, or said to have no say', async () => {
  const people = await world.admin(
    `select column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = 'customers' order by 1`,
  );
  const { compared, leftOut } = CUSTOMER_COLUMNS;
  expect(people.map(({ name }) => name)).toEqual([...compared, ...leftOut].sort());
  for (const table of ['subscriptions', 'subscription_items', 'subscription_discounts'] as const) {
    const rows = await world.admin(
      `select column_name as name from information_schema.columns
       where table_schema = 'public' and table_name = $1 order by 1`,
      [table],
    );
    expect(rows.map(({ name }) => name)).toEqual([...COMPARED[table], ...LEFT_OUT[table]].sort());
  }
});
