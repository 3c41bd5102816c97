import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerWithCard, stripeClient, type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { TEST_CARDS } from './cards.ts';
import { chargeFeeMinor } from './pay.ts';

let sandbox: TestSandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.dispose());

async function charge(token: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  const { customer, method } = await customerWithCard(stripe, token);
  return stripe.paymentIntents.create({
    amount: 2_900,
    currency: 'eur',
    customer,
    payment_method: method,
    off_session: true,
    confirm: true,
    ...more,
  });
}

async function refusal(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  return promise.then(
    () => expect.fail('the call should have been refused'),
    (cause: Stripe.errors.StripeError) => cause,
  );
}

describe('charging a saved card', () => {
  it('takes the money once and shows charge, fee and net through expand', async () => {
    const intent = await charge('pm_card_visa', {
      expand: ['latest_charge.balance_transaction', 'customer'],
    });
    expect(intent.status).toBe('succeeded');
    expect(intent.amount_received).toBe(2_900);
    const taken = intent.latest_charge as Stripe.Charge;
    const transaction = taken.balance_transaction as Stripe.BalanceTransaction;
    expect(taken).toMatchObject({ paid: true, captured: true, amount_captured: 2_900, refunded: false });
    expect(transaction).toMatchObject({ amount: 2_900, fee: 66, net: 2_834, type: 'charge' });
    expect((intent.customer as Stripe.Customer).email).toBe('ada@example.com');
  });

  it.each([
    [1_000, 39],
    [1, 25],
    [35, 25],
    [36, 26],
    [99_999_999, 1_400_025],
  ])('asks for 1.4 %% rounded half up plus 25: %i costs %i', (amount, fee) => {
    expect(chargeFeeMinor(amount)).toBe(fee);
  });

  it('refuses a card that fails once attached with 402, and keeps the intent for another try', async () => {
    const cause = await refusal(charge('pm_card_chargeCustomerFail'));
    expect(cause).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
    const intent = await stripe.paymentIntents.retrieve((cause.payment_intent as Stripe.PaymentIntent).id);
    expect(intent.status).toBe('requires_payment_method');
    expect(intent.last_payment_error).toMatchObject({ code: 'card_declined', charge: cause.charge });
    const failed = await stripe.charges.retrieve(String(cause.charge));
    expect(failed).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: 'card_declined',
      amount_captured: 0,
    });
    const other = await stripe.paymentMethods.attach('pm_card_visa', { customer: String(intent.customer) });
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: other.id });
    expect(paid.status).toBe('succeeded');
  });

  it('asks for authentication when the customer is away, also after the card was set up', async () => {
    const cause = await refusal(charge('pm_card_authenticationRequired'));
    expect(cause).toMatchObject({ code: 'authentication_required', decline_code: 'authentication_required' });
    expect((cause.payment_intent as Stripe.PaymentIntent).status).toBe('requires_payment_method');
  });

  it('refuses the method of another customer', async () => {
    const { method } = await customerWithCard(stripe, 'pm_card_visa');
    const cause = await refusal(charge('pm_card_visa', { payment_method: method }));
    expect(cause).toMatchObject({ statusCode: 400, param: 'payment_method' });
  });

  it('declines an expired card by the clock of the account', async () => {
    const other = stripeClient(sandbox.stripeUrl, 'sk_test_clock');
    const { customer, method } = await customerWithCard(other, 'pm_card_visa');
    const { id } = await sandbox.control.putAccount({ key: 'sk_test_clock' });
    const card = (await other.paymentMethods.retrieve(method)).card;
    const firstDayAfter = Date.UTC(card?.exp_year ?? 0, card?.exp_month ?? 0, 1);
    const pay = () =>
      other.paymentIntents.create({
        amount: 100,
        currency: 'usd',
        customer,
        payment_method: method,
        confirm: true,
      });
    await sandbox.control.setClock(id, firstDayAfter - 1);
    expect((await pay()).status).toBe('succeeded');
    await sandbox.control.setClock(id, firstDayAfter);
    expect(await refusal(pay())).toMatchObject({ code: 'expired_card', statusCode: 402 });
  });

  it('stamps objects with the frozen clock of the account', async () => {
    const { id } = await sandbox.control.putAccount({ key: 'sk_test_frozen' });
    await sandbox.control.setClock(id, Date.UTC(2031, 1, 28));
    const customer = await stripeClient(sandbox.stripeUrl, 'sk_test_frozen').customers.create();
    expect(customer.created).toBe(Date.UTC(2031, 1, 28) / 1000);
  });

  it.each(TEST_CARDS.flatMap(({ names, behaviour }) => names.map((name) => [name, behaviour] as const)))(
    'knows the token pm_card_%s, which acts as: %s',
    async (name, behaviour) => {
      const attempt = customerWithCard(stripe, `pm_card_${name}`);
      if (behaviour.startsWith('declined:'))
        expect(await refusal(attempt)).toMatchObject({ statusCode: 402 });
      else expect((await attempt).method).toMatch(/^pm_/);
    },
  );
});

