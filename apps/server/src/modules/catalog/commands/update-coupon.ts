import { counted } from '@billhook/core/kernel/counted';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { readMoment } from '../coupon-input.ts';
import { lockCoupon, updateCouponRow } from '../coupon-repo.ts';
import { FaultList } from '../faults.ts';
import { couponId } from '../present-coupon.ts';
import type { StoredCoupon } from '../types.ts';

/** What may change once a coupon is out. What it takes off never does: that is another coupon. */
export type CouponPatch = {
  name?: string | undefined;
  redeem_by?: string | null | undefined;
  max_redemptions?: number | null | undefined;
  archived?: boolean | undefined;
};

/** Refuses with `coupon.not_found` and, with every fault, `coupon.invalid`. */
export async function updateCoupon(ctx: CommandCtx, id: string, patch: CouponPatch): Promise<StoredCoupon> {
  const before = (await lockCoupon(ctx, id)) ?? refuse('coupon.not_found', 'There is no such coupon.');
  const faults = new FaultList();
  const coupon: StoredCoupon = {
    ...before,
    name: patch.name ?? before.name,
    redeemBy: patch.redeem_by === undefined ? before.redeemBy : readMoment(patch.redeem_by, faults),
    maxRedemptions: patch.max_redemptions === undefined ? before.maxRedemptions : patch.max_redemptions,
    archivedAt:
      patch.archived === undefined
        ? before.archivedAt
        : patch.archived
          ? (before.archivedAt ?? ctx.now)
          : null,
    updatedAt: ctx.now,
  };
  if (coupon.maxRedemptions !== null && coupon.maxRedemptions < coupon.redemptions) {
    faults.add(
      '/max_redemptions',
      'coupon.limit',
      `It was redeemed ${counted(coupon.redemptions, 'time')} already; that is the least limit.`,
    );
  }
  if (patch.redeem_by != null && coupon.redeemBy !== null && coupon.redeemBy <= ctx.now) {
    faults.add(
      '/redeem_by',
      'coupon.redeem_by_past',
      'The last moment to redeem a coupon lies ahead. Archive the coupon to end it now.',
    );
  }
  if (faults.all.length > 0)
    refuse('coupon.invalid', 'The coupon does not hold together.', { faults: faults.all });
  await updateCouponRow(ctx, coupon);
  ctx.audit({
    action: 'coupon.update',
    objectKind: 'coupon',
    objectId: couponId(id),
    details: { ...patch },
  });
  return coupon;
}
