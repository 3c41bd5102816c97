import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { type Access, loadAccess, type Right } from './access.ts';
import { presentStanding } from './present.ts';
import { nextNewsAt } from './rights-repo.ts';

export type { Access, Right } from './access.ts';
export {
  type AccessMove,
  accessMovesOf,
  limitedFeatures,
  moveAccess,
  setLimitedFeatures,
} from './access-state.ts';
export { burnMarked, burnSome, burnWaiting } from './burning.ts';
export { releaseReservations } from './commands/join-units.ts';
export { tellGrants } from './commands/tell-grants.ts';
export { isPerSubject } from './measure.ts';
export { billOverage, reduceOverage } from './overage.ts';
export { list as listEntitlements } from './queries/check.ts';

/** What customers may do now, with what is used, set-wise. */
export function accessOf(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, Access>> {
  return loadAccess(ctx, customerIds);
}

/** How a customer's metered features stand in their running windows. */
export async function standingsOf(ctx: QueryCtx, customerId: string) {
  const access = (await loadAccess(ctx, [customerId])).get(customerId);
  return (access?.rights ?? []).flatMap((right: Right) => presentStanding(right) ?? []);
}

/** The business instant at which the next grant begins or ends; null if none does. */
export function nextGrantNewsAt(ctx: QueryCtx): Promise<Instant | null> {
  return nextNewsAt(ctx);
}
