import type { CommandCtx } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import { tenantTypeId } from '../../../platform/tenants.ts';
import { type CatalogueFile, type Change, type Current, changesOf } from '../catalogue-diff.ts';
import { readFile } from '../catalogue-file.ts';
import { readCoupon } from '../coupon-input.ts';
import { allCoupons, insertCoupon, updateCouponRow } from '../coupon-repo.ts';
import { FaultList } from '../faults.ts';
import { readService } from '../feature-terms.ts';
import { allPlans, insertPlan, lockAllPlans, updatePlanRow } from '../plan-repo.ts';
import { wordsOf } from '../present.ts';
import {
  allFeatures,
  allMeters,
  insertFeatures,
  insertMeters,
  updateFeatureRow,
  updateMeterRow,
} from '../repo.ts';
import { readVersion } from '../version-input.ts';
import { latestVersions } from '../version-repo.ts';
import { couponWords, newCoupon } from './create-coupon.ts';
import { newFeature } from './create-feature.ts';
import { DEFAULT_UNIT, newMeter } from './create-meter.ts';
import { newPlan, type PlanInput, publishVersion, readOfferedWith } from './create-plan.ts';

export type PutCatalogueOptions = {
  /** Only say what would change. */
  dryRun: boolean;
  /** Take what the file does not name off sale. Nothing is ever deleted. */
  archiveMissing: boolean;
};

/**
 * Makes the catalogue what the file says. A second push of the same file changes nothing; a plan whose prices or
 * rights differ gets a new version. Refuses with `catalogue.invalid` and every fault, and with
 * `catalogue.fixed_field` where a meter or feature would become another one.
 */
export async function putCatalogue(
  ctx: CommandCtx,
  file: CatalogueFile,
  options: PutCatalogueOptions,
): Promise<readonly Change[]> {
  await lockAllPlans(ctx);
  const current = await loadCurrent(ctx);
  const { faults, fixed } = readFile(ctx, file, current);
  if (faults.length > 0) refuse('catalogue.invalid', 'The catalogue does not hold together.', { faults });
  if (fixed.length > 0) {
    refuse('catalogue.fixed_field', 'Something published cannot change.', {
      faults: fixed satisfies FieldFault[],
    });
  }
  const changes = changesOf(file, current, options.archiveMissing);
  if (options.dryRun || changes.every((change) => change.action === 'unchanged')) return changes;
  await applyMeters(ctx, file, current, changes);
  await applyFeatures(ctx, file, current, changes);
  await applyPlans(ctx, file, current, changes);
  await applyCoupons(ctx, file, current, changes);
  ctx.audit({
    action: 'catalogue.push',
    objectKind: 'tenant',
    objectId: tenantTypeId(ctx.tenant.publicId),
    details: { changes: changes.filter((change) => change.action !== 'unchanged') },
  });
  return changes;
}

async function loadCurrent(ctx: CommandCtx): Promise<Current> {
  const meters = await allMeters(ctx);
  const features = await allFeatures(ctx);
  const plans = await allPlans(ctx);
  const versions = await latestVersions(
    ctx,
    plans.map((plan) => plan.id),
  );
  const coupons = await allCoupons(ctx);
  return { meters, features, plans, versions, coupons, words: wordsOf(meters, features) };
}

type Apply = (
  ctx: CommandCtx,
  file: CatalogueFile,
  current: Current,
  changes: readonly Change[],
) => Promise<void>;

const changed = (changes: readonly Change[], kind: Change['kind']) =>
  new Map(changes.filter((change) => change.kind === kind).map((change) => [change.key, change]));

const applyMeters: Apply = async (ctx, file, current, changes) => {
  const by = changed(changes, 'meter');
  await insertMeters(
    ctx,
    file.meters
      .filter((input) => by.get(input.key)?.action === 'created')
      .map((input) => newMeter(ctx, input)),
  );
  for (const meter of current.meters) {
    const change = by.get(meter.key);
    if (change?.action !== 'updated') continue;
    const input = file.meters.find((candidate) => candidate.key === meter.key);
    await updateMeterRow(
      ctx,
      input === undefined
        ? { ...meter, archivedAt: ctx.now }
        : {
            ...meter,
            name: input.name,
            unit: input.unit ?? DEFAULT_UNIT,
            lateUsage: input.late_usage ?? null,
            archivedAt: null,
          },
    );
  }
};

