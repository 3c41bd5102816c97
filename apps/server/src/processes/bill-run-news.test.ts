import pg from 'pg';
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
import { untilSomebodyWaits } from '../testing/locks.ts';
import { createTestTenant } from '../testing/tenant.ts';
import { billDueSource } from './bill-run.ts';

const START = '2026-01-31T09:30:00Z';
const SETTINGS = { paymentTermsDays: 14, zeroInvoices: 'skip', invoiceSeries: 'BH' };
/** One more than a transaction takes. */
const CROWD = 1_001;
/** As many as a transaction takes. */
const A_TURN = 1_000;

let world: BillingWorld;
let planId: string;
beforeAll(async () => {
  world = await createBillingWorld(START, SETTINGS);
  const plan = await addPlan(world, { key: 'base', prices: [flatPrice('1999')] });
  planId = plan.plan.id;
  await subscribe(world, (await addCustomer(world, { name: 'The pattern', country: 'DE' })).id, plan);
}, 60_000);
afterAll(() => world.close());

async function sellerWithCrowd(): Promise<number> {
  const { id } = await createTestTenant(world.database, { frozenAt: START, settings: SETTINGS });
  await copyCrowd(world, { tenantId: id, planId, dueAt: START, count: CROWD });
  return id;
}

function sourceOf(inBulk: Set<number>, command = world.transactor.command) {
  const source = billDueSource({ transactor: { ...world.transactor, command }, log: silentLog, inBulk });
  return {
    turn: (tenantId: number, most = A_TURN) => source.run(tenantId, most),
    /** As the worker does before each round. */
    lookUp: () => world.transactor.work((sql) => source.tenantsDue(sql, world.transactor.wallNow())),
  };
}

test('I570 news of a seller wait from its first transaction to the last of all who are billed in bulk', async () => {
  const [first, second] = [await sellerWithCrowd(), await sellerWithCrowd()];
  const inBulk = new Set<number>();
  const seen: boolean[] = [];
  const { turn, lookUp } = sourceOf(inBulk, (request, work) =>
    world.transactor.command(request, async (ctx) => {
      const answer = await work(ctx);
      seen.push(inBulk.has(first));
      return answer;
    }),
  );
  expect(await turn(first)).toBe(A_TURN);
  expect(seen.every(Boolean)).toBe(true);
  expect(await lookUp()).toEqual(expect.arrayContaining([first, second]));
  expect([...inBulk]).toEqual([first]);
  expect(await turn(second)).toBe(A_TURN);
  expect(await turn(first)).toBe(1);
  expect(await lookUp()).not.toContain(first);
  expect(inBulk).toEqual(new Set([first, second]));
  expect(await turn(second)).toBe(1);
  await lookUp();
  expect(inBulk.size).toBe(0);
});

test('I570 news wait no longer for a run that another process ended, or whose turn failed', async () => {
  const seller = await sellerWithCrowd();
  const inBulk = new Set<number>();
  const { turn, lookUp } = sourceOf(inBulk);
  expect(await turn(seller)).toBe(A_TURN);
  expect([...inBulk]).toEqual([seller]);
  expect(await sourceOf(new Set()).turn(seller)).toBe(1);
  await lookUp();
  expect(inBulk.size).toBe(0);

  const other = await sellerWithCrowd();
  let isBroken = false;
  const failing = sourceOf(inBulk, (request, work) => {
    if (isBroken) throw Object.assign(new Error('the connection was terminated'), { code: '57P01' });
    return world.transactor.command(request, work);
  });
  expect(await failing.turn(other)).toBe(A_TURN);
  expect([...inBulk]).toEqual([other]);
  isBroken = true;
  await expect(failing.turn(other)).rejects.toThrow('terminated');
  expect(inBulk.size).toBe(0);
});

test('I637 a run all of whose due customers somebody else holds waits for the first of them, with however many transactions', async () => {
  const seller = await sellerWithCrowd();
  const { turn } = sourceOf(new Set());
  expect(await turn(seller)).toBe(A_TURN);
  const admin = new pg.Client({ connectionString: world.database.url });
  await admin.connect();
  let isOver = false;
  let billed: Promise<number> | undefined;
  const request = { tenantId: seller, actor: { kind: 'system', id: 'test' } as const, requestId: null };
  await world.transactor.command(request, async (ctx) => {
    const held = await ctx.sql.rows(
      `select 1 from customers where tenant_id = $1 and id in (
         select customer_id from subscriptions where tenant_id = $1 and next_bill_at <= $2) for update`,
      [seller, START],
    );
    expect(held).toHaveLength(1);
    billed = turn(seller, 3 * A_TURN).finally(() => {
      isOver = true;
    });
    await untilSomebodyWaits(admin, 1, () => isOver);
  });
  await admin.end();
  expect(await billed).toBe(1);
});
