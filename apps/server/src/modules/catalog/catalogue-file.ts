import { counted } from '@billhook/core/kernel/counted';
import type { CommandCtx } from '../../platform/context.ts';
import type { FieldFault } from '../../platform/refuse.ts';
import { type CatalogueFile, type Current, fixedFields, fullCoupon, stable } from './catalogue-diff.ts';
import { featureFault, newFeature } from './commands/create-feature.ts';
import { meterFault, newMeter } from './commands/create-meter.ts';
import { readOfferedWith } from './commands/create-plan.ts';
import { readCoupon } from './coupon-input.ts';
import { FaultList } from './faults.ts';
import { termsFaults } from './feature-terms.ts';
import { readTerms, termsDraft } from './meter-terms.ts';
import { couponDraft } from './present-coupon.ts';
import { readVersion } from './version-input.ts';

/**
 * Checks a whole catalogue file: every fault at once, with pointers into it. `fixed` are members that would turn a
 * published meter or feature into another one.
 */
export function readFile(
  ctx: CommandCtx,
  file: CatalogueFile,
  current: Current,
): { faults: FieldFault[]; fixed: FieldFault[] } {
  const faults = new FaultList();
  const fixed = new FaultList();
  for (const part of ['meters', 'features', 'plans', 'coupons'] as const)
    checkKeys(file[part] ?? [], part, faults);
  checkMeters(file, current, faults, fixed);
  const meters = withNew(current.meters, file.meters, (input) => newMeter(ctx, input));
  checkFeatures(file, current, meters, faults, fixed);
  const features = withNew(current.features, file.features, (input) => newFeature(ctx, input, meters));
  // What the file names is in use again, whether or not it was archived.
  const words = { meters: revived(meters, file.meters), features: revived(features, file.features) };
  for (const [index, plan] of file.plans.entries()) {
    faults.all.push(...readVersion(plan, words, `/plans/${index}`, () => ctx.newId(), plan.kind).faults);
  }
  checkOffers(file, current, faults, fixed);
  checkCoupons(ctx, file, current, faults, fixed);
  return { faults: faults.all, fixed: fixed.all };
}

function checkKeys(rows: readonly { key: string }[], part: string, faults: FaultList): void {
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (seen.has(row.key))
      faults.add(`/${part}/${index}/key`, 'key.duplicate', `The key ${row.key} is used twice.`);
    seen.add(row.key);
  }
}

function checkMeters(file: CatalogueFile, current: Current, faults: FaultList, fixed: FaultList): void {
  for (const [index, input] of file.meters.entries()) {
    const at = `/meters/${index}`;
    const fault = meterFault(input);
    if (fault !== null) faults.add(`${at}${fault.pointer}`, fault.code, fault.detail);
    const before = current.meters.find((meter) => meter.key === input.key);
    if (before === undefined) continue;
    const same = before.eventType === input.event_type && before.aggregation === input.aggregation;
    const reads = [input.value_property ?? null, input.unit_property ?? null];
    const terms = stable(termsDraft(before)) === stable(termsDraft({ terms: readTerms(input) }));
    if (!same || before.valueProperty !== reads[0] || before.unitProperty !== reads[1] || !terms) {
      fixed.add(at, 'meter.fixed', 'What a meter measures cannot change. Make a new one with another key.');
    }
  }
}

function checkFeatures(
  file: CatalogueFile,
  current: Current,
  meters: Current['meters'],
  faults: FaultList,
  fixed: FaultList,
): void {
  for (const [index, input] of file.features.entries()) {
    const at = `/features/${index}`;
    const fault = featureFault(input, meters);
    if (fault !== null) faults.add(`${at}/meter`, 'feature.meter', fault);
    const below = faults.below(at);
    for (const { pointer, code, detail } of termsFaults(input, meters)) below.add(pointer, code, detail);
    const before = current.features.find((feature) => feature.key === input.key);
    if (before === undefined) continue;
    const meterKey = current.words.meters.get(before.meterId ?? '')?.key ?? null;
    const isOther =
      before.valueType !== (input.value_type ?? null) ||
      before.subjectProperty !== (input.subject_property ?? null);
    if (before.kind !== input.kind || meterKey !== (input.meter ?? null) || isOther) {
      fixed.add(
        at,
        'feature.fixed',
        'Kind, meter, type of values and subject of a feature cannot change. Make a new one with another key.',
      );
    }
  }
}

/** Plans of the file, and those beside it, as others may name them. */
function plansOf(file: CatalogueFile, current: Current) {
  const named = new Set(file.plans.map(({ key }) => key));
  return [
    ...current.plans.filter(({ key }) => !named.has(key)),
    ...file.plans.map(({ key, kind = 'plan' }) => ({ id: key, key, kind })),
  ];
}

function checkOffers(file: CatalogueFile, current: Current, faults: FaultList, fixed: FaultList): void {
  const plans = plansOf(file, current);
  for (const [index, input] of file.plans.entries()) {
    faults.all.push(...readOfferedWith(input, plans, `/plans/${index}`).faults);
    const before = current.plans.find(({ key }) => key === input.key);
    if (before !== undefined && before.kind !== (input.kind ?? 'plan')) {
      fixed.add(`/plans/${index}/kind`, 'plan.fixed', 'A plan cannot become an add-on, nor the reverse.');
    }
  }
}

/** What a coupon takes off, from what and for how long never changes; who was given it keeps it. */
function checkCoupons(
  ctx: CommandCtx,
  file: CatalogueFile,
  current: Current,
  faults: FaultList,
  fixed: FaultList,
): void {
  const words = {
    planIds: new Map(
      plansOf(file, current).flatMap(({ key, kind }) => (kind === 'plan' ? [[key, key]] : [])),
    ),
    priceKeys: [
      ...file.plans.flatMap(({ prices }) => prices.map(({ key }) => key)),
      ...current.versions.flatMap(({ prices }) => prices.map(({ key }) => key)),
    ],
  };
  const keys = new Map(current.plans.map((plan) => [plan.id, plan.key]));
  for (const [index, input] of (file.coupons ?? []).entries()) {
    const before = current.coupons.find(({ key }) => key === input.key);
    const moment = before === undefined ? ctx.now : null;
    const at = `/coupons/${index}`;
    readCoupon(input, words, moment, faults.below(at));
    if (before !== undefined && fixedFields(couponDraft(before, keys), fullCoupon(input)).length > 0) {
      fixed.add(
        at,
        'coupon.fixed',
        'What a coupon takes off cannot change. Make a new one with another key.',
      );
    }
    const least = before?.redemptions ?? 0;
    if (input.max_redemptions != null && input.max_redemptions < least)
      faults.add(
        `${at}/max_redemptions`,
        'coupon.limit',
        `It was redeemed ${counted(least, 'time')} already.`,
      );
  }
}

function withNew<Row extends { key: string }, Input extends { key: string }>(
  rows: readonly Row[],
  inputs: readonly Input[],
  make: (input: Input) => Row,
): Row[] {
  const known = new Set(rows.map((row) => row.key));
  return [...rows, ...inputs.filter((input) => !known.has(input.key)).map(make)];
}

function revived<Row extends { key: string; archivedAt: number | null }>(
  rows: readonly Row[],
  inputs: readonly { key: string }[],
): Row[] {
  const named = new Set(inputs.map((input) => input.key));
  return rows.map((row) => (named.has(row.key) ? { ...row, archivedAt: null } : row));
}
