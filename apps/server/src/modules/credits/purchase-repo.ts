import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { storedFigure } from './figures.ts';
import type { StoredPurchase, StoredReload } from './types.ts';

const PURCHASE = `id, customer_id as "customerId", pack_id as "packId", charge_id as "chargeId", invoice_id as "invoiceId",
  price_minor as "priceMinor", is_reload as "isReload", status, created_at as "createdAt", settled_at as "settledAt",
  returned_amount as returned, missing_amount as missing`;

type PurchaseRow = Omit<StoredPurchase, 'returned' | 'missing'> & { returned: string; missing: string };

const toPurchase = (row: PurchaseRow): StoredPurchase => ({
  ...row,
  returned: storedFigure(row.returned),
  missing: storedFigure(row.missing),
});

async function purchases(
  ctx: QueryCtx,
  where: string,
  values: readonly (string | number)[],
): Promise<StoredPurchase[]> {
  const rows = await ctx.sql.rows<PurchaseRow>(
    `select ${PURCHASE} from credit_purchases where tenant_id = $1 and ${where}`,
    [ctx.tenant.id, ...values],
  );
  return rows.map(toPurchase);
}

/** A purchase that waits for its payment; it is looked at once at its beginning. */
export async function insertPurchase(
  ctx: CommandCtx,
  purchase: Omit<StoredPurchase, 'status' | 'createdAt' | 'settledAt' | 'returned' | 'missing'>,
): Promise<void> {
  await ctx.sql.run(
    `insert into credit_purchases (tenant_id, id, customer_id, pack_id, charge_id, invoice_id, price_minor, is_reload,
       status, check_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $9)`,
    [
      ctx.tenant.id,
      purchase.id,
      purchase.customerId,
      purchase.packId,
      purchase.chargeId,
      purchase.invoiceId,
      purchase.priceMinor,
      purchase.isReload,
      iso(ctx.now),
    ],
  );
}

export async function purchaseById(ctx: QueryCtx, id: string): Promise<StoredPurchase | undefined> {
  return (await purchases(ctx, 'id = $2', [id]))[0];
}

/** Purchases that are to be looked at now. */
export function purchasesDue(ctx: QueryCtx, limit: number): Promise<StoredPurchase[]> {
  return purchases(ctx, 'check_at <= $2 order by check_at, id limit $3', [iso(ctx.now), limit]);
}

/** What a customer bought since an instant, newest first. */
export function purchasesSince(ctx: QueryCtx, customerId: string, since: Instant): Promise<StoredPurchase[]> {
  const bought = `customer_id = $2 and (created_at >= $3 or status = 'pending') order by created_at desc, id desc`;
  return purchases(ctx, bought, [customerId, iso(since)]);
}

/** What was bought on an invoice and came, in order. */
export function purchasesPaid(ctx: QueryCtx, invoiceId: string): Promise<StoredPurchase[]> {
  return purchases(ctx, `invoice_id = $2 and status = 'paid' order by id`, [invoiceId]);
}

/** What went back of a purchase with its price, and what should have but was not there any more. */
export async function setReturned(
  ctx: CommandCtx,
  { id, returned, missing }: Pick<StoredPurchase, 'id' | 'returned' | 'missing'>,
): Promise<void> {
  await ctx.sql.run(
    'update credit_purchases set returned_amount = $3, missing_amount = $4 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id, formatDecimal12(returned), formatDecimal12(missing)],
  );
}

/** Purchases of these grants of which more should have gone back with their price than was there, by grant. */
export async function purchasesOwing(
  ctx: QueryCtx,
  grantIds: readonly string[],
): Promise<ReadonlyMap<string, StoredPurchase>> {
  const rows = await ctx.sql.rows<PurchaseRow & { grantId: string }>(
    `select ${PURCHASE.split(/,\s+/)
      .map((column) => `p.${column}`)
      .join(', ')}, g.id as "grantId"
     from credit_grants g join credit_purchases p on p.tenant_id = g.tenant_id and g.fact = 'purchase:' || p.id::text
     where g.tenant_id = $1 and g.id = any ($2::uuid[]) and p.missing_amount > 0`,
    [ctx.tenant.id, uuidColumn(grantIds)],
  );
  return new Map(rows.map(({ grantId, ...row }) => [grantId, toPurchase(row)]));
}

