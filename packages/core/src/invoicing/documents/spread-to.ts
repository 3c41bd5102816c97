import { invariant } from '../../kernel/invariant.ts';
import type { Rational } from '../../money/rational.ts';

/**
 * Gives a total to exact parts that nearly add up to it: every part is rounded down, and the units that are missing or
 * too many go one each to the largest fractions, or from the smallest ones, around and around. Ties go to the earlier
 * part. The parts always add up to the total.
 */
export function spreadTo(total: bigint, exacts: readonly Rational[]): bigint[] {
  if (exacts.length === 0) {
    invariant(total === 0n, 'A total of something needs a part.');
    return [];
  }
  const parts = exacts.map(floorOf);
  let missing = total;
  for (const part of parts) missing -= part;
  const order = exacts
    .map((exact, index) => ({
      index,
      rest: exact.numerator - (parts[index] as bigint) * exact.denominator,
      exact,
    }))
    .sort((a, b) => {
      const left = a.rest * b.exact.denominator;
      const right = b.rest * a.exact.denominator;
      return left === right ? a.index - b.index : left > right ? -1 : 1;
    });
  if (missing < 0n) order.reverse();
  const step = missing < 0n ? -1n : 1n;
  const count = BigInt(order.length);
  const rounds = (missing * step) / count;
  const rest = Number((missing * step) % count);
  for (const [at, { index }] of order.entries())
    parts[index] = (parts[index] as bigint) + step * (rounds + (at < rest ? 1n : 0n));
  return parts;
}

function floorOf({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}
