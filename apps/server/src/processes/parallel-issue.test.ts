import { afterAll, beforeAll, expect, test } from 'vitest';
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
import { billCustomers } from './bill-due.ts';

const START = '2026-01-31T09:30:00Z';
const DRAFTS = 1_000;
const SETTINGS = {
  paymentTermsDays: 14,
  zeroInvoices: 'skip',
  invoiceSeries: 'BH',
  taxRates: { DE: { name: 'VAT', rate: '0.19' } },
};
const ACTOR = { kind: 'system', id: 'test' } as const;

let world: BillingWorld;
beforeAll(async () => {
  world = await createBillingWorld(START, SETTINGS);
}, 60_000);
afterAll(() => world.close());

class ThoughtBetter extends Error {}

test('I422 a thousand drafts issued at once, some taken back half-way: no gap, no double number, dates never fall', async () => {
  const tenant = await createTestTenant(world.database, { frozenAt: START, settings: SETTINGS });
  const plan = await addPlan(world, { key: 'base', prices: [flatPrice('1999')] });
  const customer = await addCustomer(world, { name: 'The pattern', country: 'DE' });
  await subscribe(world, customer.id, plan);
  await copyCrowd(world, { tenantId: tenant.id, planId: plan.plan.id, dueAt: START, count: DRAFTS });
  const customers = await world.admin(
    'select id from customers where tenant_id = $1 order by md5(id::text)',
    [tenant.id],
  );
  const request = { tenantId: tenant.id, actor: ACTOR, requestId: null };
  let takenBack = 0;
  let done = 0;
  let moving = Promise.resolve();
  const tick = async (seconds: number) => {
    const at = new Date(Date.parse(START) + seconds * 1_000).toISOString();
    await world.admin('update tenants set frozen_at = $2 where id = $1', [tenant.id, at]);
  };
  const issue = async (id: string, index: number): Promise<void> => {
    const isTakenBack = index % 7 === 0;
    if (isTakenBack)
      await world.transactor
        .command(request, async (ctx) => {
          await billCustomers(ctx, [id]);
          throw new ThoughtBetter();
        })
        .catch((error: unknown) => {
          if (!(error instanceof ThoughtBetter)) throw error;
          takenBack += 1;
        });
    // Asked for twice at once, as by two workers: the other one finds nothing to do, or that it is locked.
    const billed = await Promise.all(
      [1, 2].map(() => world.transactor.command(request, (ctx) => billCustomers(ctx, [id]))),
    );
    expect(billed.reduce((sum, { invoices }) => sum + invoices, 0)).toBe(1);
    done += 1;
    // Time goes on while others are under way, who may have read it before.
    if (done % 50 === 0) moving = moving.then(() => tick(done));
  };
  await Promise.all(customers.map(({ id }, index) => issue(String(id), index)));
  await moving;
  expect(takenBack).toBe(Math.ceil(DRAFTS / 7));
  const [facts] = await world.admin(
    `select count(*)::int as invoices, count(distinct customer_id)::int as customers, min(sequence)::int as first,
       max(sequence)::int as last, count(distinct sequence)::int as numbers, count(distinct number)::int as texts
     from invoices where tenant_id = $1`,
    [tenant.id],
  );
  expect(facts).toEqual({
    invoices: DRAFTS,
    customers: DRAFTS,
    first: 1,
    last: DRAFTS,
    numbers: DRAFTS,
    texts: DRAFTS,
  });
  const falls = await world.admin(
    `select number from (select number, issued_at, lag(issued_at) over (order by sequence) as before
       from invoices where tenant_id = $1) t where issued_at < before`,
    [tenant.id],
  );
  expect(falls).toEqual([]);
  const [dates] = await world.admin(
    'select count(distinct issued_at)::int as days from invoices where tenant_id = $1',
    [tenant.id],
  );
  // The clock did move meanwhile, or nothing of dates was shown.
  expect(Number(dates?.days)).toBeGreaterThan(3);
});
