import { termsOf } from '@billhook/core/catalog/meter';
import type { MeteredEntitlement } from '@billhook/core/entitlements/entitlement';
import {
  type EntitlementCheck,
  type EntitlementVerdict,
  evaluateEntitlement,
  givesAccess,
  mayHaveAccess,
} from '@billhook/core/entitlements/evaluate';
import { resetWindow } from '@billhook/core/entitlements/reset-window';
import { nextChange } from '@billhook/core/entitlements/resolve-right';
import { evaluateRounded } from '@billhook/core/entitlements/units';
import { DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import type { QueryCtx } from '../../platform/context.ts';
import {
  getPlanVersions,
  rememberedWords,
  type StoredFeature,
  type StoredMeter,
  type StoredPlanVersion,
  type Words,
} from '../catalog/api.ts';
import {
  runningAddOns,
  runningPeriod,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../subscriptions/api.ts';
import { limitedFeatures } from './access-state.ts';
import { measureRights } from './measure.ts';
import { agreementsOf } from './rights-repo.ts';
import { type Agreements, type Held, heldByCustomer, heldBySubscription } from './sources.ts';

/** One right, with where it comes from and what is used of it. */
export type Right = Held & {
  customerId: string;
  feature: StoredFeature;
  meter: StoredMeter | null;
  /** Null for what was granted to the customer itself, where no subscription gives access. */
  subscription: StoredSubscription | null;
  /** The stretch whose usage counts; null unless metered. */
  window: Period | null;
  /** Of the customer, or of the subject where the feature is counted for each; zero for one that is not named. */
  used: Decimal12;
  /** What the customer used before the meter rounded it. */
  measured: Decimal12;
  /** Of all members or devices together, where the feature is counted for each. */
  poolUsed: Decimal12 | null;
  /** Units of the window that are held for somebody who may still use them: for the subject, where there is one. */
  held: Decimal12;
  /** Units that are held for any member or device. */
  poolHeld: Decimal12;
  subject: string | null;
};

/** Until it is measured. */
const UNUSED = {
  used: DECIMAL12_ZERO,
  measured: DECIMAL12_ZERO,
  held: DECIMAL12_ZERO,
  poolUsed: null,
  poolHeld: DECIMAL12_ZERO,
};

export type Access = {
  customerId: string;
  features: readonly StoredFeature[];
  /** Subscriptions that give access to anything, in the order they were made. */
  subscriptions: readonly StoredSubscription[];
  versions: ReadonlyMap<string, StoredPlanVersion>;
  meters: ReadonlyMap<string, StoredMeter>;
  rights: readonly Right[];
  /** The next instant at which a grant begins or ends; null if none lies ahead. */
  changesAt: Instant | null;
};

export type Asked = {
  /** The member or device that asks, for features that are counted for each. */
  subject?: string | null | undefined;
  /** The only feature that is asked about; only its usage is measured then. */
  featureId?: string | undefined;
  /** Features and meters, where the caller has them. */
  words?: Pick<Words, 'features' | 'meters'> | undefined;
};

/**
 * Everything that customers may do now, set-wise: a few statements for any number of them.
 */
export async function loadAccess(
  ctx: QueryCtx,
  customerIds: readonly string[],
  { subject = null, featureId }: Asked = {},
): Promise<ReadonlyMap<string, Access>> {
  const granted = await loadGranted(ctx, customerIds, { subject, featureId });
  const all = [...granted.values()].flatMap(({ rights }) => rights);
  const measured = Map.groupBy(await measureRights(ctx, all), ({ customerId }) => customerId);
  return new Map([...granted].map(([id, access]) => [id, { ...access, rights: measured.get(id) ?? [] }]));
}

/** As `loadAccess`, without what is used: the caller knows that from the counters that it holds. */
export async function loadGranted(
  ctx: QueryCtx,
  customerIds: readonly string[],
  { subject = null, featureId, words }: Asked = {},
): Promise<ReadonlyMap<string, Access>> {
  const { features: all, meters } = words ?? (await rememberedWords(ctx));
  const features = featureId === undefined ? all : all.filter(({ id }) => id === featureId);
  const live = (await subscriptionsOfCustomers(ctx, customerIds)).filter(({ status }) =>
    mayHaveAccess(status),
  );
  const addOns = new Map(live.map((subscription) => [subscription.id, runningAddOns(subscription, ctx.now)]));
  const versions = await getPlanVersions(ctx, [
    ...live.map((subscription) => subscription.planVersionId),
    ...[...addOns.values()].flat().map(({ versionId }) => versionId),
  ]);
  const agreements: Agreements = await agreementsOf(ctx, customerIds);
  const limited = await limitedFeatures(
    ctx,
    live.flatMap(({ access, planId }) => (access === 'limited' ? [planId] : [])),
  );
  const facts = { ctx, features, versions, agreements, limited };
  const bySubscription = live.flatMap((subscription) =>
    heldBySubscription(facts, subscription, addOns.get(subscription.id) ?? []).map((held) => ({
      ...held,
      subscription,
      customerId: subscription.customerId,
    })),
  );
  const served = new Set(live.flatMap(({ status, customerId }) => (givesAccess(status) ? [customerId] : [])));
  const byCustomer = customerIds
    .filter((id) => !served.has(id))
    .flatMap((customerId) =>
      heldByCustomer(facts, customerId).map((held) => ({ ...held, subscription: null, customerId })),
    );
  const rights = [...bySubscription, ...byCustomer].map((held): Right => {
    const meter = meters.get(held.feature.meterId ?? '') ?? null;
    const window = held.entitlement.kind === 'metered' ? windowOf(ctx, held, held.entitlement) : null;
    return { ...held, meter, window, subject, ...UNUSED };
  });
  const byOwner = Map.groupBy(rights, ({ customerId }) => customerId);
  const grants = Map.groupBy(agreements.grants, ({ customerId }) => customerId);
  return new Map(
    customerIds.map((id) => [
      id,
      {
        customerId: id,
        features,
        subscriptions: live.filter((subscription) => subscription.customerId === id),
        versions,
        meters,
        rights: byOwner.get(id) ?? [],
        changesAt: nextChange(grants.get(id) ?? [], ctx.now),
      },
    ]),
  );
}

/** Of a right without a subscription, a billing period is the calendar month of the seller. */
function windowOf(
  ctx: QueryCtx,
  { subscription, since }: Pick<Right, 'subscription'> & Pick<Held, 'since'>,
  { reset }: MeteredEntitlement,
): Period {
  if (subscription === null) {
    return resetWindow({
      reset: reset === 'billing_period' ? 'calendar_month' : reset,
      now: ctx.now,
      timeZone: ctx.tenant.timeZone,
      billingPeriod: { start: since, end: ctx.now },
      startAt: since,
    });
  }
  return resetWindow({
    reset,
    now: ctx.now,
    timeZone: subscription.timeZone,
    billingPeriod: runningPeriod(subscription, ctx.now),
    startAt: subscription.startAt,
  });
}

/** The rights to a feature that is counted for each member or device are those of the one who asks. */
export function forSubject(access: Access, feature: StoredFeature, subject: string | null): Access {
  if (feature.subjectProperty === null) return access;
  const rights = access.rights.map((right) =>
    right.feature.id === feature.id ? { ...right, subject } : right,
  );
  return { ...access, rights };
}

export type Verdict = { verdict: EntitlementVerdict; right: Right | null; check: EntitlementCheck };

/** Asks core. With several subscriptions the first that allows it speaks, or else the last one's refusal stands. */
export function judge(
  ctx: Pick<QueryCtx, 'now'>,
  access: Access,
  feature: StoredFeature,
  requested: Decimal12,
): Verdict {
  let last: Verdict | null = null;
  for (const right of access.rights) {
    if (right.feature.id !== feature.id) continue;
    const check = checkOf(ctx, right, requested);
    const rounding = right.meter === null ? null : termsOf(right.meter).rounding;
    last = { verdict: evaluateRounded(check, right.measured, rounding), right, check };
    if (last.verdict.allowed) return last;
  }
  if (last !== null) return last;
  const check: EntitlementCheck = {
    feature,
    entitlement: null,
    used: DECIMAL12_ZERO,
    requested,
    now: ctx.now,
    window: null,
    subscriptionStatus: access.subscriptions[0]?.status ?? null,
  };
  return { verdict: evaluateEntitlement(check), right: null, check };
}

/** What core is asked of a right. */
export function checkOf(ctx: Pick<QueryCtx, 'now'>, right: Right, requested: Decimal12): EntitlementCheck {
  const { feature, entitlement, used, held, poolUsed, poolHeld, window, subscription, service } = right;
  return {
    feature,
    entitlement,
    used,
    held,
    ...(poolUsed === null ? {} : { poolUsed, poolHeld }),
    requested,
    now: ctx.now,
    window,
    subscriptionStatus: subscription?.status ?? null,
    ...(service === null ? { isGranted: true } : { service: service.rule }),
  };
}
