import { invariant } from '../kernel/invariant.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';

/** An exact fraction. The denominator is positive; fractions are not reduced unless asked for. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const RATIONAL_ZERO: Rational = { numerator: 0n, denominator: 1n };
export const RATIONAL_ONE: Rational = { numerator: 1n, denominator: 1n };

/** @throws InvariantError if the denominator is zero */
export function rational(numerator: bigint, denominator: bigint): Rational {
  invariant(denominator !== 0n, 'A fraction needs a denominator other than zero.');
  return denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator };
}

export function addRational(left: Rational, right: Rational): Rational {
  if (left.denominator === right.denominator) {
    return { numerator: left.numerator + right.numerator, denominator: left.denominator };
  }
  if (left.numerator === 0n) return right;
  if (right.numerator === 0n) return left;
  const [fine, coarse] = left.denominator > right.denominator ? [left, right] : [right, left];
  if (fine.denominator % coarse.denominator === 0n) {
    const factor = fine.denominator / coarse.denominator;
    return { numerator: fine.numerator + coarse.numerator * factor, denominator: fine.denominator };
  }
  // Reduced, because sums over many items would otherwise grow a denominator of thousands of digits.
  return reduceRational({
    numerator: left.numerator * right.denominator + right.numerator * left.denominator,
    denominator: left.denominator * right.denominator,
  });
}

export function subtractRational(left: Rational, right: Rational): Rational {
  return addRational(left, negateRational(right));
}

/** Negative if `left` is the smaller one, positive if it is the larger one, 0 if they are equal. */
export function compareRational(left: Rational, right: Rational): -1 | 0 | 1 {
  if (left.denominator === right.denominator) {
    return left.numerator < right.numerator ? -1 : left.numerator > right.numerator ? 1 : 0;
  }
  const a = left.numerator * right.denominator;
  const b = right.numerator * left.denominator;
  return a < b ? -1 : a > b ? 1 : 0;
}

export function smallerRational(left: Rational, right: Rational): Rational {
  return compareRational(left, right) <= 0 ? left : right;
}

export function largerRational(left: Rational, right: Rational): Rational {
  return compareRational(left, right) >= 0 ? left : right;
}

export function multiplyRational(left: Rational, right: Rational): Rational {
  return {
    numerator: left.numerator * right.numerator,
    denominator: left.denominator * right.denominator,
  };
}

export function negateRational(value: Rational): Rational {
  return { numerator: -value.numerator, denominator: value.denominator };
}

/** The same value in lowest terms: the form in which a fraction is kept and shown. */
export function reduceRational(value: Rational): Rational {
  const divisor = greatestCommonDivisor(
    value.numerator < 0n ? -value.numerator : value.numerator,
    value.denominator,
  );
  return divisor === 1n
    ? value
    : { numerator: value.numerator / divisor, denominator: value.denominator / divisor };
}

/** The fraction's value as text, `3/4` or `-3`: what `formatRational` wrote. Refusal: `rational.malformed`. */
export function parseRational(text: string): Result<Rational> {
  const match = /^(-?(?:0|[1-9][0-9]{0,199}))(?:\/([1-9][0-9]{0,199}))?$/.exec(text);
  if (match === null) return refuse('rational.malformed', 'A fraction is written like 3/4 or 3.');
  return ok(rational(BigInt(String(match[1])), BigInt(match[2] ?? '1')));
}

/** `3/4`, or `3` for a whole number: the text form in explanations. */
export function formatRational(value: Rational): string {
  const { numerator, denominator } = reduceRational(value);
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let a = left;
  let b = right;
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}
