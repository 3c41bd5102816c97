import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerWithCard, stripeClient, type TestSandbox, testSandbox } from '../../testing/sandbox.ts';

const DAY = 86_400;
const START = Date.UTC(2027, 0, 31, 12) / 1000;

let sandbox: TestSandbox;
let accounts = 0;

beforeAll(async () => {
  sandbox = await testSandbox();
});
afterAll(() => sandbox.dispose());

/** An account of its own, whose clock stands at the start until it is moved. */
async function world() {
  accounts += 1;
  const key = `sk_test_billing${accounts}`;
  const { id } = await sandbox.control.putAccount({ key });
  const to = (seconds: number) => sandbox.control.setClock(id, seconds * 1000);
  await to(START);
  const stripe = stripeClient(sandbox.stripeUrl, key);
  const types = async () => {
    const all: string[] = [];
    for await (const event of stripe.events.list({ limit: 100 })) all.unshift(event.type);
    return all;
  };
  return { stripe, to, types, account: id };
}

async function monthly(stripe: Stripe, unitAmount = 1_000, more: Partial<Stripe.PriceCreateParams> = {}) {
  return stripe.prices.create({
    currency: 'eur',
    unit_amount: unitAmount,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
    ...more,
  });
}

async function payer(stripe: Stripe, token = 'pm_card_visa') {
  const { customer, method } = await customerWithCard(stripe, token);
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method } });
  return customer;
}

function periodOf(subscription: Stripe.Subscription): [number, number] {
  const [item] = subscription.items.data;
  return [item?.current_period_start ?? 0, item?.current_period_end ?? 0];
}

async function latest(stripe: Stripe, subscription: string): Promise<Stripe.Invoice> {
  const found = await stripe.subscriptions.retrieve(subscription, { expand: ['latest_invoice'] });
  return found.latest_invoice as Stripe.Invoice;
}

async function refusal(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  return promise.then(
    () => expect.fail('the call should have been refused'),
    (cause: Stripe.errors.StripeError) => cause,
  );
}

