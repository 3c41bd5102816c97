const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const DELAYS_MS = [
  SECOND_MS,
  5 * SECOND_MS,
  30 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  12 * HOUR_MS,
];

/** Attempts stop once the schedule has covered about three days, as Stripe's do. */
const MAX_ATTEMPTS = 14;

/** Delay before the next attempt after `attempts` failed ones, or null when there will be none. */
export function retryDelayMs(attempts: number): number | null {
  if (attempts >= MAX_ATTEMPTS) return null;
  return DELAYS_MS[Math.min(attempts, DELAYS_MS.length) - 1] ?? SECOND_MS;
}
