import { invariant } from '../kernel/invariant.ts';

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
  // Reduced, because sums over many items would otherwise grow a denominator of thousands of digits.
  return reduceRational({
    numerator: left.numerator * right.denominator + right.numerator * left.denominator,
    denominator: left.denominator * right.denominator,
  });
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
