import { type Pair, rounded, spread, sumOfPairs } from './pair.ts';
import type { Reader } from './reader.ts';
import { ROUNDING } from './verify-line.ts';

/** Lines of one entry add up to the rounded sum of their exact amounts, which is spread over them. */
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
  for (const [first, ...others] of entries.values()) {
    if (first === undefined) continue;
    const members = [first, ...others];
    const exacts = members.map((line): Pair => line.get('explanation').get('exact_minor').fraction());
    const mode = first.get('explanation').get('rounding').word(ROUNDING);
    const parts = spread(rounded(sumOfPairs(exacts), mode), exacts);
    for (const [at, line] of members.entries()) line.get('gross_minor').expectMinor(parts[at] as bigint);
  }
}
