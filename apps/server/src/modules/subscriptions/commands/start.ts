import type { Plan } from '@billhook/core/catalog/plan';
import type { Decision } from '@billhook/core/decision/change';
import { invariant } from '@billhook/core/kernel/invariant';
import { DEFAULT_PRORATION_POLICY } from '@billhook/core/proration/policy';
import { decideRenewal } from '@billhook/core/subscriptions/decide-renewal';
import { decideStart } from '@billhook/core/subscriptions/decide-start';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { addMs, earlier, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { StoredPlanVersion } from '../../catalog/api.ts';
import type { Customer } from '../../customers/api.ts';
import { applyChanges } from '../changes.ts';
import { subscriptionId } from '../ids.ts';
import { publish, refuseAsCoreSays } from '../publish.ts';
import type { Collection } from '../types.ts';

/** All that has run since the start is billed at once, so a year back is far enough, leap years included. */
const MAX_BACKDATING_DAYS = 366;

export type StartRequest = {
  /** Locked by the caller. */
  customer: Customer;
  plan: Plan;
  version: StoredPlanVersion;
  quantity: number;
  /** Null for at once. A time in the past bills what has run since. */
  startAt: Instant | null;
  /** Null takes the trial of the plan. */
  trialDays: number | null;
};

export type StartFacts = { collection: Collection; metadata: Record<string, string> };

export type Started = { subscription: Subscription; decision: Decision };

/**
 * Beats one and two: what a start would be. A start in the past is decided as of that moment and then moved along
 * with time, so that it comes out as if it had been made then.
 */
export function previewStart(ctx: QueryCtx, request: StartRequest, newId: () => string): Started {
  const { customer, plan, version } = request;
  if (version.currency !== customer.currency) {
    refuse(
      'plan.currency_mismatch',
      `The plan is in ${version.currency}, the customer in ${customer.currency}.`,
    );
  }
  const startAt = request.startAt ?? ctx.now;
  checkNotLongAgo(startAt, ctx.now);
  const id = newId();
  const result = decideStart({
    now: earlier(startAt, ctx.now),
    subscriptionId: id,
    customerId: customer.id,
    plan,
    version: { ...version, trialDays: request.trialDays ?? version.trialDays },
    itemIds: version.prices.map(newId),
    seats: BigInt(request.quantity),
    timeZone: customer.timeZone,
    startAt,
    maxBackdateDays: 0,
    withTrial: true,
    trialEnd: 'convert',
    billingDay: null,
    overrides: {},
    phases: [],
    endAfterPeriods: null,
    endStepId: newId(),
    billingAuthority: 'billhook',
  });
  if (!result.ok) return refuseAsCoreSays(result.refusal);
  const [create] = result.value.changes;
  invariant(create?.type === 'subscription.create', 'A start creates a subscription.');
  if (startAt >= ctx.now) return { subscription: create.subscription, decision: result.value };
  const moved = decideRenewal({
    now: ctx.now,
    subscription: create.subscription,
    usageGraceMs: 0,
    days: DEFAULT_PRORATION_POLICY,
    hasPaymentMethod: true,
  });
  // Billing still has to look at everything since the start.
  const subscription = { ...moved.subscription, nextActionAt: startAt };
  return {
    subscription,
    decision: {
      changes: [{ type: 'subscription.create', subscription }],
      events: [...result.value.events, ...moved.decision.events],
    },
  };
}

function checkNotLongAgo(startAt: Instant, now: Instant): void {
  if (startAt >= addMs(now, -MAX_BACKDATING_DAYS * MS_PER_DAY)) return;
  refuse('request.invalid', 'The request has one fault; nothing was changed.', {
    faults: [
      {
        pointer: '/start_at',
        code: 'subscription.start_long_ago',
        detail: `A subscription starts at most ${MAX_BACKDATING_DAYS} days in the past.`,
      },
    ],
  });
}

/** Starts a subscription for a locked customer. It is billed by whoever calls, or when it comes due. */
export async function start(
  ctx: CommandCtx,
  request: StartRequest,
  facts: StartFacts,
): Promise<Subscription> {
  const { subscription, decision } = previewStart(ctx, request, () => ctx.newId());
  await applyChanges(ctx, decision.changes, new Map([[subscription.id, facts]]));
  publish(ctx, decision.events);
  ctx.audit({
    action: 'subscription.start',
    objectKind: 'subscription',
    objectId: subscriptionId(subscription.id),
    details: { plan: request.plan.key, version: request.version.number, quantity: request.quantity },
  });
  return subscription;
}
