import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerWithCard, stripeClient, type TestSandbox, testSandbox } from '../../testing/sandbox.ts';

const DAY = 86_400;
const START = Date.UTC(2027, 0, 1) / 1000;

let sandbox: TestSandbox;
let stripe: Stripe;
let account: string;
let customer: string;
let meter: Stripe.Billing.Meter;

const to = (seconds: number) => sandbox.control.setClock(account, seconds * 1000);

beforeAll(async () => {
  sandbox = await testSandbox();
  account = (await sandbox.control.putAccount({ key: 'sk_test_usage' })).id;
  stripe = stripeClient(sandbox.stripeUrl, 'sk_test_usage');
  await to(START);
  const made = await customerWithCard(stripe, 'pm_card_visa');
  customer = made.customer;
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: made.method } });
  meter = await stripe.billing.meters.create({
    display_name: 'Requests',
    event_name: 'requests',
    default_aggregation: { formula: 'sum' },
  });
});
afterAll(() => sandbox.dispose());

function report(identifier: string, value: string, timestamp: number) {
  return stripe.billing.meterEvents.create({
    event_name: 'requests',
    identifier,
    timestamp,
    payload: { stripe_customer_id: customer, value },
  });
}

describe('what is paid for by use', () => {
  it('is on the invoice after its period, each event once, without what was taken back', async () => {
    const price = await stripe.prices.create({
      currency: 'eur',
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 100, unit_amount: 0 },
        { up_to: 'inf', unit_amount_decimal: '0.75' as never },
      ],
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      product_data: { name: 'Requests' },
      expand: ['tiers'],
    });
    expect(price.tiers).toHaveLength(2);
    const subscription = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    expect(subscription.status).toBe('active');
    expect('quantity' in (subscription.items.data[0] ?? {})).toBe(false);
    await to(START + 10 * DAY);
    await report('one', '150.5', START + 9 * DAY);
    await report('two', '50', START + 10 * DAY);
    await report('wrong', '999', START + 10 * DAY);
    await expect(report('one', '150.5', START + 9 * DAY)).rejects.toThrow(/already exists/);
    await expect(report('early', '1', START - 40 * DAY)).rejects.toMatchObject({ param: 'timestamp' });
    await expect(report('words', 'many', START)).rejects.toMatchObject({ statusCode: 400 });
    await stripe.billing.meterEventAdjustments.create({
      event_name: 'requests',
      type: 'cancel',
      cancel: { identifier: 'wrong' },
    });
    const sums = await stripe.billing.meters.listEventSummaries(meter.id, {
      customer,
      start_time: START,
      end_time: START + 31 * DAY,
      value_grouping_window: 'day',
    });
    expect(sums.data.map(({ aggregated_value: value }) => value)).toEqual([50, 150.5]);
    const upcoming = await stripe.invoices.createPreview({ subscription: subscription.id });
    expect(upcoming.total).toBe(75);
    await to(START + 31 * DAY + 3_600);
    const [invoice] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: 75 });
    expect(invoice?.lines.data[0]?.period).toEqual({ start: START, end: START + 31 * DAY });
    await report('three', '300', START + 31 * DAY);
    await to(START + 33 * DAY);
    const ended = await stripe.subscriptions.cancel(subscription.id, { invoice_now: true });
    const last = await stripe.invoices.retrieve(String(ended.latest_invoice));
    expect(last).toMatchObject({ amount_paid: 150, status: 'paid' });
  });

  it('needs an active meter, which no other meter shares its events with', async () => {
    const more = { display_name: 'Requests', event_name: 'requests' };
    const twice = stripe.billing.meters.create({ ...more, default_aggregation: { formula: 'count' } });
    await expect(twice).rejects.toMatchObject({ statusCode: 400 });
    await stripe.billing.meters.deactivate(meter.id);
    await expect(report('late', '1', START + 33 * DAY)).rejects.toThrow(/No active meter/);
    expect((await stripe.billing.meters.reactivate(meter.id)).status).toBe('active');
    const licensed = stripe.prices.create({
      currency: 'eur',
      unit_amount: 1,
      recurring: { interval: 'month', usage_type: 'metered' },
      product_data: { name: 'Nothing' },
    });
    await expect(licensed).rejects.toMatchObject({ param: 'recurring[meter]' });
  });
});

