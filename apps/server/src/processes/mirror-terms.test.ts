import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linesOf, presentInvoice } from '../modules/invoicing/api.ts';
import { findCustomerByProvider } from '../modules/payments/api.ts';
import { presentSubscriptions, subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import { createStripeSeller, type StripeSeller } from '../testing/stripe-seller.ts';
import { followSubscription } from './mirror-events.ts';

let world: StripeSeller['world'];
let stripe: Stripe;
let work: StripeSeller['work'];
let price: string;

beforeAll(async () => {
  ({ world, stripe, work, price } = await createStripeSeller());
});
afterAll(() => world.close());

async function sold(name: string, more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const customer = (await stripe.customers.create({ name })).id;
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  const made = await stripe.subscriptions.create({ customer, items: [{ price }], ...more });
  await world.settle();
  return { customer, id: made.id };
}

async function here(stripeCustomer: string) {
  const id = String(await world.query((ctx) => findCustomerByProvider(ctx, 'stripe', stripeCustomer)));
  return world.query(async (ctx) => {
    const [shown] = await presentSubscriptions(ctx, await subscriptionsOfCustomers(ctx, [id]));
    if (shown === undefined) throw new Error('The subscription is not here.');
    return { id, shown, invoices: await world.invoices(id) };
  });
}

test('I472 a discount is shown with the subscription and on the lines that it lowered, and goes when it ends', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'once', name: 'Spring\nsale' });
  const code = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'SPRING',
  });
  const forever = await stripe.coupons.create({ amount_off: 100, currency: 'eur', duration: 'forever' });
  const { customer, id } = await sold('Ada', { discounts: [{ promotion_code: code.id }] });
  const { shown, invoices } = await here(customer);
  expect(shown.at_stripe).toEqual({
    discounts: [
      {
        name: 'Spring sale',
        code: 'SPRING',
        percent: '25',
        amount: null,
        starts_at: '2027-01-31T12:00:00.000Z',
        ends_at: null,
      },
    ],
    collection_paused: null,
  });
  expect(invoices).toMatchObject([{ totalMinor: 1500n, status: 'paid' }]);
  const invoice = invoices[0];
  if (invoice === undefined) throw new Error('There is an invoice.');
  const answer = await world.query(async (ctx) =>
    presentInvoice(ctx, invoice, await linesOf(ctx, [invoice.id])),
  );
  expect(answer.lines).toMatchObject([
    {
      gross: '2000',
      amount: '1500',
      discounts: [{ coupon: 'Spring sale', coupon_id: null, amount: '500' }],
      explanation: { discounts: [{ coupon: 'Spring sale', amount: '500' }] },
    },
  ]);
  // A coupon that is called something else is so here; the frozen invoice keeps its words.
  await stripe.coupons.update(coupon.id, { name: 'Autumn sale' });
  await world.settle();
  expect((await here(customer)).shown.at_stripe?.discounts).toMatchObject([{ name: 'Autumn sale' }]);
  await stripe.subscriptions.update(id, { discounts: [{ coupon: forever.id }] });
  await Promise.all([followSubscription(work, id), followSubscription(work, id)]);
  await world.settle();
  expect((await here(customer)).shown.at_stripe?.discounts).toMatchObject([
    { name: forever.id, code: null, percent: null, amount: '100' },
  ]);
  await stripe.subscriptions.deleteDiscount(id);
  await world.settle();
  expect((await here(customer)).shown.at_stripe?.discounts).toEqual([]);
});

test.each(['keep_as_draft', 'mark_uncollectible'] as const)(
  'I474 while collecting is paused and the service goes on it is shown, and nothing else changes: %s',
  async (behaviour) => {
    const { customer, id } = await sold(behaviour);
    const resumesAt = Date.parse('2027-12-01T00:00:00Z') / 1000;
    await stripe.subscriptions.update(id, {
      pause_collection: { behavior: behaviour, resumes_at: resumesAt },
    });
    await world.settle();
    const { shown } = await here(customer);
    expect(shown).toMatchObject({
      status: 'active',
      mrr: '2000',
      schedule: [],
      at_stripe: {
        collection_paused: {
          invoices: behaviour,
          service_rests: false,
          resumes_at: '2027-12-01T00:00:00.000Z',
        },
      },
    });
    await stripe.subscriptions.update(id, { pause_collection: '' });
    await world.settle();
    expect((await here(customer)).shown.at_stripe?.collection_paused).toBeNull();
  },
);

