import type { Change } from '@billhook/core/decision/change';
import type { CreditNote } from '@billhook/core/invoicing/documents/credit-note';
import type { WantedCredit } from '@billhook/core/invoicing/documents/creditable';
import { recoveries } from '@billhook/core/invoicing/settle-credit';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Refusal } from '@billhook/core/kernel/result';
import { changeCreditBalance, lockCustomer } from '../modules/customers/api.ts';
import {
  findInvoice,
  issueNote,
  linesOf,
  lockInvoice,
  payByCredit,
  prepareNote,
  refuseAtStripe,
  type StoredInvoice,
  setRetry,
  unpaidOf,
} from '../modules/invoicing/api.ts';
import { post } from '../modules/ledger/api.ts';
import {
  cancelPlanned,
  isCollecting,
  lockAttemptsOf,
  plannedTries,
  refundNoted,
  scheduleCollection,
  soldBack,
} from '../modules/payments/api.ts';
import { applySubscriptionChanges, loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { emitCoreEvents, settleCredit } from './apply-decision.ts';
import { followSoldCredits } from './return-credits.ts';

export type CreditInput = {
  invoiceId: string;
  /** By the id of the line; all that is left of it where the amount is null. `rest` is whatever is left of every line. */
  lines: 'rest' | readonly { lineId: string; amountMinor: bigint | null }[];
  reason: string;
  /** What becomes of the part that is not due any more. */
  settle: 'credit_balance' | 'refund' | 'reduce_open';
};

/**
 * Takes back an issued invoice or a part of it, under the customer's lock: of many requests at once none credits what
 * another did. What is still due is lowered first; the rest becomes credit, which pays what else is open, or goes back
 * to the payment method. Answers the id of the note.
 *
 * Refusals: `invoice.not_found`, `invoice.collection_running`, `credit_note.invoice_not_issued`,
 * `credit_note.line_unknown`, `credit_note.exceeds`, `credit_note.nothing_left`, `credit_note.not_settled`.
 */
export async function creditInvoice(ctx: CommandCtx, input: CreditInput): Promise<string> {
  const invoice = await lockForCredit(ctx, input.invoiceId);
  const wanted = await wantedOf(ctx, input);
  const more = { reason: input.reason, soldBackMinor: await soldBack(ctx, invoice.id) };
  const decision = await prepareNote(ctx, invoice, wanted, more);
  if (!decision.ok) return refuseNote(invoice, decision.refusal);
  const { creditNote, changes, events } = decision.value;
  await lowerDue(ctx, invoice, changes);
  await grant(ctx, changes);
  const refundedMinor = await settle(ctx, invoice, creditNote, input);
  await issueNote(ctx, creditNote, invoice, refundedMinor);
  await followSoldCredits(ctx, invoice.id, input.reason);
  emitCoreEvents(ctx, events);
  if (creditNote.totals.creditGrantedMinor > refundedMinor)
    await settleCredit(ctx, invoice, { type: 'credit_note', id: creditNote.id });
  return creditNote.id;
}

async function lockForCredit(ctx: CommandCtx, invoiceId: string): Promise<StoredInvoice> {
  const seen = await findInvoice(ctx, invoiceId);
  if (seen === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  refuseAtStripe(seen);
  await lockCustomer(ctx, seen.customerId);
  await lockAttemptsOf(ctx, invoiceId);
  if (await isCollecting(ctx, invoiceId))
    return refuse('invoice.collection_running', `A payment of ${seen.number} is under way.`);
  const invoice = await lockInvoice(ctx, invoiceId);
  invariant(invoice !== undefined, 'An invoice is never deleted.');
  return invoice;
}

/** The positions and amounts that core takes, of the ids that the caller names. */
async function wantedOf(ctx: CommandCtx, input: CreditInput): Promise<'rest' | WantedCredit[]> {
  if (input.lines === 'rest') return 'rest';
  const known = new Map((await linesOf(ctx, [input.invoiceId])).map((line) => [line.id, line]));
  return input.lines.map(({ lineId, amountMinor }, index) => {
    const line = known.get(lineId);
    if (line === undefined)
      return refuse('credit_note.line_unknown', 'A line is not on this invoice.', {
        faults: [
          { pointer: `/lines/${index}/line`, code: 'unknown', detail: 'must be a line of the invoice' },
        ],
      });
    const leftMinor = line.grossMinor - (line.creditedMinor === 0n ? 0n : grossOfCredited(line));
    return { position: line.position, creditMinor: amountMinor ?? leftMinor };
  });
}

/** What credit notes took back of a line, before discounts; core refuses what is a unit too much. */
function grossOfCredited(line: { grossMinor: bigint; amountMinor: bigint; creditedMinor: bigint }): bigint {
  if (line.amountMinor === 0n) return line.grossMinor;
  return (line.creditedMinor * line.grossMinor + line.amountMinor - 1n) / line.amountMinor;
}

const CODES = {
  'credit_note.invoice_not_issued': 'credit_note.invoice_not_issued',
  'credit_note.line_unknown': 'credit_note.line_unknown',
  'credit_note.line_twice': 'credit_note.line_unknown',
  'credit_note.beyond_line': 'credit_note.exceeds',
  'credit_note.beyond_invoice': 'credit_note.exceeds',
  'credit_note.nothing_left': 'credit_note.nothing_left',
} as const;

function refuseNote(invoice: StoredInvoice, { code, detail, facts }: Refusal): never {
  const known = CODES[code as keyof typeof CODES];
  invariant(known !== undefined, `A credit note is refused for a known reason, not for ${code}.`);
  if (code === 'credit_note.beyond_invoice') {
    // A refund of a payment took sales back as well: both together never exceed what was invoiced.
    const left = `${facts.left_minor}`;
    refuse(known, `Of ${invoice.number}, ${left} minor units are left to credit.`, { facts: { left } });
  }
  const { pointer } = facts as { pointer?: string };
  return refuse(known, detail, {
    ...(pointer === undefined
      ? {}
      : { faults: [{ pointer: `${pointer}/amount`, code: 'out_of_range', detail }] }),
  });
}

/** Lowers what is due. An invoice that is settled by it is not collected any more, and recovers its subscriptions. */
async function lowerDue(ctx: CommandCtx, invoice: StoredInvoice, changes: readonly Change[]): Promise<void> {
  const change = changes.find((one) => one.type === 'invoice.credit');
  if (change === undefined) return;
  const unpaid = (await unpaidOf(ctx, invoice.customerId, invoice.currency)).map(({ dueMinor, ...one }) => ({
    ...one,
    remainingMinor: dueMinor,
  }));
  const planned = (await plannedTries(ctx, [invoice.id])).get(invoice.id);
  const isMoved = await payByCredit(ctx, change);
  invariant(isMoved, 'An invoice does not move while its customer is locked.');
  await cancelPlanned(ctx, invoice.id);
  if (change.status !== 'paid') {
    if (planned === undefined) return;
    // The try that was planned was over what was due before.
    const lowered = { ...invoice, dueMinor: invoice.dueMinor - change.amountMinor };
    return scheduleCollection(ctx, [lowered], planned);
  }
  await setRetry(ctx, { invoiceId: invoice.id, at: null, failureCount: invoice.failureCount });
  const billing = unpaid.find(({ id }) => id === invoice.id)?.subscriptionIds ?? [];
  const subscriptions = await loadSubscriptionsForBilling(ctx, billing);
  const recovered = recoveries({ unpaid, subscriptions }, new Set([invoice.id]));
  await applySubscriptionChanges(ctx, recovered.changes);
  emitCoreEvents(ctx, recovered.events);
}

async function grant(ctx: CommandCtx, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    if (change.type === 'customer_credit.add') await changeCreditBalance(ctx, change.customerId, change);
    if (change.type === 'ledger.post') await post(ctx, [change.transaction]);
  }
}

/** Sends back what the caller wants sent back; answers how much that is. */
async function settle(
  ctx: CommandCtx,
  invoice: StoredInvoice,
  { totals }: CreditNote,
  input: CreditInput,
): Promise<bigint> {
  const { creditGrantedMinor } = totals;
  if (creditGrantedMinor === 0n || input.settle === 'credit_balance') return 0n;
  const notSettled = (what: string): never =>
    refuse('credit_note.not_settled', `${what} Nothing was credited.`, {
      facts: { reduced_due: `${totals.invoiceReducedMinor}`, left: `${creditGrantedMinor}` },
    });
  if (input.settle === 'reduce_open') return notSettled('More would be credited than is open.');
  const refundedMinor = await refundNoted(ctx, {
    invoiceId: invoice.id,
    amountMinor: creditGrantedMinor,
    reason: input.reason,
  });
  return refundedMinor < creditGrantedMinor
    ? notSettled('More would be credited than was paid by a method that money can go back to.')
    : refundedMinor;
}