describe('invoices by hand', () => {
  async function draft(amount: number) {
    const invoice = await stripe.invoices.create({ customer, currency: 'eur' });
    await stripe.invoiceItems.create({
      customer,
      invoice: invoice.id,
      amount,
      currency: 'eur',
      description: 'Work',
    });
    return invoice.id;
  }

  it('collect what was put on them, and are voided, given up or paid elsewhere', async () => {
    const paid = await stripe.invoices.pay(await draft(1_200));
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 1_200, billing_reason: 'manual' });
    const open = await stripe.invoices.finalizeInvoice(await draft(500));
    expect(open).toMatchObject({ status: 'open', amount_remaining: 500 });
    expect(await stripe.invoices.voidInvoice(open.id)).toMatchObject({ status: 'void' });
    await expect(stripe.invoices.pay(open.id)).rejects.toMatchObject({ statusCode: 400 });
    const lost = await stripe.invoices.finalizeInvoice(await draft(700));
    expect(await stripe.invoices.markUncollectible(lost.id)).toMatchObject({ status: 'uncollectible' });
    const late = await stripe.invoices.pay(lost.id, { paid_out_of_band: true });
    expect(late).toMatchObject({ status: 'paid', amount_paid_off_stripe: 700 });
    const intents = await stripe.paymentIntents.list({ customer, limit: 2 });
    expect(intents.data.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
  });

  it('are credited before they are paid and after, never beyond what they asked for', async () => {
    const open = await stripe.invoices.finalizeInvoice(await draft(1_000));
    await stripe.creditNotes.create({ invoice: open.id, amount: 400 });
    const lower = await stripe.invoices.retrieve(open.id, {
      expand: ['payments.data.payment.payment_intent'],
    });
    expect(lower).toMatchObject({ amount_remaining: 600, pre_payment_credit_notes_amount: 400 });
    const paid = await stripe.invoices.pay(open.id);
    expect(paid.amount_paid).toBe(600);
    const note = await stripe.creditNotes.create({
      invoice: open.id,
      amount: 350,
      refund_amount: 250,
      credit_amount: 100,
    });
    expect(note).toMatchObject({ type: 'post_payment', number: `${paid.number}-CN-02` });
    expect((await stripe.customers.retrieve(customer)) as Stripe.Customer).toMatchObject({ balance: -100 });
    const [refund] = (await stripe.refunds.list({ limit: 1 })).data;
    expect(refund?.amount).toBe(250);
    for (const over of [
      { amount: 251, credit_amount: 251 },
      { amount: 100 },
      { amount: 300, refund_amount: 300 },
    ]) {
      await expect(stripe.creditNotes.create({ invoice: open.id, ...over })).rejects.toMatchObject({
        statusCode: 400,
      });
    }
  });

  it('are sent with a due date, and are overdue after it', async () => {
    const now = START + 40 * DAY;
    await to(now);
    const invoice = await stripe.invoices.create({
      customer,
      currency: 'eur',
      collection_method: 'send_invoice',
      days_until_due: 14,
    });
    await stripe.invoiceItems.create({ customer, invoice: invoice.id, amount: 900, currency: 'eur' });
    const sent = await stripe.invoices.sendInvoice(invoice.id);
    expect(sent).toMatchObject({ status: 'open', due_date: now + 14 * DAY });
    await to(now + 14 * DAY);
    const [event] = (await stripe.events.list({ type: 'invoice.overdue' })).data;
    expect(event?.created).toBe(now + 14 * DAY);
  });
});

describe('a debit', () => {
  it('serves while it is under way, is never asked for twice, and is tried again once it failed', async () => {
    const now = START + 60 * DAY;
    await to(now);
    const { id } = await stripe.customers.create({ email: 'ada@example.com' });
    const failing = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'DE62370400440532013001' },
      billing_details: { name: 'Ada', email: 'ada@example.com' },
    });
    await stripe.setupIntents.create({ customer: id, payment_method: failing.id, confirm: true });
    const price = await stripe.prices.create({
      currency: 'eur',
      unit_amount: 1_000,
      recurring: { interval: 'month' },
      product_data: { name: 'Plus' },
    });
    const made = await stripe.subscriptions.create({
      customer: id,
      items: [{ price: price.id }],
      default_payment_method: failing.id,
    });
    expect(made.status).toBe('active');
    const invoice = String(made.latest_invoice);
    await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.invoices.voidInvoice(invoice)).rejects.toMatchObject({ statusCode: 400 });
    await to(now + 2 * DAY);
    expect((await stripe.subscriptions.retrieve(made.id)).status).toBe('past_due');
    const failed = await stripe.invoices.retrieve(invoice);
    expect(failed).toMatchObject({ status: 'open', next_payment_attempt: now + 5 * DAY });
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: id });
    await stripe.subscriptions.update(made.id, { default_payment_method: card.id });
    await to(now + 5 * DAY);
    expect((await stripe.subscriptions.retrieve(made.id)).status).toBe('active');
    expect((await stripe.charges.list({ customer: id })).data.filter(({ paid }) => paid)).toHaveLength(1);
  });
});

it('finds by metadata and fields, joined by AND or OR, page by page', async () => {
  for (const [name, tier] of [
    ['a', 'gold'],
    ['b', 'gold'],
    ['c', 'tin'],
  ] as const) {
    await stripe.products.create({ name, metadata: { tier } });
  }
  const find = (query: string, more = {}) => stripe.products.search({ query, ...more });
  const names = async (query: string) => (await find(query)).data.map(({ name }) => name);
  expect(await names("metadata['tier']:'gold'")).toEqual(['b', 'a']);
  expect(await names("metadata['tier']:'gold' AND name:'a'")).toEqual(['a']);
  expect(await names("name:'a' OR name:'c'")).toEqual(['c', 'a']);
  expect(await names("-metadata['tier']:'gold' AND metadata['tier']:'tin'")).toEqual(['c']);
  const first = await find("metadata['tier']:'gold'", { limit: 1 });
  expect(first).toMatchObject({ has_more: true });
  const second = await find("metadata['tier']:'gold'", { limit: 1, page: first.next_page ?? '' });
  expect(second.data.map(({ name }) => name)).toEqual(['a']);
  for (const wrong of ["name:'a' name:'b'", "name:'a' AND", "name:'a' AND name:'b' OR name:'c'", '']) {
    await expect(find(wrong)).rejects.toMatchObject({ statusCode: 400 });
  }
});
