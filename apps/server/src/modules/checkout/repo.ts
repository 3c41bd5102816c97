import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { releaseRedemption } from '../catalog/api.ts';
import type { MethodKind } from '../payments/api.ts';

export type CheckoutRow = {
  id: string;
  customerId: string;
  purpose: 'subscription' | 'invoice' | 'card' | 'request';
  /** Who computes the subscription that the page starts. */
  authority: 'billhook' | 'stripe';
  /** The amount beside invoices that it pays. */
  requestId: string | null;
  planVersionId: string | null;
  couponId: string | null;
  quantity: number;
  invoiceId: string | null;
  status: 'creating' | 'open' | 'completed' | 'expired';
  currency: string;
  amountMinor: bigint;
  provider: string;
  providerSessionId: string | null;
  url: string | null;
  successUrl: string;
  cancelUrl: string;
  attemptId: string | null;
  subscriptionId: string | null;
  createdAt: Instant;
  expiresAt: Instant;
  completedAt: Instant | null;
  /** With what it was completed; null until then, and where the provider did not say. */
  methodKind: MethodKind | null;
  /** Since when we take what the customer agreed to on the page; null while nobody agreed. */
  settlingAt: Instant | null;
};

const CHECKOUT = `id, customer_id as "customerId", purpose, authority, request_id as "requestId", plan_version_id as "planVersionId", coupon_id as "couponId", quantity,
  invoice_id as "invoiceId", status, currency, amount_minor as "amountMinor", provider,
  provider_session_id as "providerSessionId", url, success_url as "successUrl", cancel_url as "cancelUrl",
  attempt_id as "attemptId", subscription_id as "subscriptionId", created_at as "createdAt", expires_at as "expiresAt",
  completed_at as "completedAt", method_kind as "methodKind", settling_at as "settlingAt"`;

export function findCheckout(ctx: QueryCtx, id: string): Promise<CheckoutRow | undefined> {
  return ctx.sql.row<CheckoutRow>(`select ${CHECKOUT} from checkouts where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

/** Locks a checkout. Lock its customer first. */
export function lockCheckout(ctx: CommandCtx, id: string): Promise<CheckoutRow | undefined> {
  return ctx.sql.row<CheckoutRow>(
    `select ${CHECKOUT} from checkouts where tenant_id = $1 and id = $2 for update`,
    [ctx.tenant.id, id],
  );
}

export function findCheckoutBySession(ctx: QueryCtx, sessionId: string): Promise<CheckoutRow | undefined> {
  return ctx.sql.row<CheckoutRow>(
    `select ${CHECKOUT} from checkouts where tenant_id = $1 and provider_session_id = $2`,
    [ctx.tenant.id, sessionId],
  );
}

/** Checkouts of a customer that may still take money. */
export function unfinishedOf(ctx: QueryCtx, customerId: string): Promise<CheckoutRow[]> {
  return ctx.sql.rows<CheckoutRow>(
    `select ${CHECKOUT} from checkouts
     where tenant_id = $1 and customer_id = $2 and status in ('creating', 'open') order by id`,
    [ctx.tenant.id, customerId],
  );
}

/** Checkouts of an invoice that may still take money. */
export function unfinishedOfInvoice(ctx: QueryCtx, invoiceId: string): Promise<CheckoutRow[]> {
  return ctx.sql.rows<CheckoutRow>(
    `select ${CHECKOUT} from checkouts
     where tenant_id = $1 and invoice_id = $2 and status in ('creating', 'open') order by id`,
    [ctx.tenant.id, invoiceId],
  );
}

/** Checkouts of a request beside invoices that may still take money. */
export function unfinishedOfRequest(ctx: QueryCtx, requestId: string): Promise<CheckoutRow[]> {
  return ctx.sql.rows<CheckoutRow>(
    `select ${CHECKOUT} from checkouts
     where tenant_id = $1 and request_id = $2 and status in ('creating', 'open') order by id`,
    [ctx.tenant.id, requestId],
  );
}

/** Checkouts whose time is over. */
export function overdue(ctx: QueryCtx, limit: number): Promise<CheckoutRow[]> {
  return ctx.sql.rows<CheckoutRow>(
    `select ${CHECKOUT} from checkouts
     where tenant_id = $1 and status in ('creating', 'open') and expires_at <= $2 order by expires_at, id limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
}

export async function nextExpiryAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(expires_at) as at from checkouts where tenant_id = $1 and status in ('creating', 'open')`,
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

export type NewCheckout = Pick<
  CheckoutRow,
  | 'id'
  | 'customerId'
  | 'purpose'
  | 'authority'
  | 'requestId'
  | 'planVersionId'
  | 'couponId'
  | 'quantity'
  | 'invoiceId'
  | 'currency'
  | 'amountMinor'
  | 'provider'
  | 'successUrl'
  | 'cancelUrl'
  | 'expiresAt'
>;

/** Commits the intent; the provider's page is made afterwards. */
export async function insertCheckout(ctx: CommandCtx, checkout: NewCheckout): Promise<void> {
  await ctx.sql.run(
    `insert into checkouts (tenant_id, id, customer_id, purpose, plan_version_id, quantity, invoice_id, status, currency,
       amount_minor, provider, success_url, cancel_url, created_at, expires_at, coupon_id, authority, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, 'creating', $8, $9, $15, $10, $11, $12, $13, $14, $16, $17)`,
    [
      ctx.tenant.id,
      checkout.id,
      checkout.customerId,
      checkout.purpose,
      checkout.planVersionId,
      checkout.quantity,
      checkout.invoiceId,
      checkout.currency,
      checkout.amountMinor,
      checkout.successUrl,
      checkout.cancelUrl,
      iso(ctx.now),
      iso(checkout.expiresAt),
      checkout.couponId,
      checkout.provider,
      checkout.authority,
      checkout.requestId,
    ],
  );
}

/** The page stands; false if the checkout ended meanwhile. */
export async function markOpen(
  ctx: CommandCtx,
  id: string,
  session: { id: string; url: string | null },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update checkouts set status = 'open', provider_session_id = $3, url = $4
     where tenant_id = $1 and id = $2 and status = 'creating'`,
    [ctx.tenant.id, id, session.id, session.url],
  );
  return changed === 1;
}

