import { instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  beginCard,
  beginInvoice,
  beginSubscription,
  closePage,
  findCheckout,
  type Intent,
  settlePage,
  startHostedPage,
} from '../modules/checkout/api.ts';
import { listMethods, ProviderFault } from '../modules/payments/api.ts';
import { refundPayment } from '../modules/payments/commands/refund.ts';
import type { CommandCtx } from '../platform/context.ts';
import { addCustomer, addPlan, balances, flatPrice } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { addPayPal, type WithPayPal } from '../testing/paypal-account.ts';

const returns = {
  successUrl: 'http://shop.example/done',
  cancelUrl: 'http://shop.example/plans',
  provider: 'paypal',
};
const request = () => ({
  tenantId: world.tenantId,
  actor: { kind: 'system' as const, id: 'test' },
  requestId: null,
});

let world: PaymentWorld;
let paypal: WithPayPal;
let customerId: string;

let now = Date.parse('2026-03-01T00:00:00Z');

beforeAll(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z', {
    taxRates: { DE: { name: 'VAT', rate: '0.19' } },
  });
  paypal = await addPayPal(world);
  await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
});
beforeEach(async () => {
  await world.control.payPal.setFaults(paypal.accountId, {});
  customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com', country: 'DE' })).id;
});
afterAll(() => world.close());

const open = (decide: (ctx: CommandCtx) => Promise<Intent>) => startHostedPage(world, request(), decide);
const openPro = () =>
  open((ctx) => beginSubscription(ctx, { customerId, plan: 'pro', quantity: 1, ...returns }));
const checkoutOf = (id: string) => world.query((ctx) => findCheckout(ctx, id));
const methods = () => world.query((ctx) => listMethods(ctx, customerId));
/** Payments that PayPal took of this customer, told by what they say they are for. */
const taken = async () => {
  const ours = await world.admin(
    'select id::text from checkouts where customer_id = $1 union all select id::text from payment_attempts where customer_id = $1',
    [customerId],
  );
  const { items } = (await paypal.payPal.listEvents?.({ since: instant(0), cursor: null })) ?? { items: [] };
  return items.filter(({ news, body }) => {
    if (news.type !== 'PAYMENT.CAPTURE.COMPLETED') return false;
    const text = new TextDecoder().decode(body);
    return ours.some(({ id }) => text.includes(`.${String(id)}"`));
  }).length;
};
/** Moves both clocks on by days, through everything that is due. */
const pass = async (days: number) => {
  now += days * MS_PER_DAY;
  await world.advance(new Date(now).toISOString());
};
const invoices = () =>
  world.admin(
    'select id, status, paid_minor::int as paid from invoices where customer_id = $1 order by number',
    [customerId],
  );
const statuses = async () => (await invoices()).map(({ status }) => status);

test('a PayPal page starts the subscription, keeps the account, and pays what comes later without the customer', async () => {
  const checkout = await openPro();
  expect(checkout).toMatchObject({ status: 'open', provider: 'paypal', amountMinor: 3451n });
  await paypal.approve(checkout.url, 'ada');
  await world.settle();
  expect(await checkoutOf(checkout.id)).toMatchObject({ status: 'completed' });
  expect(await invoices()).toMatchObject([{ status: 'paid', paid: 3451 }]);
  expect(await methods()).toMatchObject([
    { kind: 'paypal', provider: 'paypal', label: 'ada@buyers.example', brand: null, isDefault: true },
  ]);
  expect(await balances(world)).toMatchObject({ receivable: 0n, revenue: -2900n, tax: -551n });
  await pass(32);
  expect(await statuses()).toEqual(['paid', 'paid']);
  expect(
    await world.admin('select distinct provider from payments where customer_id = $1', [customerId]),
  ).toEqual([{ provider: 'paypal' }]);
});

test('I260 a page that was closed takes nothing, though the customer agreed before', async () => {
  const checkout = await openPro();
  await paypal.approve(checkout.url, 'ada');
  await closePage(
    { transactor: world.transactor, complete: world.complete },
    request(),
    paypal.payPal,
    checkout,
  );
  await world.settle();
  expect(await checkoutOf(checkout.id)).toMatchObject({ status: 'expired' });
  expect(await taken()).toBe(0);
  expect(await invoices()).toEqual([]);
});

