import type { CouponDuration } from '@billhook/core/catalog/coupon';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { type CouponJson, couponFromJson, couponToJson } from './coupon-json.ts';
import type { StoredCoupon } from './types.ts';

type CouponRow = {
  id: string;
  key: string;
  name: string;
  value: CouponJson['value'];
  duration: CouponDuration;
  scope: CouponJson['scope'];
  max_redemptions: number | null;
  max_per_customer: number | null;
  redemptions: number;
  redeem_by: Instant | null;
  stack_order: number;
  stackable: boolean;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
};

const COUPON = `id, key, name, value, duration, scope, max_redemptions, max_per_customer, redemptions, redeem_by,
  stack_order, stackable, archived_at, created_at, updated_at`;

const toCoupon = (row: CouponRow): StoredCoupon => ({
  ...couponFromJson({ ...row, redeem_by: isoOrNull(row.redeem_by) }),
  redemptions: row.redemptions,
  archivedAt: row.archived_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Every coupon of the tenant, archived ones too, by key. */
export async function allCoupons(ctx: QueryCtx): Promise<StoredCoupon[]> {
  const rows = await ctx.sql.rows<CouponRow>(
    `select ${COUPON} from coupons where tenant_id = $1 order by key`,
    [ctx.tenant.id],
  );
  return rows.map(toCoupon);
}

export async function couponById(ctx: QueryCtx, id: string): Promise<StoredCoupon | undefined> {
  const row = await ctx.sql.row<CouponRow>(`select ${COUPON} from coupons where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
  return row === undefined ? undefined : toCoupon(row);
}

export async function couponByKey(ctx: QueryCtx, key: string): Promise<StoredCoupon | undefined> {
  const row = await ctx.sql.row<CouponRow>(
    `select ${COUPON} from coupons where tenant_id = $1 and key = $2`,
    [ctx.tenant.id, key],
  );
  return row === undefined ? undefined : toCoupon(row);
}

/** What coupons are called now, by row id. */
export async function couponNamesById(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.sql.rows<{ id: string; name: string }>(
    'select id, name from coupons where tenant_id = $1 and id = any ($2::uuid[])',
    [ctx.tenant.id, ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Locks one coupon. Lock the customer first. */
export async function lockCoupon(ctx: CommandCtx, id: string): Promise<StoredCoupon | undefined> {
  const row = await ctx.sql.row<CouponRow>(
    `select ${COUPON} from coupons where tenant_id = $1 and id = $2 for update`,
    [ctx.tenant.id, id],
  );
  return row === undefined ? undefined : toCoupon(row);
}

/** False if the key is taken. */
export async function insertCoupon(ctx: CommandCtx, coupon: StoredCoupon): Promise<boolean> {
  const json = couponToJson(coupon);
  const added = await ctx.sql.run(
    `insert into coupons (tenant_id, id, key, name, value, duration, scope, max_redemptions, max_per_customer,
       redeem_by, stack_order, stackable, created_at, updated_at)
     values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb, $8, $9, $10, $11, $12, $13, $13)
     on conflict (tenant_id, key) do nothing`,
    [
      ctx.tenant.id,
      json.id,
      json.key,
      json.name,
      JSON.stringify(json.value),
      JSON.stringify(json.duration),
      JSON.stringify(json.scope),
      json.max_redemptions,
      json.max_per_customer,
      json.redeem_by,
      json.stack_order,
      json.stackable,
      iso(ctx.now),
    ],
  );
  return added === 1;
}

export async function updateCouponRow(ctx: CommandCtx, coupon: StoredCoupon): Promise<void> {
  await ctx.sql.run(
    `update coupons set name = $3, redeem_by = $4, max_redemptions = $5, archived_at = $6, updated_at = $7
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      coupon.id,
      coupon.name,
      isoOrNull(coupon.redeemBy),
      coupon.maxRedemptions,
      isoOrNull(coupon.archivedAt),
      iso(ctx.now),
    ],
  );
}

/**
 * Counts one redemption. False where the coupon is used up: the condition stands in the statement, so that no two
 * transactions take the last one. The row stays locked until the end of the transaction.
 */
export async function countRedemption(ctx: CommandCtx, couponId: string): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update coupons set redemptions = redemptions + 1
     where tenant_id = $1 and id = $2 and (max_redemptions is null or redemptions < max_redemptions)`,
    [ctx.tenant.id, couponId],
  );
  return changed === 1;
}

/** Gives back a redemption that was kept for a checkout. */
export async function releaseRedemption(ctx: CommandCtx, couponId: string): Promise<void> {
  await ctx.sql.run('update coupons set redemptions = redemptions - 1 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    couponId,
  ]);
}