/** More of what was bought is used than is paid for, which staff are told; null takes that back. */
export async function tellShortfall(ctx: CommandCtx, id: string, at: Instant | null): Promise<void> {
  await ctx.sql.run('update credit_purchases set shortfall_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    isoOrNull(at),
  ]);
}

/** Purchases of whose shortfall staff are to be told. */
export function shortfallsDue(ctx: QueryCtx, limit: number): Promise<StoredPurchase[]> {
  return purchases(ctx, 'shortfall_at <= $2 order by shortfall_at, id limit $3', [iso(ctx.now), limit]);
}

/** Whether credits are bought on an invoice. */
export async function sellsCredits(ctx: QueryCtx, invoiceId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    'select exists (select from credit_purchases where tenant_id = $1 and invoice_id = $2) as found',
    [ctx.tenant.id, invoiceId],
  );
  return row?.found ?? false;
}

/** Something happened to an invoice: its purchases are looked at. */
export async function lookAtInvoice(ctx: CommandCtx, invoiceId: string): Promise<void> {
  await ctx.sql.run(
    `update credit_purchases set check_at = $3 where tenant_id = $1 and invoice_id = $2 and status = 'pending'`,
    [ctx.tenant.id, invoiceId, iso(ctx.now)],
  );
}

/** Looks at a purchase again at an instant, or when its payment has failed more often than this. */
export async function lookAgainAt(
  ctx: CommandCtx,
  id: string,
  at: Instant,
  seenFailures: number,
): Promise<void> {
  await ctx.sql.run(
    `update credit_purchases set check_at = $3, seen_failures = $4
     where tenant_id = $1 and id = $2 and status = 'pending'`,
    [ctx.tenant.id, id, iso(at), seenFailures],
  );
}

/** False if it was settled before. */
export async function settlePurchase(
  ctx: CommandCtx,
  id: string,
  status: 'paid' | 'failed',
): Promise<boolean> {
  const moved = await ctx.sql.run(
    `update credit_purchases set status = $3, check_at = null, settled_at = $4
     where tenant_id = $1 and id = $2 and status = 'pending'`,
    [ctx.tenant.id, id, status, iso(ctx.now)],
  );
  return moved === 1;
}

type ReloadRow = Omit<StoredReload, 'threshold'> & { threshold: string };

const RELOAD = `customer_id as "customerId", credit_type_id as "creditTypeId", enabled, threshold, pack_id as "packId",
  monthly_maximum_minor as "monthlyMaximumMinor", failure_count as "failureCount", suspended_at as "suspendedAt",
  (select price_minor from credit_packs p where p.tenant_id = r.tenant_id and p.id = r.pack_id) as "priceMinor"`;

const toReload = (row: ReloadRow): StoredReload => ({ ...row, threshold: storedFigure(row.threshold) });

export async function reloadsOf(ctx: QueryCtx, customerId: string): Promise<StoredReload[]> {
  const rows = await ctx.sql.rows<ReloadRow>(
    `select ${RELOAD} from credit_reloads r where tenant_id = $1 and customer_id = $2 order by credit_type_id`,
    [ctx.tenant.id, customerId],
  );
  return rows.map(toReload);
}

