import type { InvoicePaymentRecord, InvoiceRecord, LineTax } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { listAnswer } from '../../list.ts';
import { amountDue, amountRemaining, totalsOf } from '../totals.ts';
import { renderTaxRate } from './coupon.ts';
import { renderLine, renderTax } from './line.ts';

/** Lines that an invoice shows by itself; the rest is read page by page. */
const SHOWN_LINES = 10;

/** Sums by key, in the order in which the keys came. */
function summed<T>(rows: readonly T[], key: (row: T) => string, add: (one: T, other: T) => T): T[] {
  const sums = new Map<string, T>();
  for (const row of rows) {
    const known = sums.get(key(row));
    sums.set(key(row), known === undefined ? row : add(known, row));
  }
  return [...sums.values()];
}

function renderSums(invoice: InvoiceRecord): object {
  const { lines } = invoice;
  const totals = totalsOf(lines);
  const discounts = summed(
    lines.flatMap((line) => line.discounts),
    ({ discount }) => discount,
    (one, other) => ({ ...one, amount: one.amount + other.amount }),
  );
  const taxes = summed<LineTax>(
    lines.flatMap((line) => line.taxes),
    ({ taxRate }) => taxRate,
    (one, other) => ({ ...one, amount: one.amount + other.amount, taxable: one.taxable + other.taxable }),
  );
  return {
    amount_due: amountDue(invoice),
    amount_overpaid: 0,
    amount_paid: invoice.amountPaid,
    ...(invoice.paidOutside === 0 ? {} : { amount_paid_off_stripe: invoice.paidOutside }),
    amount_remaining: amountRemaining(invoice),
    amount_shipping: 0,
    ending_balance: invoice.endingBalance,
    post_payment_credit_notes_amount: invoice.creditedAfter,
    pre_payment_credit_notes_amount: invoice.creditedBefore,
    starting_balance: invoice.startingBalance,
    subtotal: totals.subtotal,
    subtotal_excluding_tax: totals.subtotal - totals.inclusive,
    total: totals.total,
    total_discount_amounts: discounts.map(({ amount, discount }) => ({ amount, discount })),
    total_excluding_tax: totals.total - totals.exclusive - totals.inclusive,
    total_pretax_credit_amounts: discounts.map(({ amount, discount }) => ({
      amount,
      discount,
      type: 'discount',
    })),
    total_taxes: taxes.map(renderTax),
  };
}

function renderCustomerParts(invoice: InvoiceRecord): object {
  return {
    customer: invoice.customer,
    customer_account: null,
    customer_address: invoice.customerAddress,
    customer_email: invoice.customerEmail,
    customer_name: invoice.customerName,
    customer_phone: invoice.customerPhone,
    customer_shipping: invoice.customerShipping,
    customer_tax_exempt: invoice.customerTaxExempt,
    customer_tax_ids: [],
  };
}

function renderParent(invoice: InvoiceRecord): object | null {
  if (invoice.subscription === null) return null;
  return {
    quote_details: null,
    subscription_details: {
      metadata: invoice.subscriptionMetadata,
      subscription: invoice.subscription,
      ...(invoice.prorationDate === null ? {} : { subscription_proration_date: invoice.prorationDate }),
    },
    type: 'subscription_details',
  };
}

function renderProgress(invoice: InvoiceRecord): object {
  return {
    attempt_count: invoice.attempts,
    attempted: invoice.attempts > 0 || invoice.status === 'paid',
    auto_advance: invoice.autoAdvance,
    automatically_finalizes_at: invoice.finalizesAt,
    due_date: invoice.dueDate,
    effective_at: invoice.finalizedAt,
    next_payment_attempt:
      invoice.nextAttemptAt ??
      (invoice.status === 'draft' && invoice.collectionMethod === 'charge_automatically'
        ? invoice.finalizesAt
        : null),
    number: invoice.number,
    period_end: invoice.periodEnd,
    period_start: invoice.periodStart,
    status: invoice.status,
    status_transitions: {
      finalized_at: invoice.finalizedAt,
      marked_uncollectible_at: invoice.uncollectibleAt,
      paid_at: invoice.paidAt,
      voided_at: invoice.voidedAt,
    },
  };
}

/** Fields that stand for what the sandbox does not do. */
const CONSTANT = {
  account_country: 'US',
  account_tax_ids: null,
  application: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  custom_fields: null,
  default_source: null,
  from_invoice: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  test_clock: null,
} as const;

/** An invoice as Stripe's API shows it. Payments and the confirmation secret are shown when they are asked for. */
export function renderInvoice(invoice: InvoiceRecord, draft: Draft): object {
  const { id, currency, lines } = invoice;
  const rates = invoice.taxRates.flatMap((rate) => draft.get('tax_rate', rate) ?? []);
  const page = invoice.finalizedAt === null ? null : `${draft.baseUrl}/i/${id}`;
  return {
    id,
    object: 'invoice',
    ...CONSTANT,
    account_name: draft.settings.sellerName,
    ...renderSums(invoice),
    ...renderProgress(invoice),
    ...renderCustomerParts(invoice),
    billing_reason: invoice.billingReason,
    collection_method: invoice.collectionMethod,
    created: invoice.created,
    currency,
    default_payment_method: invoice.defaultPaymentMethod,
    default_tax_rates: rates.map(renderTaxRate),
    description: invoice.description,
    discounts: invoice.discounts,
    footer: invoice.footer,
    hosted_invoice_url: page,
    invoice_pdf: page === null ? null : `${page}/pdf`,
    lines: listAnswer(
      `/v1/invoices/${id}/lines`,
      lines.slice(0, SHOWN_LINES).map((line) => renderLine(line, id, currency)),
      lines.length > SHOWN_LINES,
    ),
    metadata: invoice.metadata,
    parent: renderParent(invoice),
    webhooks_delivered_at: invoice.finalizedAt,
  };
}

/** The payment of an invoice as Stripe's API shows it. */
export function renderInvoicePayment(payment: InvoicePaymentRecord): object {
  return {
    id: payment.id,
    object: 'invoice_payment',
    amount_paid: payment.amountPaid,
    amount_requested: payment.amountRequested,
    created: payment.created,
    currency: payment.currency,
    invoice: payment.invoice,
    is_default: true,
    livemode: false,
    payment: { payment_intent: payment.paymentIntent, type: 'payment_intent' },
    status: payment.status,
    status_transitions: { canceled_at: payment.canceledAt, paid_at: payment.paidAt },
  };
}
