import type { RefundStatus } from '@billhook/core/payments/refund';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { AttemptRow } from './attempts.ts';

/** What an attempt collected. Its id is the attempt's: one success has one payment. */
export async function insertPayment(
  ctx: CommandCtx,
  attempt: AttemptRow,
  payment: { capturedMinor: bigint; creditedMinor: bigint; feeMinor: bigint; providerObjectId: string },
): Promise<void> {
  await ctx.sql.run(
    `insert into payments (tenant_id, id, customer_id, invoice_id, attempt_id, provider, provider_object_id, currency,
       amount_minor, credited_minor, fee_minor, succeeded_at)
     values ($1, $2, $3, $4, $2, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ctx.tenant.id,
      attempt.id,
      attempt.customerId,
      attempt.invoiceId,
      attempt.provider,
      payment.providerObjectId,
      attempt.currency,
      payment.capturedMinor,
      payment.creditedMinor,
      payment.feeMinor,
      iso(ctx.now),
    ],
  );
}

/** The payment was taken back: it counts no more as money that came. */
export async function markPaymentReversed(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run('update payments set reversed_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    iso(ctx.now),
  ]);
}

export type RefundRow = {
  id: string;
  paymentId: string;
  attemptId: string | null;
  status: RefundStatus;
  currency: string;
  amountMinor: bigint;
  /** The part that came out of the customer's credit. */
  creditMinor: bigint;
  reason: string;
  /** A person sends it from the seller's bank, whoever took the payment. */
  byTransfer: boolean;
  providerObjectId: string | null;
  createdAt: Instant;
  finishedAt: Instant | null;
  /** When it came back, after it had been made. */
  returnedAt: Instant | null;
};

const REFUND = `id, payment_id as "paymentId", attempt_id as "attemptId", status, currency,
  amount_minor as "amountMinor", credit_minor as "creditMinor", reason, by_transfer as "byTransfer", provider_object_id as "providerObjectId", created_at as "createdAt",
  finished_at as "finishedAt", returned_at as "returnedAt"`;

export async function insertRefund(
  ctx: CommandCtx,
  refund: Omit<RefundRow, 'createdAt' | 'finishedAt' | 'returnedAt'>,
): Promise<void> {
  await ctx.sql.run(
    `insert into refunds (tenant_id, id, payment_id, attempt_id, status, currency, amount_minor, credit_minor, reason,
       provider_object_id, created_at, by_transfer)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ctx.tenant.id,
      refund.id,
      refund.paymentId,
      refund.attemptId,
      refund.status,
      refund.currency,
      refund.amountMinor,
      refund.creditMinor,
      refund.reason,
      refund.providerObjectId,
      iso(ctx.now),
      refund.byTransfer,
    ],
  );
}

export async function moveRefund(
  ctx: CommandCtx,
  move: { id: string; fromStatus: RefundStatus; status: RefundStatus; providerObjectId: string | null },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update refunds set status = $4, provider_object_id = coalesce($5, provider_object_id),
       finished_at = case when $4 in ('succeeded', 'failed') then $6::timestamptz when $4 = 'returned' then finished_at end,
       returned_at = case when $4 = 'returned' then $6::timestamptz end
     where tenant_id = $1 and id = $2 and status = $3`,
    [ctx.tenant.id, move.id, move.fromStatus, move.status, move.providerObjectId, iso(ctx.now)],
  );
  return changed === 1;
}

/** The database refuses a sum beyond what was captured. */
export async function addRefunded(
  ctx: CommandCtx,
  paymentId: string,
  delta: { amountMinor: bigint; creditMinor: bigint },
): Promise<void> {
  await ctx.sql.run(
    `update payments set refunded_minor = refunded_minor + $3, credit_returned_minor = credit_returned_minor + $4
     where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, paymentId, delta.amountMinor, delta.creditMinor],
  );
}

export function findRefund(ctx: QueryCtx, id: string): Promise<RefundRow | undefined> {
  return ctx.sql.row<RefundRow>(`select ${REFUND} from refunds where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

export function findRefundByObject(ctx: QueryCtx, objectId: string): Promise<RefundRow | undefined> {
  return ctx.sql.row<RefundRow>(
    `select ${REFUND} from refunds where tenant_id = $1 and provider_object_id = $2`,
    [ctx.tenant.id, objectId],
  );
}

export function refundsOf(ctx: QueryCtx, paymentIds: readonly string[]): Promise<RefundRow[]> {
  return ctx.sql.rows<RefundRow>(
    `select ${REFUND} from refunds where tenant_id = $1 and payment_id = any ($2::uuid[]) order by created_at, id`,
    [ctx.tenant.id, paymentIds],
  );
}

/** Σ of refunds of an invoice's payments that succeeded, but for one, without what they took out of credit. */
export async function refundedOfInvoice(
  ctx: QueryCtx,
  invoiceId: string,
  besideId: string | null = null,
): Promise<bigint> {
  const row = await ctx.sql.row<{ sum: bigint }>(
    `select coalesce(sum(r.amount_minor - r.credit_minor), 0)::bigint as sum from refunds r
     join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
     where r.tenant_id = $1 and p.invoice_id = $2 and r.status = 'succeeded' and r.id is distinct from $3`,
    [ctx.tenant.id, invoiceId, besideId],
  );
  return row?.sum ?? 0n;
}

export type PendingPayout = RefundRow & { customerId: string; invoiceId: string | null };

/** Refunds that no provider sends, because none took the money or it cannot go back there: a person transfers them. Oldest first. */
export function pendingPayouts(ctx: QueryCtx): Promise<PendingPayout[]> {
  return ctx.sql.rows<PendingPayout>(
    `select r.id, r.payment_id as "paymentId", r.attempt_id as "attemptId", r.status, r.currency,
       r.amount_minor as "amountMinor", r.credit_minor as "creditMinor", r.reason, r.by_transfer as "byTransfer",
       r.provider_object_id as "providerObjectId", r.created_at as "createdAt", r.finished_at as "finishedAt", r.returned_at as "returnedAt",
       p.customer_id as "customerId", p.invoice_id as "invoiceId"
     from refunds r join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
     where r.tenant_id = $1 and r.status = 'pending' and (r.by_transfer or p.provider in ('bank_transfer', 'manual'))
     order by r.created_at, r.id`,
    [ctx.tenant.id],
  );
}