describe('a subscription', () => {
  it('is paid at once, renews from its anchor on the last day of short months, and numbers its invoices', async () => {
    const { stripe, to, types } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe);
    const made = await stripe.subscriptions.create({
      customer,
      items: [{ price: price.id, quantity: 2 }],
      expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret'],
    });
    expect(made.status).toBe('active');
    const first = made.latest_invoice as Stripe.Invoice;
    expect(first).toMatchObject({
      status: 'paid',
      amount_paid: 2_000,
      billing_reason: 'subscription_create',
    });
    expect(first.payments?.data[0]).toMatchObject({ status: 'paid', amount_paid: 2_000 });
    expect(periodOf(made)).toEqual([START, Date.UTC(2027, 1, 28, 12) / 1000]);
    expect((await types()).slice(-9)).toEqual(
      [
        'invoice.created',
        'customer.subscription.created',
        'payment_intent.created',
        'invoice.finalized',
        'charge.succeeded',
        'payment_intent.succeeded',
        'invoice_payment.paid',
        'invoice.paid',
        'invoice.payment_succeeded',
        'customer.subscription.updated',
      ].slice(-9),
    );
    await to(Date.UTC(2027, 3, 30, 13) / 1000);
    const after = await stripe.subscriptions.retrieve(made.id);
    expect(periodOf(after)).toEqual([Date.UTC(2027, 3, 30, 12) / 1000, Date.UTC(2027, 4, 31, 12) / 1000]);
    const invoices = (await stripe.invoices.list({ subscription: made.id })).data.reverse();
    expect(invoices.map(({ number }) => number?.slice(-4))).toEqual(['0001', '0002', '0003', '0004']);
    expect(invoices.map(({ created }) => created)).toEqual(
      [0, 28 * DAY, 59 * DAY, 89 * DAY].map((offset) => START + offset),
    );
    expect(
      invoices.map(({ status_transitions: { paid_at } }, n) => (paid_at ?? 0) - (invoices[n]?.created ?? 0)),
    ).toEqual([0, 3_600, 3_600, 3_600]);
  });

  it('becomes past due when a renewal fails, is tried again after 3, 5 and 7 days, then canceled', async () => {
    const { stripe, to, types } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe);
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.subscriptions.update(id, { default_payment_method: failing.id });
    const renewal = Date.UTC(2027, 1, 28, 13) / 1000;
    await to(renewal);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    const attempts = [renewal + 3 * DAY, renewal + 8 * DAY, renewal + 15 * DAY];
    for (const [n, at] of attempts.entries()) {
      expect(await latest(stripe, id)).toMatchObject({
        status: 'open',
        attempt_count: n + 1,
        next_payment_attempt: at,
      });
      await to(at);
    }
    const ended = await stripe.subscriptions.retrieve(id);
    expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } });
    expect((await types()).filter((type) => type === 'invoice.payment_failed')).toHaveLength(4);
    expect((await types()).at(-1)).toBe('customer.subscription.deleted');
    await to(renewal + 400 * DAY);
    expect((await stripe.invoices.list({ subscription: id })).data).toHaveLength(2);
  });

  it('is active again once somebody pays, and unpaid after the last retry where the account says so', async () => {
    const { stripe, to, account } = await world();
    await sandbox.control.putAccount({ key: `sk_test_billing${accounts}`, afterLastRetry: 'unpaid' });
    expect(account).toMatch(/^acct_/);
    const customer = await payer(stripe);
    const price = await monthly(stripe);
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.subscriptions.update(id, { default_payment_method: failing.id });
    const renewal = Date.UTC(2027, 1, 28, 13) / 1000;
    await to(renewal + 15 * DAY);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('unpaid');
    const open = await latest(stripe, id);
    const declined = await refusal(stripe.invoices.pay(open.id));
    expect(declined).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const paid = await stripe.invoices.pay(open.id, { payment_method: good.id });
    expect(paid).toMatchObject({ status: 'paid', amount_remaining: 0 });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    expect(await refusal(stripe.invoices.pay(open.id))).toMatchObject({ statusCode: 400 });
  });

  it('waits incomplete for its first payment, is active when the intent is confirmed, expires after 23 hours', async () => {
    const { stripe, to } = await world();
    const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
    const price = await monthly(stripe);
    const params = {
      customer,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
      payment_settings: { save_default_payment_method: 'on_subscription' },
      expand: ['latest_invoice.confirmation_secret'],
    } as const;
    const made = await stripe.subscriptions.create({
      ...params,
      expand: [...params.expand],
      items: [...params.items],
    });
    expect(made.status).toBe('incomplete');
    const secret = (made.latest_invoice as Stripe.Invoice).confirmation_secret?.client_secret ?? '';
    await stripe.paymentIntents.confirm(secret.split('_secret_')[0] ?? '', { payment_method: method });
    expect(await stripe.subscriptions.retrieve(made.id)).toMatchObject({
      status: 'active',
      default_payment_method: method,
    });
    const left = await stripe.subscriptions.create({ ...params, expand: [], items: [...params.items] });
    await to(START + 23 * 3_600);
    expect((await stripe.subscriptions.retrieve(left.id)).status).toBe('incomplete_expired');
    expect((await stripe.invoices.retrieve(String(left.latest_invoice))).status).toBe('void');
  });

  it('is refused whole with error_if_incomplete, and without anything to charge', async () => {
    const { stripe } = await world();
    const price = await monthly(stripe);
    const customer = await payer(stripe, 'pm_card_chargeCustomerFail');
    const items = [{ price: price.id }];
    const declined = await refusal(
      stripe.subscriptions.create({ customer, items, payment_behavior: 'error_if_incomplete' }),
    );
    expect(declined).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const bare = await stripe.customers.create();
    expect(await refusal(stripe.subscriptions.create({ customer: bare.id, items }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    });
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([]);
    expect((await stripe.invoices.list()).data).toEqual([]);
  });

  it('tells of the end of a trial three days before, then asks for money, pauses or is canceled as set', async () => {
    const { stripe, to, types } = await world();
    const bare = await stripe.customers.create();
    const price = await monthly(stripe);
    const start = (customer: string, end?: 'pause' | 'cancel') =>
      stripe.subscriptions.create({
        customer,
        items: [{ price: price.id }],
        trial_period_days: 14,
        ...(end === undefined ? {} : { trial_settings: { end_behavior: { missing_payment_method: end } } }),
      });
    const pays = await start(await payer(stripe));
    const pauses = await start(bare.id, 'pause');
    const cancels = await start(bare.id, 'cancel');
    expect(pays).toMatchObject({ status: 'trialing', trial_end: START + 14 * DAY });
    expect(await latest(stripe, pays.id)).toMatchObject({ status: 'paid', total: 0 });
    await to(START + 11 * DAY);
    expect((await types()).slice(-3)).toEqual(Array(3).fill('customer.subscription.trial_will_end'));
    await to(START + 14 * DAY + 3_600);
    const status = async ({ id }: Stripe.Subscription) => (await stripe.subscriptions.retrieve(id)).status;
    expect([await status(pays), await status(pauses), await status(cancels)]).toEqual([
      'active',
      'paused',
      'canceled',
    ]);
    expect(await latest(stripe, pays.id)).toMatchObject({ status: 'paid', amount_paid: 1_000 });
    await stripe.paymentMethods
      .attach('pm_card_visa', { customer: bare.id })
      .then(({ id }) => stripe.subscriptions.update(pauses.id, { default_payment_method: id }));
    const resumed = await stripe.subscriptions.resume(pauses.id, {
      payment_behavior: 'resume_on_payment_success',
    });
    expect(resumed.status).toBe('active');
    const paused = await stripe.subscriptions.pause(pauses.id);
    expect(paused.status_details?.paused.subscription.type).toBe('pause_requested');
    const waits = await stripe.subscriptions.resume(pauses.id, { expand: ['latest_invoice'] });
    expect(waits).toMatchObject({ status: 'paused', latest_invoice: { status: 'open' } });
    await stripe.invoices.pay((waits.latest_invoice as Stripe.Invoice).id);
    expect(await status(pauses)).toBe('active');
  });

  it('ends with its customer, and nothing is asked of somebody who is gone', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe);
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    await stripe.invoices.create({ customer, currency: 'eur', auto_advance: true });
    await stripe.customers.del(customer);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
    await to(START + 100 * DAY);
    expect((await stripe.charges.list({ limit: 10 })).data).toHaveLength(1);
  });

  it('ends at its period, now with what is unused given back, or goes on when the end is taken back', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe, 2_800);
    const make = () => stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const [later, now, kept] = [await make(), await make(), await make()];
    const asked = await stripe.subscriptions.update(later.id, { cancel_at_period_end: true });
    expect(asked).toMatchObject({
      cancel_at_period_end: true,
      cancel_at: periodOf(later)[1],
      status: 'active',
    });
    await stripe.subscriptions.update(kept.id, { cancel_at_period_end: true });
    const back = await stripe.subscriptions.update(kept.id, { cancel_at_period_end: false });
    expect(back).toMatchObject({ cancel_at: null, canceled_at: null });
    await to(START + 7 * DAY);
    const ended = await stripe.subscriptions.cancel(now.id, { prorate: true, invoice_now: true });
    expect(ended).toMatchObject({ status: 'canceled', ended_at: START + 7 * DAY });
    expect(await latest(stripe, now.id)).toMatchObject({ total: -2_100, amount_due: 0, status: 'paid' });
    const { balance } = (await stripe.customers.retrieve(customer)) as Stripe.Customer;
    expect(balance).toBe(-2_100);
    await to(START + 28 * DAY + 3_600);
    expect((await stripe.subscriptions.retrieve(later.id)).status).toBe('canceled');
    const renewed = await latest(stripe, kept.id);
    expect(renewed).toMatchObject({
      total: 2_800,
      starting_balance: -2_100,
      amount_due: 700,
      amount_paid: 700,
    });
    expect(await refusal(stripe.subscriptions.update(now.id, { metadata: { a: '1' } }))).toMatchObject({
      statusCode: 404,
    });
  });
});

