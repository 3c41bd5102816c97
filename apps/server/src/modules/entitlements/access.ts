import { combineEntitlements } from '@billhook/core/entitlements/combine';
import type { Entitlement, MeteredEntitlement } from '@billhook/core/entitlements/entitlement';
import {
  type EntitlementVerdict,
  evaluateEntitlement,
  givesAccess,
} from '@billhook/core/entitlements/evaluate';
import { resetWindow } from '@billhook/core/entitlements/reset-window';
import { DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import type { Period } from '@billhook/core/time/period';
import type { QueryCtx } from '../../platform/context.ts';
import {
  getPlanVersions,
  listFeatures,
  listMeters,
  type StoredFeature,
  type StoredMeter,
  type StoredPlanVersion,
} from '../catalog/api.ts';
import {
  type RunningAddOn,
  runningAddOns,
  runningPeriod,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../subscriptions/api.ts';
import { heldIn, quantitiesForPeriods } from '../usage/api.ts';

/** One right that a running subscription grants, with what is used of it. */
export type Right = {
  feature: StoredFeature;
  meter: StoredMeter | null;
  subscription: StoredSubscription;
  /** Of the plan, or of the add-on where that alone grants the feature. */
  version: StoredPlanVersion;
  /** What plan and add-ons grant together. */
  entitlement: Entitlement;
  /** The stretch whose usage counts; null unless metered. */
  window: Period | null;
  used: Decimal12;
  /** Units of the window that are held for somebody who may still use them. */
  held: Decimal12;
};

export type Access = {
  features: readonly StoredFeature[];
  /** Subscriptions that give access, in the order they were made. */
  subscriptions: readonly StoredSubscription[];
  versions: ReadonlyMap<string, StoredPlanVersion>;
  meters: ReadonlyMap<string, StoredMeter>;
  rights: readonly Right[];
};

/** Everything that customers may do now, set-wise: a few statements for any number of them. */
export async function loadAccess(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, Access>> {
  const granted = await loadGranted(ctx, customerIds);
  const rights = await measureRights(
    ctx,
    [...granted.values()].flatMap((access) => access.rights),
  );
  return new Map(
    [...granted].map(([id, access]) => [
      id,
      { ...access, rights: rights.filter(({ subscription }) => subscription.customerId === id) },
    ]),
  );
}

/** As `loadAccess`, without what is used: the caller knows that from the counters that it holds. */
export async function loadGranted(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, Access>> {
  const features = await listFeatures(ctx);
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter]));
  const all = await subscriptionsOfCustomers(ctx, customerIds);
  const live = all.filter((subscription) => givesAccess(subscription.status));
  const addOns = new Map(live.map((subscription) => [subscription.id, runningAddOns(subscription, ctx.now)]));
  const versions = await getPlanVersions(ctx, [
    ...live.map((subscription) => subscription.planVersionId),
    ...[...addOns.values()].flat().map(({ versionId }) => versionId),
  ]);
  const featureById = new Map(features.map((feature) => [feature.id, feature]));
  const rights = live.flatMap((subscription) =>
    grantsOf(subscription, addOns.get(subscription.id) ?? [], versions).flatMap(
      ({ version, entitlement }): Right[] => {
        const feature = featureById.get(entitlement.featureId);
        if (feature === undefined) return [];
        const meter = meters.get(feature.meterId ?? '') ?? null;
        const window = entitlement.kind === 'metered' ? windowOf(ctx, subscription, entitlement) : null;
        const taken = { used: DECIMAL12_ZERO, held: DECIMAL12_ZERO };
        return [{ feature, meter, subscription, version, entitlement, window, ...taken }];
      },
    ),
  );
  return new Map(
    customerIds.map((id) => [
      id,
      {
        features,
        meters,
        subscriptions: live.filter((subscription) => subscription.customerId === id),
        versions,
        rights: rights.filter(({ subscription }) => subscription.customerId === id),
      },
    ]),
  );
}

type Grant = Pick<Right, 'version' | 'entitlement'>;

/** What a plan and the add-ons beside it grant together, one right a feature. */
function grantsOf(
  { planVersionId }: StoredSubscription,
  addOns: readonly RunningAddOn[],
  versions: ReadonlyMap<string, StoredPlanVersion>,
): Grant[] {
  const plan = versions.get(planVersionId);
  const grants = new Map<string, Grant>(
    plan?.entitlements.map((entitlement) => [entitlement.featureId, { version: plan, entitlement }]),
  );
  for (const { versionId, quantity } of addOns) {
    const version = versions.get(versionId);
    for (const entitlement of version?.entitlements ?? []) {
      const held = grants.get(entitlement.featureId);
      const combined = combineEntitlements(held?.entitlement ?? null, [{ entitlement, quantity }]);
      if (combined === null || version === undefined) continue;
      grants.set(entitlement.featureId, { version: held?.version ?? version, entitlement: combined });
    }
  }
  return [...grants.values()];
}

function windowOf(ctx: QueryCtx, subscription: StoredSubscription, { reset }: MeteredEntitlement): Period {
  return resetWindow({
    reset,
    now: ctx.now,
    timeZone: subscription.timeZone,
    billingPeriod: runningPeriod(subscription, ctx.now),
    startAt: subscription.startAt,
  });
}

async function measureRights(ctx: QueryCtx, rights: readonly Right[]): Promise<Right[]> {
  const metered = rights.flatMap((right) =>
    right.window === null || right.meter === null
      ? []
      : [{ right, customerId: right.subscription.customerId, meter: right.meter, ...right.window }],
  );
  const sums = await quantitiesForPeriods(ctx, metered);
  const held = await heldIn(
    ctx,
    metered.map(({ customerId, meter, start, end }) => ({ customerId, meter, window: { start, end } })),
  );
  const taken = new Map(
    metered.map(({ right }, index) => [
      right,
      { used: sums[index]?.quantity ?? DECIMAL12_ZERO, held: held[index] ?? DECIMAL12_ZERO },
    ]),
  );
  return rights.map((right) => ({ ...right, ...taken.get(right) }));
}

export type Verdict = { verdict: EntitlementVerdict; right: Right | null };

/** Asks core. With several subscriptions the first that allows it speaks, or else the last one's refusal stands. */
export function judge(ctx: QueryCtx, access: Access, feature: StoredFeature, requested: Decimal12): Verdict {
  const facts = { feature, requested, now: ctx.now };
  const granting = access.rights.filter((right) => right.feature.id === feature.id);
  let last: Verdict | null = null;
  for (const right of granting) {
    const verdict = evaluateEntitlement({
      ...facts,
      entitlement: right.entitlement,
      used: right.used,
      held: right.held,
      window: right.window,
      subscriptionStatus: right.subscription.status,
    });
    last = { verdict, right };
    if (verdict.allowed) return last;
  }
  if (last !== null) return last;
  const verdict = evaluateEntitlement({
    ...facts,
    entitlement: null,
    used: DECIMAL12_ZERO,
    window: null,
    subscriptionStatus: access.subscriptions[0]?.status ?? null,
  });
  return { verdict, right: null };
}