test('I261 a page whose money is being taken cannot be closed away: it is paid once, and found paid', async () => {
  const checkout = await openPro();
  await paypal.approve(checkout.url, 'ada');
  await world.control.payPal.setFaults(paypal.accountId, {
    timeoutsAfter: 1,
    loseWebhooks: 100,
    holdMs: 20,
  });
  const deps = { transactor: world.transactor, complete: world.complete };
  await expect(
    settlePage(deps, request(), paypal.payPal, checkout.id, checkout.providerSessionId ?? ''),
  ).rejects.toBeInstanceOf(ProviderFault);
  const settling = await checkoutOf(checkout.id);
  expect(settling).toMatchObject({ status: 'open' });
  expect(settling?.settlingAt).not.toBeNull();
  // Another page is asked for: the first one turns out to be paid, and the plan runs already.
  await expect(openPro()).rejects.toMatchObject({ code: 'subscription.already_exists' });
  expect(await checkoutOf(checkout.id)).toMatchObject({ status: 'completed' });
  expect(await taken()).toBe(1);
});

test('I261 a decline on the page leaves it open for another way to pay, under a key of its own', async () => {
  const checkout = await openPro();
  await paypal.approve(checkout.url, 'ben');
  await world.settle();
  expect(await checkoutOf(checkout.id)).toMatchObject({ status: 'open', settlingAt: null });
  await paypal.approve(checkout.url, 'ada');
  await world.settle();
  expect(await checkoutOf(checkout.id)).toMatchObject({ status: 'completed' });
  expect(await taken()).toBe(1);
});

test('PayPal is added without a payment, a refused charge is dunned, and another account pays the invoice', async () => {
  const card = await open((ctx) => beginCard(ctx, { customerId, ...returns }));
  await paypal.approve(card.url, 'cleo');
  await settlePage(
    { transactor: world.transactor, complete: world.complete },
    request(),
    paypal.payPal,
    card.id,
    card.providerSessionId ?? '',
  );
  expect(await methods()).toMatchObject([{ label: 'cleo@buyers.example', isDefault: true }]);
  const start = await openPro();
  await paypal.approve(start.url, 'cleo');
  await world.settle();
  await pass(32);
  const failed = await world.admin(
    "select failure_code as code from payment_attempts where status = 'failed' and customer_id = $1",
    [customerId],
  );
  expect(failed).toEqual([{ code: 'instrument_declined' }]);
  const [invoice] = (await world.admin("select id from invoices where status = 'open' and customer_id = $1", [
    customerId,
  ])) as { id: string }[];
  const page = await open((ctx) =>
    beginInvoice(ctx, { customerId, invoiceId: invoice?.id ?? '', ...returns }),
  );
  await paypal.approve(page.url, 'ada');
  await world.settle();
  expect(await statuses()).toEqual(['paid', 'paid']);
});

test('I16 a charge without an answer is looked up, and is taken once', async () => {
  const checkout = await openPro();
  await paypal.approve(checkout.url, 'ada');
  await world.settle();
  await world.control.payPal.setFaults(paypal.accountId, {
    timeoutsAfter: 1,
    loseWebhooks: 100,
    holdMs: 20,
  });
  await pass(32);
  expect(await statuses()).toEqual(['paid', 'paid']);
  expect(await taken()).toBe(2);
});

test('a refund goes back to PayPal; one that is made there is known here', async () => {
  const checkout = await openPro();
  await paypal.approve(checkout.url, 'ada');
  await world.settle();
  const [payment] = (await world.admin(
    'select id, provider_object_id as object from payments where customer_id = $1',
    [customerId],
  )) as {
    id: string;
    object: string;
  }[];
  await world.command((ctx) =>
    refundPayment(ctx, { paymentId: payment?.id ?? '', amountMinor: 1_000n, reason: 'Too much' }),
  );
  await world.settle();
  await world.control.payPal.act(paypal.accountId, {
    deed: 'refund',
    captureId: payment?.object ?? '',
    amountMinor: 500,
  });
  await world.settle();
  const refunds = await world.admin(
    'select status, amount_minor::int as amount from refunds where payment_id = $1 order by amount_minor desc',
    [payment?.id],
  );
  expect(refunds).toEqual([
    { status: 'succeeded', amount: 1000 },
    { status: 'succeeded', amount: 500 },
  ]);
});
