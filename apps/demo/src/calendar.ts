import type { Random } from './story.ts';

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** How long a story is. */
export const WEEKS = 26;

export const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * When the clock of a story stops to let something happen: once a week, on any weekday, in the hours of the day. The
 * last one lies less than an hour before the present, so that the clock can then follow real time.
 */
export function stops(now: number, random: Random): number[] {
  const end = Math.floor(now / HOUR_MS) * HOUR_MS;
  const at = [end - WEEKS * WEEK_MS];
  for (let week = 1; week < WEEKS; week += 1) {
    const day = Math.floor((end - (WEEKS - week) * WEEK_MS) / DAY_MS) * DAY_MS;
    const withinDay = random.between(8 * 3_600, 19 * 3_600) * 1_000;
    at.push(day + random.between(-2, 2) * DAY_MS + withinDay);
  }
  return [...at, end];
}

// The business opens with a handful of customers, and more come every month.
const FIRST_CUSTOMERS = 5;

/** The week in which customer number `index` of `customers` signs up. */
export function signUpWeek(index: number, customers: number): number {
  if (index < FIRST_CUSTOMERS) return 0;
  const share = (index - FIRST_CUSTOMERS + 1) / (customers - FIRST_CUSTOMERS);
  return Math.round(1 + (WEEKS - 1) * share ** 0.85);
}

/**
 * The last time before `at` at which a month of this customer was billed. A month ends on the day that it has where the
 * customer is: a minute past midnight in UTC may still be the 30th there. Summer time may shift it by an hour. A bill
 * within the next two hours counts as passed, because usage of a billed month is late.
 */
export function lastBilled(anchor: number, timeZone: string, at: number): number {
  const offset = offsetMs(anchor, timeZone);
  const local = new Date(anchor + offset);
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  let last = anchor;
  for (let months = 1; ; months += 1) {
    const lastDay = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate();
    const day = Math.min(local.getUTCDate(), lastDay);
    const next = Date.UTC(year, month + months, day) + ((anchor + offset) % DAY_MS) - offset;
    if (next - 2 * HOUR_MS > at) return last;
    last = next;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on a wall there is ahead of UTC. */
function offsetMs(at: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    clocks.set(timeZone, clock);
  }
  const [, sign, hours = 0, minutes = 0] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(clock.format(at)) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * 60_000);
}
