import type Stripe from 'stripe';
import { expect, it } from 'vitest';
import { customerWithCard, stripeClient, testSandbox } from '../../testing/sandbox.ts';

const DAY = 86_400;
const START = Date.UTC(2027, 0, 29, 9) / 1000;
const CUSTOMERS = 12;
const STEPS = 26;
const KEY = 'sk_test_years';

/** A source of numbers that is the same each time. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items.reverse();
}

async function sellers(stripe: Stripe) {
  const meter = await stripe.billing.meters.create({
    display_name: 'Requests',
    event_name: 'requests',
    default_aggregation: { formula: 'sum' },
  });
  const price = (unit: number, recurring: Stripe.PriceCreateParams.Recurring) =>
    stripe.prices.create({ currency: 'eur', unit_amount: unit, recurring, product_data: { name: 'Plan' } });
  return {
    fixed: [
      await price(1_000, { interval: 'month' }),
      await price(2_999, { interval: 'month' }),
      await price(9_900, { interval: 'year' }),
      await price(700, { interval: 'week', interval_count: 2 }),
    ],
    metered: await price(3, { interval: 'month', usage_type: 'metered', meter: meter.id }),
  };
}

type Sellers = Awaited<ReturnType<typeof sellers>>;
const TOKENS = ['pm_card_visa', 'pm_card_chargeCustomerFail'];

/** One thing that somebody does at random; what the state does not allow is refused, and that is fine. */
async function act(
  stripe: Stripe,
  draw: (below: number) => number,
  id: string,
  sold: Sellers,
): Promise<void> {
  const now = await stripe.subscriptions.retrieve(id);
  const [item] = now.items.data;
  if (now.ended_at !== null || item === undefined) return;
  const customer = String(now.customer);
  const price = sold.fixed[draw(sold.fixed.length)]?.id ?? '';
  const deeds: (() => Promise<unknown>)[] = [
    () => stripe.subscriptions.update(id, { items: [{ id: item.id, price, quantity: 1 + draw(5) }] }),
    () =>
      stripe.subscriptions.update(id, {
        items: [{ id: item.id, quantity: 1 + draw(9) }],
        proration_behavior: draw(2) === 0 ? 'always_invoice' : 'none',
      }),
    () => stripe.subscriptions.update(id, { cancel_at_period_end: draw(6) === 0 }),
    () => stripe.subscriptions.update(id, { billing_cycle_anchor: { type: 'now' } }),
    async () => {
      if (draw(8) === 0) await stripe.subscriptions.cancel(id, { prorate: true, invoice_now: true });
    },
    () => stripe.invoices.pay(String(now.latest_invoice)),
    () =>
      stripe.paymentMethods
        .attach(TOKENS[draw(TOKENS.length)] ?? '', { customer })
        .then((method) => stripe.subscriptions.update(id, { default_payment_method: method.id })),
    () =>
      stripe.invoiceItems.create({ customer, amount: 50 + draw(500), currency: 'eur', description: 'Extra' }),
    () =>
      stripe.billing.meterEvents.create({
        event_name: 'requests',
        payload: { stripe_customer_id: customer, value: String(draw(200)) },
      }),
  ];
  await deeds[draw(deeds.length)]?.().catch((cause: Stripe.errors.StripeError) => {
    if (cause.statusCode !== 400 && cause.statusCode !== 402) throw cause;
  });
}

/** No time is charged twice: of an item's lines that are no prorations, no two periods overlap. */
function expectNoOverlap(invoices: readonly Stripe.Invoice[]): void {
  const periods = new Map<string, [number, number][]>();
  for (const invoice of invoices) {
    if (invoice.status === 'void') continue;
    for (const { parent, period, amount, pricing } of invoice.lines.data) {
      const item = parent?.subscription_item_details;
      if (item == null || item.proration || amount <= 0) continue;
      const price = pricing?.price_details?.price;
      const key = `${item.subscription_item} ${typeof price === 'string' ? price : price?.id}`;
      periods.set(key, [...(periods.get(key) ?? []), [period.start, period.end]]);
    }
  }
  expect(periods.size).toBeGreaterThan(0);
  for (const [key, list] of periods) {
    // A new anchor gives the rest of the running period back and begins another.
    const sorted = list.sort(([one], [other]) => one - other);
    for (const [index, [start]] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before !== undefined) expect(start, key).toBeGreaterThanOrEqual(before[0]);
      if (before !== undefined && start < before[1]) expect(credited(invoices, key, start), key).toBe(true);
    }
  }
}

