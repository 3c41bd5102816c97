import { invariant } from '../kernel/invariant.ts';

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
