import type { LocalTime } from './time.ts';

/** Clocks that are this close agree; the server tells its own in whole seconds. */
const AGREE_MS = 5_000;

/**
 * When usage happens: by the clock on the wall, unless the server's says otherwise. A clock that is wrong or jumps would
 * put usage into another month.
 */
export class UsageClock {
  readonly #time: LocalTime;
  #server: { readonly toldMs: number; readonly atMs: number } | null = null;

  constructor(time: LocalTime) {
    this.#time = time;
  }

  /** The server has just told its time. */
  serverTime(epochMs: number): void {
    this.#server = { toldMs: epochMs, atMs: this.#time.elapsedMs() };
  }

  nowMs(): number {
    const wallMs = this.#time.wallMs();
    if (this.#server === null) return wallMs;
    const serverMs = this.#server.toldMs + (this.#time.elapsedMs() - this.#server.atMs);
    return Math.abs(wallMs - serverMs) <= AGREE_MS ? wallMs : Math.round(serverMs);
  }
}
