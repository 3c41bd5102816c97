import { invariant } from '../kernel/invariant.ts';
import type { Rational } from './rational.ts';

/**
 * Splits an amount in proportion to weights so that the parts always add up to the whole. Every part gets its share
 * rounded towards zero; the units left over go one each to the largest remainders, ties to the earlier part.
 * If all weights are zero the parts are weighted equally.
 *
 * @param amountMinor may be negative; the parts then are the negated parts of the positive amount
 * @param weights not negative, at least one
 */
export function allocate(amountMinor: bigint, weights: readonly bigint[]): bigint[] {
  invariant(weights.length > 0, 'An amount is split over at least one part.');
  invariant(
    weights.every((weight) => weight >= 0n),
    'Weights of a split are not negative.',
  );
  let total = 0n;
  for (const weight of weights) total += weight;
  if (total === 0n)
    return allocate(
      amountMinor,
      weights.map(() => 1n),
    );

  const negative = amountMinor < 0n;
  const magnitude = negative ? -amountMinor : amountMinor;
  const parts = weights.map((weight) => (magnitude * weight) / total);
  let left = magnitude;
  for (const part of parts) left -= part;
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (magnitude * weight) % total }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return negative ? parts.map((part) => -part) : parts;
}

/**
 * Rounds exact parts so that they add up to a total that was rounded on their sum. Every part is first rounded down;
 * the units still missing go one each to the largest fractions, ties to the earlier part. Parts may have either sign.
 *
 * @param total the rounded sum of `exacts`
 */
export function spreadRounding(total: bigint, exacts: readonly Rational[]): bigint[] {
  const floors = exacts.map((exact) => floorRational(exact));
  let missing = total;
  for (const floor of floors) missing -= floor;
  invariant(
    missing >= 0n && missing <= BigInt(exacts.length),
    'The total must be the rounded sum of its parts.',
  );
  const byFraction = exacts
    .map((exact, index) => ({ index, ...fractionOf(exact, floors[index] as bigint) }))
    .sort((a, b) => {
      const left = a.numerator * b.denominator;
      const right = b.numerator * a.denominator;
      return left === right ? a.index - b.index : left > right ? -1 : 1;
    });
  for (const { index } of byFraction.slice(0, Number(missing)))
    floors[index] = (floors[index] as bigint) + 1n;
  return floors;
}

function floorRational(value: Rational): bigint {
  const quotient = value.numerator / value.denominator;
  return value.numerator < 0n && value.numerator % value.denominator !== 0n ? quotient - 1n : quotient;
}

function fractionOf(value: Rational, floor: bigint): Rational {
  return { numerator: value.numerator - floor * value.denominator, denominator: value.denominator };
}
