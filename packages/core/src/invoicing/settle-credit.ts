import type { Change, Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { creditSettledPosting } from '../ledger/postings.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { draftOf, withEvent } from '../subscriptions/draft.ts';
import { paymentStanding, withStanding } from '../subscriptions/payment-standing.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { InvoiceStatus } from './invoice.ts';

/** An invoice on which something is left to pay. */
export interface UnpaidInvoice {
  readonly id: string;
  readonly status: InvoiceStatus;
  readonly remainingMinor: bigint;
  readonly failureCount: number;
  /** Those that it bills. */
  readonly subscriptionIds: readonly string[];
}

export interface CreditSettlementInput {
  readonly now: Instant;
  readonly customer: {
    readonly id: string;
    readonly currency: CurrencyCode;
    /** With the credit that was granted just now. */
    readonly creditBalanceMinor: bigint;
  };
  /** Every invoice of the customer that is open or uncollectible, oldest first. */
  readonly unpaid: readonly UnpaidInvoice[];
  /** Those that the unpaid invoices bill. */
  readonly subscriptions: readonly Subscription[];
  /**
   * What granted the credit: a grant settles once. `after_failure`: credit that was held back while a payment was under
   * way, which has failed; that payment may still come late and settle as itself.
   */
  readonly source: {
    readonly type: 'invoice' | 'credit_note' | 'payment' | 'refund' | 'deposit_release';
    readonly id: string;
    readonly when?: 'after_failure';
  };
}

/**
 * Credit pays what is open first, oldest invoice first; only the rest stays as balance, so that nobody has credit to
 * spend while owing. Whoever has not paid for a period and cancels it gets the period's invoice reduced, not money. An
 * invoice that is paid in full by it recovers its subscriptions like any payment.
 */
export function decideCreditSettlement(input: CreditSettlementInput): Decision {
  const { id: customerId, currency, creditBalanceMinor } = input.customer;
  const changes: Change[] = [];
  const events: CoreEvent[] = [];
  const paid = new Set<string>();
  let leftMinor = creditBalanceMinor;
  for (const invoice of input.unpaid) {
    const amountMinor = leftMinor < invoice.remainingMinor ? leftMinor : invoice.remainingMinor;
    if (amountMinor <= 0n) continue;
    leftMinor -= amountMinor;
    const isPaid = amountMinor === invoice.remainingMinor;
    changes.push({
      type: 'invoice.credit',
      invoiceId: invoice.id,
      fromStatus: invoice.status,
      status: isPaid ? 'paid' : invoice.status,
      amountMinor,
    });
    const event = (type: CoreEvent['type'], data: CoreEvent['data']): CoreEvent => ({
      type,
      subjectId: invoice.id,
      customerId,
      data: { currency, ...data },
    });
    events.push(event('credit.applied', { delta_minor: `${-amountMinor}` }));
    if (!isPaid) continue;
    paid.add(invoice.id);
    changes.push({
      type: 'payment.retry',
      invoiceId: invoice.id,
      at: null,
      failureCount: invoice.failureCount,
    });
    events.push(event('invoice.paid', { credit_minor: `${amountMinor}` }));
  }
  const usedMinor = creditBalanceMinor - leftMinor;
  if (usedMinor === 0n) return { changes: [], events: [] };
  changes.push({
    type: 'customer_credit.add',
    customerId,
    currency,
    deltaMinor: -usedMinor,
    sourceType: input.source.type,
    sourceId: input.source.id,
  });
  const transaction = creditSettledPosting({ customerId, currency }, input.source, usedMinor, input.now);
  changes.push({ type: 'ledger.post', transaction });
  const recovered = recoveries(input, paid);
  return { changes: [...changes, ...recovered.changes], events: [...events, ...recovered.events] };
}

/** Subscriptions that were past due and have no failed invoice any more are active again. */
export function recoveries(
  { unpaid, subscriptions }: Pick<CreditSettlementInput, 'unpaid' | 'subscriptions'>,
  paid: ReadonlySet<string>,
): Decision {
  const changes: Change[] = [];
  const events: CoreEvent[] = [];
  for (const subscription of subscriptions) {
    const own = unpaid.filter(({ subscriptionIds }) => subscriptionIds.includes(subscription.id));
    const isStillFailing = own.some(
      ({ id, status, failureCount }) => !paid.has(id) && status === 'open' && failureCount > 0,
    );
    const isPastDue = paymentStanding(subscription) === 'past_due';
    if (!isPastDue || isStillFailing || !own.some(({ id }) => paid.has(id))) continue;
    const active = withStanding(draftOf(subscription), 'active');
    const { decision } = withEvent(active, 'subscription.recovered', {});
    changes.push(...decision.changes);
    events.push(...decision.events);
  }
  return { changes, events };
}
