import type { CouponDraft } from '@billhook/core/catalog/check-coupon';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { type CouponInput, type CouponVocabulary, readCoupon } from '../coupon-input.ts';
import { insertCoupon } from '../coupon-repo.ts';
import { FaultList } from '../faults.ts';
import { couponId } from '../present-coupon.ts';
import { listOffers } from '../queries/plans-with-versions.ts';
import type { StoredCoupon } from '../types.ts';

/** Adds a coupon. Refuses with `coupon.already_exists` and, with every fault, `coupon.invalid`. */
export async function createCoupon(ctx: CommandCtx, input: CouponInput): Promise<StoredCoupon> {
  const faults = new FaultList();
  const draft = readCoupon(input, await couponWords(ctx), ctx.now, faults);
  if (faults.all.length > 0)
    refuse('coupon.invalid', 'The coupon does not hold together.', { faults: faults.all });
  const coupon = newCoupon(ctx, draft);
  if (!(await insertCoupon(ctx, coupon))) {
    refuse('coupon.already_exists', `The key ${input.key} belongs to another coupon.`, {
      faults: [{ pointer: '/key', code: 'key.taken', detail: 'This key is taken.' }],
    });
  }
  ctx.audit({
    action: 'coupon.create',
    objectKind: 'coupon',
    objectId: couponId(coupon.id),
    details: { key: coupon.key },
  });
  return coupon;
}

export function newCoupon(ctx: CommandCtx, draft: CouponDraft): StoredCoupon {
  return {
    ...draft,
    id: ctx.newId(),
    redemptions: 0,
    archivedAt: null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  };
}

/** What a coupon may name: plans that run by themselves, and the prices of everything that is sold. */
export async function couponWords(ctx: QueryCtx): Promise<CouponVocabulary> {
  const offers = await listOffers(ctx);
  return {
    planIds: new Map(
      offers.filter(({ plan }) => plan.kind === 'plan').map(({ plan }) => [plan.key, plan.id]),
    ),
    priceKeys: [
      ...new Set(
        offers.flatMap(({ versions }) => versions.flatMap(({ prices }) => prices.map(({ key }) => key))),
      ),
    ],
  };
}
