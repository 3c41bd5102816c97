import { type AllocatedPayment, decideAllocation } from '@billhook/core/banking/decide-allocation';
import type { Allocation } from '@billhook/core/banking/match-line';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { currencyCode } from '@billhook/core/money/currency';
import { insertReceived, type ReceivedKind } from '../modules/banking/api.ts';
import { getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { findInvoices, lockInvoice, type StoredInvoice, unpaidOf } from '../modules/invoicing/api.ts';
import { insertAttempts, lockAttemptsOf } from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { beingCollected } from './being-collected.ts';
import { recordPaymentNews } from './record-payment-news.ts';

/** Money that came by itself: by transfer, or as somebody recorded it. */
export type Receipt = {
  customerId: string;
  currency: string;
  amountMinor: bigint;
  allocations: readonly Allocation[];
  kind: ReceivedKind;
  /** The movement that brought it; null unless it is a transfer. */
  lineId: string | null;
  receivedOn: string;
  note: string | null;
};

/**
 * Books money that arrived, in one transaction under the customer's lock: it pays the named invoices, then what else is
 * open, and the rest is credit. Whoever sends tries holds them, so they are locked before it is decided; a try that is
 * under way keeps its invoice, and the money waits as credit. Answers the payments.
 * Refuses with `allocation.refused`, `customer.not_found`.
 */
export async function receivePayments(ctx: CommandCtx, receipt: Receipt): Promise<string[]> {
  await lockCustomer(ctx, receipt.customerId);
  for (const id of (await touchedInvoices(ctx, receipt)).map((invoice) => invoice.id).sort()) {
    await lockAttemptsOf(ctx, id);
    await lockInvoice(ctx, id);
  }
  const { payments } = await placeReceipt(ctx, receipt);
  const creditMinor = payments.reduce(
    (sum, one) => (one.invoiceId === null ? sum + one.amountMinor : sum),
    0n,
  );
  // Credit comes last: it pays what is open, and that is known once the named invoices are paid.
  const parts = payments.flatMap(({ invoiceId, amountMinor }) =>
    invoiceId === null ? [] : [{ invoiceId, amountMinor }],
  );
  const ids: string[] = [];
  for (const part of parts) ids.push(await receiveOne(ctx, receipt, part.invoiceId, part.amountMinor));
  if (creditMinor > 0n) ids.push(await receiveOne(ctx, receipt, null, creditMinor));
  return ids;
}

async function receiveOne(
  ctx: CommandCtx,
  receipt: Receipt,
  invoiceId: string | null,
  amountMinor: bigint,
): Promise<string> {
  const id = ctx.newId();
  await insertAttempts(ctx, [
    {
      id,
      customerId: receipt.customerId,
      invoiceId,
      purpose: 'received',
      refundedPaymentId: null,
      provider: receipt.kind === 'transfer' ? 'bank_transfer' : 'manual',
      paymentMethodId: null,
      idempotencyKey: `received:${id}`,
      status: 'created',
      attemptNumber: 1,
      currency: receipt.currency,
      amountMinor,
      providerObjectId: null,
      dueAt: ctx.now,
    },
  ]);
  const news = { status: 'succeeded', capturedMinor: amountMinor, feeMinor: 0n } as const;
  await recordPaymentNews(ctx, id, news, {
    providerObjectId: encodeTypeId('pay', id),
    failureMessage: null,
  });
  await insertReceived(ctx, {
    paymentId: id,
    lineId: receipt.lineId,
    kind: receipt.kind,
    receivedOn: receipt.receivedOn,
    note: receipt.note,
    recordedBy: ctx.actor.id,
  });
  return id;
}

/** Where money would go, with the invoices as they stand. Nothing is written. Refuses with `allocation.refused`. */
export async function placeReceipt(
  ctx: QueryCtx,
  receipt: Pick<Receipt, 'customerId' | 'currency' | 'amountMinor' | 'allocations'>,
): Promise<{ payments: readonly AllocatedPayment[]; invoices: readonly StoredInvoice[] }> {
  const { customerId, currency, amountMinor, allocations } = receipt;
  await getCustomer(ctx, customerId);
  const invoices = await touchedInvoices(ctx, receipt);
  const collected = await beingCollected(
    ctx,
    invoices.map(({ id }) => id),
  );
  const decided = decideAllocation({
    customerId,
    currency: currencyCode(currency),
    amountMinor,
    allocations,
    invoices: invoices.map((invoice) => ({
      id: invoice.id,
      number: invoice.number,
      customerId: invoice.customerId,
      currency: currencyCode(invoice.currency),
      status: invoice.status,
      remainingMinor: invoice.dueMinor,
      isBeingCollected: collected.has(invoice.id),
    })),
  });
  if (!decided.ok)
    return refuse('allocation.refused', decided.refusal.detail, { facts: decided.refusal.facts });
  return { payments: decided.value, invoices };
}

/** The named invoices and what else the customer has open in this currency, oldest first. */
async function touchedInvoices(
  ctx: QueryCtx,
  { customerId, currency, allocations }: Pick<Receipt, 'customerId' | 'currency' | 'allocations'>,
): Promise<StoredInvoice[]> {
  const open = await unpaidOf(ctx, customerId, currency);
  const named = allocations.flatMap(({ invoiceId }) => (invoiceId === null ? [] : [invoiceId]));
  const ids = [...new Set([...open.map(({ id }) => id), ...named])];
  const byId = new Map((await findInvoices(ctx, ids)).map((invoice) => [invoice.id, invoice]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
