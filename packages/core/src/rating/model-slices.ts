import type { GraduatedPercentageModel, PackageModel, PriceModel } from '../catalog/price-model.ts';
import { DECIMAL12_SCALE, decimal12FromScaled } from '../kernel/decimal.ts';
import { unreachable } from '../kernel/invariant.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { addRational, RATIONAL_ZERO, type Rational, rational, subtractRational } from '../money/rational.ts';
import { type BillableUnits, QuantityWalk, type Stretch } from './billable-units.ts';
import { eventAmounts, needsSingleEvents, percentageSlices } from './event-slices.ts';
import type { RatingPolicy } from './policy.ts';
import { proratedSlices } from './prorated-slices.ts';
import type { PriceReading } from './reading.ts';
import { rationalOf, sliceOf } from './slice.ts';
import { graduatedSlices, type RatedTiers, stairSlices, volumeSlices } from './tiered.ts';
import type { QuantityStep, TierSlice } from './trace.ts';
import { blockSlices, capacitySlices, matrixSlices } from './unit-slices.ts';

/** Everything that rating one line rests on, beside the model itself. */
export interface RatingScope {
  readonly reading: PriceReading;
  readonly units: BillableUnits;
  readonly currency: CurrencyCode;
  readonly policy: RatingPolicy;
}

export interface ModelSlices {
  readonly slices: readonly TierSlice[];
  /** What the model itself does to the quantity before it is priced. */
  readonly steps: readonly QuantityStep[];
}

/** What each part of a quantity costs under a model. Refusals are those of the models. */
export function modelSlices(model: PriceModel, scope: RatingScope): Result<ModelSlices> {
  if (model.kind === 'package') return ok(packageSlices(model, scope));
  const slices = slicesOf(model, scope);
  return slices.ok ? ok({ slices: slices.value, steps: [] }) : slices;
}

function slicesOf(
  model: Exclude<PriceModel, PackageModel>,
  scope: RatingScope,
): Result<readonly TierSlice[]> {
  const { reading, units, currency, policy } = scope;
  const { stretch } = units;
  const quantity = subtractRational(stretch.to, stretch.from);
  switch (model.kind) {
    case 'flat':
      return ok([]);
    case 'per_unit':
      return ok([sliceOf({ quantity, unitPrice: model.unitPrice, per: model.per }, currency)]);
    case 'graduated':
      return graduatedSlices({ ...model, unit: 'units' }, stretch, currency, policy);
    case 'volume':
      return volumeSlices({ ...model, unit: 'units' }, stretch.to, tierQuantity(scope), currency, policy);
    case 'stair_step':
      return stairSlices(model.steps, tierQuantity(scope), currency, policy);
    case 'percentage': {
      const amounts =
        reading.amounts === undefined && !needsSingleEvents(model)
          ? ok([units.quantity])
          : eventAmounts(reading, policy);
      return amounts.ok ? ok(percentageSlices(model, amounts.value, currency, policy)) : amounts;
    }
    case 'graduated_percentage':
      return graduatedPercentage(model, scope);
    case 'matrix':
      return matrixSlices(model, reading, currency, policy);
    case 'dynamic': {
      const sum = sumOfAmounts(scope);
      const unitPrice = decimal12FromScaled(DECIMAL12_SCALE);
      return sum.ok ? ok([sliceOf({ unit: 'money', quantity: sum.value, unitPrice }, currency)]) : sum;
    }
    case 'dynamic_multiplier':
      return ok([sliceOf({ quantity, unitPrice: model.multiplier, unit: 'money' }, currency)]);
    case 'block_tiers':
      return blockSlices(model, reading, currency, policy);
    case 'capacity_tiers':
      return capacitySlices(model, reading, currency, policy);
    case 'prorated_graduated':
      return proratedSlices(model, reading, currency, policy);
    case 'commitment':
      // It has no price of its own: its line is worked out from the other lines of the period.
      return ok([]);
    default:
      return unreachable(model);
  }
}

