import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listNotes } from '../modules/invoicing/api.ts';
import { trialBalance } from '../modules/ledger/api.ts';
import { findCustomerByProvider, listPayments } from '../modules/payments/api.ts';
import { createStripeSeller, type StripeSeller } from '../testing/stripe-seller.ts';
import { followInvoice } from './mirror-events.ts';
import { followCreditNote } from './mirror-related.ts';

let world: StripeSeller['world'];
let stripe: Stripe;
let work: StripeSeller['work'];
let price: string;

beforeAll(async () => {
  ({ world, stripe, work, price } = await createStripeSeller());
});
afterAll(() => world.close());

/** A subscription at Stripe with its first invoice: paid by card, or open and sent to be paid. */
async function sold(name: string, how: 'paid' | 'open', card = 'pm_card_visa') {
  const customer = (await stripe.customers.create({ name, email: `${name.toLowerCase()}@example.com` })).id;
  if (how === 'paid') {
    const method = await stripe.paymentMethods.attach(card, { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  }
  const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 19, inclusive: false });
  const made = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    default_tax_rates: [rate.id],
    ...(how === 'open' ? { collection_method: 'send_invoice', days_until_due: 10 } : {}),
  });
  const invoiceId = String(made.latest_invoice);
  if (how === 'open') await stripe.invoices.finalizeInvoice(invoiceId);
  await world.settle();
  return { customer, invoiceId, subscription: made.id };
}

async function here(stripeCustomer: string) {
  const id = await world.query((ctx) => findCustomerByProvider(ctx, 'stripe', stripeCustomer));
  const customerId = String(id);
  const notes = await world.query((ctx) => listNotes(ctx, { limit: 10, customerId }));
  return { id: customerId, invoices: await world.invoices(customerId), notes };
}

/** What stands in the books since they were looked at before. */
let before: Record<string, bigint> = {};
async function moved() {
  const rows = await world.query(trialBalance);
  const sums = Object.fromEntries(
    rows.map(({ account, debitMinor, creditMinor }) => [account, debitMinor - creditMinor]),
  );
  const difference = Object.entries(sums).map(
    ([account, sum]) => [account, sum - (before[account] ?? 0n)] as const,
  );
  before = sums;
  return Object.fromEntries(difference.filter(([account, sum]) => sum !== 0n && account !== 'fees'));
}

test('I471 a credit note on an open invoice lowers what is to be paid, is taken back, and settles it whole', async () => {
  const { customer, invoiceId } = await sold('Ada', 'open');
  await moved();
  const note = await stripe.creditNotes.create({ invoice: invoiceId, amount: 500, reason: 'order_change' });
  await world.settle();
  const first = await here(customer);
  expect(first.invoices).toMatchObject([
    { status: 'open', totalMinor: 2380n, dueMinor: 1880n, creditedMinor: 500n, noteReducedMinor: 500n },
  ]);
  expect(first.notes).toMatchObject([
    {
      number: note.number,
      authority: 'stripe',
      totalMinor: 500n,
      reducedMinor: 500n,
      voidedAt: null,
      reason: 'The order changed',
    },
  ]);
  expect(await moved()).toEqual({ receivable: -500n, revenue: 500n });
  await stripe.creditNotes.voidCreditNote(note.id);
  await world.settle();
  const back = await here(customer);
  expect(back.invoices).toMatchObject([{ status: 'open', dueMinor: 2380n, creditedMinor: 0n }]);
  expect(back.notes[0]?.voidedAt).not.toBeNull();
  expect(await moved()).toEqual({ receivable: 500n, revenue: -500n });
  // One that was made and taken back before anybody looked is nothing.
  await world.control.setFaults(world.accountId, { loseWebhooks: 100 });
  const brief = await stripe.creditNotes.create({ invoice: invoiceId, amount: 100 });
  await stripe.creditNotes.voidCreditNote(brief.id);
  await world.control.setFaults(world.accountId, {});
  await stripe.creditNotes.create({ invoice: invoiceId, amount: 2380, memo: 'All of it' });
  await world.settle();
  const whole = await here(customer);
  expect(whole.invoices).toMatchObject([
    { status: 'paid', dueMinor: 0n, creditedMinor: 2380n, paidMinor: 0n },
  ]);
  expect(whole.notes.map(({ totalMinor }) => totalMinor).toSorted()).toEqual([2380n, 500n]);
  const paid = await world.admin(`select 1 from outbox where type = 'invoice.paid' and object_id = $1`, [
    whole.invoices[0]?.id,
  ]);
  expect(paid).toHaveLength(1);
});

