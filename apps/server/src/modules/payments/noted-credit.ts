import * as core from '@billhook/core/payments/noted-credit';
import type { PaymentAttempt } from '@billhook/core/payments/payment';
import type { QueryCtx } from '../../platform/context.ts';
import { grantedByNotes } from '../invoicing/api.ts';
import { type AttemptRow, coreAttempt } from './attempts.ts';
import { listPayments } from './queries/list.ts';

/** Sales that refunds of an invoice's payments took back, those under way among them. */
export async function soldBack(ctx: QueryCtx, invoiceId: string): Promise<bigint> {
  return core.soldBackMinor(await succeeded(ctx, invoiceId));
}

/** The payments of an invoice that came, oldest first. */
export async function succeeded(ctx: QueryCtx, invoiceId: string): Promise<AttemptRow[]> {
  const rows = await listPayments(ctx, { limit: 10_000, invoiceIds: [invoiceId], status: 'succeeded' });
  return rows.reverse();
}

/**
 * What credit notes of an invoice made into credit, by payment.
 *
 * @param grantedNowMinor what a note that is being written grants
 */
export async function notedCredit(
  ctx: QueryCtx,
  invoiceId: string,
  grantedNowMinor = 0n,
): Promise<ReadonlyMap<string, bigint>> {
  const grantedMinor = (await grantedByNotes(ctx, invoiceId)) + grantedNowMinor;
  return grantedMinor === 0n ? new Map() : core.notedCredit(await succeeded(ctx, invoiceId), grantedMinor);
}

/** A payment with the credit that notes of its invoice made of it, as core takes it. */
export function withNoted(attempt: AttemptRow, noted: ReadonlyMap<string, bigint>): PaymentAttempt {
  return core.withNoted(coreAttempt(attempt), noted);
}

/** A payment as a refund of it is decided on. */
export async function refundedFrom(
  ctx: QueryCtx,
  attempt: AttemptRow,
  grantedNowMinor = 0n,
): Promise<PaymentAttempt> {
  if (attempt.invoiceId === null) return coreAttempt(attempt);
  return withNoted(attempt, await notedCredit(ctx, attempt.invoiceId, grantedNowMinor));
}
