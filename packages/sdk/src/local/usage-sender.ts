import { type Meterage, meterageName } from './meterage.ts';
import { type SendParts, sendLog } from './send.ts';
import type { TakeOver } from './take-over.ts';
import { backOffMs, type LocalTime } from './time.ts';
import type { UsageLog } from './usage-log.ts';
import type { Tracked } from './usage-state.ts';

export interface UsageSenderParts {
  readonly log: UsageLog;
  readonly takeOver: TakeOver;
  readonly send: SendParts;
  readonly time: LocalTime;
  readonly tellAfterMs: number;
  readonly meterages: ReadonlyMap<string, Meterage>;
  /** What a meterage has told changed its figures; one that is done with may be forgotten. */
  readonly told: (meterage: Meterage) => void;
}

/** Idle leases and left journals are looked for so often. */
const ROUND_MS = 5_000;

/** Tells the server what was used: soon after it was used, with back-off while it does not answer. */
export class UsageSender {
  readonly #parts: UsageSenderParts;
  #callOffWake: (() => void) | null = null;
  #callOffRound: (() => void) | null = null;
  #sending: Promise<boolean> | null = null;
  #attempt = 0;
  #isClosed = false;

  constructor(parts: UsageSenderParts) {
    this.#parts = parts;
    this.#round();
  }

  /** Something is to be told. */
  wake(): void {
    if (this.#callOffWake !== null || this.#isClosed) return;
    const { time, tellAfterMs } = this.#parts;
    const delayMs = this.#attempt === 0 ? tellAfterMs : Math.max(tellAfterMs, backOffMs(this.#attempt, time));
    this.#callOffWake = time.after(delayMs, () => {
      this.#callOffWake = null;
      void this.send();
    });
  }

  /** Tells all there is now, whatever was planned. True if nothing is left. */
  async send(): Promise<boolean> {
    await this.#sending;
    this.#sending ??= this.#sendOnce().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOffWake?.();
    this.#callOffRound?.();
    await this.#sending;
  }

  async #sendOnce(): Promise<boolean> {
    const { log, takeOver, send } = this.#parts;
    const meterages = [...this.#parts.meterages.values()];
    const leases = meterages.flatMap((one) => one.leases);
    const isTold = await sendLog(log, leases, { ...send, told: (event) => this.#trackedTold(event) }).catch(
      () => false,
    );
    for (const meterage of meterages) {
      forgetClosed(meterage, log);
      this.#parts.told(meterage);
    }
    const isTakenTold = await takeOver.run().catch(() => false);
    this.#attempt = isTold && isTakenTold ? 0 : this.#attempt + 1;
    if (this.#attempt > 0 || this.#isSomethingLeft()) this.wake();
    return isTold && isTakenTold && !this.#isSomethingLeft();
  }

  #trackedTold(event: Tracked): void {
    const meterage = this.#parts.meterages.get(meterageName(event));
    if (meterage !== undefined) meterage.tracked -= event.quantity;
  }

  #isSomethingLeft(): boolean {
    const { log, meterages } = this.#parts;
    if (log.state.tracked.length > 0) return true;
    return [...meterages.values()].some((one) => one.leases.some(({ state }) => state.used > state.settled));
  }

  #round(): void {
    this.#callOffRound = this.#parts.time.after(ROUND_MS, () => {
      for (const meterage of this.#parts.meterages.values()) meterage.closeIdle();
      const isClosing = [...this.#parts.meterages.values()].some((one) =>
        one.leases.some((lease) => lease.isClosing),
      );
      if (isClosing) this.wake();
      void this.#parts.takeOver.run().catch(() => false);
      if (!this.#isClosed) this.#round();
    });
  }
}

function forgetClosed(meterage: Meterage, log: UsageLog): void {
  const open = meterage.leases.filter(({ state }) => log.state.leases.has(state.key));
  meterage.leases.splice(0, meterage.leases.length, ...open);
}
