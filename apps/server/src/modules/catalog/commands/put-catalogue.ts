import type { CommandCtx } from '../../../platform/context.ts';
import type { FieldFault } from '../../../platform/refuse.ts';
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

/** What a file would do, before anything is written: `changes` may be asked for where there are no faults. */
export type CatalogueReading<OneChange = Change> = {
  faults: readonly FieldFault[];
  /** Something published would become another thing. */
  fixed: readonly FieldFault[];
  changes(): readonly OneChange[];
  apply(ctx: CommandCtx, changes: readonly OneChange[]): Promise<void>;
};

/**
 * Reads a whole catalogue file against what is there, under the lock of all plans. A second push of the same file
 * changes nothing; a plan whose prices or rights differ gets a new version.
 *
 * @param archiveMissing takes what the file does not name off sale; nothing is ever deleted
 */
export async function readCatalogue(
  ctx: CommandCtx,
  file: CatalogueFile,
  archiveMissing: boolean,
): Promise<CatalogueReading> {
  await lockAllPlans(ctx);
  const current = await loadCurrent(ctx);
  return {
    ...readFile(ctx, file, current),
    changes: () => changesOf(file, current, archiveMissing),
    async apply(command, changes) {
      await applyMeters(command, file, current, changes);
      await applyFeatures(command, file, current, changes);
      await applyPlans(command, file, current, changes);
      await applyCoupons(command, file, current, changes);
    },
  };
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
