import type { AddOn } from '@billhook/core/catalog/add-on';
import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { rowId } from './ids.ts';
import { inCurrency } from './pick-version.ts';
import { allPlans, plansById } from './plan-repo.ts';
import { allFeatures, allMeters, setBurnsCredits, subjectFeatures } from './repo.ts';
import type {
  StoredFeature,
  StoredMeter,
  StoredPlan,
  StoredPlanVersion,
  SubjectFeatureRow,
} from './types.ts';
import { type EntitlementInput, readEntitlements } from './version-input.ts';
import { latestVersions, versionsById, versionsOfPlan } from './version-repo.ts';

export type { CatalogueFile, Change as CatalogueChange } from './catalogue-diff.ts';
export { createMeter as addMeter, type MeterInput } from './commands/create-meter.ts';
export { createPlan as addPlan } from './commands/create-plan.ts';
export { type CatalogueReading, readCatalogue } from './commands/put-catalogue.ts';
export { updatePlan as changePlan } from './commands/update-plan.ts';
export {
  type CouponJson,
  couponFromJson,
  couponToJson,
} from './coupon-json.ts';
export {
  countRedemption,
  couponById as getCoupon,
  couponNamesById,
  lockCoupon,
  releaseRedemption,
} from './coupon-repo.ts';
export { inCurrency, type Offer } from './pick-version.ts';
export { discountId, presentDiscount } from './present-coupon.ts';
export { type FiguresInput, readFigures } from './price-figures.ts';
export { type ModelJson, modelFromJson, modelToJson } from './price-model.ts';
export { type TermsJson, termsFromJson, termsToJson } from './price-terms.ts';
export { couponNamed } from './queries/coupons.ts';
export { getCatalogue } from './queries/get-catalogue.ts';
export { publicPlans as presentPublicPlans } from './queries/list.ts';
export { offeringsOf } from './queries/offerings.ts';
export { listOffers, listPlansWithVersions } from './queries/plans-with-versions.ts';
export { ratingPolicy } from './rating-policy.ts';
export { rememberedWords, type SeenWords, type Words, wordsAre, wordsAtHand } from './remembered.ts';
export type { StoredCoupon, StoredFeature, StoredMeter, StoredPlan, StoredPlanVersion } from './types.ts';

export { type EntitlementInput, publicPointer } from './version-input.ts';

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

/** Whether there is such a price, of whichever version. */
export async function hasPrice(ctx: QueryCtx, id: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    'select exists (select 1 from prices where tenant_id = $1 and id = $2) as found',
    [ctx.tenant.id, id],
  );
  return row?.found ?? false;
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
 * The plan that a caller names by key or TypeID, with its newest version: what a new subscription gets. In this
 * currency, or else in the plan's own, which the caller then refuses.
 * Ends with `plan.not_found`, for an add-on too, or, for a plan that is no longer sold, `plan.archived`.
 */
export async function latestVersionByPlanKey(
  ctx: QueryCtx,
  ref: string,
  currency?: string,
): Promise<{ plan: StoredPlan; version: StoredPlanVersion }> {
  const plan = await findPlan(ctx, ref);
  if (plan.kind !== 'plan') refuse('plan.not_found', `${ref} is an add-on; it is taken beside a plan.`);
  if (plan.archivedAt !== null) refuse('plan.archived', `The plan ${plan.key} is no longer sold.`);
  const version = inCurrency(await latestVersions(ctx, [plan.id]), currency);
  return { plan, version: version ?? refuse('plan.not_found', `The plan ${ref} has no version.`) };
}

/** The add-on that a caller names by key or TypeID, on sale or not. Ends with `add_on.not_found`. */
export async function findAddOn(ctx: QueryCtx, ref: string): Promise<StoredPlan> {
  const plans = await allPlans(ctx);
  const id = decodeTypeId('plan', ref);
  const found = plans.find((plan) => plan.key === ref) ?? plans.find((plan) => id.ok && plan.id === id.value);
  if (found === undefined || found.kind === 'plan') refuse('add_on.not_found', `There is no add-on ${ref}.`);
  return found;
}

/**
 * An add-on as core takes it, with the prices of its newest version in this currency or else its own, which core then
 * refuses. Ends with `add_on.not_found`, for one that is no longer sold too.
 */
export async function latestAddOn(
  ctx: QueryCtx,
  ref: string,
  currency: string,
): Promise<{ plan: StoredPlan; addOn: AddOn }> {
  const plan = await findAddOn(ctx, ref);
  if (plan.archivedAt !== null) refuse('add_on.not_found', `The add-on ${plan.key} is no longer sold.`);
  const version = inCurrency(await latestVersions(ctx, [plan.id]), currency);
  if (version === undefined) refuse('add_on.not_found', `The add-on ${ref} has no version.`);
  const { id, key, name, offeredWith: planIds } = plan;
  const kind = plan.kind === 'one_off' ? 'one_off' : 'recurring';
  return {
    plan,
    addOn: { id, key, name, kind, currency: version.currency, prices: version.prices, planIds },
  };
}

/** Every version of a plan in every currency, newest first, the main currency before the others. */
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

/** Rights as a seller writes them. Ends with `plan.invalid` and every fault. */
export async function readRights(
  ctx: QueryCtx,
  written: readonly EntitlementInput[],
): Promise<readonly Entitlement[]> {
  const words = { meters: await allMeters(ctx), features: await allFeatures(ctx) };
  const { rights, faults } = readEntitlements(written, words);
  if (faults.length > 0) refuse('plan.invalid', 'The rights do not hold together.', { faults });
  return rights;
}

/** All meters, archived ones too. */
export function listMeters(ctx: EarlyCtx): Promise<StoredMeter[]> {
  return allMeters(ctx);
}

/** Features that are counted for each member or device, archived ones too, so that nothing is left out meanwhile. */
export function listSubjectFeatures(ctx: EarlyCtx): Promise<SubjectFeatureRow[]> {
  return subjectFeatures(ctx);
}

/** All plans and add-ons, archived ones too. */
export function listPlans(ctx: QueryCtx): Promise<StoredPlan[]> {
  return allPlans(ctx);
}

/** All features, archived ones too. */
export function listFeatures(ctx: QueryCtx): Promise<StoredFeature[]> {
  return allFeatures(ctx);
}

/** A feature costs credits: events of its meter are paid for from now on. */
export function burnCreditsOf(ctx: CommandCtx, featureId: string): Promise<void> {
  return setBurnsCredits(ctx, featureId);
}