describe('intents', () => {
  it('confirms later, and refuses to confirm or cancel what is paid', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    expect(intent.status).toBe('requires_payment_method');
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('succeeded');
    const again = await refusal(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }));
    expect(again).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(await refusal(stripe.paymentIntents.cancel(intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  it('cancels what is not paid, once', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect((await refusal(stripe.paymentIntents.cancel(intent.id))).statusCode).toBe(400);
  });

  it('keeps a card for later with a setup intent', async () => {
    const customer = await stripe.customers.create();
    const intent = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_mastercard',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(intent.status).toBe('succeeded');
    const methods = await stripe.customers.listPaymentMethods(customer.id);
    expect(methods.data.map((method) => method.card?.brand)).toEqual(['mastercard']);
  });

  it('sends the cardholder to authenticate, and back to the return address', async () => {
    const { customer, method } = await customerWithCard(stripe, 'pm_card_authenticationRequired');
    const waiting = await stripe.paymentIntents.create({
      amount: 700,
      currency: 'gbp',
      customer,
      payment_method: method,
      confirm: true,
      return_url: 'https://shop.example/back?cart=1',
    });
    expect(waiting.status).toBe('requires_action');
    const url = waiting.next_action?.redirect_to_url?.url ?? '';
    expect(await (await fetch(url)).text()).toContain('Complete authentication');
    const form = new URLSearchParams({ client_secret: waiting.client_secret ?? '', outcome: 'complete' });
    const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.origin).toBe('https://shop.example');
    expect(location.searchParams.get('cart')).toBe('1');
    expect(location.searchParams.get('redirect_status')).toBe('succeeded');
    expect((await stripe.paymentIntents.retrieve(waiting.id)).status).toBe('succeeded');
  });

  it('shows nothing of an intent to a browser without its client secret', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 700, currency: 'gbp' });
    const answer = await fetch(`${sandbox.stripeUrl}/c/authenticate/${id}?client_secret=wrong`);
    expect(answer.status).toBe(404);
  });
});

describe('refunds', () => {
  it('gives back in parts, never more than was taken, and shows what is left', async () => {
    const intent = await charge('pm_card_visa');
    const first = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 900,
      reason: 'duplicate',
    });
    expect(first).toMatchObject({ amount: 900, status: 'succeeded', charge: intent.latest_charge });
    const tooMuch = await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 2_001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    const rest = await stripe.refunds.create({ charge: String(intent.latest_charge) });
    expect(rest.amount).toBe(2_000);
    const again = await refusal(stripe.refunds.create({ payment_intent: intent.id }));
    expect(again.code).toBe('charge_already_refunded');
    const taken = await stripe.charges.retrieve(String(intent.latest_charge), { expand: ['refunds'] });
    expect(taken).toMatchObject({ refunded: true, amount_refunded: 2_900 });
    expect(taken.refunds?.data.map(({ amount }) => amount)).toEqual([2_000, 900]);
    const rows = await stripe.balanceTransactions.list({ source: first.id });
    expect(rows.data).toMatchObject([{ amount: -900, fee: 0, net: -900, type: 'refund' }]);
  });

  it('refuses to refund what was never taken', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    expect((await refusal(stripe.refunds.create({ payment_intent: intent.id }))).statusCode).toBe(400);
  });
});