/**
 * False if it has another status than the caller saw: one that got its page meanwhile must be closed there first. One
 * whose money is being taken is never just closed.
 */
export async function markExpired(
  ctx: CommandCtx,
  id: string,
  seenStatus: CheckoutRow['status'],
): Promise<boolean> {
  const expired = await ctx.sql.row<{ couponId: string | null }>(
    `update checkouts set status = 'expired'
     where tenant_id = $1 and id = $2 and status = $3 and status in ('creating', 'open') and settling_at is null
     returning coupon_id as "couponId"`,
    [ctx.tenant.id, id, seenStatus],
  );
  if (expired === undefined) return false;
  // What was kept for this page is free again.
  if (expired.couponId !== null) await releaseRedemption(ctx, expired.couponId);
  return true;
}

/**
 * Writes, before the provider is told to, that we take what the customer agreed to, and answers with the key of that
 * call: the same until the provider has said no. Null if the checkout has ended: then nothing may be taken.
 */
export async function markSettling(ctx: CommandCtx, id: string, sessionId: string): Promise<string | null> {
  const row = await ctx.sql.row<{ refusals: number }>(
    `update checkouts set settling_at = coalesce(settling_at, $3), provider_session_id = coalesce(provider_session_id, $4)
     where tenant_id = $1 and id = $2 and status in ('creating', 'open') and (expires_at > $3 or settling_at is not null)
     returning settle_refusals as refusals`,
    [ctx.tenant.id, id, iso(ctx.now), sessionId],
  );
  return row === undefined ? null : `settle:${id}:${row.refusals}`;
}

/** The provider has said that nothing was taken; the customer may choose another way on the same page. */
export async function clearSettling(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run(
    `update checkouts set settling_at = null, settle_refusals = settle_refusals + 1
     where tenant_id = $1 and id = $2 and status in ('creating', 'open') and settling_at is not null`,
    [ctx.tenant.id, id],
  );
}

/** Whether money is taken is not known yet; it is asked again at that time. */
export async function putOffEnd(ctx: CommandCtx, id: string, until: Instant): Promise<void> {
  await ctx.sql.run(
    `update checkouts set expires_at = $3
     where tenant_id = $1 and id = $2 and status in ('creating', 'open') and settling_at is not null`,
    [ctx.tenant.id, id, iso(until)],
  );
}

export async function markCompleted(
  ctx: CommandCtx,
  id: string,
  result: {
    attemptId: string | null;
    subscriptionId: string | null;
    invoiceId: string | null;
    methodKind: MethodKind | null;
  },
): Promise<void> {
  await ctx.sql.run(
    `update checkouts set status = 'completed', attempt_id = $3, subscription_id = $4, invoice_id = $5, completed_at = $6,
       method_kind = $7
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      id,
      result.attemptId,
      result.subscriptionId,
      result.invoiceId,
      iso(ctx.now),
      result.methodKind,
    ],
  );
}
