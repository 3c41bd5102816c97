import { textOfFace } from '@billhook/core/mirror/follow-catalogue';
import { changePlan } from '../modules/catalog/api.ts';
import { caseSubject, setDigest } from '../modules/mirror/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import type { BothSides } from './both-sides.ts';

export const CONTESTED = 'Its name was changed on both sides. Make it the same.';
export const HALF_SOLD =
  'Some of its prices are not sold at Stripe any more, and it goes on being sold here.';

/** Does here what Stripe alone changed, and keeps what is agreed by now. True if something here changed. */
export async function followSides(ctx: CommandCtx, sides: BothSides): Promise<boolean> {
  const { plan, kept, followed } = sides;
  const { name, description, isSold } = followed.here;
  const isChanged = Object.keys(followed.here).length > 0;
  if (isChanged) {
    await changePlan(ctx, plan.id, {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(isSold === undefined ? {} : { archived: !isSold }),
    });
  }
  const text = textOfFace(followed.agreed);
  if (text !== kept.digest) await setDigest(ctx, kept.kind, kept.stripeId, text);
  await tellConflict(ctx, sides);
  return isChanged;
}

const CONFLICT = 'stripe.catalogue_conflict';

/** Both sides say the same again of what a link keeps. */
export function settleConflict(ctx: CommandCtx, stripeId: string): Promise<void> {
  return settleCases(ctx, CONFLICT, [caseSubject(stripeId)], 'Both sides say the same again.');
}

/** A contradiction is a case until it is gone. */
export async function tellConflict(ctx: CommandCtx, sides: BothSides): Promise<void> {
  const { kept, plan, followed, isHalfSold } = sides;
  if (followed.contested.length === 0 && !isHalfSold) return settleConflict(ctx, kept.stripeId);
  await openCase(ctx, {
    kind: CONFLICT,
    customerId: null,
    subjectId: caseSubject(kept.stripeId),
    detail: followed.contested.length > 0 ? CONTESTED : HALF_SOLD,
    facts: { stripe_id: kept.stripeId, name: plan.name },
  });
}
