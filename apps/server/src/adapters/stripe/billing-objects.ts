import type { PriceAtStripe, ProductAtStripe } from '@billhook/core/mirror/import-catalogue';
import type {
  InvoiceAtStripe,
  InvoiceLineAtStripe,
  InvoicePaymentAtStripe,
} from '@billhook/core/mirror/invoice-at-stripe';
import type { PriceFiguresAtStripe } from '@billhook/core/mirror/price-at-stripe';
import type { PhaseAtStripe, SubscriptionAtStripe } from '@billhook/core/mirror/subscription-at-stripe';
import { type Instant, instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import type { CustomerAtStripe, MeterAtStripe } from '../../modules/payments/provider-billing.ts';
import { discountsAtStripe } from './discounts.ts';
import { idOf, ourId } from './objects.ts';
import { taxesAtStripe } from './tax-rates.ts';

const at = (seconds: number): Instant => instant(seconds * 1000);
const atOrNull = (seconds: number | null | undefined): Instant | null =>
  seconds === null || seconds === undefined ? null : at(seconds);

/** Since a version of the API, periods stand on the items; they end together where the subscription ends with them. */
function periodEnd(subscription: Stripe.Subscription): number | null {
  const ends = subscription.items.data.map((item) => item.current_period_end);
  return ends.length === 0 ? null : Math.max(...ends);
}

export function subscriptionAtStripe(subscription: Stripe.Subscription): SubscriptionAtStripe {
  const endsAt =
    subscription.cancel_at ??
    (subscription.cancel_at_period_end ? periodEnd(subscription) : endOfSchedule(subscription));
  return {
    id: subscription.id,
    customerId: idOf(subscription.customer) ?? '',
    status: subscription.status,
    currency: subscription.currency.toUpperCase(),
    startAt: at(subscription.start_date),
    anchorAt: at(subscription.billing_cycle_anchor),
    trialEndAt: atOrNull(subscription.trial_end),
    cancelAt: atOrNull(endsAt),
    endedAt: atOrNull(subscription.ended_at),
    collection: subscription.collection_method === 'send_invoice' ? 'manual' : 'automatic',
    items: subscription.items.data.map(({ id, price, quantity }) => ({
      id,
      priceId: price.id,
      quantity: quantity === undefined || quantity === null ? null : BigInt(quantity),
    })),
    metadata: subscription.metadata,
    paused: pausedOf(subscription),
    discounts: discountsAtStripe(subscription.discounts),
    phases: phasesOf(subscription),
  };
}

function pausedOf({ pause_collection: paused }: Stripe.Subscription): SubscriptionAtStripe['paused'] {
  if (paused === null) return null;
  const { behavior, resumes_at: resumesAt } = paused;
  // Without knowing what becomes of invoices, nobody is cut off.
  const known = (['void', 'mark_uncollectible'] as const).find((one) => one === behavior);
  return { behaviour: known ?? 'keep_as_draft', resumesAt: atOrNull(resumesAt) };
}

/** The schedule, where it was asked for and still leads the subscription. */
function scheduleOf({ schedule }: Stripe.Subscription): Stripe.SubscriptionSchedule | null {
  if (typeof schedule !== 'object' || schedule === null) return null;
  return schedule.status === 'active' || schedule.status === 'not_started' ? schedule : null;
}

function endOfSchedule(subscription: Stripe.Subscription): number | null {
  const schedule = scheduleOf(subscription);
  return schedule?.end_behavior === 'cancel' ? (schedule.phases.at(-1)?.end_date ?? null) : null;
}

function phasesOf(subscription: Stripe.Subscription): PhaseAtStripe[] {
  return (scheduleOf(subscription)?.phases ?? []).map((phase) => ({
    startAt: at(phase.start_date),
    isProrated: phase.proration_behavior !== 'none',
    items: phase.items.map(({ price, quantity }) => ({
      priceId: idOf(price) ?? '',
      quantity: quantity === undefined ? null : BigInt(quantity),
    })),
  }));
}

export function invoiceAtStripe(
  invoice: Stripe.Invoice,
  lines: readonly InvoiceLineAtStripe[],
  rates: ReadonlyMap<string, Stripe.TaxRate>,
): InvoiceAtStripe {
  const { status_transitions: moments } = invoice;
  return {
    id: invoice.id,
    number: invoice.number,
    customerId: idOf(invoice.customer) ?? '',
    subscriptionId: idOf(invoice.parent?.subscription_details?.subscription),
    status: invoice.status ?? 'draft',
    currency: invoice.currency.toUpperCase(),
    totalMinor: BigInt(invoice.total),
    amountDueMinor: BigInt(invoice.amount_due),
    amountPaidMinor: BigInt(invoice.amount_paid),
    reducedByNotesMinor: BigInt(invoice.pre_payment_credit_notes_amount),
    returnedByNotesMinor: BigInt(invoice.post_payment_credit_notes_amount),
    collection: invoice.collection_method === 'send_invoice' ? 'manual' : 'automatic',
    finalizedAt: atOrNull(moments.finalized_at),
    dueAt: atOrNull(invoice.due_date),
    paidAt: atOrNull(moments.paid_at),
    voidedAt: atOrNull(moments.voided_at),
    lines,
    taxes: taxesAtStripe(invoice.total_taxes, rates),
    attemptCount: invoice.attempt_count,
    nextAttemptAt: atOrNull(invoice.next_payment_attempt),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    payments: (invoice.payments?.data ?? []).map(paymentAtStripe),
  };
}

function paymentAtStripe(payment: Stripe.InvoicePayment): InvoicePaymentAtStripe {
  return {
    id: payment.id,
    intentId: idOf(payment.payment.payment_intent),
    isPaid: payment.status === 'paid',
    amountMinor: BigInt(payment.amount_paid ?? 0),
  };
}

export function taxOf(invoice: Stripe.Invoice): bigint {
  return (invoice.total_taxes ?? []).reduce((sum, tax) => sum + BigInt(tax.amount), 0n);
}

export function lineAtStripe(
  line: Stripe.InvoiceLineItem,
  names: ReadonlyMap<string, string>,
): InvoiceLineAtStripe {
  const taxes = line.taxes ?? [];
  const details = line.pricing?.price_details;
  const { parent } = line;
  const isProration =
    parent?.subscription_item_details?.proration ?? parent?.invoice_item_details?.proration ?? false;
  return {
    id: line.id,
    description: line.description ?? '',
    quantity: `${line.quantity_decimal ?? line.quantity ?? 1}`,
    priceId: details === undefined || details === null ? null : idOf(details.price),
    isProration,
    period: { start: at(line.period.start), end: at(line.period.end) },
    amountMinor: BigInt(line.amount),
    discountMinor: (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    discounts: (line.discount_amounts ?? [])
      .filter(({ amount }) => amount !== 0)
      .map(({ discount, amount }) => ({
        name: names.get(idOf(discount) ?? '') ?? 'Discount',
        amountMinor: BigInt(amount),
      })),
    taxMinor: taxes.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    isTaxIncluded: taxes.some(({ tax_behavior }) => tax_behavior === 'inclusive'),
  };
}

export function productAtStripe(product: Stripe.Product): ProductAtStripe {
  const { id, name, description, active, metadata } = product;
  return {
    id,
    name,
    description: description ?? '',
    isActive: active,
    planId: ourId(metadata.billhook_plan_id),
  };
}

export function priceAtStripe(price: Stripe.Price): PriceAtStripe {
  return {
    id: price.id,
    productId: idOf(price.product) ?? '',
    isActive: price.active,
    figures: figuresOf(price),
    meterId: price.recurring?.meter ?? null,
    nickname: price.nickname,
    lookupKey: price.lookup_key,
    ourPriceId: ourId(price.metadata.billhook_price_id),
  };
}

function figuresOf(price: Stripe.Price): PriceFiguresAtStripe | null {
  const { recurring, transform_quantity: packages } = price;
  if (recurring === null) return null;
  const isTiered = price.billing_scheme === 'tiered';
  // A package that is not rounded up means less than a started one, which no price here does.
  const isOdd = packages !== null && packages.round !== 'up';
  const text = (value: unknown, whole: number | null) =>
    value === null || value === undefined ? (whole === null ? null : `${whole}`) : String(value);
  return {
    currency: price.currency.toUpperCase(),
    interval: recurring.interval as PriceFiguresAtStripe['interval'],
    intervalCount: recurring.interval_count,
    usage: recurring.usage_type === 'metered' ? 'metered' : 'licensed',
    unitAmount: isTiered || isOdd ? null : text(price.unit_amount_decimal, price.unit_amount),
    tiersMode: isTiered ? (price.tiers_mode === 'volume' ? 'volume' : 'graduated') : null,
    tiers: (price.tiers ?? []).map((tier) => ({
      upTo: tier.up_to === null ? null : BigInt(tier.up_to),
      unitAmount: text(tier.unit_amount_decimal, tier.unit_amount),
      flatAmount: text(tier.flat_amount_decimal, tier.flat_amount),
    })),
    packageSize: packages === null ? null : BigInt(packages.divide_by),
  };
}

export function meterAtStripe(meter: Stripe.Billing.Meter): MeterAtStripe {
  return {
    id: meter.id,
    name: meter.display_name,
    eventName: meter.event_name,
    aggregation: meter.default_aggregation.formula,
    isActive: meter.status === 'active',
  };
}

export function customerAtStripe(customer: Stripe.Customer): CustomerAtStripe {
  const { address } = customer;
  const parts = {
    line1: address?.line1,
    line2: address?.line2,
    postal_code: address?.postal_code,
    city: address?.city,
    region: address?.state,
  };
  const given = Object.entries(parts).filter(([, value]) => typeof value === 'string' && value !== '');
  const country = address?.country ?? null;
  return {
    id: customer.id,
    name: customer.name ?? customer.email ?? customer.id,
    email: customer.email,
    customerId: ourId(customer.metadata.customer_id),
    country: country !== null && /^[A-Z]{2}$/.test(country) ? country : null,
    address: Object.fromEntries(given),
  };
}
