import type { InvoiceStatus } from '../invoicing/invoice.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Allocation } from './match-line.ts';

export interface AllocationInput {
  readonly customerId: string;
  readonly currency: CurrencyCode;
  /** What came, more than 0. */
  readonly amountMinor: bigint;
  readonly allocations: readonly Allocation[];
  /** Those that the allocations name and all others of the customer with something left to pay, oldest first. */
  readonly invoices: readonly {
    readonly id: string;
    readonly number: string;
    readonly customerId: string;
    readonly currency: CurrencyCode;
    readonly status: InvoiceStatus;
    readonly remainingMinor: bigint;
    /** A payment of it is under way, and its outcome will be told. */
    readonly isBeingCollected: boolean;
  }[];
}

/** One payment that is written. Without an invoice it is credit of the customer whole. */
export interface AllocatedPayment {
  readonly invoiceId: string | null;
  readonly amountMinor: bigint;
  /** It was meant for this invoice, which something else is collecting right now. */
  readonly heldBackFrom: string | null;
}

/**
 * What payments come of money that arrived by itself. All of it is placed, in the order given: at invoices of the
 * customer as far as they are due. What is meant for no invoice pays those that are open, oldest first, so that nobody has
 * credit while owing; the rest is visible credit. While an invoice is being collected in another way nothing else pays
 * it: what was meant for it is credit too, and pays it if that other way fails.
 * Refusals: `allocation.amount`, `allocation.twice`, `allocation.sum`, `allocation.invoice`, `allocation.currency`,
 * `allocation.not_open`, `allocation.exceeds`.
 */
export function decideAllocation(input: AllocationInput): Result<readonly AllocatedPayment[]> {
  const { allocations, amountMinor } = input;
  const ids = allocations.map(({ invoiceId }) => invoiceId);
  if (allocations.some((part) => part.amountMinor <= 0n))
    return refuse('allocation.amount', 'Every part is one minor unit or more.');
  if (new Set(ids).size !== ids.length) return refuse('allocation.twice', 'An invoice is named once.');
  const sum = allocations.reduce((so, part) => so + part.amountMinor, 0n);
  if (sum !== amountMinor) {
    return refuse('allocation.sum', `The parts add up to ${sum}, but ${amountMinor} came.`, {
      sum_minor: `${sum}`,
      amount_minor: `${amountMinor}`,
    });
  }
  const payments: AllocatedPayment[] = [];
  let freeMinor = 0n;
  for (const part of allocations) {
    if (part.invoiceId === null) {
      freeMinor += part.amountMinor;
      continue;
    }
    const payment = paymentOf(input, part.invoiceId, part.amountMinor);
    if (!payment.ok) return payment;
    payments.push(payment.value);
  }
  return ok(withFree(input, payments, freeMinor));
}

/** Places what was meant for no invoice. */
function withFree(
  { currency, customerId, invoices }: AllocationInput,
  named: readonly AllocatedPayment[],
  freeMinor: bigint,
): readonly AllocatedPayment[] {
  const payments = new Map(named.map((payment) => [payment.invoiceId ?? payment.heldBackFrom, payment]));
  let left = freeMinor;
  for (const invoice of invoices) {
    const isOwed = invoice.status === 'open' || invoice.status === 'uncollectible';
    const isOwn = invoice.customerId === customerId && invoice.currency === currency;
    if (!isOwed || !isOwn || invoice.isBeingCollected) continue;
    const before = payments.get(invoice.id)?.amountMinor ?? 0n;
    const open = invoice.remainingMinor - before;
    const part = open < left ? open : left;
    if (part <= 0n) continue;
    left -= part;
    payments.set(invoice.id, { invoiceId: invoice.id, amountMinor: before + part, heldBackFrom: null });
  }
  const placed = [...payments.values()];
  return left > 0n ? [...placed, { invoiceId: null, amountMinor: left, heldBackFrom: null }] : placed;
}

function paymentOf(input: AllocationInput, invoiceId: string, amountMinor: bigint): Result<AllocatedPayment> {
  const invoice = input.invoices.find(({ id }) => id === invoiceId);
  if (invoice === undefined || invoice.customerId !== input.customerId)
    return refuse('allocation.invoice', 'An invoice of another customer cannot be paid by it.');
  const { number } = invoice;
  if (invoice.currency !== input.currency)
    return refuse(
      'allocation.currency',
      `Invoice ${number} is in ${invoice.currency}, not in ${input.currency}.`,
    );
  if (invoice.isBeingCollected) return ok({ invoiceId: null, amountMinor, heldBackFrom: invoiceId });
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
    return refuse('allocation.not_open', `Nothing is left to pay on invoice ${number}.`);
  if (amountMinor > invoice.remainingMinor) {
    return refuse(
      'allocation.exceeds',
      `Only ${invoice.remainingMinor} are left to pay on invoice ${number}.`,
      {
        remaining_minor: `${invoice.remainingMinor}`,
      },
    );
  }
  return ok({ invoiceId, amountMinor, heldBackFrom: null });
}
