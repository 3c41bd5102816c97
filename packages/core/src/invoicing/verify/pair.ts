/** A fraction as a pair with a positive denominator: arithmetic of its own, so that a mistake elsewhere is not shared. */
export type Pair = readonly [bigint, bigint];

export const NOUGHT: Pair = [0n, 1n];
export const ONE: Pair = [1n, 1n];

export function plus(a: Pair, b: Pair): Pair {
  return a[1] === b[1] ? [a[0] + b[0], a[1]] : [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
}

export function minus(a: Pair, b: Pair): Pair {
  return plus(a, [-b[0], b[1]]);
}

export function times(a: Pair, b: Pair): Pair {
  return [a[0] * b[0], a[1] * b[1]];
}

export function isSame(a: Pair, b: Pair): boolean {
  return a[0] * b[1] === b[0] * a[1];
}

export function isLess(a: Pair, b: Pair): boolean {
  return a[0] * b[1] < b[0] * a[1];
}

export function sumOfPairs(pairs: readonly Pair[]): Pair {
  return pairs.reduce(plus, NOUGHT);
}

export function floorOf([numerator, denominator]: Pair): bigint {
  const whole = numerator / denominator;
  return numerator < 0n && whole * denominator !== numerator ? whole - 1n : whole;
}

/** Rounds by one of the four modes, the same way on both sides of zero. */
export function rounded([numerator, denominator]: Pair, mode: string): bigint {
  if (numerator < 0n) return -rounded([-numerator, denominator], mode);
  const whole = numerator / denominator;
  const rest = numerator - whole * denominator;
  if (mode === 'down' || rest === 0n) return whole;
  if (mode === 'up' || rest * 2n > denominator) return whole + 1n;
  if (rest * 2n < denominator) return whole;
  return mode === 'half_even' && whole % 2n === 0n ? whole : whole + 1n;
}

/** Gives a rounded sum to its exact parts: units beyond the floors go to the largest fractions, ties to the earlier. */
export function spread(total: bigint, parts: readonly Pair[]): bigint[] {
  const floors = parts.map(floorOf);
  let missing = total;
  for (const floor of floors) missing -= floor;
  const given = new Set<number>();
  while (missing > 0n && given.size < parts.length) {
    let best = -1;
    for (const [at, part] of parts.entries()) {
      if (given.has(at)) continue;
      if (
        best < 0 ||
        isLess(
          minus(parts[best] as Pair, [floors[best] as bigint, 1n]),
          minus(part, [floors[at] as bigint, 1n]),
        )
      )
        best = at;
    }
    given.add(best);
    missing -= 1n;
  }
  return floors.map((floor, at) => (given.has(at) ? floor + 1n : floor));
}

/** The shortest text of a fraction. */
export function pairText([numerator, denominator]: Pair): string {
  let a = numerator < 0n ? -numerator : numerator;
  let b = denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = a === 0n ? 1n : a;
  const below = denominator / divisor;
  return below === 1n ? `${numerator / divisor}` : `${numerator / divisor}/${below}`;
}
