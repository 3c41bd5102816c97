/** One figure: what was asked for beside what was seen. `undefined` when it could not be measured here. */
export type Figure = { name: string; asked: number; seen: number | undefined; unit: 'ms' | 's' | 'MB' };

const DIGITS = { ms: 0, s: 1, MB: 1 } as const;

/** Prints a line for each figure and leaves an exit code that is not 0 when one of them is missed or unknown. */
export function judge(figures: readonly Figure[]): void {
  for (const { name, asked, seen, unit } of figures) {
    const isMet = seen !== undefined && seen <= asked;
    const text = seen === undefined ? 'not measured' : `${seen.toFixed(DIGITS[unit])} ${unit}`;
    console.log(
      `${isMet ? 'ok    ' : 'MISSED'} ${name.padEnd(52)} asked ${`${asked} ${unit}`.padStart(8)}, seen ${text}`,
    );
    if (!isMet) process.exitCode = 1;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('there is no median of nothing');
  return middle;
}
