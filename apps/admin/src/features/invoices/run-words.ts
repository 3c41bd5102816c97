const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How much of a run is done, in whole percent; all of it only when nothing is left. */
export function runPercent(run: { billedCustomers: number; remainingCustomers: number }): number {
  const all = run.billedCustomers + run.remainingCustomers;
  return all === 0 ? 100 : Math.floor((100 * run.billedCustomers) / all);
}

/** How long a run will still take, in words. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null) return 'Just begun';
  if (seconds < MINUTE) return seconds <= 1 ? 'A moment left' : `About ${seconds} seconds left`;
  if (seconds < HOUR) return `About ${Math.ceil(seconds / MINUTE)} min left`;
  return `About ${Math.floor(seconds / HOUR)} h ${Math.ceil((seconds % HOUR) / MINUTE)} min left`;
}
