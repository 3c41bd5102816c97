import { maskIban } from '@billhook/core/banking/iban';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { payersOf } from '../modules/banking/api.ts';
import { getCustomers, lockCustomer } from '../modules/customers/api.ts';
import { findInvoices } from '../modules/invoicing/api.ts';
import {
  findRefund,
  type PendingPayout,
  pendingPayouts,
  presentRefund,
  putRefundAccount,
  type RefundAccount,
  refundAccounts,
} from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { recordRefundNews } from './record-refund-news.ts';

/** Refunds of money that no provider took: a person transfers them. Oldest first, with the account that it goes to. */
export async function listOutgoingTransfers(ctx: QueryCtx, isShown: boolean) {
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
  const given = await refundAccounts(
    ctx,
    rows.map(({ id }) => id),
  );
  return rows.map((row: PendingPayout) => {
    const refund = presentRefund(row);
    return {
      id: encodeTypeId('re', row.id),
      object: 'outgoing_transfer' as const,
      refund,
      customer: encodeTypeId('cus', row.customerId),
      customer_name: customers.get(row.customerId)?.name ?? '',
      ...accountOf(given.get(row.id), payers.get(row.paymentId), isShown),
      invoice_number: invoices.get(row.invoiceId ?? '')?.number ?? null,
      created_at: refund.created_at,
    };
  });
}

type Payer = { name: string | null; iban: string | null };

/** What was given for the refund goes before where the money came from. */
function accountOf(given: RefundAccount | undefined, payer: Payer | undefined, isShown: boolean) {
  const { name, iban } = given === undefined ? (payer ?? NOBODY) : { name: given.holder, iban: given.iban };
  const from = given === undefined ? ('payment' as const) : ('given' as const);
  return {
    name,
    iban: isShown ? iban : null,
    iban_masked: iban === null ? null : maskIban(iban),
    account_from: iban === null ? null : from,
  };
}

const NOBODY: Payer = { name: null, iban: null };

/**
 * Says to which account a refund that waits is transferred. Refuses with `refund.not_found`, `refund.not_open`, and
 * `request.invalid` for an IBAN that is mistyped.
 */
export async function giveRefundAccount(ctx: CommandCtx, refundId: string | null, account: RefundAccount) {
  const waiting = await lockWaiting(ctx, refundId);
  const { iban } = await putRefundAccount(ctx, waiting, account);
  const publicId = encodeTypeId('re', waiting.id);
  ctx.audit({
    action: 'refund.account',
    objectKind: 'refund',
    objectId: publicId,
    details: { iban: maskIban(iban) },
  });
  const shown = (await listOutgoingTransfers(ctx, true)).find(({ id }) => id === publicId);
  if (shown === undefined) throw new Error('a refund that waits is listed');
  return shown;
}

/** The refund, and its customer locked: somebody else may have decided on it while we waited for that. */
async function lockWaiting(ctx: CommandCtx, refundId: string | null): Promise<PendingPayout> {
  const { customerId } = await waitingRefund(ctx, refundId);
  await lockCustomer(ctx, customerId);
  return waitingRefund(ctx, refundId);
}

async function waitingRefund(ctx: QueryCtx, refundId: string | null): Promise<PendingPayout> {
  const waiting = (await pendingPayouts(ctx)).find(({ id }) => id === refundId);
  if (waiting !== undefined) return waiting;
  const refund = refundId === null ? undefined : await findRefund(ctx, refundId);
  return refund === undefined
    ? refuse('refund.not_found', 'There is no such refund.')
    : refuse('refund.not_open', 'This refund is not one that waits for a transfer.');
}

/** A person says what became of a refund. Refuses with `refund.not_found`, `refund.not_open`. */
export async function settleOutgoingTransfer(
  ctx: CommandCtx,
  refundId: string | null,
  outcome: 'paid' | 'not_paid',
  reference: string | null,
) {
  const waiting = await lockWaiting(ctx, refundId);
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
