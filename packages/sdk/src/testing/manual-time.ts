import type { LocalTime } from '../local/time.ts';

export interface ManualTime extends LocalTime {
  /** Lets both clocks go on and runs what became due, in its order. */
  pass(ms: number): void;
  /** Sets the clock on the wall; what is measured goes on as before. */
  setWall(epochMs: number): void;
}

/** Time that stands still until a test lets it pass. */
export function manualTime(wallMs = Date.UTC(2026, 10, 1)): ManualTime {
  let wall = wallMs;
  let elapsed = 0;
  const due = new Map<object, { atMs: number; run: () => void }>();
  return {
    wallMs: () => wall,
    elapsedMs: () => elapsed,
    chance: () => 0.5,
    after(delayMs, run) {
      const name = {};
      due.set(name, { atMs: elapsed + delayMs, run });
      return () => due.delete(name);
    },
    setWall(epochMs) {
      wall = epochMs;
    },
    pass(ms) {
      const endMs = elapsed + ms;
      for (;;) {
        const [next] = [...due]
          .filter(([, { atMs }]) => atMs <= endMs)
          .sort(([, a], [, b]) => a.atMs - b.atMs);
        if (next === undefined) break;
        due.delete(next[0]);
        wall += next[1].atMs - elapsed;
        elapsed = next[1].atMs;
        next[1].run();
      }
      wall += endMs - elapsed;
      elapsed = endMs;
    },
  };
}
