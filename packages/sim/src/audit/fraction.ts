import type { RoundingMode } from '@billhook/core/money/round';

/** The auditor's own arithmetic: exact fractions, nothing shared with core. The denominator is above zero. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO: Fraction = { n: 0n, d: 1n };
export const ONE: Fraction = { n: 1n, d: 1n };
/** Quantities and unit prices have twelve places. */
export const E12 = 10n ** 12n;

export function whole(n: bigint): Fraction {
  return { n, d: 1n };
}

export function scaled(value: bigint): Fraction {
  return lowest({ n: value, d: E12 });
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return lowest({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { n: -b.n, d: b.d });
}

export function times(a: Fraction, b: Fraction): Fraction {
  return lowest({ n: a.n * b.n, d: a.d * b.d });
}

/** @param b above zero */
export function over(a: Fraction, b: Fraction): Fraction {
  return lowest({ n: a.n * b.d, d: a.d * b.n });
}

export function isLess(a: Fraction, b: Fraction): boolean {
  return a.n * b.d < b.n * a.d;
}

export function smaller(a: Fraction, b: Fraction): Fraction {
  return isLess(b, a) ? b : a;
}

export function larger(a: Fraction, b: Fraction): Fraction {
  return isLess(a, b) ? b : a;
}

/** The smaller of two whole numbers. */
export function least(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function lowest({ n, d }: Fraction): Fraction {
  let a = n < 0n ? -n : n;
  let b = d;
  while (b > 0n) [a, b] = [b, a % b];
  return a > 1n ? { n: n / a, d: d / a } : { n, d };
}

export function floorOf({ n, d }: Fraction): bigint {
  const q = n / d;
  return n < 0n && q * d !== n ? q - 1n : q;
}

/** Symmetric about zero: the magnitude is rounded. */
export function roundBy({ n, d }: Fraction, mode: RoundingMode): bigint {
  const size = n < 0n ? -n : n;
  const low = size / d;
  const rest = (size - low * d) * 2n;
  let up = false;
  if (mode === 'up') up = rest > 0n;
  if (mode === 'half_away_from_zero') up = rest >= d;
  if (mode === 'half_even') up = rest > d || (rest === d && low % 2n === 1n);
  const magnitude = up ? low + 1n : low;
  return n < 0n ? -magnitude : magnitude;
}

/** Whole parts that add up to a total: each rounded down, and the units left go to the largest rests, the first first. */
export function wholeParts(total: bigint, exacts: readonly Fraction[]): bigint[] {
  const parts = exacts.map(floorOf);
  let left = total;
  for (const part of parts) left -= part;
  const rests = exacts.map((exact, index) => minus(exact, whole(parts[index] ?? 0n)));
  while (left > 0n) {
    let best = 0;
    for (const [index, rest] of rests.entries()) if (isLess(rests[best] ?? ZERO, rest)) best = index;
    parts[best] = (parts[best] ?? 0n) + 1n;
    rests[best] = whole(-1n);
    left -= 1n;
  }
  return parts;
}