test.each([
  ['note first', 'Leo'],
  ['refund first', 'Eve'],
] as const)(
  'I471 what was paid goes back by refund, balance and beside Stripe, and nothing is booked twice, %s',
  async (order, name) => {
    const { customer, invoiceId } = await sold(name, 'paid');
    await moved();
    const first = await here(customer);
    expect(first.invoices).toMatchObject([{ status: 'paid', totalMinor: 2380n, paidMinor: 2380n }]);
    await world.control.setFaults(world.accountId, { loseWebhooks: 100 });
    const line = (await stripe.invoices.retrieve(invoiceId)).lines.data[0];
    const note = await stripe.creditNotes.create({
      invoice: invoiceId,
      lines: [{ type: 'invoice_line_item', invoice_line_item: String(line?.id), amount: 1000 }],
      refund_amount: 595,
      credit_amount: 300,
      out_of_band_amount: 295,
    });
    expect([note.total, note.total_taxes?.[0]?.amount]).toEqual([1190, 190]);
    await world.control.setFaults(world.accountId, {});
    const refund = async () => {
      const [payment] = await world.query((ctx) =>
        listPayments(ctx, { limit: 1, customerId: first.id } as never),
      );
      await stripe.refunds.update(String(note.refunds[0]?.refund), { metadata: { told: 'again' } });
      await world.settle();
      const [row] = await world.admin('select refunded_minor::text as sum from payments where id = $1', [
        payment?.id,
      ]);
      expect(row).toEqual({ sum: '595' });
    };
    const noted = () =>
      Promise.all([
        followCreditNote(work, note.id),
        followInvoice(work, invoiceId),
        followCreditNote(work, note.id),
      ]);
    if (order === 'note first') {
      await noted();
      await refund();
    } else {
      await refund();
      await noted();
    }
    await noted();
    expect(await moved()).toEqual({
      revenue: 1000n,
      tax: 190n,
      'cash:stripe': -595n,
      'cash:manual': -295n,
      'cash:stripe_balance': -300n,
    });
    const after = await here(customer);
    expect(after.invoices).toMatchObject([
      { status: 'paid', creditedMinor: 1190n, dueMinor: 0n, refundedMinor: 595n },
    ]);
    expect(after.notes).toMatchObject([
      { netMinor: 1000n, taxMinor: 190n, reducedMinor: 0n, grantedMinor: 1190n, refundedMinor: 890n },
    ]);
    const [credited] = await world.admin(
      'select credited_minor::text as sum from invoice_lines where invoice_id = $1',
      [after.invoices[0]?.id],
    );
    expect(credited).toEqual({ sum: '1000' });
  },
);

test('I577 a refund of a note that comes back leaves the note as it stands and is owed to the customer until it is given', async () => {
  const { customer, invoiceId } = await sold('Kay', 'paid', 'pm_card_refundFail');
  await moved();
  const line = (await stripe.invoices.retrieve(invoiceId)).lines.data[0];
  const note = await stripe.creditNotes.create({
    invoice: invoiceId,
    lines: [{ type: 'invoice_line_item', invoice_line_item: String(line?.id), amount: 1000 }],
    refund_amount: 1190,
  });
  await world.settle();
  expect(await moved()).toEqual({ revenue: 1000n, tax: 190n, 'cash:stripe': -1190n });
  await world.advance('2027-02-04T12:00:00Z');
  // The money is back with the provider, and what was sold stays taken back.
  expect(await moved()).toEqual({ 'cash:stripe': 1190n, refunds_payable: -1190n });
  const after = await here(customer);
  expect(after.invoices).toMatchObject([{ status: 'paid', creditedMinor: 1190n, refundedMinor: 0n }]);
  const { payment_intent } = await stripe.refunds.retrieve(String(note.refunds[0]?.refund));
  await stripe.refunds.create({ payment_intent: String(payment_intent), amount: 1190 });
  await world.settle();
  expect(await moved()).toEqual({ 'cash:stripe': -1190n, refunds_payable: 1190n });
});