const applyFeatures: Apply = async (ctx, file, current, changes) => {
  const by = changed(changes, 'feature');
  const meters = await allMeters(ctx);
  await insertFeatures(
    ctx,
    file.features
      .filter((input) => by.get(input.key)?.action === 'created')
      .map((input) => newFeature(ctx, input, meters)),
  );
  for (const feature of current.features) {
    const change = by.get(feature.key);
    if (change?.action !== 'updated') continue;
    const input = file.features.find((candidate) => candidate.key === feature.key);
    await updateFeatureRow(
      ctx,
      input === undefined
        ? { ...feature, archivedAt: ctx.now }
        : {
            ...feature,
            name: input.name,
            description: input.description ?? '',
            service: readService(input.service),
            archivedAt: null,
          },
    );
  }
};

const applyPlans: Apply = async (ctx, file, current, changes) => {
  const by = changed(changes, 'plan');
  const words = { meters: await allMeters(ctx), features: await allFeatures(ctx) };
  const draftOf = (input: CatalogueFile['plans'][number]) =>
    readVersion(input, words, '', () => ctx.newId(), input.kind).draft;
  const isNew = (input: PlanInput) => by.get(input.key)?.action === 'created';
  // Add-ons name plans, so plans that are new come first.
  const inOrder = [...file.plans].sort((left, right) => rankOfKind(left) - rankOfKind(right));
  const known = [...current.plans];
  const offered = (input: PlanInput) => readOfferedWith(input, known, '').planIds;
  for (const input of inOrder.filter(isNew)) {
    const plan = newPlan(ctx, input, offered(input));
    known.push(plan);
    await insertPlan(ctx, plan);
    await publishVersion(ctx, plan, draftOf(input));
  }
  for (const before of current.plans) {
    const change = by.get(before.key);
    if (change === undefined || change.action === 'unchanged') continue;
    const input = file.plans.find((candidate) => candidate.key === before.key);
    if (input === undefined) {
      await updatePlanRow(ctx, { ...before, archivedAt: ctx.now });
      continue;
    }
    const isNewVersion = change.action === 'new_version';
    const plan = {
      ...newPlan(ctx, input, offered(input)),
      id: before.id,
      latestVersion: before.latestVersion + (isNewVersion ? 1 : 0),
    };
    if (isNewVersion) await publishVersion(ctx, plan, draftOf(input));
    await updatePlanRow(ctx, plan);
    if (!isNewVersion) ctx.emit({ type: 'plan.updated', objectId: plan.id, payload: { key: plan.key } });
  }
};

const rankOfKind = ({ kind = 'plan' }: PlanInput) => (kind === 'plan' ? 0 : 1);

const applyCoupons: Apply = async (ctx, file, current, changes) => {
  const by = changed(changes, 'coupon');
  const words = await couponWords(ctx);
  const inputs = new Map((file.coupons ?? []).map((input) => [input.key, input]));
  for (const [key, change] of by) {
    const input = inputs.get(key);
    const before = current.coupons.find((coupon) => coupon.key === key);
    if (change.action === 'unchanged') continue;
    if (input === undefined) {
      if (before !== undefined) await updateCouponRow(ctx, { ...before, archivedAt: ctx.now });
      continue;
    }
    const draft = readCoupon(input, words, null, new FaultList());
    if (before === undefined) await insertCoupon(ctx, newCoupon(ctx, draft));
    else {
      const { name, redeemBy, maxRedemptions } = draft;
      await updateCouponRow(ctx, { ...before, name, redeemBy, maxRedemptions, archivedAt: null });
    }
  }
};
