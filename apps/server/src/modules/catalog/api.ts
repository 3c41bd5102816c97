import type { QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { rowId } from './ids.ts';
import { allPlans, plansById } from './plan-repo.ts';
import { allFeatures, allMeters } from './repo.ts';
import type { StoredFeature, StoredMeter, StoredPlan, StoredPlanVersion } from './types.ts';
import { latestVersions, versionsById, versionsOfPlan } from './version-repo.ts';

export {
  type CouponJson,
  couponFromJson,
  couponToJson,
} from './coupon-json.ts';
export { presentSlices } from './present-slices.ts';
export { type FiguresInput, readFigures } from './price-figures.ts';
export { type ModelJson, modelFromJson, modelToJson } from './price-model.ts';
export { type TermsJson, termsFromJson, termsToJson } from './price-terms.ts';
export { publicPlans as presentPublicPlans } from './queries/list.ts';
export { offeringsOf } from './queries/offerings.ts';
export { listPlansWithVersions } from './queries/plans-with-versions.ts';
export type { StoredFeature, StoredMeter, StoredPlan, StoredPlanVersion } from './types.ts';

export { publicPointer } from './version-input.ts';

/** One version with prices and entitlements. Ends with `plan.not_found` if there is none. */
export async function getPlanVersion(ctx: QueryCtx, id: string): Promise<StoredPlanVersion> {
  const [version] = await versionsById(ctx, [id]);
  return version ?? refuse('plan.not_found', 'There is no such plan version.');
}

/** Versions by id; one that does not exist is missing from the map. */
export async function getPlanVersions(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredPlanVersion>> {
  const versions = await versionsById(ctx, [...new Set(ids)]);
  return new Map(versions.map((version) => [version.id, version]));
}

/** Plans by id. */
export async function getPlans(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredPlan>> {
  const plans = await plansById(ctx, [...new Set(ids)]);
  return new Map(plans.map((plan) => [plan.id, plan]));
}

/**
 * The plan that a caller names by key or TypeID, with its newest version: what a new subscription gets.
 * Ends with `plan.not_found` or, for a plan that is no longer sold, `plan.archived`.
 */
export async function latestVersionByPlanKey(
  ctx: QueryCtx,
  ref: string,
): Promise<{ plan: StoredPlan; version: StoredPlanVersion }> {
  const plans = await allPlans(ctx);
  const named = plans.find((plan) => plan.key === ref);
  const plan = named ?? plans.find((candidate) => candidate.id === rowId('plan', ref, 'plan.not_found'));
  if (plan === undefined) refuse('plan.not_found', `There is no plan ${ref}.`);
  if (plan.archivedAt !== null) refuse('plan.archived', `The plan ${plan.key} is no longer sold.`);
  const [version] = await latestVersions(ctx, [plan.id]);
  return { plan, version: version ?? refuse('plan.not_found', `The plan ${ref} has no version.`) };
}

/** Every version of a plan. */
export function listPlanVersions(ctx: QueryCtx, planId: string): Promise<StoredPlanVersion[]> {
  return versionsOfPlan(ctx, planId);
}

/** A plan by key or TypeID, on sale or not. Ends with `plan.not_found`. */
export async function findPlan(ctx: QueryCtx, ref: string): Promise<StoredPlan> {
  const plans = await allPlans(ctx);
  const id = plans.some((plan) => plan.key === ref) ? null : rowId('plan', ref, 'plan.not_found');
  return (
    plans.find((plan) => plan.key === ref || plan.id === id) ??
    refuse('plan.not_found', `There is no plan ${ref}.`)
  );
}

/** All meters, archived ones too. */
export function listMeters(ctx: QueryCtx): Promise<StoredMeter[]> {
  return allMeters(ctx);
}

/** All features, archived ones too. */
export function listFeatures(ctx: QueryCtx): Promise<StoredFeature[]> {
  return allFeatures(ctx);
}
