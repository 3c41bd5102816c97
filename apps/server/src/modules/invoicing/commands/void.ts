import { isCreditedElsewhere, isWaivable } from '@billhook/core/invoicing/documents/voided-lines';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { invoiceVoidedPosting } from '@billhook/core/ledger/void-posting';
import { currencyCode } from '@billhook/core/money/currency';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { changeCreditBalance, lockCustomer } from '../../customers/api.ts';
import { post } from '../../ledger/api.ts';
import { refuseAtStripe } from '../at-stripe.ts';
import { placedTaxes } from '../placed-taxes.ts';
import { linkedDocuments } from '../queries/linked.ts';
import { findInvoice, linesOf, lockInvoice, type StoredInvoice } from '../queries/read.ts';
import * as repo from '../repo.ts';
import { bookReversal } from '../tax-provider/bookings.ts';

export type VoidInput = {
  invoiceId: string;
  reason: string;
  /** Whether the next bill charges the periods of its lines anew, or nobody ever does. */
  periods: 'bill_again' | 'waive';
};

/**
 * Takes an open invoice back: the books are reversed and used credit returns to the customer. The number stays taken.
 * Answers the credit that came back. Refusals: `invoice.not_found`, `invoice.not_open`,
 * `invoice.has_payments`, `invoice.has_credit_notes`, `invoice.has_debit_notes`.
 */
export async function voidInvoice(ctx: CommandCtx, input: VoidInput): Promise<{ returnedMinor: bigint }> {
  const seen = await findInvoice(ctx, input.invoiceId);
  if (seen === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  refuseAtStripe(seen);
  await lockCustomer(ctx, seen.customerId);
  const invoice = await lockInvoice(ctx, input.invoiceId);
  if (invoice === undefined || (invoice.status !== 'open' && invoice.status !== 'uncollectible')) {
    return refuse(
      'invoice.not_open',
      `The invoice ${seen.number} is ${invoice?.status ?? 'gone'}; only an open one can be voided.`,
    );
  }
  if (invoice.paidMinor > 0n) {
    return refuse('invoice.has_payments', `A part of ${invoice.number} is paid. Refund it first.`);
  }
  if (invoice.creditedMinor > 0n) {
    return refuse(
      'invoice.has_credit_notes',
      `A part of ${invoice.number} is credited. Credit the rest as well.`,
    );
  }
  const { raisedBy } = await linkedDocuments(ctx, invoice.id);
  if (raisedBy[0] !== undefined) {
    return refuse(
      'invoice.has_debit_notes',
      `The debit note ${raisedBy[0].number} raises ${invoice.number}. Void it first, or credit both.`,
    );
  }
  await repo.markVoid(ctx, invoice.id, input.periods === 'waive' ? await waivableOf(ctx, invoice) : []);
  const returnedMinor = invoice.creditAppliedMinor + invoice.creditPaidMinor;
  if (returnedMinor > 0n) {
    const returned = { currency: invoice.currency, deltaMinor: returnedMinor };
    await changeCreditBalance(ctx, invoice.customerId, returned);
  }
  const posting = reversalOf(ctx, invoice, returnedMinor);
  if (posting !== null) await post(ctx, [posting]);
  await bookReversal(ctx, invoice.id, null);
  ctx.emit({
    type: 'invoice.voided',
    objectId: invoice.id,
    customerId: invoice.customerId,
    payload: {
      number: invoice.number,
      total_minor: `${invoice.totalMinor}`,
      currency: invoice.currency,
      reason: input.reason,
      periods: input.periods,
    },
  });
  ctx.audit({
    action: 'invoice.void',
    objectKind: 'invoice',
    objectId: encodeTypeId('inv', invoice.id),
    details: { number: invoice.number, reason: input.reason, periods: input.periods },
  });
  return { returnedMinor };
}

/** What takes the invoice back in the books; null for one over nothing. */
function reversalOf(ctx: CommandCtx, invoice: StoredInvoice, returnedMinor: bigint) {
  return invoiceVoidedPosting(
    {
      id: invoice.id,
      customerId: invoice.customerId,
      currency: currencyCode(invoice.currency),
      taxes: placedTaxes(invoice),
      totals: {
        netMinor: invoice.subtotalMinor,
        taxMinor: invoice.taxMinor,
        totalMinor: invoice.totalMinor,
        creditAppliedMinor: returnedMinor,
      },
    },
    ctx.now,
  );
}

/** The keys of the lines that stand as waived; refuses where a part of their time is credited on another invoice. */
async function waivableOf(
  ctx: CommandCtx,
  { id, number }: { readonly id: string; readonly number: string },
): Promise<readonly string[]> {
  const lines = await linesOf(ctx, [id]);
  const keys = new Set(lines.map(({ key }) => key));
  const standing = await repo.billedLines(ctx, [...new Set(lines.map((line) => line.subscriptionId))]);
  if (isCreditedElsewhere(keys, standing)) {
    return refuse(
      'invoice.has_credit_notes',
      `Unused time of ${number} is credited on another invoice. Credit the rest as well.`,
    );
  }
  return standing.filter((line) => keys.has(line.key) && isWaivable(keys, line)).map(({ key }) => key);
}