test('I474 where Stripe voids the invoices the service rests as in a pause, and both come back with the collecting', async () => {
  const { customer, id } = await sold('Leo');
  await stripe.subscriptions.update(id, {
    pause_collection: { behavior: 'void', resumes_at: Date.parse('2027-03-10T00:00:00Z') / 1000 },
  });
  await world.settle();
  const paused = await here(customer);
  expect(paused.shown).toMatchObject({
    status: 'paused',
    schedule: [{ kind: 'resume', at: '2027-03-10T00:00:00.000Z' }],
    pauses: [{ to: null }],
    at_stripe: { collection_paused: { invoices: 'void', service_rests: true } },
  });
  const [step] = paused.shown.schedule;
  await followSubscription(work, id);
  expect((await here(customer)).shown.schedule).toEqual([step]);
  await world.advance('2027-03-11T00:00:00Z');
  const after = await here(customer);
  expect(after.shown).toMatchObject({
    status: 'active',
    schedule: [],
    at_stripe: { collection_paused: null },
  });
  expect(after.shown.pauses).toMatchObject([{ to: expect.any(String) }]);
  // What was voided while it was paused asks for nothing.
  expect(after.invoices.map(({ status, dueMinor }) => [status, dueMinor])).toContainEqual(['paid', 0n]);
  expect(after.invoices.filter(({ status }) => status === 'open')).toEqual([]);
  const facts = await world.admin(
    `select type from outbox where customer_id = $1 and type in ('subscription.paused', 'subscription.resumed')
     order by id`,
    [after.id],
  );
  expect(facts).toEqual([{ type: 'subscription.paused' }, { type: 'subscription.resumed' }]);
});

test('I473 the phases of a schedule lie ahead here, and come about in their time', async () => {
  const team = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 900,
    recurring: { interval: 'month' },
    product_data: { name: 'Team' },
  });
  const { customer, id } = await sold('Eve');
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: id });
  const [phase] = schedule.phases;
  const start = phase?.start_date ?? 0;
  const end = phase?.end_date ?? 0;
  const month = { interval: 'month', interval_count: 1 } as const;
  await stripe.subscriptionSchedules.update(schedule.id, {
    end_behavior: 'cancel',
    phases: [
      { start_date: start, end_date: end, items: [{ price, quantity: 1 }] },
      { items: [{ price: team.id, quantity: 2 }], duration: month, proration_behavior: 'none' },
      { items: [{ price: team.id, quantity: 5 }], duration: month },
    ],
  });
  await world.settle();
  const before = await here(customer);
  expect(before.shown).toMatchObject({
    status: 'active',
    plan: { name: 'Plus' },
    schedule: [
      { kind: 'change', plan: { name: 'Team' }, quantity: 2, phase: 2, prorated: false },
      { kind: 'seats', quantity: 5, prorated: true },
      { kind: 'cancel', reason: 'at_stripe' },
    ],
    scheduled_change: { plan: { name: 'Team' }, quantity: 2, at: new Date(end * 1000).toISOString() },
  });
  await Promise.all([followSubscription(work, id), followSubscription(work, id)]);
  expect((await here(customer)).shown.schedule).toEqual(before.shown.schedule);
  await world.advance(new Date((end + 2 * 3600) * 1000).toISOString());
  const after = await here(customer);
  expect(after.shown).toMatchObject({ plan: { name: 'Team' }, quantity: 2, mrr: '1800' });
  expect(after.shown.schedule.map(({ kind }) => kind)).toEqual(['seats', 'cancel']);
  expect(after.invoices.map(({ totalMinor }) => totalMinor).toSorted()).toEqual([1800n, 2000n]);
  const told = await world.admin(
    `select count(*)::int as count from outbox where customer_id = $1 and type = 'subscription.change_scheduled'`,
    [after.id],
  );
  expect(told).toEqual([{ count: 2 }]);
  // Let go of, nothing is planned any more, and what runs goes on.
  await stripe.subscriptionSchedules.release(schedule.id);
  await world.settle();
  expect((await here(customer)).shown).toMatchObject({ status: 'active', schedule: [], cancel_at: null });
});

test('I473 a schedule that ends its subscription ends it here, and a price of a phase is taken in with it', async () => {
  const customer = (await stripe.customers.create({ name: 'Zoe' })).id;
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  await world.control.setFaults(world.accountId, { loseWebhooks: 2 });
  const later = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 500,
    recurring: { interval: 'month' },
    product_data: { name: 'Later' },
  });
  const month = { interval: 'month', interval_count: 1 } as const;
  await stripe.subscriptionSchedules.create({
    customer,
    start_date: 'now',
    end_behavior: 'cancel',
    phases: [
      { items: [{ price, quantity: 1 }], duration: month },
      { items: [{ price: later.id, quantity: 1 }], duration: month },
    ],
  });
  await world.settle();
  const { shown } = await here(customer);
  expect(shown.schedule).toMatchObject([{ kind: 'change', plan: { name: 'Later' } }, { kind: 'cancel' }]);
  await world.advance(new Date(Date.parse(String(shown.cancel_at)) + 3_600_000).toISOString());
  expect((await here(customer)).shown).toMatchObject({ status: 'canceled', schedule: [] });
});
