import type { Plan } from '@billhook/core/catalog/plan';
import type { Decision } from '@billhook/core/decision/change';
import { DEFAULT_PRORATION_POLICY } from '@billhook/core/proration/policy';
import { type ChangeTiming, decideChange } from '@billhook/core/subscriptions/decide-change';
import { decideSeats } from '@billhook/core/subscriptions/decide-seats';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import type { StoredPlanVersion } from '../../catalog/api.ts';
import { applyChanges } from '../changes.ts';
import { subscriptionId } from '../ids.ts';
import { publish, refuseAsCoreSays } from '../publish.ts';

export type ChangeRequest = {
  /** Its customer is locked by the caller. */
  subscription: Subscription;
  currentPlan: Plan;
  newPlan: Plan;
  newVersion: StoredPlanVersion;
  /** Null keeps the seats. */
  quantity: number | null;
  when: ChangeTiming;
};

/** Beats one and two: what a change of plan or seats would do. */
export function previewChange(ctx: QueryCtx, request: ChangeRequest, newId: () => string): Decision {
  const { subscription, newVersion } = request;
  const seats = request.quantity === null ? null : BigInt(request.quantity);
  const samePlan = newVersion.planId === subscription.planId;
  // Seats alone change within the version that the customer has, even where a newer one is on sale.
  if (samePlan && seats !== null && seats !== subscription.seats && request.when !== 'period_end') {
    const result = decideSeats({
      now: ctx.now,
      subscription,
      seats,
      when: 'now',
      itemIds: subscription.items.map(newId),
      stepId: newId(),
      isProrated: true,
      days: DEFAULT_PRORATION_POLICY,
    });
    return result.ok ? result.value : refuseAsCoreSays(result.refusal);
  }
  const result = decideChange({
    now: ctx.now,
    subscription,
    currentPlan: request.currentPlan,
    newPlan: request.newPlan,
    newVersion,
    itemIds: newVersion.prices.map(newId),
    seats,
    when: request.when,
    direction: null,
    stepId: newId(),
    isProrated: true,
    days: DEFAULT_PRORATION_POLICY,
  });
  return result.ok ? result.value : refuseAsCoreSays(result.refusal);
}

/** Changes plan or seats, now or at the end of the period. What it costs is billed by whoever calls. */
export async function change(ctx: CommandCtx, request: ChangeRequest): Promise<void> {
  const decision = previewChange(ctx, request, () => ctx.newId());
  await applyChanges(ctx, decision.changes);
  publish(ctx, decision.events);
  ctx.audit({
    action: 'subscription.change',
    objectKind: 'subscription',
    objectId: subscriptionId(request.subscription.id),
    details: { plan: request.newPlan.key, quantity: request.quantity, when: request.when },
  });
}
