import type { CalendarDate } from '../time/calendar-date.ts';

/** Ages of what is open: not due, 1 to 30, 31 to 60, 61 to 90 and over 90 days overdue. */
const BAND_ENDS = [0, 30, 60, 90] as const;

/** Whole days since the due day; 0 where it is not past. */
export function overdueDays(dueOn: CalendarDate, on: CalendarDate): number {
  return Math.max(0, on - dueOn);
}

/** What is open in each band of age. The bands add up to all that is open. */
export function ageingOf(
  items: readonly { readonly overdueDays: number; readonly openMinor: bigint }[],
): readonly bigint[] {
  const bands = [0n, 0n, 0n, 0n, 0n];
  for (const { overdueDays: days, openMinor } of items) {
    const found = BAND_ENDS.findIndex((end) => days <= end);
    const band = found === -1 ? BAND_ENDS.length : found;
    bands[band] = (bands[band] ?? 0n) + openMinor;
  }
  return bands;
}

/** The next letter about what is overdue: one level above the last one that asked for any of it, the last one again after that. */
export function nextLevel(last: number | null): 1 | 2 | 3 {
  if (last === null) return 1;
  return last === 1 ? 2 : 3;
}
