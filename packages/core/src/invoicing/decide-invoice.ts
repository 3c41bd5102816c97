import type { Change, Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { grouped } from '../kernel/grouped.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { creditAppliedPosting, invoiceIssuedPosting } from '../ledger/postings.ts';
import { isAmountInRange } from '../money/money.ts';
import { decideRenewal, type RenewalInput } from '../subscriptions/decide-renewal.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { assembleInvoice, type InvoiceHead } from './assemble-invoice.ts';
import type { Release } from './consolidation.ts';
import { released, waitingFor } from './held-lines.ts';
import type { IssuedInvoice } from './invoice.ts';
import type { BilledLine, ProposedLine, UsageQuantity } from './line.ts';
import { proposeLines, type UsageWindow, usageWindows } from './propose-lines.ts';
import { reconcileLines } from './reconcile-lines.ts';
import type { UsageCorrection } from './usage-correction.ts';

/** One customer's billing as it stands: everything that `decideInvoice` needs, loaded under the customer's lock. */
export interface BillingInput extends InvoiceHead {
  readonly subscriptions: readonly Subscription[];
  /** Every line of these subscriptions that stands on an invoice that is not void. */
  readonly billed: readonly BilledLine[];
  /** One quantity for every window of `usageToLoad`. */
  readonly usage: readonly UsageQuantity[];
  /** As for a proposal, of all subscriptions. */
  readonly corrections?: readonly UsageCorrection[];
  /** Whether there is a way to collect: a trial may end for want of one. */
  readonly hasPaymentMethod: boolean;
  /** Lines that fell due later wait for the end of their day or month; left out where all is billed as it falls due. */
  readonly release?: Release;
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
  const billedOf = bySubscription(billed);
  return input.subscriptions.flatMap((subscription) => {
    const moved = decideRenewal(renewalOf(input, subscription)).subscription;
    return usageWindows({ subscription: moved, now, settings, billed: billedOf(subscription.id) });
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
  const billedOf = bySubscription(input.billed);
  const usageOf = byItem(input.usage);
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
      usage: draft.subscription.items.flatMap((item) => usageOf(item.id)),
      settings: input.settings,
      billed: billedOf(subscription.id),
      corrections: input.corrections ?? [],
    });
    if (!lines.ok) return lines;
    proposed.push(...lines.value);
  }
  const missing = reconcileLines(proposed, input.billed, input.settings, subscriptions);
  if (!missing.ok) return missing;
  const { due, held } = released(missing.value, subscriptions, input.now, input.release);
  const waiting = waitingFor(held, subscriptions, input.release);
  changes.push(...waiting.changes);
  if (due.length === 0) return ok({ changes, events, invoice: null, subscriptions: waiting.subscriptions });
  let sumMinor = 0n;
  for (const line of due) sumMinor += line.amountMinor < 0n ? -line.amountMinor : line.amountMinor;
  if (!isAmountInRange(sumMinor * 2n)) {
    return refuse('billing.amount_out_of_range', 'The lines add up to more than any invoice may.');
  }
  const invoice = assembleInvoice(input, due);
  const issued = issueInvoice(invoice);
  return ok({
    changes: [...changes, ...issued.changes],
    events: [...events, ...issued.events],
    invoice,
    subscriptions: waiting.subscriptions,
  });
}

/** The lines of each subscription, found without going through those of the others. */
function bySubscription(billed: readonly BilledLine[]): (subscriptionId: string) => readonly BilledLine[] {
  const groups = grouped(billed, (line) => line.subscriptionId);
  return (subscriptionId) => groups.get(subscriptionId) ?? [];
}

function byItem(usage: readonly UsageQuantity[]): (itemId: string) => readonly UsageQuantity[] {
  const groups = grouped(usage, (entry) => entry.itemId);
  return (itemId) => groups.get(itemId) ?? [];
}

/** What the issue of a document changes: the document itself, credit that it uses or makes, and the books. */
export function issueInvoice(invoice: IssuedInvoice): Decision {
  const changes: Change[] = [{ type: 'invoice.create', invoice }];
  if (invoice.status === 'skipped') return { changes, events: [] };
  const { id, customerId, currency, totals } = invoice;
  const events: CoreEvent[] = [
    event('invoice.issued', {
      total_minor: `${totals.totalMinor}`,
      due_minor: `${totals.dueMinor}`,
      ...(invoice.raises === undefined ? {} : { raises: invoice.raises.invoiceId }),
    }),
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