function credited(invoices: readonly Stripe.Invoice[], key: string, at: number): boolean {
  return invoices.some(({ lines }) =>
    lines.data.some(
      ({ parent, period, amount }) =>
        key.startsWith(parent?.subscription_item_details?.subscription_item ?? '-') &&
        amount < 0 &&
        period.start === at,
    ),
  );
}

/** Sums that hold for every customer, whatever happened. */
async function expectSums(stripe: Stripe, customer: string): Promise<void> {
  const invoices = await all(stripe.invoices.list({ customer, limit: 100 }));
  const final = invoices.filter(({ number }) => number !== null);
  const numbers = final.map(({ number }) => Number(number?.slice(-4)));
  expect([...numbers].sort((one, other) => one - other)).toEqual(final.map((_invoice, index) => index + 1));
  const charges = await all(stripe.charges.list({ customer, limit: 100 }));
  const taken = charges.filter(({ paid }) => paid).reduce((sum, { amount }) => sum + amount, 0);
  expect(taken).toBe(invoices.reduce((sum, { amount_paid: paid }) => sum + paid, 0));
  const { balance } = (await stripe.customers.retrieve(customer)) as Stripe.Customer;
  const moved = final.reduce((sum, one) => sum + (one.ending_balance ?? 0) - one.starting_balance, 0);
  expect(balance).toBe(moved);
  for (const one of final) {
    const lines = one.lines.data.reduce((sum, { amount }) => sum + amount, 0);
    if (!one.lines.has_more) expect(lines).toBe(one.subtotal);
    expect(one.amount_due).toBe(one.total - ((one.ending_balance ?? 0) - one.starting_balance));
    expect(one.amount_paid + one.amount_remaining).toBe(one.amount_due);
  }
  expectNoOverlap(final);
}

it('lives through years of changes, failures and jumps of the clock: no time is charged twice, all sums hold, and a restart knows the same', async () => {
  const draw = drawing(20_270_129);
  const first = await testSandbox();
  const stripe = stripeClient(first.stripeUrl, KEY, 60_000);
  const { id: account } = await first.control.putAccount({ key: KEY, afterLastRetry: 'unpaid' });
  await first.control.setClock(account, START * 1000);
  const sold = await sellers(stripe);
  const subscriptions: string[] = [];
  const customers: string[] = [];
  for (let n = 0; n < CUSTOMERS; n += 1) {
    const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
    const price = n % 4 === 3 ? sold.metered : sold.fixed[n % 4];
    const made = await stripe.subscriptions.create({
      customer,
      items: [{ price: price?.id ?? '' }],
      default_payment_method: method,
      ...(n % 3 === 0 ? { trial_period_days: 10 } : {}),
    });
    subscriptions.push(made.id);
    customers.push(customer);
  }
  let now = START;
  for (let step = 0; step < STEPS; step += 1) {
    now += DAY * (1 + draw(45)) + draw(DAY);
    await first.control.setClock(account, now * 1000);
    for (const id of subscriptions) if (draw(2) === 0) await act(stripe, draw, id, sold);
  }
  await first.control.setClock(account, (now + 30 * DAY) * 1000);
  for (const customer of customers) await expectSums(stripe, customer);
  const seen = await all(stripe.invoices.list({ limit: 100 }));
  expect(seen.length).toBeGreaterThan(100);
  // What was lived through is worth the proof only if things went wrong in it, too.
  for (const type of ['invoice.payment_failed', 'customer.subscription.deleted', 'invoice.upcoming']) {
    expect((await stripe.events.list({ type, limit: 10 })).data.length, type).toBeGreaterThan(1);
  }
  await first.stop();
  const second = await testSandbox({ folder: first.folder });
  const again = stripeClient(second.stripeUrl, KEY, 60_000);
  const moved = (invoice: Stripe.Invoice) => ({ ...invoice, hosted_invoice_url: null, invoice_pdf: null });
  expect((await all(again.invoices.list({ limit: 100 }))).map(moved)).toEqual(seen.map(moved));
  await second.dispose();
}, 60_000);
