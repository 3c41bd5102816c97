import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('I361 two workers share a run: nobody is billed twice, nobody is left out, numbers have no gap', async () => {
  const tenant = await createTestTenant(world.database, { frozenAt: START, settings: SETTINGS });
  const plan = await addPlan(world, { key: 'base', prices: [flatPrice('1999')] });
  const customer = await addCustomer(world, { name: 'The pattern', country: 'DE' });
  await subscribe(world, customer.id, plan);
  const crowd = 2_200;
  await copyCrowd(world, { tenantId: tenant.id, planId: plan.plan.id, dueAt: START, count: crowd });
  const workers = [0, 1].map(() => billDueSource({ transactor: world.transactor, log: silentLog }));
  const shares = await Promise.all(
    workers.map(async (worker) => {
      let share = 0;
      for (let done = 1; done > 0; share += done) done = await worker.run(tenant.id, 5_000);
      return share;
    }),
  );
  expect(shares.reduce((sum, share) => sum + share)).toBe(crowd);
  const [facts] = await world.admin(
    `select count(*)::int as invoices, count(distinct customer_id)::int as customers, max(sequence)::int as last
     from invoices where tenant_id = $1`,
    [tenant.id],
  );
  expect(facts).toEqual({ invoices: crowd, customers: crowd, last: crowd });
  const runs = await world.admin(
    `select r.due_customers::int as due, r.ended_at is not null as "isOver",
       (select sum(b.customers)::int from bill_run_batches b where b.run_id = r.id) as billed
     from bill_runs r where r.tenant_id = $1`,
    [tenant.id],
  );
  expect(runs).toHaveLength(1);
  expect(runs[0]?.isOver).toBe(true);
  expect(Number(runs[0]?.billed)).toBeLessThanOrEqual(crowd);
});

test('I397 transactions of a run at once: who cannot be billed is parked once, all others are billed once, without a gap', async () => {
  const tenant = await createTestTenant(world.database, { frozenAt: START, settings: SETTINGS });
  const plan = await addPlan(world, { key: 'at-once', prices: [flatPrice('2999')] });
  const customer = await addCustomer(world, { name: 'Another pattern', country: 'DE' });
  await subscribe(world, customer.id, plan);
  const crowd = 3_400;
  await copyCrowd(world, { tenantId: tenant.id, planId: plan.plan.id, dueAt: START, count: crowd });
  const culprits = await world.admin(
    `select id from (select id, row_number() over (order by id) as n from customers where tenant_id = $1) c where n in (1400, 3300)
     order by id`,
    [tenant.id],
  );
  const ids = culprits.map(({ id }) => String(id));
  await world.admin(
    `alter table invoices add constraint broken check (tenant_id <> ${tenant.id} or customer_id not in ('${ids.join("', '")}'))`,
  );
  let underWay = 0;
  let mostUnderWay = 0;
  const { transactor } = world;
  const source = billDueSource({
    log: silentLog,
    transactor: {
      ...transactor,
      async command(request, work) {
        underWay += 1;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        return transactor.command(request, work).finally(() => {
          underWay -= 1;
        });
      },
    },
  });
  let done = 0;
  for (let last = 1; last > 0; done += last) last = await source.run(tenant.id, 5_000);
  await world.admin('alter table invoices drop constraint broken');
  expect(done).toBe(crowd);
  expect(mostUnderWay).toBe(2);
  const [facts] = await world.admin(
    `select count(*)::int as invoices, count(distinct customer_id)::int as customers, max(sequence)::int as last
     from invoices where tenant_id = $1`,
    [tenant.id],
  );
  expect(facts).toEqual({ invoices: crowd - 2, customers: crowd - 2, last: crowd - 2 });
  const parked = await world.admin(
    `select c.id, (select count(*)::int from cases k where k.tenant_id = c.tenant_id and k.customer_id = c.id) as cases
     from customers c where c.tenant_id = $1 and c.parked_at is not null order by c.id`,
    [tenant.id],
  );
  expect(parked).toEqual(ids.map((id) => ({ id, cases: 1 })));
  const [run] = await world.admin(
    `select r.due_customers::int as due, (select sum(b.customers)::int from bill_run_batches b where b.run_id = r.id) as done,
       r.ended_at is not null as "isOver" from bill_runs r where r.tenant_id = $1`,
    [tenant.id],
  );
  expect(run).toEqual({ due: crowd, done: crowd, isOver: true });
});
