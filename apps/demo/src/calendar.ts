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
 * The last time before `at` at which a month of this customer was billed, roughly: local time may shift it by an hour
 * or two against UTC. A bill within the next two hours counts as passed, because usage of a billed month is late.
 */
export function lastBilled(anchor: number, at: number): number {
  const from = new Date(anchor);
  let last = anchor;
  for (let months = 1; ; months += 1) {
    const day = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0)).getUTCDate();
    const next = Date.UTC(
      from.getUTCFullYear(),
      from.getUTCMonth() + months,
      Math.min(from.getUTCDate(), day),
      from.getUTCHours(),
      from.getUTCMinutes(),
    );
    if (next - 2 * HOUR_MS > at) return last;
    last = next;
  }
}
