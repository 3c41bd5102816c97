import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import fixtures from '../../../fixtures/stripe-billing-objects.json' with { type: 'json' };
import { customerWithCard, type TestSandbox, testSandbox } from '../../testing/sandbox.ts';
import { differences, type Json } from '../../testing/shapes.ts';

/** Fields that an example shows although this version of the API has them no more, or shows them only when asked. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = { invoice: ['subscription'] };

/** Documented fields that the examples happen to lack. */
const DOCUMENTED = new Set<string>([
  'cancellation_details.feedback_option',
  'current_trial',
  'trial_settings.end_behavior.billing_cycle_anchor',
  'pricing.price_details',
  'payment.payment_intent',
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
  expect(differences(plain, example, LEFT_OUT[name] ?? [], DOCUMENTED), name).toEqual([]);
}

it('answers with the fields and types of Stripe for what is sold', async () => {
  const product = await stripe.products.create({
    name: 'Plus',
    default_price_data: { currency: 'eur', unit_amount: 5 },
  });
  expectShape(product, 'product');
  const price = await stripe.prices.create({
    currency: 'eur',
    product: product.id,
    unit_amount: 1_000,
    recurring: { interval: 'month' },
    transform_quantity: { divide_by: 10, round: 'up' },
  });
  expectShape(price, 'price');
  const coupon = await stripe.coupons.create({
    percent_off: 25.5,
    duration: 'repeating',
    duration_in_months: 3,
  });
  expectShape(coupon, 'coupon');
  const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id } });
  expectShape(code, 'promotion_code');
  const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 21, inclusive: false });
  expectShape(rate, 'tax_rate');
  const spare: object = await stripe.products.del((await stripe.products.create({ name: 'Spare' })).id);
  expectShape(spare, 'deleted_product');
});

it('answers with the fields and types of Stripe for subscriptions, invoices and what hangs on them', async () => {
  const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
  const address = { city: 'Ghent', country: 'BE', line1: 'Main street 1' };
  await stripe.customers.update(customer, { address, invoice_settings: { default_payment_method: method } });
  const price = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 1_000,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
  });
  const coupon = await stripe.coupons.create({ amount_off: 100, currency: 'eur', duration: 'forever' });
  const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 21, inclusive: false });
  const made = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    discounts: [{ coupon: coupon.id }],
    default_tax_rates: [rate.id],
    expand: ['latest_invoice.payments', 'discounts'],
  });
  const { latest_invoice: shown, discounts, ...plain } = made;
  expectShape({ ...plain, latest_invoice: null, discounts: [] }, 'subscription');
  expectShape(made.items.data[0] ?? {}, 'subscription_item');
  expectShape(discounts[0] as Stripe.Discount, 'discount');
  const { payments, ...invoice } = shown as Stripe.Invoice;
  expectShape(invoice, 'invoice');
  expectShape(invoice.lines.data[0] ?? {}, 'line_item');
  expectShape(payments?.data[0] ?? {}, 'invoice_payment');
  const note = await stripe.creditNotes.create({
    invoice: invoice.id,
    lines: [{ type: 'invoice_line_item', invoice_line_item: String(invoice.lines.data[0]?.id), amount: 100 }],
    credit_amount: 109,
  });
  expectShape(note, 'credit_note');
  expect([note.subtotal, note.total, note.total_taxes?.[0]?.amount]).toEqual([100, 109, 19]);
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: made.id });
  expectShape(schedule, 'subscription_schedule');
  const led = await stripe.subscriptions.retrieve(made.id, { expand: ['schedule'] });
  expect(led.schedule).toMatchObject({ id: schedule.id, object: 'subscription_schedule' });
  await stripe.subscriptionSchedules.release(schedule.id);
  const item = await stripe.invoiceItems.create({
    customer,
    amount: 500,
    currency: 'eur',
    description: 'Extra',
  });
  expectShape(item, 'invoiceitem');
  expectShape(await stripe.invoices.createPreview({ subscription: made.id }), 'invoice');
  expectShape(await stripe.invoiceItems.del(item.id), 'deleted_invoiceitem');
  const spare = await stripe.invoices.create({ customer, currency: 'eur' });
  expectShape(await stripe.invoices.del(spare.id), 'deleted_invoice');
});

it('answers with the fields and types of Stripe for meters and what is reported to them', async () => {
  const { id: customer } = await stripe.customers.create();
  const meter = await stripe.billing.meters.create({
    display_name: 'Requests',
    event_name: 'requests',
    default_aggregation: { formula: 'sum' },
  });
  expectShape(meter, 'billing.meter');
  const payload = { stripe_customer_id: customer, value: '25' };
  const event = await stripe.billing.meterEvents.create({
    event_name: 'requests',
    payload,
    identifier: 'one',
  });
  expectShape(event, 'billing.meter_event');
  const hour = Math.floor(event.timestamp / 3_600) * 3_600;
  const { data } = await stripe.billing.meters.listEventSummaries(meter.id, {
    customer,
    start_time: hour,
    end_time: hour + 3_600,
    value_grouping_window: 'hour',
  });
  expectShape(data[0] ?? {}, 'billing.meter_event_summary');
  expectShape(
    await stripe.billing.meterEventAdjustments.create({
      event_name: 'requests',
      type: 'cancel',
      cancel: { identifier: 'one' },
    }),
    'billing.meter_event_adjustment',
  );
});
