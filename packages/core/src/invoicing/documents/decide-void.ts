import type { Change, Decision } from '../../decision/change.ts';
import type { CoreEvent } from '../../decision/event.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import { invoiceVoidedPosting } from '../../ledger/void-posting.ts';
import { draftOf, withFields } from '../../subscriptions/draft.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import type { Instant } from '../../time/instant.ts';
import type { InvoiceStatus, IssuedInvoice } from '../invoice.ts';
import type { BilledLine } from '../line.ts';
import { recoveries, type UnpaidInvoice } from '../settle-credit.ts';
import { isCreditedElsewhere } from './voided-lines.ts';

export interface VoidInput {
  readonly now: Instant;
  readonly invoice: Pick<IssuedInvoice, 'id' | 'customerId' | 'currency' | 'totals' | 'taxes'> & {
    readonly lines: readonly Pick<BilledLine, 'key'>[];
  };
  /** How the invoice stands now. */
  readonly status: InvoiceStatus;
  readonly paidMinor: bigint;
  /** What credit that was granted after its issue paid of it. */
  readonly creditPaidMinor: bigint;
  /** Whether a credit note stands for a part of it. */
  readonly hasCreditNotes: boolean;
  /** Whether a debit note stands that raises it; left out for none. */
  readonly hasDebitNotes?: boolean;
  /** What becomes of the periods of its lines: they are billed anew, or nobody owes them any more. */
  readonly periods: 'bill_again' | 'waive';
  readonly reason: string;
  /** The lines of the customer that stand. */
  readonly billed: readonly BilledLine[];
  /** Those that the invoice bills. */
  readonly subscriptions: readonly Subscription[];
  /** Every invoice of the customer in this currency that is open or uncollectible, this one among them. */
  readonly unpaid: readonly UnpaidInvoice[];
}

/**
 * Takes an open invoice back: the books are reversed, the credit it used returns to the customer, and its lines are
 * billed anew or waived. The number stays taken. What failed by it alone is past due no more. Refusals:
 * `invoice.not_open`, `invoice.has_payments`, `invoice.has_debit_notes`, `invoice.has_credit_notes`, also where a period that is to be waived was
 * credited in part on another invoice.
 */
export function decideVoid(input: VoidInput): Result<Decision> {
  const { invoice, status } = input;
  if (status !== 'open' && status !== 'uncollectible')
    return refuse('invoice.not_open', `The invoice is ${status}; only an open one can be voided.`);
  if (input.paidMinor > 0n)
    return refuse('invoice.has_payments', 'A part of the invoice is paid. Refund it first.');
  if (input.hasCreditNotes)
    return refuse('invoice.has_credit_notes', 'A part of the invoice is credited. Credit the rest as well.');
  if (input.hasDebitNotes === true)
    return refuse('invoice.has_debit_notes', 'A debit note raises the invoice. Void that first.');
  const keys = new Set(invoice.lines.map((line) => line.key));
  if (input.periods === 'waive' && isCreditedElsewhere(keys, input.billed))
    return refuse('invoice.has_credit_notes', 'Unused time of it is credited. Credit the rest as well.');
  const { id, customerId, currency, totals } = invoice;
  const changes: Change[] = [
    {
      type: 'invoice.void',
      invoiceId: id,
      fromStatus: status,
      periods: input.periods,
      reason: input.reason,
    },
  ];
  const data = { currency, total_minor: `${totals.totalMinor}`, reason: input.reason };
  const events: CoreEvent[] = [{ type: 'invoice.voided', subjectId: id, customerId, data }];
  const deltaMinor = totals.creditAppliedMinor + input.creditPaidMinor;
  if (deltaMinor > 0n) {
    const source = { sourceType: 'invoice', sourceId: id } as const;
    changes.push({ type: 'customer_credit.add', customerId, currency, deltaMinor, ...source });
    events.push({
      type: 'credit.granted',
      subjectId: id,
      customerId,
      data: { currency, delta_minor: `${deltaMinor}` },
    });
  }
  const transaction = invoiceVoidedPosting(
    { ...invoice, totals: { ...totals, creditAppliedMinor: deltaMinor } },
    input.now,
  );
  if (transaction !== null) changes.push({ type: 'ledger.post', transaction });
  const after = afterVoid({ ...input, invoiceId: id });
  return ok({ changes: [...changes, ...after.changes], events: [...events, ...after.events] });
}

/**
 * What follows for subscriptions once an invoice is void: those that failed by it alone are active again, and one that
 * has ended and waits for no bill gets one, so that its periods are not forgotten.
 */
export function afterVoid(
  input: Pick<VoidInput, 'now' | 'subscriptions' | 'unpaid'> & { readonly invoiceId: string },
): Decision {
  const recovered = recoveries(input, new Set([input.invoiceId]));
  const ended = input.subscriptions.filter(
    ({ status, nextActionAt }) => status === 'canceled' && nextActionAt === null,
  );
  const looked = ended.flatMap(
    (subscription) => withFields(draftOf(subscription), { nextActionAt: input.now }).decision.changes,
  );
  return { changes: [...recovered.changes, ...looked], events: recovered.events };
}