/** The quantity that selects the tier: the whole billable one, unless the reading names another. */
function tierQuantity({ reading, units }: RatingScope): Rational {
  return reading.tierQuantity === undefined ? units.stretch.to : rationalOf(reading.tierQuantity);
}

/** The sum of the event amounts if they are known one by one, and else the quantity, which is that sum. */
function sumOfAmounts({ reading, units, policy }: RatingScope): Result<Rational> {
  if (reading.amounts === undefined) return ok(subtractRational(units.stretch.to, units.stretch.from));
  const amounts = eventAmounts(reading, policy);
  if (!amounts.ok) return amounts;
  let sum = 0n;
  for (const amount of amounts.value) sum += amount;
  return ok(rationalOf(decimal12FromScaled(sum)));
}

function graduatedPercentage(
  model: GraduatedPercentageModel,
  scope: RatingScope,
): Result<readonly TierSlice[]> {
  const { reading, units, currency, policy } = scope;
  const rated: RatedTiers = {
    unit: 'money',
    per: 100n,
    tiers: model.tiers.map(({ upTo, ratePercent, flatMinor }) => ({
      upTo,
      unitPrice: ratePercent,
      flatMinor,
    })),
  };
  if (reading.amounts === undefined) return graduatedSlices(rated, units.stretch, currency, policy);
  if (policy.eventInput === 'sum_of_events') {
    const sum = sumOfAmounts(scope);
    if (!sum.ok) return sum;
    const { from, isFirst } = units.stretch;
    return graduatedSlices(rated, { from, to: addRational(from, sum.value), isFirst }, currency, policy);
  }
  const amounts = eventAmounts(reading, policy);
  if (!amounts.ok) return amounts;
  const slices: TierSlice[] = [];
  for (const amount of amounts.value) {
    const stretch: Stretch = { from: RATIONAL_ZERO, to: rationalOf(amount), isFirst: true };
    const more = graduatedSlices(rated, stretch, currency, policy);
    if (!more.ok) return more;
    slices.push(...more.value);
  }
  return ok(mergedByTier(slices, currency));
}

/** Slices of many events in the same tier as one slice, so that an explanation stays short. */
function mergedByTier(slices: readonly TierSlice[], currency: CurrencyCode): readonly TierSlice[] {
  const merged = new Map<bigint, TierSlice>();
  for (const slice of slices) {
    const before = merged.get(slice.from);
    const { label: _, ...rest } = slice;
    const quantity = before === undefined ? slice.quantity : addRational(before.quantity, slice.quantity);
    const flatMinor = slice.flatMinor + (before?.flatMinor ?? 0n);
    merged.set(slice.from, sliceOf({ ...rest, quantity, flatMinor }, currency));
  }
  return [...merged.values()];
}

/** A started package counts whole; a later line pays for the packages that it is the first to start. */
function packageSlices(model: PackageModel, { units, currency }: RatingScope): ModelSlices {
  const { from, to } = units.stretch;
  const walk = new QuantityWalk(subtractRational(to, from));
  const isLater = from.numerator > 0n;
  if (isLater) walk.take({ step: 'earlier_units', units: from, from: walk.quantity, to });
  const packages = startedPackages(to, model.size);
  walk.take({ step: 'packages', size: model.size, from: to, to: packages });
  if (isLater) walk.takeOff(startedPackages(from, model.size));
  const slice = sliceOf(
    { unit: 'packages', quantity: walk.quantity, unitPrice: model.packagePrice },
    currency,
  );
  return { slices: [slice], steps: walk.steps };
}

function startedPackages(quantity: Rational, size: bigint): Rational {
  const numerator = quantity.numerator * DECIMAL12_SCALE;
  const denominator = quantity.denominator * size;
  return rational((numerator + denominator - 1n) / denominator, 1n);
}
