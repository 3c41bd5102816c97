import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { allCoupons, couponById, couponByKey } from '../coupon-repo.ts';
import { allPlans } from '../plan-repo.ts';
import { presentCoupon } from '../present-coupon.ts';
import type { StoredCoupon } from '../types.ts';

export async function coupons(ctx: QueryCtx) {
  const keys = await planKeys(ctx);
  return (await allCoupons(ctx)).map((coupon) => presentCoupon(coupon, keys));
}

export async function coupon(ctx: QueryCtx, id: string) {
  const found = (await couponById(ctx, id)) ?? refuse('coupon.not_found', 'There is no such coupon.');
  return presentCoupon(found, await planKeys(ctx));
}

/**
 * The coupon that somebody names by key, in capitals or not, or by TypeID. Ends with `coupon.not_found`; one that was
 * taken off offer ends with `coupon.not_redeemable`.
 */
export async function couponNamed(ctx: QueryCtx, ref: string): Promise<StoredCoupon> {
  const id = decodeTypeId('coup', ref);
  const found = id.ok ? await couponById(ctx, id.value) : await couponByKey(ctx, ref.toLowerCase());
  if (found === undefined) refuse('coupon.not_found', `There is no coupon ${ref}.`);
  if (found.archivedAt !== null)
    refuse('coupon.not_redeemable', 'This coupon is not offered any more.', {
      facts: { reason: 'coupon.archived' },
    });
  return found;
}

async function planKeys(ctx: QueryCtx): Promise<ReadonlyMap<string, string>> {
  return new Map((await allPlans(ctx)).map((plan) => [plan.id, plan.key]));
}
