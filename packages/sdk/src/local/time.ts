/** Time as an argument: the clock on the wall dates usage, the one that only goes forward measures how long. */
export interface LocalTime {
  /** Milliseconds since 1970; may jump when the machine's clock is set. */
  readonly wallMs: () => number;
  /** Milliseconds since some moment; never goes back. */
  readonly elapsedMs: () => number;
  /** Runs something later, once; the answer calls it off. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** At least 0 and below 1; spreads repeats of many processes. */
  readonly chance: () => number;
}

/** The time of this process. A wait that is outstanding keeps no process alive. */
export const PROCESS_TIME: LocalTime = {
  wallMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  chance: () => Math.random(),
};

/** The wait before try `attempt` (1, 2, ...): it doubles up to 30 s, and half of it is left to chance. */
export function backOffMs(attempt: number, time: LocalTime): number {
  const longest = Math.min(250 * 2 ** (attempt - 1), 30_000);
  return longest / 2 + (longest / 2) * time.chance();
}

/** Gives up after so long. What is given up gets the signal, so that its connection is closed. */
export async function within<T>(
  time: LocalTime,
  limitMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const callOff = time.after(limitMs, () => stop.abort(new TookTooLong(limitMs)));
  try {
    return await run(stop.signal);
  } finally {
    callOff();
  }
}

export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
  constructor(limitMs: number) {
    super(`There was no answer within ${limitMs} ms.`);
  }
}