describe('a change of a subscription', () => {
  it('gives back and asks for the rest of the period to the second, as its preview said', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const [small, big] = [await monthly(stripe, 2_800), await monthly(stripe, 5_600)];
    const made = await stripe.subscriptions.create({ customer, items: [{ price: small.id }] });
    const item = made.items.data[0]?.id ?? '';
    await to(START + 7 * DAY);
    const items = [{ id: item, price: big.id }];
    const at = START + 7 * DAY;
    const before = await stripe.invoices.createPreview({
      subscription: made.id,
      subscription_details: { items, proration_behavior: 'always_invoice', proration_date: at },
    });
    expect(before.lines.data.map(({ amount }) => amount)).toEqual([-2_100, 4_200]);
    expect(before.lines.data.map(({ parent }) => parent?.subscription_item_details?.proration)).toEqual([
      true,
      true,
    ]);
    const changed = await stripe.subscriptions.update(made.id, {
      items,
      proration_behavior: 'always_invoice',
      proration_date: at,
    });
    expect(changed.items.data.map(({ id, price }) => [id, price.id])).toEqual([[item, big.id]]);
    expect(await latest(stripe, made.id)).toMatchObject({
      total: before.total,
      amount_paid: 2_100,
      status: 'paid',
    });
    expect((await stripe.invoices.list({ subscription: made.id })).data).toHaveLength(2);
  });

  it('puts what it comes to onto the next invoice unless it is asked for at once, and none of it with none', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe, 2_800);
    const make = () => stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const [later, never] = [await make(), await make()];
    await to(START + 14 * DAY);
    const seats = (one: Stripe.Subscription) => [{ id: one.items.data[0]?.id ?? '', quantity: 3 }];
    await stripe.subscriptions.update(later.id, { items: seats(later) });
    await stripe.subscriptions.update(never.id, { items: seats(never), proration_behavior: 'none' });
    const waiting = (await stripe.invoiceItems.list({ customer, pending: true })).data;
    expect(waiting.map(({ amount }) => amount).sort((a, b) => a - b)).toEqual([-1_400, 4_200]);
    const upcoming = await stripe.invoices.createPreview({ subscription: later.id });
    expect(upcoming.total).toBe(-1_400 + 4_200 + 8_400);
    await to(START + 28 * DAY + 3_600);
    expect((await latest(stripe, later.id)).amount_paid).toBe(11_200);
    expect((await latest(stripe, never.id)).amount_paid).toBe(8_400);
  });

  it('gives back what was asked for, once: nothing for seats that nobody was charged for', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe, 2_800);
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const make = (more: Partial<Stripe.SubscriptionCreateParams>) =>
      stripe.subscriptions.create({ customer, items: [{ price: price.id }], ...more });
    const classic = await make({ billing_mode: { type: 'classic' } });
    const flexible = await make({});
    const halved = await make({ discounts: [{ coupon: coupon.id }] });
    for (const [day, quantity] of [
      [7, 5],
      [14, 2],
    ] as const) {
      await to(START + day * DAY);
      for (const one of [classic, flexible]) {
        const items = [{ id: one.items.data[0]?.id ?? '', quantity }];
        await stripe.subscriptions.update(one.id, { items, proration_behavior: 'none' });
      }
    }
    await to(START + 21 * DAY);
    const creditOf = async ({ id }: Stripe.Subscription) => {
      const { total } = await stripe.invoices.createPreview({
        subscription: id,
        subscription_details: { cancel_now: true },
      });
      await stripe.subscriptions.cancel(id, { prorate: true, invoice_now: true });
      expect((await latest(stripe, id)).total).toBe(total);
      return total;
    };
    expect([await creditOf(classic), await creditOf(flexible), await creditOf(halved)]).toEqual([
      -1_400, -700, -350,
    ]);
  });

  it('gives back what was charged in between, too, and each charge once', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe, 2_800);
    const made = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const item = made.items.data[0]?.id ?? '';
    for (const [day, quantity] of [
      [7, 3],
      [14, 2],
      [21, 1],
    ] as const) {
      await to(START + day * DAY);
      await stripe.subscriptions.update(made.id, { items: [{ id: item, quantity }] });
    }
    const items = (await stripe.invoiceItems.list({ customer, pending: true })).data.reverse();
    expect(items.map(({ amount }) => amount)).toEqual([-2_100, 6_300, -4_200, 2_800, -1_400, 700]);
    await to(START + 28 * DAY + 3_600);
    expect((await latest(stripe, made.id)).total).toBe(2_800 + 2_100);
  });

  it('begins a new period when the interval changes, and fails whole when it cannot be paid', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe, 2_800);
    const yearly = await monthly(stripe, 28_000, { recurring: { interval: 'year' } });
    const made = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    await to(START + 14 * DAY);
    const items = [{ id: made.items.data[0]?.id ?? '', price: yearly.id }];
    const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    const declined = stripe.subscriptions.update(made.id, {
      items,
      default_payment_method: failing.id,
      payment_behavior: 'error_if_incomplete',
    });
    expect(await refusal(declined)).toMatchObject({ statusCode: 402 });
    expect(await stripe.subscriptions.retrieve(made.id)).toMatchObject({ default_payment_method: null });
    const changed = await stripe.subscriptions.update(made.id, { items });
    expect(periodOf(changed)).toEqual([START + 14 * DAY, Date.UTC(2028, 1, 14, 12) / 1000]);
    expect((await latest(stripe, made.id)).amount_paid).toBe(28_000 - 1_400);
  });

  it('takes a discount off for as long as its coupon says, and forgets it after that', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe, 999);
    const make = async (more: Stripe.CouponCreateParams) => {
      const coupon = await stripe.coupons.create(more);
      return stripe.subscriptions.create({
        customer,
        items: [{ price: price.id }],
        discounts: [{ coupon: coupon.id }],
      });
    };
    const once = await make({ percent_off: 50, duration: 'once' });
    const twice = await make({
      amount_off: 300,
      currency: 'eur',
      duration: 'repeating',
      duration_in_months: 2,
    });
    const always = await make({ percent_off: 33.3, duration: 'forever' });
    await to(Date.UTC(2027, 3, 30, 13) / 1000);
    const paid = async ({ id }: Stripe.Subscription) => {
      const { data } = await stripe.invoices.list({ subscription: id });
      return data.reverse().map(({ amount_paid: amount }) => amount);
    };
    // Halves are rounded away from zero: 499.5 comes off as 500, 332.667 as 333.
    expect(await paid(once)).toEqual([499, 999, 999, 999]);
    expect(await paid(twice)).toEqual([699, 699, 999, 999]);
    expect(await paid(always)).toEqual([666, 666, 666, 666]);
    const left = async ({ id }: Stripe.Subscription) =>
      (await stripe.subscriptions.retrieve(id)).discounts.length;
    expect([await left(once), await left(twice), await left(always)]).toEqual([0, 0, 1]);
  });

  it('pauses collection: invoices are kept as drafts, void or uncollectible, and service goes on', async () => {
    const { stripe, to } = await world();
    const customer = await payer(stripe);
    const price = await monthly(stripe);
    const behaviors = ['keep_as_draft', 'void', 'mark_uncollectible'] as const;
    const ids: string[] = [];
    for (const behavior of behaviors) {
      const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
      await stripe.subscriptions.update(id, { pause_collection: { behavior } });
      ids.push(id);
    }
    await to(START + 28 * DAY + 3_600);
    const invoices = await Promise.all(ids.map((id) => latest(stripe, id)));
    expect(invoices.map(({ status }) => status)).toEqual(['draft', 'void', 'uncollectible']);
    const resumed = await stripe.subscriptions.update(ids[0] ?? '', { pause_collection: '' });
    expect(resumed).toMatchObject({ status: 'active', pause_collection: null });
  });
});
