import type { QueryCtx } from '../../../platform/context.ts';
import { couponNamed } from '../../catalog/api.ts';
import type { CouponUse } from '../actions.ts';
import { redemptionsOf } from '../agreements.ts';

/**
 * Coupons by key or TypeID with what was counted of them; the same one named twice counts once more each time. Ends
 * with `coupon.not_found`.
 */
export async function useCoupons(
  ctx: QueryCtx,
  customerId: string,
  refs: readonly string[],
): Promise<CouponUse[]> {
  const coupons = [];
  for (const ref of refs) coupons.push(await couponNamed(ctx, ref));
  const given = await redemptionsOf(
    ctx,
    customerId,
    coupons.map(({ id }) => id),
  );
  return coupons.map((stored) => {
    const { redemptions, archivedAt, createdAt, updatedAt, ...coupon } = stored;
    return { coupon, redemptions, redemptionsByCustomer: given.get(coupon.id) ?? 0 };
  });
}
