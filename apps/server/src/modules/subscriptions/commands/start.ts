import type { Plan } from '@billhook/core/catalog/plan';
import type { Decision } from '@billhook/core/decision/change';
import { invariant } from '@billhook/core/kernel/invariant';
import { applySubscriptionChange } from '@billhook/core/subscriptions/apply-change';
import { decideDiscount } from '@billhook/core/subscriptions/decide-discount';
import type { PriceOverride } from '@billhook/core/subscriptions/decide-override';
import { decideStart } from '@billhook/core/subscriptions/decide-start';
import type { OwnThreshold, Subscription, TrialEnd } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { StoredPlanVersion } from '../../catalog/api.ts';
import type { Customer } from '../../customers/api.ts';
import type { CouponUse } from '../actions.ts';
import { applyChanges } from '../changes.ts';
import { familyHistory } from '../family-history.ts';
import { subscriptionId } from '../ids.ts';
import { publish, refuseAsCoreSays } from '../publish.ts';
import type { Collection } from '../types.ts';

export type StartRequest = {
  /** Locked by the caller. */
  customer: Customer;
  plan: Plan;
  /** What it shall be billed in, which need not be the customer's first currency. */
  currency: string;
  version: StoredPlanVersion;
  quantity: number;
  /** Null for at once. A time in the past bills what has run since. */
  startAt: Instant | null;
  /** Null takes the trial of the plan, unless the customer has had one in its family; a number is the seller's word. */
  trialDays: number | null;
  /** What is agreed beside; left out, nothing is. */
  terms?: StartTerms;
};

/** What may be agreed at a start. */
export type StartTerms = {
  trialEnd: TrialEnd;
  billingDay: number | null;
  phases: readonly { at: Instant; plan: Plan; version: StoredPlanVersion; seats: bigint }[];
  /** Ends by itself after so many periods. */
  endAfterPeriods: number | null;
  /** By key of the price. */
  overrides: Readonly<Record<string, PriceOverride>>;
  coupons: readonly CouponUse[];
  /** Null where the seller's threshold holds. */
  ownThreshold: OwnThreshold | null;
};

/** Nothing beside plan and quantity. */
export const NO_TERMS: StartTerms = {
  trialEnd: 'convert',
  billingDay: null,
  phases: [],
  endAfterPeriods: null,
  overrides: {},
  coupons: [],
  ownThreshold: null,
};

export type StartFacts = { collection: Collection; metadata: Record<string, string> };

export type Started = { subscription: Subscription; decision: Decision };

/** Beats one and two: what a start would be. Billing then finds all that has run since a start in the past. */
export async function previewStart(
  ctx: QueryCtx,
  request: StartRequest,
  newId: () => string,
): Promise<Started> {
  const { customer, plan, version, currency, terms = NO_TERMS } = request;
  if (version.currency !== currency) {
    refuse(
      'plan.currency_mismatch',
      `The plan is in ${version.currency}, and it was to be billed in ${currency}.`,
    );
  }
  const isOfferedAgain =
    request.trialDays === null && (await familyHistory(ctx, customer.id, plan.family)).hadTrial;
  const result = decideStart({
    now: ctx.now,
    subscriptionId: newId(),
    customerId: customer.id,
    plan,
    version: { ...version, trialDays: request.trialDays ?? version.trialDays },
    itemIds: version.prices.map(newId),
    seats: BigInt(request.quantity),
    timeZone: customer.timeZone,
    startAt: request.startAt,
    maxBackdateDays: ctx.tenant.settings.maxBackdateDays,
    withTrial: !isOfferedAgain,
    trialEnd: terms.trialEnd,
    billingDay: terms.billingDay,
    overrides: terms.overrides,
    phases: terms.phases.map((phase) => ({
      ...phase,
      stepId: newId(),
      itemIds: phase.version.prices.map(newId),
    })),
    endAfterPeriods: terms.endAfterPeriods,
    endStepId: newId(),
    billingAuthority: 'billhook',
    ownThreshold: terms.ownThreshold,
  });
  if (!result.ok) return refuseAsCoreSays(result.refusal);
  const [create] = result.value.changes;
  invariant(create?.type === 'subscription.create', 'A start creates a subscription.');
  return withCoupons(
    ctx,
    { subscription: create.subscription, decision: result.value },
    terms.coupons,
    newId,
  );
}

/** Gives the coupons one after the other, each beside those before it. */
function withCoupons(
  { now }: QueryCtx,
  started: Started,
  coupons: readonly CouponUse[],
  newId: () => string,
): Started {
  return coupons.reduce<Started>(({ subscription, decision }, use) => {
    const given = decideDiscount({ ...use, now, subscription, discountId: newId(), billed: [] });
    if (!given.ok) return refuseAsCoreSays(given.refusal);
    const { changes, events } = given.value;
    return {
      subscription: changes.reduce<Subscription>(applySubscriptionChange, subscription),
      decision: { changes: [...decision.changes, ...changes], events: [...decision.events, ...events] },
    };
  }, started);
}

/** Starts a subscription for a locked customer. It is billed by whoever calls, or when it comes due. */
export async function start(
  ctx: CommandCtx,
  request: StartRequest,
  facts: StartFacts,
): Promise<Subscription> {
  const { subscription, decision } = await previewStart(ctx, request, () => ctx.newId());
  await applyChanges(ctx, decision.changes, new Map([[subscription.id, facts]]));
  publish(ctx, decision.events);
  ctx.audit({
    action: 'subscription.start',
    objectKind: 'subscription',
    objectId: subscriptionId(subscription.id),
    details: {
      plan: request.plan.key,
      version: request.version.number,
      quantity: request.quantity,
      ...(request.terms === undefined
        ? {}
        : {
            phases: request.terms.phases.length,
            overrides: Object.keys(request.terms.overrides),
            coupons: request.terms.coupons.map(({ coupon }) => coupon.key),
          }),
    },
  });
  return subscription;
}
