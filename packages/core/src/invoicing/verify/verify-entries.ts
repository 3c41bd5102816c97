import { isLess, minus, NOUGHT, type Pair, rounded, sumOfPairs } from './pair.ts';
import type { Reader } from './reader.ts';
import { ROUNDING } from './verify-line.ts';

/** Lines of one entry add up to the rounded sum of their exact amounts. */
export function verifyEntries(lines: readonly Reader[]): void {
  const entries = new Map<string, Reader[]>();
  for (const line of lines) {
    const entry = line.get('explanation').get('entry');
    if (entry.value === undefined) continue;
    const name = entry.text();
    const members = entries.get(name);
    if (members === undefined) entries.set(name, [line]);
    else members.push(line);
  }
  for (const members of entries.values()) verifyEntry(members);
}

/** Where the lines' own roundings miss the sum, units are moved: on credits first, then where most was rounded off. */
function verifyEntry(members: readonly Reader[]): void {
  const parts = members.map((line) => {
    const explanation = line.get('explanation');
    const exact = explanation.get('exact_minor').fraction();
    const mode = explanation.get('rounding').word(ROUNDING);
    return {
      line,
      exact,
      mode,
      found: rounded(exact, mode),
      isCredit: line.get('kind').value === 'proration_credit',
    };
  });
  const sum = rounded(sumOfPairs(parts.map(({ exact }) => exact)), parts[0]?.mode ?? ROUNDING[0]);
  let missing = sum - parts.reduce((total, { found }) => total + found, 0n);
  const step = missing < 0n ? -1n : 1n;
  while (missing !== 0n) {
    let best: (typeof parts)[number] | null = null;
    for (const part of parts) {
      if (!isLess(NOUGHT, restOf(part, step))) continue;
      if (best === null || comesBefore(part, best, step)) best = part;
    }
    if (best === null) break;
    best.found += step;
    missing -= step;
  }
  for (const { line, found } of parts) line.get('gross_minor').expectMinor(found);
}

interface Part {
  readonly exact: Pair;
  readonly found: bigint;
  readonly isCredit: boolean;
}

function restOf({ exact, found }: Part, step: bigint): Pair {
  const rest = minus(exact, [found, 1n]);
  return step < 0n ? minus(NOUGHT, rest) : rest;
}

function comesBefore(part: Part, best: Part, step: bigint): boolean {
  if (part.isCredit !== best.isCredit) return part.isCredit;
  return isLess(restOf(best, step), restOf(part, step));
}
