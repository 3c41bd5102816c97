import type { LineKind } from '../invoicing/line.ts';
import { roundRational } from '../money/round.ts';
import { type CalendarDate, dateAt, firstOfMonth, monthNumberOf } from '../time/calendar-date.ts';
import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { ZoneRules } from '../time/zone.ts';

/** A line of an issued invoice as the books see it, with what was taken back of it since. Amounts are without tax. */
export interface RevenueLine {
  readonly kind: LineKind;
  readonly netMinor: bigint;
  readonly servicePeriod: Period;
  readonly issuedAt: Instant;
  /** Parts of the net that credit notes or a void took back, of the sign of the net. In any order. */
  readonly corrections: readonly { readonly at: Instant; readonly netMinor: bigint }[];
}

/** What of a line counts as earned in one month. A month is a whole number, as `monthNumber` makes it. */
export interface EarnedInMonth {
  readonly month: number;
  readonly earnedMinor: bigint;
}

/**
 * Kinds that are for what was used already: they are earned with their invoice. A charge that is made once is for a
 * moment, which is over by then; where it raises a line of a period it is for that period.
 */
const EARNED_AT_ONCE: ReadonlySet<LineKind> = new Set(['usage', 'true_up', 'spend_cap']);

/** A line on the calendar of the seller's books. */
interface Days {
  readonly issued: CalendarDate;
  readonly first: CalendarDate;
  /** How many days the service runs; each local day counts once, however many hours it has. */
  readonly count: number;
}

/**
 * What is earned of a line up to the end of a day. Nothing before its invoice is issued; then the share of its service
 * days that have passed, rounded on the sum so far: the parts add up to the line however time is cut, and it is whole
 * with its last day. What a correction takes back is taken back of every day alike, as if that part had never been
 * sold; what of it had been earned is taken back on the day of the correction.
 */
export function earnedThrough(line: RevenueLine, day: CalendarDate, zone: ZoneRules): bigint {
  const days = daysOf(line, zone);
  if (day < days.issued) return 0n;
  const passed = Math.min(Math.max(day - days.first + 1, 0), days.count);
  return share(line.netMinor, passed, days.count) - share(takenBack(line, day, zone), passed, days.count);
}

/** What was invoiced up to the end of a day and not taken back by then. */
export function billedThrough(line: RevenueLine, day: CalendarDate, zone: ZoneRules): bigint {
  return day < dateAt(line.issuedAt, zone) ? 0n : line.netMinor - takenBack(line, day, zone);
}

/** What was invoiced up to the end of a day and is still to be earned. */
export function deferredAfter(line: RevenueLine, day: CalendarDate, zone: ZoneRules): bigint {
  return billedThrough(line, day, zone) - earnedThrough(line, day, zone);
}

/** The months in which a line is earned, ascending, without those in which nothing is. They add up to what stands of it. */
export function revenueSchedule(line: RevenueLine, zone: ZoneRules): readonly EarnedInMonth[] {
  const months: EarnedInMonth[] = [];
  let before = 0n;
  const last = lastMonth(line, zone);
  for (let month = monthNumberOf(dateAt(line.issuedAt, zone)); month <= last; month += 1) {
    const after = earnedThrough(line, lastDayOf(month), zone);
    if (after !== before) months.push({ month, earnedMinor: after - before });
    before = after;
  }
  return months;
}

/** The last month in which anything of a line may still change. */
export function lastMonth(line: RevenueLine, zone: ZoneRules): number {
  const { issued, first, count } = daysOf(line, zone);
  let last: number = Math.max(issued, first + count - 1);
  for (const { at } of line.corrections) last = Math.max(last, dateAt(at, zone));
  return monthNumberOf(last as CalendarDate);
}

export function lastDayOf(month: number): CalendarDate {
  return (firstOfMonth(month + 1) - 1) as CalendarDate;
}

function daysOf({ kind, issuedAt, servicePeriod }: RevenueLine, zone: ZoneRules): Days {
  const issued = dateAt(issuedAt, zone);
  if (EARNED_AT_ONCE.has(kind)) return { issued, first: issued, count: 1 };
  const first = dateAt(servicePeriod.start, zone);
  // A period that ends within a day leaves that day to the period after it, so that periods tile the calendar.
  return { issued, first, count: Math.max(dateAt(servicePeriod.end, zone) - first, 1) };
}

function takenBack({ corrections }: RevenueLine, day: CalendarDate, zone: ZoneRules): bigint {
  let sum = 0n;
  for (const { at, netMinor } of corrections) if (dateAt(at, zone) <= day) sum += netMinor;
  return sum;
}

function share(amountMinor: bigint, passed: number, count: number): bigint {
  if (passed === count) return amountMinor;
  return roundRational(
    { numerator: amountMinor * BigInt(passed), denominator: BigInt(count) },
    'half_away_from_zero',
  );
}
