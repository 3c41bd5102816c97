export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

export const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * The last time before `at` at which a month of this customer was billed, roughly: to the day in UTC. Usage is
 * sent with times clearly after it, because usage of a billed month is late.
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
    if (next > at) return last;
    last = next;
  }
}
