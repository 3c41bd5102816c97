import type { PaymentAttempt } from '@billhook/core/payments/payment';
import type { QueryCtx } from '../../platform/context.ts';
import { grantedByNotes } from '../invoicing/api.ts';
import { type AttemptRow, coreAttempt } from './attempts.ts';
import { listPayments } from './queries/list.ts';

/** Sales that refunds of an invoice's payments took back, those under way among them. */
export async function soldBack(ctx: QueryCtx, invoiceId: string): Promise<bigint> {
  const payments = await succeeded(ctx, invoiceId);
  return payments.reduce((sum, payment) => sum + salesRefunded(payment), 0n);
}

/** The payments of an invoice that came, oldest first. */
export async function succeeded(ctx: QueryCtx, invoiceId: string): Promise<AttemptRow[]> {
  const rows = await listPayments(ctx, { limit: 10_000, invoiceIds: [invoiceId], status: 'succeeded' });
  return rows.reverse();
}

/**
 * What credit notes of an invoice made into credit, by payment: that much of each payment stands for no sales any more,
 * and can only go back out of the customer's credit.
 *
 * @param grantedNowMinor what a note that is being written grants
 */
export async function notedCredit(
  ctx: QueryCtx,
  invoiceId: string,
  grantedNowMinor = 0n,
): Promise<ReadonlyMap<string, bigint>> {
  let left = (await grantedByNotes(ctx, invoiceId)) + grantedNowMinor;
  const noted = new Map<string, bigint>();
  if (left === 0n) return noted;
  for (const payment of await succeeded(ctx, invoiceId)) {
    const sales = payment.capturedMinor - payment.creditedMinor - salesRefunded(payment);
    const part = sales < left ? sales : left;
    if (part <= 0n) continue;
    noted.set(payment.id, part);
    left -= part;
  }
  return noted;
}

/** A payment with the credit that notes of its invoice made of it, as if it had come in beyond what was due. */
export function withNoted(attempt: AttemptRow, noted: ReadonlyMap<string, bigint>): PaymentAttempt {
  const core = coreAttempt(attempt);
  return { ...core, creditedMinor: core.creditedMinor + (noted.get(attempt.id) ?? 0n) };
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

function salesRefunded({ refundedMinor, creditReturnedMinor }: AttemptRow): bigint {
  return refundedMinor - creditReturnedMinor;
}
