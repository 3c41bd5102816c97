import type { Change, Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { creditAppliedPosting, invoiceIssuedPosting } from '../ledger/postings.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { isAmountInRange } from '../money/money.ts';
import { decideRenewal, type RenewalInput } from '../subscriptions/decide-renewal.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';
import type { InvoiceLine, InvoiceStatus, InvoiceTotals, IssuedInvoice } from './invoice.ts';
import type { BilledLine, ProposedLine, UsageQuantity } from './line.ts';
import { proposeLines, type UsageWindow, usageWindows } from './propose-lines.ts';
import { reconcileLines } from './reconcile-lines.ts';
import type { BillingSettings } from './settings.ts';
import { type TaxChoice, taxLines } from './tax.ts';
import { totalsOf } from './totals.ts';
import { withoutWaivedCredits } from './waived-periods.ts';

/** One customer's billing as it stands: everything that `decideInvoice` needs, loaded under the customer's lock. */
export interface BillingInput {
  readonly now: Instant;
  /** Id for the invoice, used only if there is one. */
  readonly invoiceId: string;
  readonly customer: {
    readonly id: string;
    readonly currency: CurrencyCode;
    readonly creditBalanceMinor: bigint;
  };
  readonly subscriptions: readonly Subscription[];
  /** Every line of these subscriptions that stands on an invoice that is not void. */
  readonly billed: readonly BilledLine[];
  /** One quantity for every window of `usageToLoad`. */
  readonly usage: readonly UsageQuantity[];
  readonly taxChoice: TaxChoice;
  readonly settings: BillingSettings;
  /** Whether there is a way to collect: a trial may end for want of one. */
  readonly hasPaymentMethod: boolean;
}

export interface BillingDecision extends Decision {
  /** Null if nothing is to be billed. A `skipped` one is a record only. */
  readonly invoice: IssuedInvoice | null;
  /** The subscriptions as they are after the decision. */
  readonly subscriptions: readonly Subscription[];
}

/**
 * The usage that must be loaded before `decideInvoice`. Changes of the subscriptions that come due on the way are taken
 * into account, so the windows are those of the decision itself.
 */
export function usageToLoad(
  input: Pick<BillingInput, 'now' | 'subscriptions' | 'billed' | 'settings' | 'hasPaymentMethod'>,
): readonly UsageWindow[] {
  const { now, settings, billed } = input;
  return input.subscriptions.flatMap((subscription) => {
    const moved = decideRenewal(renewalOf(input, subscription)).subscription;
    return usageWindows({ subscription: moved, now, settings, billed });
  });
}

function renewalOf(
  { now, settings, hasPaymentMethod }: Pick<BillingInput, 'now' | 'settings' | 'hasPaymentMethod'>,
  subscription: Subscription,
): RenewalInput {
  const { usageGraceMs, proration } = settings;
  return { now, subscription, usageGraceMs, days: proration, hasPaymentMethod };
}

/**
 * Bills one customer up to `now`: moves the subscriptions along with time, proposes the lines that should exist, keeps
 * those that are missing, taxes and totals them, uses up customer credit and posts the result. Deciding again on the
 * state after it changes nothing.
 * Refusals, each of which parks the customer: `billing.currency_differs`, `billing.usage_missing`, `billing.rating_refused`,
 * `billing.safety_bound`, `billing.amount_out_of_range`.
 */
export function decideInvoice(input: BillingInput): Result<BillingDecision> {
  const changes: Change[] = [];
  const events: CoreEvent[] = [];
  const subscriptions: Subscription[] = [];
  const proposed: ProposedLine[] = [];
  for (const subscription of input.subscriptions) {
    if (subscription.currency !== input.customer.currency) {
      return refuse('billing.currency_differs', 'A customer is billed in one currency.', {
        subscription_id: subscription.id,
      });
    }
    const draft = decideRenewal(renewalOf(input, subscription));
    changes.push(...draft.decision.changes);
    events.push(...draft.decision.events);
    subscriptions.push(draft.subscription);
    const lines = proposeLines({
      subscription: draft.subscription,
      now: input.now,
      usage: input.usage,
      settings: input.settings,
      billed: input.billed,
    });
    if (!lines.ok) return lines;
    proposed.push(...withoutWaivedCredits(lines.value, input.billed));
  }
  const missing = reconcileLines(proposed, input.billed, input.settings, subscriptions);
  if (!missing.ok) return missing;
  if (missing.value.length === 0) return ok({ changes, events, invoice: null, subscriptions });
  let sumMinor = 0n;
  for (const line of missing.value) sumMinor += line.amountMinor < 0n ? -line.amountMinor : line.amountMinor;
  if (!isAmountInRange(sumMinor * 2n)) {
    return refuse('billing.amount_out_of_range', 'The lines add up to more than any invoice may.');
  }
  const invoice = invoiceOf(input, missing.value);
  const issued = issueInvoice(invoice);
  return ok({
    changes: [...changes, ...issued.changes],
    events: [...events, ...issued.events],
    invoice,
    subscriptions,
  });
}

function invoiceOf(input: BillingInput, missing: readonly ProposedLine[]): IssuedInvoice {
  const lines = [...missing].sort(byTime);
  const tax = taxLines(lines, input.taxChoice);
  const totals = totalsOf(tax.amounts, input.customer.creditBalanceMinor);
  return {
    id: input.invoiceId,
    customerId: input.customer.id,
    currency: input.customer.currency,
    status: statusOf(totals, input.settings),
    issuedAt: input.now,
    dueAt: addMs(input.now, input.settings.paymentTermsDays * MS_PER_DAY),
    taxMode: input.taxChoice.mode,
    lines: lines.map((line, index): InvoiceLine => {
      const amount = tax.amounts[index] as (typeof tax.amounts)[number];
      return {
        ...line,
        position: index + 1,
        netMinor: amount.netMinor,
        taxMinor: amount.taxMinor,
        taxRateId: amount.rate?.id ?? null,
      };
    }),
    taxes: tax.subtotals,
    totals,
  };
}

function statusOf(totals: InvoiceTotals, settings: BillingSettings): InvoiceStatus {
  if (totals.totalMinor === 0n && settings.zeroInvoices === 'skip') return 'skipped';
  return totals.dueMinor === 0n ? 'paid' : 'open';
}

/** Older service first, then by subscription and key, so that the same facts always give the same document. */
function byTime(left: ProposedLine, right: ProposedLine): number {
  if (left.billableAt !== right.billableAt) return left.billableAt - right.billableAt;
  const leftName = `${left.subscriptionId}/${left.key}`;
  const rightName = `${right.subscriptionId}/${right.key}`;
  return leftName < rightName ? -1 : leftName > rightName ? 1 : 0;
}

function issueInvoice(invoice: IssuedInvoice): Decision {
  const changes: Change[] = [{ type: 'invoice.create', invoice }];
  if (invoice.status === 'skipped') return { changes, events: [] };
  const { id, customerId, currency, totals } = invoice;
  const events: CoreEvent[] = [
    event('invoice.issued', { total_minor: `${totals.totalMinor}`, due_minor: `${totals.dueMinor}` }),
  ];
  function event(type: CoreEvent['type'], data: CoreEvent['data']): CoreEvent {
    return { type, subjectId: id, customerId, data: { currency, ...data } };
  }
  const deltaMinor = totals.creditGrantedMinor - totals.creditAppliedMinor;
  if (deltaMinor !== 0n) {
    changes.push({
      type: 'customer_credit.add',
      customerId,
      currency,
      deltaMinor,
      sourceType: 'invoice',
      sourceId: id,
    });
    events.push(
      event(deltaMinor > 0n ? 'credit.granted' : 'credit.applied', { delta_minor: `${deltaMinor}` }),
    );
  }
  const postings = [invoiceIssuedPosting(invoice), creditAppliedPosting(invoice)];
  for (const transaction of postings)
    if (transaction !== null) changes.push({ type: 'ledger.post', transaction });
  if (invoice.status === 'paid') events.push(event('invoice.paid', { total_minor: `${totals.totalMinor}` }));
  return { changes, events };
}

/** What billing must remember of an invoice that has been written. */
export function billedLinesOf(invoice: IssuedInvoice): readonly BilledLine[] {
  return invoice.lines.map((line) => ({
    key: line.key,
    subscriptionId: line.subscriptionId,
    itemId: line.itemId,
    kind: line.kind,
    servicePeriod: line.servicePeriod,
    billingPeriod: line.explanation.billingPeriod,
    quantity: line.quantity,
    grossMinor: line.grossMinor,
    discounts: line.discounts,
    amountMinor: line.amountMinor,
    creditedMinor: 0n,
    billableAt: line.billableAt,
  }));
}
