import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** An amount that a customer is asked for beside invoices. */
export type RequestRow = {
  id: string;
  customerId: string;
  kind: 'payment' | 'deposit';
  currency: string;
  amountMinor: bigint;
  description: string;
  status: 'open' | 'paid' | 'canceled';
  paymentId: string | null;
  /** What of a deposit is still held. */
  heldMinor: bigint;
  createdAt: Instant;
  paidAt: Instant | null;
};

const SELECT = `select id, customer_id as "customerId", kind, currency, amount_minor as "amountMinor", description, status,
    payment_id as "paymentId", held_minor as "heldMinor", created_at as "createdAt", paid_at as "paidAt"
  from payment_requests`;

export async function insertRequest(
  ctx: CommandCtx,
  row: Pick<RequestRow, 'id' | 'customerId' | 'kind' | 'currency' | 'amountMinor' | 'description'>,
): Promise<void> {
  await ctx.sql.run(
    `insert into payment_requests (tenant_id, id, customer_id, kind, currency, amount_minor, description, status, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'open', $8)`,
    [
      ctx.tenant.id,
      row.id,
      row.customerId,
      row.kind,
      row.currency,
      row.amountMinor,
      row.description,
      iso(ctx.now),
    ],
  );
}

export function findRequest(ctx: QueryCtx, id: string): Promise<RequestRow | undefined> {
  return ctx.sql.row<RequestRow>(`${SELECT} where tenant_id = $1 and id = $2`, [ctx.tenant.id, id]);
}

/** Locks it, so that whoever opens a page and whoever charges see each other. Lock the customer first. */
export function lockRequest(ctx: CommandCtx, id: string): Promise<RequestRow | undefined> {
  return ctx.sql.row<RequestRow>(`${SELECT} where tenant_id = $1 and id = $2 for update`, [
    ctx.tenant.id,
    id,
  ]);
}

export function listRequests(
  ctx: QueryCtx,
  filter: { customerId: string | null; status: string | null; after: string | null; limit: number },
): Promise<RequestRow[]> {
  return ctx.sql.rows<RequestRow>(
    `${SELECT} where tenant_id = $1 and ($2::uuid is null or customer_id = $2) and ($3::text is null or status = $3)
       and ($4::uuid is null or id < $4) order by id desc limit $5`,
    [ctx.tenant.id, filter.customerId, filter.status, filter.after, filter.limit],
  );
}

/** Paid; false if it was before, and then the money is credit of the customer as any that nobody asked for. */
export async function markRequestPaid(
  ctx: CommandCtx,
  id: string,
  payment: { id: string; heldMinor: bigint },
): Promise<void> {
  await ctx.sql.run(
    `update payment_requests set status = 'paid', payment_id = $3, held_minor = $4, paid_at = $5
     where tenant_id = $1 and id = $2 and status <> 'paid'`,
    [ctx.tenant.id, id, payment.id, payment.heldMinor, iso(ctx.now)],
  );
}

export async function cancelRequestRow(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run(
    `update payment_requests set status = 'canceled' where tenant_id = $1 and id = $2 and status = 'open'`,
    [ctx.tenant.id, id],
  );
}

/** Conditional in the database: never more than is held. */
export async function takeHeld(ctx: CommandCtx, id: string, amountMinor: bigint): Promise<void> {
  await ctx.sql.run(
    'update payment_requests set held_minor = held_minor - $3 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id, amountMinor],
  );
}

/** What of a payment is held as a deposit. */
export async function heldOf(ctx: QueryCtx, paymentId: string): Promise<bigint> {
  const row = await ctx.sql.row<{ held: bigint }>(
    `select coalesce(sum(held_minor), 0)::bigint as held from payment_requests where tenant_id = $1 and payment_id = $2`,
    [ctx.tenant.id, paymentId],
  );
  return row?.held ?? 0n;
}

/** Whether a charge for the request is planned or may have taken money. */
export async function isRequestCollecting(ctx: QueryCtx, id: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    `select exists (select 1 from payment_attempts where tenant_id = $1 and request_id = $2 and purpose = 'request'
       and status in ('created', 'sending', 'requires_action', 'processing', 'unknown')) as found`,
    [ctx.tenant.id, id],
  );
  return row?.found ?? false;
}
