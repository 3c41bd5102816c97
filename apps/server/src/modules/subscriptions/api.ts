import type { AccessState } from '@billhook/core/access/access';
import type { Change } from '@billhook/core/decision/change';
import type { SubscriptionStatus } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { applyChanges, type CreationFacts } from './changes.ts';

export { type NextBilling, nextBillingOf, setNextBilling } from './changes.ts';

import { type Claim, claimDueCustomers, countDue, type DuePlace, nextDueAt } from './due.ts';
import * as repo from './repo.ts';
import type { StoredSubscription } from './types.ts';

export type { Action, ActionKind, CouponUse } from './actions.ts';
export { type RunningAddOn, runningAddOns } from './add-ons.ts';
export { couponNames } from './agreements.ts';
export { act as actOnSubscription, applyActions, type DecidedAction } from './commands/act.ts';
export { setThreshold } from './commands/set-threshold.ts';
export { NO_TERMS, previewStart, type StartTerms, start as startSubscription } from './commands/start.ts';
export { dayRules } from './day-rules.ts';
export { decideAction, tryAction } from './decide-action.ts';
export type { Claim, DuePlace } from './due.ts';
export { familyHistory } from './family-history.ts';
export { discountRowId, scheduledStepId, subscriptionRowId } from './ids.ts';
export { NO_SUBSCRIPTIONS, type SubscriptionMark, subscriptionMarks, subscriptionsAre } from './marks.ts';
export {
  loadNames,
  planFace,
  presentAll as presentSubscriptions,
  presentSchedule,
  runningPeriod,
} from './present.ts';

export { type LikeSubscriptions, likeSubscriptions } from './queries/likeness.ts';
export { useCoupons } from './queries/use-coupons.ts';
export { readThreshold, type ThresholdInput } from './threshold.ts';
export type { StoredSubscription } from './types.ts';

/** Ends with `subscription.not_found` if there is none. */
export async function getSubscription(ctx: QueryCtx, id: string): Promise<StoredSubscription> {
  const [subscription] = await repo.subscriptionsById(ctx, [id]);
  return subscription ?? refuse('subscription.not_found', 'There is no such subscription.');
}

/** Subscriptions with all their items and prices, ended ones too: the state that core bills from. */
export function loadSubscriptionsForBilling(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<StoredSubscription[]> {
  return repo.subscriptionsById(ctx, ids);
}

/** Every subscription of these customers, in the order they were made. */
export function subscriptionsOfCustomers(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<StoredSubscription[]> {
  return repo.subscriptionsOfCustomers(ctx, customerIds);
}

/** Those of these customers who have a subscription with a threshold of its own, whatever the seller set. */
export function customersWithThreshold(ctx: QueryCtx, customerIds: readonly string[]): Promise<string[]> {
  return repo.customersWithThreshold(ctx, customerIds);
}

/** Every subscription of the tenant. */
export function allSubscriptions(ctx: QueryCtx): Promise<StoredSubscription[]> {
  return repo.allSubscriptions(ctx);
}

/** Moves what subscriptions give access to; the module entitlements owns that state. Lock their customers first. */
export function setAccess(
  ctx: CommandCtx,
  moves: readonly { subscriptionId: string; to: AccessState }[],
): Promise<void> {
  return repo.setAccess(ctx, moves);
}

/** Says that rights of a plan are others now where access is limited. */
export function touchLimited(ctx: CommandCtx, planId: string): Promise<void> {
  return repo.touchLimited(ctx, planId);
}

/** Applies core's changes about subscriptions, set-wise; other changes in the list are left alone. */
export function applySubscriptionChanges(
  ctx: CommandCtx,
  changes: readonly Change[],
  facts?: ReadonlyMap<string, CreationFacts>,
): Promise<void> {
  return applyChanges(ctx, changes, facts);
}

/** One page, in order of ids, of what runs on a plan in another version than this. At most `limit + 1`. */
export function subscriptionsToMigrate(
  ctx: QueryCtx,
  page: {
    planId: string;
    toVersionIds: readonly string[];
    fromVersionIds: readonly string[] | null;
    after: string | undefined;
    limit: number;
  },
): Promise<StoredSubscription[]> {
  return repo.subscriptionsToMigrate(ctx, page);
}

/**
 * Locks the customers of up to `most` subscriptions whose billing is due and not on hold, longest due first, from the place on at
 * which the last claim ended. What others hold is left to them, unless all is held: then the first is waited for, so that a
 * run which finds something due always gets something done. `mayWait`: false for a run that gets something done beside this.
 */
export async function claimDue(
  ctx: CommandCtx,
  { mayWait, ...wanted }: { after: DuePlace | null; most: number; skip: readonly string[]; mayWait: boolean },
): Promise<Claim> {
  const next = await claimDueCustomers(ctx, wanted);
  if (next.customerIds.length > 0) return next;
  const first = wanted.after === null ? next : await claimDueCustomers(ctx, { ...wanted, after: null });
  if (first.customerIds.length > 0 || !mayWait) return first;
  return claimDueCustomers(ctx, { ...wanted, after: null, most: 1 }, '');
}

/** How many customers have billing due, now or up to a given moment, and are not on hold. */
export function countDueCustomers(ctx: QueryCtx, upTo: Instant = ctx.now): Promise<number> {
  return countDue(ctx, upTo);
}

/** The business instant at which billing has work next; null if never. */
export function nextBillingAt(ctx: QueryCtx): Promise<Instant | null> {
  return nextDueAt(ctx);
}

/** One page, newest first, of at most `limit + 1` subscriptions. */
export function pageSubscriptions(
  ctx: QueryCtx,
  page: {
    limit: number;
    after: string | undefined;
    customerId: string | undefined;
    planId: string | undefined;
    status: SubscriptionStatus | undefined;
  },
): Promise<StoredSubscription[]> {
  return repo.pageOfSubscriptions(ctx, page);
}

export { announceTrialEnds, nextTrialNoticeAt, TRIAL_NOTICE_DAYS } from './commands/announce-trial-ends.ts';
