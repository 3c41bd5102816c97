/** How far a run of billing is: customers done and left, and the time since it began. */
export interface RunProgress {
  readonly billed: number;
  readonly remaining: number;
  readonly elapsedMs: number;
}

/**
 * How many seconds a run will still take if it goes on as fast as it went so far, rounded up. Null while nothing is done or
 * no time has passed, since nothing can be said then; 0 when nothing is left.
 */
export function remainingSeconds({ billed, remaining, elapsedMs }: RunProgress): number | null {
  if (remaining <= 0) return 0;
  if (billed <= 0 || elapsedMs <= 0) return null;
  return Math.ceil((remaining * elapsedMs) / billed / 1000);
}
