import type { BillingDecision } from '@billhook/core/invoicing/decide-invoice';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { lockStandingCustomer, refuseErased } from '../modules/customers/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { applyBilling } from './apply-billing.ts';
import { type DebitInput, decidedDebit, loadDebit, raisable } from './prepare-debit.ts';

/**
 * Raises what an issued invoice claimed by a document of its own, under the customer's lock: it has a number of its own
 * series, is frozen, posted and collected like an invoice, and refers to the one that it raises. Answers its id.
 *
 * Refusals: `invoice.not_found`, `invoice.billed_at_stripe`, `customer.not_found` where it was erased, `customer.parked`,
 * `debit_note.invoice_not_issued`, `debit_note.line_unknown`, `billing.refused`.
 */
export async function debitInvoice(ctx: CommandCtx, input: DebitInput): Promise<string> {
  await lockStandingCustomer(ctx, (await raisable(ctx, input.invoiceId)).customerId);
  const request = await loadDebit(ctx, input, () => ctx.newId());
  const { invoice, customer } = request;
  if (customer.parkedAt !== null) refuse('customer.parked', 'Billing of this customer is stopped.');
  const decision = await decidedDebit(ctx, request, 'issue');
  const document = decision.invoice;
  invariant(document !== null, 'A debit note claims more than nothing.');
  const isAutomatic = invoice.collection === 'automatic' && !customer.paysByTransfer;
  const claimed = {
    customer,
    subscriptions: [],
    collection: isAutomatic ? ('automatic' as const) : ('manual' as const),
    frozenBuyer: invoice.buyer,
  };
  await applyBilling(ctx, [{ ...claimed, decision }]);
  ctx.audit({
    action: 'debit_note.create',
    objectKind: 'invoice',
    objectId: encodeTypeId('inv', document.id),
    details: {
      invoice: invoice.number,
      total_minor: `${document.totals.totalMinor}`,
      reason: input.reason,
    },
  });
  return document.id;
}

/** The same without a write: what would be issued. */
export async function previewDebit(ctx: QueryCtx, input: DebitInput): Promise<BillingDecision['invoice']> {
  await refuseErased(ctx, (await raisable(ctx, input.invoiceId)).customerId);
  let count = 0;
  // What is written nowhere has no id of its own; the parts of one preview are told apart.
  const draftId = () => {
    count += 1;
    return `00000000-0000-7000-8000-${`${count}`.padStart(12, '0')}`;
  };
  return (await decidedDebit(ctx, await loadDebit(ctx, input, draftId), 'estimate')).invoice;
}
