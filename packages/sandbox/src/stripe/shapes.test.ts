import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import fixtures from '../../fixtures/stripe-objects.json' with { type: 'json' };
import { customerWithCard, type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { differences, type Json } from '../testing/shapes.ts';

/** Fields that an example shows only because it expands or fills what a plain answer leaves out. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  charge: ['refunds', 'payment_method_details.card.transaction_link_id'],
  balance: ['connect_reserved'],
};

/** Documented fields that the examples happen to lack. */
const DOCUMENTED = new Set([
  'automatic_payment_methods.allow_redirects',
  'outcome.risk_level',
  'outcome.risk_score',
  'connect_reserved',
]);

let sandbox: TestSandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.dispose());

function expectShape(ours: object, name: keyof typeof fixtures): void {
  const plain: Json = JSON.parse(JSON.stringify(ours));
  const example: Json = JSON.parse(JSON.stringify(fixtures[name]));
  expect(differences(plain, example, LEFT_OUT[name] ?? [], DOCUMENTED)).toEqual([]);
}

it('answers with the fields and types of Stripe for customers, methods, intents, charges and refunds', async () => {
  const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
  const address = { city: 'Ghent', country: 'BE', line1: 'Main street 1' };
  const updated = await stripe.customers.update(customer, { address, shipping: { name: 'Ada', address } });
  expectShape(updated, 'customer');
  expectShape(await stripe.paymentMethods.retrieve(method), 'payment_method');
  const intent = await stripe.paymentIntents.create({
    amount: 1_000,
    currency: 'eur',
    customer,
    payment_method: method,
    confirm: true,
    off_session: true,
  });
  expectShape(intent, 'payment_intent');
  const charge = await stripe.charges.retrieve(String(intent.latest_charge));
  expectShape(charge, 'charge');
  expectShape(
    await stripe.balanceTransactions.retrieve(String(charge.balance_transaction)),
    'balance_transaction',
  );
  expectShape(await stripe.refunds.create({ payment_intent: intent.id, amount: 10 }), 'refund');
  expectShape(await stripe.setupIntents.create({ customer }), 'setup_intent');
  const deletion: object = await stripe.customers.del(customer);
  expectShape(deletion, 'deleted_customer');
});

it('answers with the fields and types of Stripe for disputes, payouts, mandates and the balance', async () => {
  const { customer, method } = await customerWithCard(stripe, 'pm_card_createDispute');
  const take = (more: object) =>
    stripe.paymentIntents.create({
      amount: 9_000,
      currency: 'eur',
      customer,
      confirm: true,
      off_session: true,
      ...more,
    });
  await take({ payment_method: method });
  const [dispute] = (await stripe.disputes.list({ limit: 1 })).data;
  expectShape(dispute ?? {}, 'dispute');
  expectShape(dispute?.balance_transactions[0] ?? {}, 'balance_transaction');
  const bypass = await stripe.paymentMethods.attach('pm_card_bypassPending', { customer });
  await take({ payment_method: bypass.id, amount: 50_000 });
  const payout = await stripe.payouts.create({ amount: 100, currency: 'eur' });
  expectShape(payout, 'payout');
  expectShape(await stripe.balance.retrieve(), 'balance');
  const debit = await stripe.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban: 'DE89370400440532013000' },
    billing_details: { name: 'Ada', email: 'ada@example.com' },
  });
  const setup = await stripe.setupIntents.create({ customer, payment_method: debit.id, confirm: true });
  expectShape(await stripe.mandates.retrieve(String(setup.mandate)), 'mandate');
});

it('answers with the fields and types of Stripe while an intent waits and after it failed', async () => {
  const { customer, method } = await customerWithCard(stripe, 'pm_card_authenticationRequired');
  const params = { amount: 1_000, currency: 'eur', customer, payment_method: method, confirm: true } as const;
  const waiting = await stripe.paymentIntents.create({ ...params, return_url: 'https://shop.example' });
  expect(Object.keys(waiting.next_action ?? {}).sort()).toEqual(['redirect_to_url', 'type']);
  const failed = await stripe.paymentIntents
    .create({ ...params, off_session: true })
    .catch((cause: Stripe.errors.StripeError) => cause.payment_intent as Stripe.PaymentIntent);
  const { last_payment_error: fault, ...rest } = failed;
  expectShape({ ...rest, last_payment_error: null }, 'payment_intent');
  expectShape(fault?.payment_method ?? {}, 'payment_method');
});

it('answers with the fields and types of Stripe for checkout sessions and their lines', async () => {
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/ok',
    line_items: [
      { quantity: 2, price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'Plus' } } },
    ],
    expand: ['line_items'],
  });
  const { line_items: lines, ...plain } = session;
  expectShape(plain, 'checkout.session');
  for (const line of lines?.data ?? []) expectShape(line, 'item');
  expect(session.amount_total).toBe(1_000);
});

it('answers with the fields and types of Stripe for endpoints and events', async () => {
  const made = await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/hooks',
    enabled_events: ['charge.failed'],
  });
  const { secret, ...endpoint } = made;
  expect(secret).toMatch(/^whsec_/);
  expectShape(endpoint, 'webhook_endpoint');
  await stripe.customers.create({ name: 'Event' });
  const [event] = (await stripe.events.list({ type: 'customer.created', limit: 1 })).data;
  const { data, ...envelope } = event ?? expect.fail('there is no event');
  expectShape({ ...envelope, data: { object: {} } }, 'event');
  expectShape(data.object, 'customer');
  expectShape(await stripe.webhookEndpoints.del(made.id), 'deleted_webhook_endpoint');
});
