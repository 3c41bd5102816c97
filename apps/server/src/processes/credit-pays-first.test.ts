import { afterEach, beforeEach, expect, test } from 'vitest';
import { actOn } from '../testing/act.ts';
import { addCustomer, addPlan, balances, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';

let world: PaymentWorld;
let customerId: string;
let basic: Awaited<ReturnType<typeof addPlan>>;

beforeEach(async () => {
  world = await createPaymentWorld('2026-04-01T00:00:00Z');
  basic = await addPlan(world, { key: 'basic', prices: [flatPrice('3000')] });
  customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com' })).id;
});
afterEach(() => world.close());

const statuses = async () =>
  (await world.admin('select status from subscriptions')).map(({ status }) => status);
const events = async (type: string) =>
  (await world.admin('select count(*)::int as count from outbox where type = $1', [type]))[0]?.count;

test('I90 canceling a period that is not paid reduces its invoice and leaves nothing to spend', async () => {
  const { id } = await subscribe(world, customerId, basic, { collection: 'manual' });
  await world.settle();
  await world.setBothClocks('2026-04-16T00:00:00Z');
  await world.command((ctx) => actOn(ctx, id, { action: 'cancel', when: 'now', reason: 'asked' }));
  expect(await creditBalance(world, customerId)).toBe(0n);
  expect(await world.invoices()).toMatchObject([
    { status: 'open', totalMinor: 3000n, creditPaidMinor: 1500n, dueMinor: 1500n },
    { status: 'paid', totalMinor: -1500n, creditGrantedMinor: 1500n },
  ]);
  expect(await balances(world)).toEqual({ receivable: 1500n, revenue: -1500n, credit_liability: 0n });
  expect(await events('credit.applied')).toBe(1);
});

test('I90 credit that pays all of a failed invoice takes its next try back and recovers the subscription', async () => {
  await world.addCard(customerId, 'pm_card_chargeCustomerFail');
  const dear = await addPlan(world, { key: 'dear', family: 'other', prices: [flatPrice('9000')] });
  const { id } = await subscribe(world, customerId, dear, { collection: 'manual' });
  await world.sources.bill.run(world.tenantId, 10);
  await world.admin(`update invoices set status = 'paid', paid_minor = total_minor`);
  await subscribe(world, customerId, basic, { collection: 'automatic' });
  await world.settle();
  expect((await statuses()).sort()).toEqual(['active', 'past_due']);
  await world.command((ctx) => actOn(ctx, id, { action: 'cancel', when: 'now', reason: 'asked' }));
  expect((await statuses()).sort()).toEqual(['active', 'canceled']);
  expect((await world.invoices()).map(({ status, dueMinor }) => [status, dueMinor])).toEqual([
    ['paid', 0n],
    ['paid', 0n],
    ['paid', 0n],
  ]);
  expect(await creditBalance(world, customerId)).toBe(6000n);
  const tries = await world.admin('select status from payment_attempts order by created_at, id');
  expect(tries).toEqual([{ status: 'failed' }, { status: 'canceled' }]);
});

test('I90 of two open invoices the older one is paid first', async () => {
  await addPlan(world, { key: 'small', rank: 0, prices: [flatPrice('1000')] });
  const { id } = await subscribe(world, customerId, basic, { collection: 'manual' });
  await world.settle();
  await world.advance('2026-05-01T00:00:00Z');
  await world.command((ctx) => actOn(ctx, id, { action: 'change', plan: 'small', when: 'now' }));
  // 3000 for May come back and 1000 are charged: 2000 pay the invoice of April.
  expect(await creditBalance(world, customerId)).toBe(0n);
  expect((await world.invoices()).map(({ dueMinor }) => dueMinor)).toEqual([1000n, 3000n, 0n]);
  await world.command((ctx) => actOn(ctx, id, { action: 'cancel', when: 'now', reason: 'asked' }));
  expect((await world.invoices()).map(({ status, dueMinor }) => [status, dueMinor])).toEqual([
    ['paid', 0n],
    ['open', 3000n],
    ['paid', 0n],
    ['paid', 0n],
  ]);
  expect(await creditBalance(world, customerId)).toBe(0n);
  await balances(world);
});
