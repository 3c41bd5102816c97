import { createHmac } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginCard, settlePage, startHostedPage } from '../modules/checkout/api.ts';
import { listMethods, receiveWebhook } from '../modules/payments/api.ts';
import { addCustomer, addPlan, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld, WEBHOOK_SECRET } from '../testing/payments.ts';
import { addPayPal, type WithPayPal } from '../testing/paypal-account.ts';

let world: PaymentWorld;
let paypal: WithPayPal;
let stripe: Stripe;
let plan: Awaited<ReturnType<typeof addPlan>>;

beforeAll(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z');
  paypal = await addPayPal(world);
  plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const { hostname, port } = new URL(world.stripeUrl);
  const at = { host: hostname, port: Number(port), protocol: 'http' as const };
  stripe = new Stripe(world.secretKey, { ...at, telemetry: false });
});
afterAll(() => world.close());

const methodsOf = (customerId: string) => world.query((ctx) => listMethods(ctx, customerId));
const removedOf = (customerId: string) =>
  world.admin(`select 1 from outbox where customer_id = $1 and type = 'payment_method.removed'`, [
    customerId,
  ]);
const failuresOf = async (customerId: string) =>
  (
    await world.admin(
      `select failure_code as code from payment_attempts where customer_id = $1 and status = 'failed'`,
      [customerId],
    )
  ).map(({ code }) => code);

/** Stripe's own message once more, or one that says the same by another name. */
async function tell(type: string, providerMethodId: string, id: string): Promise<number> {
  const object = { id: providerMethodId, object: 'payment_method' };
  const rawBody = Buffer.from(
    JSON.stringify({ id, object: 'event', type, livemode: false, data: { object } }),
  );
  const time = Math.floor(world.transactor.wallNow() / 1000);
  const mark = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.`).update(rawBody).digest('hex');
  const headers = { 'stripe-signature': `t=${time},v1=${mark}` };
  return receiveWebhook(world.inbox, { token: world.hookToken, rawBody, headers });
}

test('I453 a card that is detached at Stripe is removed here, once, and another one takes its place', async () => {
  const { id } = await addCustomer(world, { name: 'Ada', email: 'ada@example.com' });
  await world.addCard(id, 'pm_card_mastercard');
  await world.addCard(id, 'pm_card_visa');
  const [first, second] = await methodsOf(id);
  expect(first).toMatchObject({ brand: 'visa', isDefault: true });
  const gone = String(first?.providerMethodId);
  await tell('payment_method.detached', gone, 'evt_too_early');
  await world.settle();
  expect(await methodsOf(id)).toHaveLength(2);
  await stripe.paymentMethods.detach(gone);
  await world.settle();
  expect(await methodsOf(id)).toMatchObject([{ id: second?.id, brand: 'mastercard', isDefault: true }]);
  expect(await tell('payment_method.detached', gone, 'evt_again')).toBe(200);
  expect(await tell('payment_method.attached', gone, 'evt_late')).toBe(200);
  await world.settle();
  expect(await methodsOf(id)).toHaveLength(1);
  expect(await removedOf(id)).toHaveLength(1);
  const [row] = await world.admin('select detach_at from payment_methods where id = $1', [first?.id]);
  expect(row?.detach_at).toBeNull();
});

test('I453 the last card of a running subscription goes too, for nothing is left to be charged', async () => {
  const { id } = await addCustomer(world, { name: 'Bea', email: 'bea@example.com' });
  await world.addCard(id, 'pm_card_visa');
  await subscribe(world, id, plan, { collection: 'automatic' });
  await world.settle();
  const [card] = await methodsOf(id);
  await stripe.paymentMethods.detach(String(card?.providerMethodId));
  await world.settle();
  expect(await methodsOf(id)).toEqual([]);
  expect(await world.invoices(id)).toMatchObject([{ status: 'paid' }]);
});

test('I453 a PayPal account whose agreement the buyer ends is removed here', async () => {
  const { id } = await addCustomer(world, { name: 'Cleo', email: 'cleo@example.com' });
  const request = {
    tenantId: world.tenantId,
    actor: { kind: 'system' as const, id: 'test' },
    requestId: null,
  };
  const page = await startHostedPage(world, request, (ctx) =>
    beginCard(ctx, {
      customerId: id,
      successUrl: 'http://shop.example/done',
      cancelUrl: 'http://shop.example/plans',
      provider: 'paypal',
    }),
  );
  await paypal.approve(page.url, 'ada');
  const deps = { transactor: world.transactor, complete: world.complete };
  await settlePage(deps, request, paypal.payPal, page.id, page.providerSessionId ?? '');
  await world.settle();
  const [account] = await methodsOf(id);
  expect(account).toMatchObject({ kind: 'paypal', isDefault: true });
  await paypal.payPal.detachMethod(String(account?.providerMethodId));
  await world.settle();
  expect(await methodsOf(id)).toEqual([]);
  expect(await removedOf(id)).toHaveLength(1);
});

test('I454 a card that its issuer renews is kept with its new expiry, and pays at once what it could not as an expired one', async () => {
  const { id } = await addCustomer(world, { name: 'Dora', email: 'dora@example.com' });
  await world.addCard(id, 'pm_card_visa');
  const [card] = await methodsOf(id);
  const atStripe = String(card?.providerMethodId);
  await stripe.paymentMethods.update(atStripe, { card: { exp_month: 2, exp_year: 2026 } });
  await world.settle();
  await subscribe(world, id, plan, { collection: 'automatic' });
  await world.settle();
  expect(await failuresOf(id)).toEqual(['expired_card']);
  await stripe.paymentMethods.update(atStripe, { card: { exp_month: 2, exp_year: 2031 } });
  await world.settle();
  expect(await methodsOf(id)).toMatchObject([{ id: card?.id, expMonth: 2, expYear: 2031 }]);
  expect(await world.invoices(id)).toMatchObject([{ status: 'paid' }]);
});

test('I454 the news of a renewed card, however often it is told, tries once what failed as expired and nothing else', async () => {
  const { id } = await addCustomer(world, { name: 'Ed', email: 'ed@example.com' });
  await world.addCard(id, 'pm_card_visa');
  const [card] = await methodsOf(id);
  const atStripe = String(card?.providerMethodId);
  await world.control.setFaults(world.accountId, { failCharges: 1, failChargesWith: 'expired_card' });
  await subscribe(world, id, plan, { collection: 'automatic' });
  await world.settle();
  expect(await failuresOf(id)).toEqual(['expired_card']);
  await tell('payment_method.updated', atStripe, 'evt_nothing_new');
  await world.settle();
  expect(await failuresOf(id)).toHaveLength(1);
  await world.control.setFaults(world.accountId, { failCharges: 1, failChargesWith: 'insufficient_funds' });
  await stripe.paymentMethods.update(atStripe, { card: { exp_month: 6, exp_year: 2041 } });
  await world.settle();
  expect(await failuresOf(id)).toEqual(['expired_card', 'insufficient_funds']);
  await tell('payment_method.automatically_updated', atStripe, 'evt_automatic');
  await stripe.paymentMethods.update(atStripe, { card: { exp_month: 6, exp_year: 2042 } });
  await world.settle();
  expect(await methodsOf(id)).toMatchObject([{ expYear: 2042 }]);
  expect(await failuresOf(id)).toHaveLength(2);
  expect(await world.invoices(id)).toMatchObject([{ status: 'open', failureCount: 2 }]);
});
