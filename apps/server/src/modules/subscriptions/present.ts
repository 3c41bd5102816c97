import { mrrMinor } from '@billhook/core/analytics/mrr';
import { invariant, unreachable } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { currentPeriod, openItems } from '@billhook/core/subscriptions/items';
import { cancelAhead, changeAhead, type ScheduledStep } from '@billhook/core/subscriptions/schedule';
import type { OneOffCharge, Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { MONTHLY } from '@billhook/core/time/cadence';
import { layGrid } from '@billhook/core/time/grid';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { periodAt } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import {
  getPlans,
  getPlanVersions,
  modelToJson,
  presentDiscount,
  type StoredPlan,
  type StoredPlanVersion,
} from '../catalog/api.ts';
import { type Customer, getCustomers } from '../customers/api.ts';
import { type AtStripe, atStripe, presentTerms } from './at-stripe.ts';
import { chargeId, itemId, stepId, subscriptionId } from './ids.ts';
import { presentThreshold } from './threshold.ts';
import type { StoredSubscription } from './types.ts';

/** What the wire says beside the subscription: names of plans and of the customer. */
export type Names = {
  customers: ReadonlyMap<string, Customer>;
  plans: ReadonlyMap<string, StoredPlan>;
  versions: ReadonlyMap<string, StoredPlanVersion>;
  /** Of those that Stripe computes, by id. */
  atStripe: ReadonlyMap<string, AtStripe>;
};

export async function loadNames(ctx: QueryCtx, subscriptions: readonly Subscription[]): Promise<Names> {
  const versionIds = subscriptions.flatMap((subscription) => [
    subscription.planVersionId,
    ...subscription.items.map((item) => item.planVersionId),
    ...subscription.schedule.flatMap((step) => (step.kind === 'change' ? [step.planVersionId] : [])),
  ]);
  const versions = await getPlanVersions(ctx, versionIds);
  const addOnIds = subscriptions.flatMap(({ schedule, items, charges }) => [
    ...schedule.flatMap((step) => ('addOnId' in step ? [step.addOnId] : [])),
    ...items.flatMap(({ source }) => (source.kind === 'add_on' ? [source.addOnId] : [])),
    ...charges.flatMap(({ addOnId }) => addOnId ?? []),
  ]);
  const plans = await getPlans(ctx, [
    ...[...versions.values()].map((version) => version.planId),
    ...addOnIds,
  ]);
  const customers = await getCustomers(
    ctx,
    subscriptions.map((subscription) => subscription.customerId),
  );
  return { customers, plans, versions, atStripe: await atStripe(ctx, subscriptions) };
}

/** Presents subscriptions with the names they need, set-wise. */
export async function presentAll(ctx: QueryCtx, subscriptions: readonly StoredSubscription[]) {
  const names = await loadNames(ctx, subscriptions);
  return subscriptions.map((subscription) => presentSubscription(subscription, names, ctx.now));
}

export function presentSubscription(subscription: StoredSubscription, names: Names, now: Instant) {
  const { endedAt } = subscription;
  const scheduledChange = changeAhead(subscription);
  const running = runningPeriod(subscription, now);
  const face = (versionId: string) => planFace(versionId, names);
  return {
    id: subscriptionId(subscription.id),
    object: 'subscription' as const,
    customer: encodeTypeId('cus', subscription.customerId),
    customer_name: names.customers.get(subscription.customerId)?.name ?? '',
    status: subscription.status,
    collection: subscription.collection,
    billing_authority: subscription.billingAuthority,
    stripe_id: names.atStripe.get(subscription.id)?.stripeId ?? null,
    at_stripe: presentTerms(names.atStripe.get(subscription.id), now),
    currency: subscription.currency as string,
    time_zone: subscription.timeZone,
    plan: face(subscription.planVersionId),
    quantity: Number(subscription.seats),
    items: subscription.items.map((item) => ({
      id: itemId(item.id),
      object: 'subscription_item' as const,
      plan: face(item.planVersionId),
      add_on: item.source.kind === 'plan' ? null : addOnFace(item.source.addOnId, names),
      price_key: item.price.key,
      price_name: item.price.name,
      charged_for: item.price.quantity.kind,
      overridden: item.isOverridden,
      quantity: Number(item.quantity),
      starts_at: iso(item.activeFrom),
      ends_at: isoOrNull(item.activeTo),
    })),
    add_ons: presentAddOns(subscription, names),
    discounts: subscription.discounts.map((discount) => presentDiscount(discount, now)),
    charges: subscription.charges.map((charge) => presentCharge(charge, names)),
    mrr: `${mrrMinor([subscription], now)}`,
    started_at: iso(subscription.startAt),
    anchor_at: iso(subscription.anchorAt),
    trial_end_at: isoOrNull(subscription.trialEndAt),
    trial_end_behavior: subscription.trialEnd,
    billing_day: subscription.billingDay,
    billing_threshold: presentThreshold(subscription.ownThreshold),
    current_period_start: iso(running.start),
    current_period_end: iso(running.end),
    next_bill_at: isoOrNull(subscription.nextActionAt),
    schedule: presentSchedule(subscription.schedule, names),
    pauses: subscription.pauses.map(({ from, to, mode }) => ({ from: iso(from), to: isoOrNull(to), mode })),
    cancel_at: isoOrNull(cancelAhead(subscription)?.at),
    canceled_at: isoOrNull(endedAt),
    ended_at: isoOrNull(endedAt),
    scheduled_change:
      scheduledChange === null
        ? null
        : {
            at: iso(scheduledChange.at),
            plan: face(scheduledChange.planVersionId),
            quantity: Number(scheduledChange.seats),
          },
    metadata: subscription.metadata,
    created_at: iso(subscription.createdAt),
    updated_at: iso(subscription.updatedAt),
  };
}

/** Add-ons that run, each once, in the order they were taken. */
export function presentAddOns(subscription: Subscription, names: Pick<Names, 'plans'>) {
  const running = new Map<string, SubscriptionItem>();
  for (const item of openItems(subscription))
    if (item.source.kind === 'add_on' && !running.has(item.source.addOnId))
      running.set(item.source.addOnId, item);
  return [...running].map(([addOnId, item]) => {
    const end = subscription.schedule.find((step) => step.kind === 'add_on_end' && step.addOnId === addOnId);
    return {
      add_on: addOnFace(addOnId, names),
      quantity: Number(item.quantity),
      starts_at: iso(item.activeFrom),
      ends_at: isoOrNull(end?.at),
    };
  });
}

function presentCharge(charge: OneOffCharge, names: Pick<Names, 'plans'>) {
  return {
    id: chargeId(charge.id),
    object: 'charge' as const,
    description: charge.description,
    quantity: Number(charge.quantity),
    pricing: modelToJson(charge.price.model),
    add_on: charge.addOnId === null ? null : addOnFace(charge.addOnId, names),
    charged_at: iso(charge.at),
  };
}

/** Everything that lies ahead, as the wire says it. */
export function presentSchedule(
  schedule: readonly ScheduledStep[],
  names: Pick<Names, 'plans' | 'versions'>,
) {
  return schedule.map((step) => presentStep(step, names));
}

function presentStep(step: ScheduledStep, names: Pick<Names, 'plans' | 'versions'>) {
  const face = { id: stepId(step.id), object: 'scheduled_step' as const, at: iso(step.at) };
  switch (step.kind) {
    case 'change': {
      const { kind, phase, isProrated: prorated } = step;
      const plan = planFace(step.planVersionId, names);
      return { ...face, kind, plan, quantity: Number(step.seats), phase, prorated };
    }
    case 'seats':
      return { ...face, kind: step.kind, quantity: Number(step.seats), prorated: step.isProrated };
    case 'cancel':
      return { ...face, kind: step.kind, credit: step.creditUnused, reason: step.reason };
    case 'pause':
      return { ...face, kind: step.kind, mode: step.mode };
    case 'resume':
      return { ...face, kind: step.kind };
    case 'add_on_quantity': {
      const { kind, isProrated: prorated } = step;
      const addOn = addOnFace(step.addOnId, names);
      return { ...face, kind, add_on: addOn, quantity: Number(step.quantity), prorated };
    }
    case 'add_on_end':
      return {
        ...face,
        kind: step.kind,
        add_on: addOnFace(step.addOnId, names),
        credit: step.creditUnused,
      };
    default:
      return unreachable(step);
  }
}

function addOnFace(planId: string, names: Pick<Names, 'plans'>) {
  const plan = names.plans.get(planId);
  invariant(plan !== undefined, 'A step names an add-on that exists.');
  return { id: encodeTypeId('plan', plan.id), key: plan.key, name: plan.name };
}

/** The period that runs; the trial or the wait before the anchor; the whole life of one that has ended. */
export function runningPeriod(subscription: StoredSubscription, now: Instant): Period {
  const { startAt, anchorAt, endedAt } = subscription;
  if (endedAt !== null) return { start: startAt, end: endedAt };
  const indexed = currentPeriod(subscription, now);
  if (indexed !== null) return indexed.period;
  if (now < anchorAt) return { start: startAt, end: anchorAt };
  // A plan without prices has no period of billing; its limits then run by months from the anchor.
  const grid = layGrid({ anchorAt, zone: zoneNamed(subscription.timeZone), cadence: MONTHLY });
  return periodAt(grid, now).period;
}

export function planFace(versionId: string, names: Pick<Names, 'plans' | 'versions'>) {
  const version = names.versions.get(versionId);
  const plan = names.plans.get(version?.planId ?? '');
  invariant(version !== undefined && plan !== undefined, 'A subscription names a plan that exists.');
  return {
    id: encodeTypeId('plan', plan.id),
    key: plan.key,
    name: plan.name,
    version: version.number,
    version_id: encodeTypeId('plv', version.id),
  };
}
