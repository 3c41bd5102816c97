import { reduceRational } from '../../money/rational.ts';
import type { RoundingMode } from '../../money/round.ts';
import { MS_PER_SECOND } from '../../time/instant.ts';

/** Whole numbers below this are exact in plain numbers, and so is a quotient of them rounded down, also with half added. */
export const SMALL_BELOW = 2 ** 51;

/** A fraction in plain whole numbers, in lowest terms. */
export interface SmallFraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** Null if the fraction is too fine or too large for plain numbers. */
export function smallFraction(numerator: bigint, denominator: bigint): SmallFraction | null {
  const reduced = reduceRational({ numerator, denominator });
  const small = { numerator: Number(reduced.numerator), denominator: Number(reduced.denominator) };
  return Math.abs(small.numerator) < SMALL_BELOW && small.denominator < SMALL_BELOW ? small : null;
}

/** `roundRational` of two whole numbers below `SMALL_BELOW`; the denominator is positive. */
export function roundedQuotient(numerator: number, denominator: number, mode: RoundingMode): number {
  const size = numerator < 0 ? -numerator : numerator;
  const floor = Math.floor(size / denominator);
  const rest = size - floor * denominator;
  let rounded = floor;
  if (rest !== 0) {
    if (mode === 'half_away_from_zero') rounded = rest * 2 >= denominator ? floor + 1 : floor;
    else if (mode === 'up') rounded = floor + 1;
    else if (mode === 'half_even')
      rounded = rest * 2 > denominator || (rest * 2 === denominator && floor % 2 === 1) ? floor + 1 : floor;
  }
  return numerator < 0 ? 0 - rounded : rounded;
}

/** What a part of a period costs of an amount, rounded; null if the figures are too large for plain numbers. */
export function roundedShare(
  { numerator, denominator }: SmallFraction,
  partMs: number,
  wholeMs: number,
  mode: RoundingMode,
): number | null {
  const unitMs = partMs % MS_PER_SECOND === 0 && wholeMs % MS_PER_SECOND === 0 ? MS_PER_SECOND : 1;
  const above = numerator * (partMs / unitMs);
  const below = denominator * (wholeMs / unitMs);
  return above < SMALL_BELOW && below < SMALL_BELOW ? roundedQuotient(above, below, mode) : null;
}

/** Up to so many parts are searched for the largest remainder again and again; more are sorted. */
const FEW = 16;

/**
 * Gives one unit more to the `missing` parts with the largest remainders, ties to the earlier part: the last step of a
 * split that adds up.
 *
 * @param parts rounded down; changed in place at `places[0..count)`
 * @param remainders whole numbers below `bound`, by the same places; those that were served are set to −1
 * @returns false if the figures are too large to be sorted exactly
 */
export function giveToLargest(
  parts: Float64Array,
  remainders: Float64Array,
  places: Int32Array,
  count: number,
  missing: number,
  bound: number,
): boolean {
  if (count <= FEW) {
    for (let given = 0; given < missing; given += 1) giveToOne(parts, remainders, places, count);
    return true;
  }
  if (missing === 0) return true;
  if (bound * count >= SMALL_BELOW) return false;
  const keys = new Float64Array(count);
  // One number holds the remainder and, below it, how early the part stands: sorting numbers is fast and exact.
  for (let at = 0; at < count; at += 1)
    keys[at] = (remainders[places[at] as number] as number) * count + (count - 1 - at);
  keys.sort();
  for (let given = 0; given < missing; given += 1) {
    const at = count - 1 - ((keys[count - 1 - given] as number) % count);
    const place = places[at] as number;
    parts[place] = (parts[place] as number) + 1;
  }
  return true;
}

function giveToOne(parts: Float64Array, remainders: Float64Array, places: Int32Array, count: number): void {
  let best = -1;
  let place = 0;
  for (let at = 0; at < count; at += 1) {
    const candidate = places[at] as number;
    const remainder = remainders[candidate] as number;
    if (remainder > best) {
      best = remainder;
      place = candidate;
    }
  }
  parts[place] = (parts[place] as number) + 1;
  remainders[place] = -1;
}
