import type { StairStep, Tier } from '../catalog/price-model.ts';
import { DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import {
  compareRational,
  largerRational,
  RATIONAL_ONE,
  RATIONAL_ZERO,
  type Rational,
  rational,
  smallerRational,
  subtractRational,
} from '../money/rational.ts';
import type { Stretch } from './billable-units.ts';
import type { RatingPolicy } from './policy.ts';
import { rationalOf, sliceOf } from './slice.ts';
import type { TierSlice } from './trace.ts';

/** Tiers as they are rated, whatever they price: units, or money by percent. */
export interface RatedTiers {
  readonly tiers: readonly Tier[];
  readonly per: bigint;
  readonly unit: TierSlice['unit'];
}

type Slices = Result<readonly TierSlice[]>;

/** True if a quantity reaches into a tier: above its lower bound, even by a fraction; zero reaches the first by policy. */
function reaches(quantity: Rational, lower: Decimal12, index: number, policy: RatingPolicy): boolean {
  if (index === 0 && policy.zeroQuantity === 'charged') return true;
  return compareRational(quantity, rationalOf(lower)) > 0;
}

/**
 * Each unit at the price of the tier that it falls in. A later line of a period pays for its own units, and the flat
 * amounts of the tiers that it is the first to enter. Refusal: `rating.beyond_last_tier`.
 */
export function graduatedSlices(
  rated: RatedTiers,
  stretch: Stretch,
  currency: CurrencyCode,
  policy: RatingPolicy,
): Slices {
  const slices: TierSlice[] = [];
  let lower = DECIMAL12_ZERO;
  for (const [index, tier] of rated.tiers.entries()) {
    if (!reaches(stretch.to, lower, index, policy)) return ok(slices);
    const wasEntered = !stretch.isFirst && reaches(stretch.from, lower, index, policy);
    const quantity = within(stretch.from, stretch.to, lower, tier.upTo);
    if (!wasEntered || quantity.numerator > 0n) {
      slices.push(tierSlice(rated, tier, lower, quantity, wasEntered ? stretch.from : null, currency));
    }
    if (tier.upTo === null) return ok(slices);
    lower = tier.upTo;
  }
  return compareRational(stretch.to, rationalOf(lower)) > 0 && policy.boundedLastTier === 'reject'
    ? beyondLastTier()
    : ok(slices);
}

/** The part of the units above `from` up to `to` that lies in a tier. */
export function within(from: Rational, to: Rational, lower: Decimal12, upTo: Decimal12 | null): Rational {
  const top = upTo === null ? to : smallerRational(to, rationalOf(upTo));
  const bottom = largerRational(from, rationalOf(lower));
  return compareRational(top, bottom) > 0 ? subtractRational(top, bottom) : RATIONAL_ZERO;
}

/** @param earlierUnits up to where earlier lines have been in this tier; null if they did not enter it */
function tierSlice(
  { per, unit }: RatedTiers,
  tier: Tier,
  from: Decimal12,
  quantity: Rational,
  earlierUnits: Rational | null,
  currency: CurrencyCode,
): TierSlice {
  const cap = tier.capMinor ?? null;
  const { upTo, unitPrice } = tier;
  const flatMinor = earlierUnits === null ? tier.flatMinor : 0n;
  if (cap === null) return sliceOf({ unit, from, upTo, unitPrice, per, quantity, flatMinor }, currency);
  const parts = { unit, from, upTo, unitPrice, per };
  if (earlierUnits === null)
    return sliceOf({ ...parts, quantity, flatMinor, capMinor: rational(cap, 1n) }, currency);
  const used = within(RATIONAL_ZERO, earlierUnits, from, tier.upTo);
  const capMinor = rational(cap, 1n);
  const earlier = sliceOf({ ...parts, quantity: used, flatMinor: tier.flatMinor, capMinor }, currency);
  return sliceOf(
    { ...parts, quantity, flatMinor, capMinor: subtractRational(capMinor, earlier.exactMinor) },
    currency,
  );
}

/** All units at the price of the tier that the total falls in. Refusal: `rating.beyond_last_tier`. */
export function volumeSlices(
  rated: RatedTiers,
  quantity: Rational,
  tierQuantity: Rational,
  currency: CurrencyCode,
  policy: RatingPolicy,
): Slices {
  if (tierQuantity.numerator === 0n && policy.zeroQuantity === 'free') return ok([]);
  const index = tierOf(rated.tiers, tierQuantity);
  const last = rated.tiers.at(-1);
  const tier = rated.tiers[index] ?? last;
  if (tier === undefined) return ok([]);
  const isBeyond = index === rated.tiers.length;
  if (isBeyond && policy.boundedLastTier === 'reject') return beyondLastTier();
  const from = rated.tiers[isBeyond ? index - 2 : index - 1]?.upTo ?? DECIMAL12_ZERO;
  const covered =
    isBeyond && tier.upTo !== null ? smallerRational(quantity, rationalOf(tier.upTo)) : quantity;
  return ok([tierSlice(rated, tier, from, covered, null, currency)]);
}

/** One amount for the step that the total falls on. Refusal: `rating.beyond_last_tier`. */
export function stairSlices(
  steps: readonly StairStep[],
  quantity: Rational,
  currency: CurrencyCode,
  policy: RatingPolicy,
): Slices {
  if (quantity.numerator === 0n && policy.zeroQuantity === 'free') return ok([]);
  const index = tierOf(steps, quantity);
  if (index === steps.length && policy.boundedLastTier === 'reject') return beyondLastTier();
  const at = Math.min(index, steps.length - 1);
  const step = steps[at];
  if (step === undefined) return ok([]);
  const from = steps[at - 1]?.upTo ?? DECIMAL12_ZERO;
  const { upTo, amountMinor: flatMinor } = step;
  return ok([
    sliceOf({ quantity: RATIONAL_ONE, unitPrice: DECIMAL12_ZERO, flatMinor, from, upTo }, currency),
  ]);
}

/** The number of the first tier that holds the quantity; the number of tiers if none does. */
function tierOf(tiers: readonly { readonly upTo: Decimal12 | null }[], quantity: Rational): number {
  const index = tiers.findIndex(
    ({ upTo }) => upTo === null || compareRational(quantity, rationalOf(upTo)) <= 0,
  );
  return index < 0 ? tiers.length : index;
}

export function beyondLastTier(): Result<never> {
  return refuse('rating.beyond_last_tier', 'The quantity is larger than the last tier allows.');
}
