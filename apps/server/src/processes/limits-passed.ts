import type { UsageReset } from '@billhook/core/entitlements/entitlement';
import { DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import type { Period } from '@billhook/core/time/period';
import {
  listFeatures,
  listMeters,
  type StoredFeature,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import { measureSubjects, quantitiesForPeriods } from '../modules/usage/api.ts';
import type { QueryCtx } from '../platform/context.ts';

/** A hard limit with the highest usage of a period that it would not have let pass. */
export type PassedLimit = { feature: StoredFeature; limit: Decimal12; used: Decimal12 };

/** Windows that are as long as a period, or longer: what passes their limit in a period passes it. */
const COMPARED: readonly UsageReset[] = ['billing_period', 'calendar_month', 'never'];

/**
 * The hard limits of a plan that usage of these periods would have passed: of the customer, of the pool, or of a member
 * or device. Limits of shorter windows are left out, because a period says nothing of its days.
 */
export async function limitsPassed(
  ctx: QueryCtx,
  customerId: string,
  version: StoredPlanVersion,
  periods: readonly Period[],
): Promise<PassedLimit[]> {
  const features = new Map((await listFeatures(ctx)).map((feature) => [feature.id, feature]));
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter]));
  const hard = version.entitlements.flatMap((right) => {
    const feature = features.get(right.featureId);
    const meter = meters.get(feature?.meterId ?? '');
    const isHard = right.kind === 'metered' && right.overage === 'block' && COMPARED.includes(right.reset);
    if (!isHard || feature === undefined || meter === undefined) return [];
    const whole = feature.subjectProperty === null ? right.limit : (right.poolLimit ?? null);
    const each = feature.subjectProperty === null ? null : right.limit;
    return [{ feature, meter, whole, each }];
  });
  const asked = hard.flatMap((bound) => periods.map((period) => ({ bound, customerId, ...period })));
  const sums = await quantitiesForPeriods(
    ctx,
    asked.map(({ bound, ...stretch }) => ({ ...stretch, meter: bound.meter })),
  );
  const counted = asked.filter(({ bound }) => bound.each !== null);
  const subjects = await measureSubjects(
    ctx,
    counted.map(({ bound, ...stretch }) => ({
      ...stretch,
      meter: bound.meter,
      feature: bound.feature,
      subject: null,
      atLeast: bound.each,
    })),
  );
  return hard.flatMap((bound) => {
    const { feature, whole, each } = bound;
    const all = highest(asked.flatMap((ask, index) => (ask.bound === bound ? [sums[index]] : [])));
    const most = highest(
      counted.flatMap((ask, index) => (ask.bound === bound ? (subjects[index] ?? []) : [])),
    );
    if (whole !== null && all > whole) return [{ feature, limit: whole, used: all }];
    return each !== null && most > each ? [{ feature, limit: each, used: most }] : [];
  });
}

function highest(figures: readonly ({ quantity: Decimal12 } | undefined)[]): Decimal12 {
  return figures.reduce<Decimal12>((top, figure) => {
    const quantity = figure?.quantity ?? DECIMAL12_ZERO;
    return quantity > top ? quantity : top;
  }, DECIMAL12_ZERO);
}