/** Customers whose balance is to be looked at now. */
export async function reloadsDue(ctx: QueryCtx, limit: number): Promise<StoredReload[]> {
  const rows = await ctx.sql.rows<ReloadRow>(
    `select ${RELOAD} from credit_reloads r where tenant_id = $1 and check_at <= $2 order by check_at, customer_id limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  return rows.map(toReload);
}

/** Writes what a customer agreed to; the balance is looked at at once. */
export async function saveReload(ctx: CommandCtx, reload: StoredReload): Promise<void> {
  await ctx.sql.run(
    `insert into credit_reloads (tenant_id, customer_id, credit_type_id, enabled, threshold, pack_id,
       monthly_maximum_minor, failure_count, suspended_at, check_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (tenant_id, customer_id, credit_type_id) do update set enabled = excluded.enabled,
       threshold = excluded.threshold, pack_id = excluded.pack_id,
       monthly_maximum_minor = excluded.monthly_maximum_minor, failure_count = excluded.failure_count,
       suspended_at = excluded.suspended_at, check_at = excluded.check_at, updated_at = excluded.updated_at`,
    [
      ctx.tenant.id,
      reload.customerId,
      reload.creditTypeId,
      reload.enabled,
      formatDecimal12(reload.threshold),
      reload.packId,
      reload.monthlyMaximumMinor,
      reload.failureCount,
      isoOrNull(reload.suspendedAt),
      reload.enabled ? iso(ctx.now) : null,
      iso(ctx.now),
    ],
  );
}

/** The balance of a customer changed, or was looked at (null) until it changes again. */
export async function lookAtReload(ctx: CommandCtx, reload: ReloadKey, at: Instant | null): Promise<void> {
  await lookAtReloads(ctx, [reload], at);
}

type ReloadKey = { customerId: string; creditTypeId: string };

/** As `lookAtReload`, of several. */
export async function lookAtReloads(
  ctx: CommandCtx,
  reloads: readonly ReloadKey[],
  at: Instant | null,
): Promise<void> {
  if (reloads.length === 0) return;
  await ctx.sql.run(
    `update credit_reloads r set check_at = $2
     from unnest($3::uuid[], $4::uuid[]) as k (customer_id, credit_type_id)
     where r.tenant_id = $1 and r.customer_id = k.customer_id and r.credit_type_id = k.credit_type_id and r.enabled`,
    [
      ctx.tenant.id,
      isoOrNull(at),
      uuidColumn(reloads.map(({ customerId }) => customerId)),
      uuidColumn(reloads.map(({ creditTypeId }) => creditTypeId)),
    ],
    'credits.look_at_reloads',
  );
}

/** The subscription changed: its allowances are looked at at this instant. */
export async function lookAtAllowances(
  ctx: CommandCtx,
  subscription: { id: string; customerId: string },
  at: Instant,
): Promise<boolean> {
  // A seller without credits has nothing to look at; a plan that grants some later marks its subscriptions itself.
  const marked = await ctx.sql.run(
    `insert into credit_allowance_due (tenant_id, subscription_id, customer_id, next_at)
     select $1, $2, $3, $4 where exists (select 1 from credit_types where tenant_id = $1)
     on conflict (tenant_id, subscription_id) do update set next_at = excluded.next_at`,
    [ctx.tenant.id, subscription.id, subscription.customerId, iso(at)],
  );
  return marked > 0;
}

/** Its allowances were looked at as it stands now; they are again at this instant, or, for null, when it changes. */
export async function sawAllowances(
  ctx: CommandCtx,
  seen: { id: string; status: string; planId: string },
  nextAt: Instant | null,
): Promise<void> {
  await ctx.sql.run(
    `update credit_allowance_due set next_at = $3, seen_status = $4, seen_plan_id = $5
     where tenant_id = $1 and subscription_id = $2`,
    [ctx.tenant.id, seen.id, isoOrNull(nextAt), seen.status, seen.planId],
  );
}

export async function forgetAllowances(ctx: CommandCtx, subscriptionId: string): Promise<void> {
  await ctx.sql.run('delete from credit_allowance_due where tenant_id = $1 and subscription_id = $2', [
    ctx.tenant.id,
    subscriptionId,
  ]);
}

/** Subscriptions of a customer that were looked at before and are to be now, with the plan that they had then. */
export async function allowancesOverdue(
  ctx: QueryCtx,
  customerId: string,
): Promise<{ subscriptionId: string; planId: string }[]> {
  return ctx.sql.rows(
    `select subscription_id as "subscriptionId", seen_plan_id as "planId" from credit_allowance_due
     where tenant_id = $1 and customer_id = $2 and next_at <= $3 and seen_plan_id is not null order by subscription_id`,
    [ctx.tenant.id, customerId, iso(ctx.now)],
  );
}

export function allowancesDue(
  ctx: QueryCtx,
  limit: number,
): Promise<{ subscriptionId: string; customerId: string }[]> {
  return ctx.sql.rows(
    `select subscription_id as "subscriptionId", customer_id as "customerId" from credit_allowance_due
     where tenant_id = $1 and next_at <= $2 order by next_at, subscription_id limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
}

/** Whether what a plan grants to the customer is to be looked at by now. */
export async function isAllowanceDue(ctx: QueryCtx, customerId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ due: boolean }>(
    `select exists(select from credit_allowance_due
       where tenant_id = $1 and customer_id = $2 and next_at <= $3) as due`,
    [ctx.tenant.id, customerId, iso(ctx.now)],
  );
  return row?.due === true;
}
