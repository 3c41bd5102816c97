import type { ProratedGraduatedModel, Tier } from '../catalog/price-model.ts';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { addRational, RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import type { RatingPolicy } from './policy.ts';
import type { PriceReading, ProratedUnits } from './reading.ts';
import { rationalOf, sliceOf } from './slice.ts';
import { graduatedSlices } from './tiered.ts';
import type { TierSlice } from './trace.ts';

/**
 * Graduated by whole units, charged for the part of the period that each was there: every event moves the level of
 * whole units through the tiers, and its prorated units are priced in the tiers that it passes, in proportion. Flat
 * amounts are whole, for every tier that the level has been in. Refusal: `rating.prorated_missing`.
 */
export function proratedSlices(
  model: ProratedGraduatedModel,
  reading: PriceReading,
  currency: CurrencyCode,
  policy: RatingPolicy,
): Result<readonly TierSlice[]> {
  const { prorated } = reading;
  if (prorated === undefined && reading.quantity !== DECIMAL12_ZERO) {
    return refuse('rating.prorated_missing', 'This price needs the prorated units of every event.');
  }
  const events = prorated ?? [];
  if (policy.proratedTiers === 'prorated_units_pick_tier') {
    let sum = 0n;
    for (const event of events) sum += event.prorated;
    const to = rationalOf(decimal12FromScaled(sum < 0n ? 0n : sum));
    const stretch = { from: RATIONAL_ZERO, to, isFirst: true };
    return graduatedSlices({ ...model, unit: 'units' }, stretch, currency, policy);
  }
  return ok(slicesByLevel(model, events, currency, policy));
}

function slicesByLevel(
  model: ProratedGraduatedModel,
  events: readonly ProratedUnits[],
  currency: CurrencyCode,
  policy: RatingPolicy,
): readonly TierSlice[] {
  const quantities = model.tiers.map(() => RATIONAL_ZERO);
  let level = 0n;
  let peak = 0n;
  for (const event of events) {
    spread(model.tiers, level, event, quantities);
    level += event.full;
    if (level > peak) peak = level;
  }
  return model.tiers.flatMap((tier, index) => {
    const from = lowerBound(model.tiers, index);
    const isEntered = peak > from || (index === 0 && policy.zeroQuantity === 'charged');
    const quantity = quantities[index] as Rational;
    if (!isEntered && quantity.numerator === 0n) return [];
    const { unitPrice, flatMinor, upTo } = tier;
    const capMinor = tier.capMinor == null ? null : rational(tier.capMinor, 1n);
    const parts = { quantity, unitPrice, per: model.per, from, upTo, capMinor };
    return [sliceOf({ ...parts, flatMinor: isEntered ? flatMinor : 0n }, currency)];
  });
}

/** Adds the prorated units of one event to the tiers between the level before it and after it. */
function spread(tiers: readonly Tier[], level: bigint, event: ProratedUnits, quantities: Rational[]): void {
  const after = level + event.full;
  const [low, high] = level < after ? [level, after] : [after, level];
  for (const [index, { upTo }] of tiers.entries()) {
    const from = lowerBound(tiers, index);
    // The first tier also holds what lies below zero, and the last one what lies above its end.
    const bottom = index === 0 || low > from ? low : from;
    const top = upTo === null || index === tiers.length - 1 || high < upTo ? high : upTo;
    const share = low === high ? sameLevel(level, from, upTo, index) : top > bottom ? top - bottom : 0n;
    if (share === 0n) continue;
    const part = rational(event.prorated * share, low === high ? 10n ** 12n : 10n ** 12n * (high - low));
    quantities[index] = addRational(quantities[index] as Rational, part);
  }
}

/** An event that moves nothing is priced in the tier of the level that it leaves. */
function sameLevel(level: bigint, from: bigint, upTo: bigint | null, index: number): bigint {
  const isIn = (index === 0 || level > from) && (upTo === null || level <= upTo);
  return isIn ? 1n : 0n;
}

function lowerBound(tiers: readonly Tier[], index: number): Decimal12 {
  return tiers[index - 1]?.upTo ?? DECIMAL12_ZERO;
}
