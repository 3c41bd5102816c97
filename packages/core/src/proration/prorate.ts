import { invariant } from '../kernel/invariant.ts';
import { multiplyRational, type Rational } from '../money/rational.ts';
import { MS_PER_SECOND } from '../time/instant.ts';
import { type Period, periodLengthMs } from '../time/period.ts';

/**
 * The share of a whole period that a part of it takes, by elapsed time to the millisecond. The denominator is always
 * the full period, also where the service began inside it, so that shares of one period add up to one.
 *
 * Worked example: 10 days of a 30-day month are 864000000/2592000000 = 1/3.
 */
export function shareOf(part: Period, whole: Period): Rational {
  invariant(whole.start <= part.start && part.end <= whole.end, 'A part lies inside its period.');
  invariant(whole.start < whole.end, 'An empty period has no shares.');
  return fraction(periodLengthMs(part), periodLengthMs(whole));
}

/** The exact amount for a share of a period. It is rounded later, once, at the line. */
export function prorate(fullMinor: Rational, share: Rational): Rational {
  return multiplyRational(fullMinor, share);
}

/** Two counts as a fraction in lowest terms. The division is done in numbers, which bigints are many times slower at. */
export function fraction(part: number, whole: number): Rational {
  // Periods are whole seconds nearly always, and small whole numbers divide several times faster.
  const isSmall =
    part % MS_PER_SECOND === 0 && whole % MS_PER_SECOND === 0 && Math.max(part, whole) < SMALL_BELOW_MS;
  const divisor = isSmall ? secondsDivisor(part, whole) : commonDivisor(part, whole);
  return { numerator: BigInt(part / divisor), denominator: BigInt(whole / divisor) };
}

const SMALL_BELOW_MS = 2 ** 31 * MS_PER_SECOND;

function secondsDivisor(partMs: number, wholeMs: number): number {
  let a = (wholeMs / MS_PER_SECOND) | 0;
  let b = (partMs / MS_PER_SECOND) | 0;
  while (b !== 0) {
    const rest = (a % b) | 0;
    a = b;
    b = rest;
  }
  return a * MS_PER_SECOND;
}

function commonDivisor(part: number, whole: number): number {
  return part === 0 ? whole : commonDivisor(whole % part, part);
}
