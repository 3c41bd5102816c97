import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginInvoice, startHostedPage } from '../modules/checkout/api.ts';
import { actOn } from '../testing/act.ts';
import { addCustomer, addPlan, balances, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { claimDue } from './claim-attempts.ts';
import { voidUnpaidInvoice } from './void-invoice.ts';

const VISA = '4242424242424242';

let world: PaymentWorld;
let customerId: string;
let subscriptionId: string;
let invoiceId: string;

beforeEach(async () => {
  world = await createPaymentWorld('2026-04-01T00:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('3000')] });
  customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com' })).id;
  await world.addCard(customerId, 'pm_card_visa');
  subscriptionId = (await subscribe(world, customerId, plan, { collection: 'automatic' })).id;
  await world.sources.bill.run(world.tenantId, 10);
  invoiceId = (await world.invoices())[0]?.id ?? '';
});
afterEach(() => world.close());

const request = () => ({
  tenantId: world.tenantId,
  actor: { kind: 'system', id: 'test' } as const,
  requestId: null,
});
const voiding = (periods: 'bill_again' | 'waive', provider = world.provider) =>
  voidUnpaidInvoice({ ...world, providers: { ...world.providers, of: async () => provider } }, request(), {
    invoiceId,
    reason: 'mistake',
    periods,
  });
const openPage = () =>
  startHostedPage(world, request(), (ctx) =>
    beginInvoice(ctx, {
      customerId,
      invoiceId,
      successUrl: 'http://shop.example/done',
      cancelUrl: 'http://shop.example/plans',
    }),
  );

test('I15 voiding closes the payment page first, so that nothing is paid for a void invoice', async () => {
  const page = await openPage();
  await voiding('waive');
  expect((await world.payOnPage(page.url ?? '', VISA)).status).toBe(410);
  await world.settle();
  expect(await world.invoices()).toMatchObject([{ status: 'void' }]);
  expect(await world.admin('select * from payments')).toEqual([]);
  expect(await world.admin('select status from payment_attempts')).toEqual([{ status: 'canceled' }]);
  expect(await balances(world)).toMatchObject({ receivable: 0n, revenue: 0n });
});

test('I15 an invoice whose page is paid while it is being voided is paid and stays', async () => {
  await world.control.setFaults(world.accountId, { loseWebhooks: 100 });
  const page = await openPage();
  const late = {
    ...world.provider,
    async expireSession(id: string) {
      await world.payOnPage(page.url ?? '', VISA);
      return world.provider.expireSession(id);
    },
  };
  await expect(voiding('waive', late)).rejects.toMatchObject({ code: 'invoice.not_open' });
  expect(await world.invoices()).toMatchObject([{ status: 'paid', paidMinor: 3000n }]);
  expect(await creditBalance(world, customerId)).toBe(0n);
});

test('I15 voiding while a try is being claimed waits for the claim and is refused', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const claiming = world.command(async (ctx) => {
    const claims = await claimDue(ctx, 10);
    reach();
    await released;
    return claims;
  });
  await reached;
  const asking = voiding('bill_again').catch((error: unknown) => error);
  await world.untilWaiting();
  release();
  expect((await claiming).toSend).toHaveLength(1);
  expect(await asking).toMatchObject({ code: 'invoice.collection_running' });
  expect(await world.invoices()).toMatchObject([{ status: 'open' }]);
});

test('I92 periods of a void invoice are billed again by the next bill, if the seller says so', async () => {
  await voiding('bill_again');
  await world.advance('2026-05-01T00:00:00Z');
  const invoices = await world.invoices();
  expect(invoices.map(({ status, totalMinor }) => [status, totalMinor])).toEqual([
    ['void', 3000n],
    ['paid', 6000n],
  ]);
});

test('I92 waived periods are never billed again, and ending one gives no credit', async () => {
  await voiding('waive');
  await world.setBothClocks('2026-04-16T00:00:00Z');
  await world.command((ctx) =>
    actOn(ctx, subscriptionId, { action: 'cancel', when: 'now', reason: 'asked' }),
  );
  expect(await creditBalance(world, customerId)).toBe(0n);
  await world.advance('2026-06-01T00:00:00Z');
  expect((await world.invoices()).map(({ status }) => status)).toEqual(['void']);
});

test('I92 after a waived period the next one is billed alone', async () => {
  await voiding('waive');
  await world.advance('2026-05-01T00:00:00Z');
  expect((await world.invoices()).map(({ totalMinor }) => totalMinor)).toEqual([3000n, 3000n]);
});

test('I92 periods of what has ended are billed again, though no bill lay ahead', async () => {
  await world.setBothClocks('2026-04-16T00:00:00Z');
  await world.command((ctx) =>
    actOn(ctx, subscriptionId, { action: 'cancel', when: 'now', reason: 'asked', credit: false }),
  );
  await voiding('bill_again');
  await world.advance('2026-04-17T00:00:00Z');
  expect((await world.invoices()).map(({ status, totalMinor }) => [status, totalMinor])).toEqual([
    ['void', 3000n],
    ['paid', 3000n],
  ]);
});

test('I100 what failed by a voided invoice alone is past due no more', async () => {
  await world.admin(`update subscriptions set status = 'past_due'`);
  await world.admin('update invoices set failure_count = 1');
  await voiding('waive');
  expect(await world.admin('select status from subscriptions')).toEqual([{ status: 'active' }]);
});
