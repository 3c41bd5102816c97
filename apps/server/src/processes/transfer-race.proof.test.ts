import { afterEach, expect, test } from 'vitest';
import { addCustomer, addPlan, balances, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { receivePayments } from './receive-payment.ts';

let world: PaymentWorld;
afterEach(() => world.close());

/** An automatic invoice of 29.00 whose charge has no known outcome. */
async function underWay(faults: Parameters<PaymentWorld['control']['setFaults']>[1]) {
  world = await createPaymentWorld('2026-03-01T00:00:00Z', {}, 300);
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const customer = await addCustomer(world, { name: 'Ada', email: 'ada@example.com' });
  await world.addCard(customer.id, 'pm_card_visa');
  await world.control.setFaults(world.accountId, { ...faults, holdMs: 1_000, loseWebhooks: 100 });
  await subscribe(world, customer.id, plan, { collection: 'automatic' });
  await world.sources.bill.run(world.tenantId, 100);
  await world.sources.collect.run(world.tenantId, 100);
  expect(await world.admin('select status from payment_attempts')).toEqual([{ status: 'unknown' }]);
  return customer.id;
}

const arrive = (customerId: string, invoiceId: string | null) =>
  world.command((ctx) =>
    receivePayments(ctx, {
      customerId,
      currency: 'EUR',
      amountMinor: 2900n,
      allocations: [{ invoiceId, amountMinor: 2900n }],
      kind: 'cash',
      lineId: null,
      receivedOn: '2026-03-01',
      note: null,
    }),
  );

const invoice = async () => (await world.admin('select id, status, due_minor from invoices'))[0] ?? {};

test('I277 money that arrives while a card is charged is visible credit, and stays so when the charge succeeded', async () => {
  const customerId = await underWay({ timeoutsAfter: 1 });
  await arrive(customerId, String((await invoice()).id));
  expect(await invoice()).toMatchObject({ status: 'open', due_minor: '2900' });
  expect(await creditBalance(world, customerId)).toBe(2900n);
  await world.advance('2026-03-01T02:00:00Z');
  expect(await invoice()).toMatchObject({ status: 'paid' });
  expect(await creditBalance(world, customerId)).toBe(2900n);
  expect(await balances(world)).toMatchObject({
    receivable: 0n,
    'cash:manual': 2900n,
    credit_liability: -2900n,
  });
});

test('I277 it pays once that charge has come to nothing, and nothing is charged again', async () => {
  const customerId = await underWay({ timeoutsBefore: 1, failCharges: 100 });
  await arrive(customerId, null);
  expect(await creditBalance(world, customerId)).toBe(2900n);
  await world.advance('2026-03-03T00:00:00Z');
  expect(await invoice()).toMatchObject({ status: 'paid' });
  expect(await creditBalance(world, customerId)).toBe(0n);
  const charged = await world.admin(`select count(*)::int as count from payments where provider = 'stripe'`);
  expect(charged).toEqual([{ count: 0 }]);
});

test('I277 forty who book the same cash at once and a bill run beside it leave books that balance', async () => {
  const customerId = await underWay({ timeoutsAfter: 1 });
  const id = String((await invoice()).id);
  await Promise.all(
    Array.from({ length: 40 }, (_, index) => arrive(customerId, index % 2 === 0 ? id : null)),
  );
  await world.advance('2026-03-01T02:00:00Z');
  expect(await creditBalance(world, customerId)).toBe(2900n * 40n);
  expect(await balances(world)).toMatchObject({ receivable: 0n, credit_liability: -2900n * 40n });
});
