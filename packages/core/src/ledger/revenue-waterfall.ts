import { firstOfMonth, formatDate } from '../time/calendar-date.ts';
import type { ZoneRules } from '../time/zone.ts';
import { billedThrough, earnedThrough, lastDayOf, type RevenueLine } from './revenue-schedule.ts';

/** One month of the books of sales. before + billed − earned = deferred. */
export interface WaterfallMonth {
  readonly month: number;
  readonly deferredBeforeMinor: bigint;
  /** Invoiced, less what credit notes and voids took back. */
  readonly billedMinor: bigint;
  readonly earnedMinor: bigint;
  readonly deferredMinor: bigint;
}

/**
 * How invoiced sales become earned, month by month from `fromMonth` to `toMonth`; for months ahead as things stand now.
 * `lines` are of one currency. A line that was earned and corrected before `fromMonth` adds nothing and may be left out.
 */
export function revenueWaterfall(
  lines: readonly RevenueLine[],
  range: { readonly fromMonth: number; readonly toMonth: number },
  zone: ZoneRules,
): readonly WaterfallMonth[] {
  const months: WaterfallMonth[] = [];
  let before = sums(lines, range.fromMonth - 1, zone);
  for (let month = range.fromMonth; month <= range.toMonth; month += 1) {
    const after = sums(lines, month, zone);
    months.push({
      month,
      deferredBeforeMinor: before.billed - before.earned,
      billedMinor: after.billed - before.billed,
      earnedMinor: after.earned - before.earned,
      deferredMinor: after.billed - after.earned,
    });
    before = after;
  }
  return months;
}

/** A month as text, such as `2026-03`. */
export function monthText(month: number): string {
  return formatDate(firstOfMonth(month)).slice(0, 7);
}

function sums(lines: readonly RevenueLine[], month: number, zone: ZoneRules) {
  const day = lastDayOf(month);
  let billed = 0n;
  let earned = 0n;
  for (const line of lines) {
    billed += billedThrough(line, day, zone);
    earned += earnedThrough(line, day, zone);
  }
  return { billed, earned };
}
