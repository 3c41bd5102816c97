import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { payersOf } from '../modules/banking/api.ts';
import { getCustomers } from '../modules/customers/api.ts';
import { findInvoices } from '../modules/invoicing/api.ts';
import { findRefund, type PendingPayout, pendingPayouts, presentRefund } from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { recordRefundNews } from './record-refund-news.ts';

/** Refunds of money that no provider took: a person transfers them. Oldest first, with the account it came from. */
export async function listOutgoingTransfers(ctx: QueryCtx) {
  const rows = await pendingPayouts(ctx);
  const payers = await payersOf(
    ctx,
    rows.map(({ paymentId }) => paymentId),
  );
  const customers = await getCustomers(
    ctx,
    rows.map(({ customerId }) => customerId),
  );
  const invoiceIds = rows.flatMap(({ invoiceId }) => invoiceId ?? []);
  const invoices = new Map((await findInvoices(ctx, invoiceIds)).map((invoice) => [invoice.id, invoice]));
  return rows.map((row: PendingPayout) => ({
    id: encodeTypeId('re', row.id),
    object: 'outgoing_transfer' as const,
    refund: presentRefund(row),
    customer: encodeTypeId('cus', row.customerId),
    customer_name: customers.get(row.customerId)?.name ?? '',
    name: payers.get(row.paymentId)?.name ?? null,
    iban: payers.get(row.paymentId)?.iban ?? null,
    invoice_number: invoices.get(row.invoiceId ?? '')?.number ?? null,
  }));
}

/** A person says what became of a refund. Refuses with `refund.not_found`, `refund.not_open`. */
export async function settleOutgoingTransfer(
  ctx: CommandCtx,
  refundId: string | null,
  outcome: 'paid' | 'not_paid',
  reference: string | null,
) {
  const waiting = (await pendingPayouts(ctx)).find(({ id }) => id === refundId);
  if (waiting === undefined) {
    const refund = refundId === null ? undefined : await findRefund(ctx, refundId);
    return refund === undefined
      ? refuse('refund.not_found', 'There is no such refund.')
      : refuse('refund.not_open', 'This refund is not one that waits for a transfer.');
  }
  const publicId = encodeTypeId('re', waiting.id);
  await recordRefundNews(ctx, waiting.id, outcome === 'paid' ? 'succeeded' : 'failed', {
    providerObjectId: publicId,
    failureMessage: null,
  });
  ctx.audit({
    action: 'refund.settle',
    objectKind: 'refund',
    objectId: publicId,
    details: { outcome, ...(reference === null ? {} : { reference }) },
  });
  const refund = await findRefund(ctx, waiting.id);
  if (refund === undefined) throw new Error('a refund is never deleted');
  return presentRefund(refund);
}
