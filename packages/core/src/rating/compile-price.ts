import type { Price } from '../catalog/price.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { RoundingMode } from '../money/round.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from './policy.ts';
import { type PiecewiseAmount, piecewiseAmount } from './segments.ts';

/** Rates a quantity, scaled by 10^12, to minor units: the amount that `rateReading` gives, without a trace. */
export type CompiledPrice = (quantity: bigint) => bigint;

/**
 * A price made ready to rate many quantities quickly. Where a quantity has at most three places and all figures stay
 * below 2^53, plain numbers compute it exactly: a quotient of integers below 2^53 rounds down to the right integer.
 * Everything else goes through big integers. Null if the price or the policy needs `rateReading`.
 */
export function compilePrice(
  price: Pick<Price, 'model' | 'terms'>,
  currency: CurrencyCode,
  policy: RatingPolicy = DEFAULT_RATING_POLICY,
): CompiledPrice | null {
  if (policy.negativeQuantity === 'reject') return null;
  const amount = piecewiseAmount(price, currency, policy);
  const table = amount === null ? null : roundingTable(amount, policy.rounding);
  if (table === null) return null;
  const { minimumMinor, maximumMinor } = price.terms;
  const wide = wideRater(table);
  const rate = numberRater(table, wide) ?? wide;
  if (minimumMinor === null && maximumMinor === null) return rate;
  // Bounds are whole minor units, so that it makes no difference whether they apply before or after rounding.
  return (quantity) => {
    const rated = rate(quantity);
    const capped = maximumMinor !== null && rated > maximumMinor ? maximumMinor : rated;
    return minimumMinor !== null && capped < minimumMinor ? minimumMinor : capped;
  };
}

/** Straight lines whose value, rounded down, is the rounded amount: `(quantity × slope + base) / divisor`. */
export interface RoundingTable {
  /** The last quantity of every line but the last one. */
  readonly ends: readonly bigint[];
  readonly slopes: readonly bigint[];
  readonly bases: readonly bigint[];
  readonly divisor: bigint;
}

/** Rounding becomes part of the lines: half a unit is added before the cut. Null for half to even, which depends on the result. */
function roundingTable({ denominator, segments }: PiecewiseAmount, mode: RoundingMode): RoundingTable | null {
  if (mode === 'half_even') return null;
  const factor = mode === 'half_away_from_zero' ? 2n : 1n;
  const more = mode === 'half_away_from_zero' ? denominator : mode === 'up' ? denominator - 1n : 0n;
  return {
    ends: segments.slice(0, -1).map((segment) => segment.upTo ?? 0n),
    slopes: segments.map((segment) => factor * segment.slope),
    bases: segments.map((segment) => factor * segment.base + more),
    divisor: factor * denominator,
  };
}

function wideRater({ ends, slopes, bases, divisor }: RoundingTable): CompiledPrice {
  const last = ends.length;
  // Below what is included, and below zero, the first line is flat.
  return (quantity) => {
    let line = 0;
    while (line < last && quantity > (ends[line] as bigint)) line += 1;
    return (quantity * (slopes[line] as bigint) + (bases[line] as bigint)) / divisor;
  };
}

/** Quantities are taken in thousandths. */
const QUANTUM = 1_000_000_000n;
const MAX_UINT64 = 2n ** 64n - 1n;
const HALF_SAFE = 2 ** 52;

// One quantity at a time is split into its two halves here, because that makes no garbage.
const quantityBits = new BigUint64Array(1);
const halves = new Uint32Array(quantityBits.buffer);

/**
 * The same table over thousandths in plain numbers; null where the price itself is too fine or too large for them.
 *
 * @param wide rates the quantities that are too fine, too large or below zero
 */
export function numberRater(table: RoundingTable, wide: CompiledPrice): CompiledPrice | null {
  if (table.ends.some((end) => end % QUANTUM !== 0n)) return null;
  const scaled = [table.divisor, ...table.bases, ...table.slopes.map((slope) => slope * QUANTUM)];
  const common = scaled.reduce(greatestCommonDivisor);
  const small = scaled.map((figure) => Number(figure / common));
  if (small.some((figure) => Math.abs(figure) >= HALF_SAFE)) return null;
  const count = table.slopes.length;
  const divisor = small[0] as number;
  const bases = Float64Array.from(small.slice(1, 1 + count));
  const slopes = Float64Array.from(small.slice(1 + count));
  const ends = Float64Array.from(table.ends, (end) => Number(end / QUANTUM));
  const last = ends.length;
  const limit = Math.min(HALF_SAFE, Math.floor(HALF_SAFE / Math.max(1, ...slopes)));
  return (quantity) => {
    if (quantity > MAX_UINT64 || quantity < 0n) return wide(quantity);
    quantityBits[0] = quantity;
    const low = halves[0] as number;
    const near = (halves[1] as number) * 4_294_967_296 + low;
    const thousandths = Math.round(near / 1e9);
    // The estimate is less than 2^32 off, so it is right if the low 32 bits agree: the quantity has three places at most.
    const isExact = Math.imul(thousandths, 1e9) >>> 0 === low;
    if (!isExact || thousandths >= limit) return wide(quantity);
    let line = 0;
    while (line < last && thousandths > (ends[line] as number)) line += 1;
    return BigInt(Math.floor((thousandths * (slopes[line] as number) + (bases[line] as number)) / divisor));
  };
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}
