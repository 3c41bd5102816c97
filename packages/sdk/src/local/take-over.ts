import { journalsIn } from './journal-lock.ts';
import { leftLease, type SendParts, sendLog } from './send.ts';
import { UsageLog, type UsageLogSettings } from './usage-log.ts';

/** Finds what processes of the same folder left when they ended, and tells it to the server. */
export class TakeOver {
  readonly #settings: UsageLogSettings;
  readonly #isForeignGone: boolean;
  readonly #parts: SendParts;
  readonly #taken: UsageLog[] = [];
  #running: Promise<boolean> | null = null;

  constructor(settings: UsageLogSettings, isForeignGone: boolean, parts: SendParts) {
    this.#settings = settings;
    this.#isForeignGone = isForeignGone;
    this.#parts = parts;
  }

  /** Events and leases that were taken over and not yet told. */
  get waiting(): number {
    return this.#taken.reduce((sum, { state }) => sum + state.tracked.length + state.leases.size, 0);
  }

  /** True once nothing that was found is left. */
  run(): Promise<boolean> {
    this.#running ??= this.#runOnce().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Lets go of what could not be told, so that the next process finds it. */
  async close(): Promise<void> {
    await this.#running?.catch(() => false);
    for (const log of this.#taken.splice(0)) await log.close();
  }

  async #runOnce(): Promise<boolean> {
    const mine = new Set(this.#taken.map(({ name }) => name));
    for (const name of journalsIn(this.#settings.folder)) {
      if (mine.has(name)) continue;
      const log = UsageLog.takeOver(this.#settings, name, this.#isForeignGone);
      if (log !== null) this.#taken.push(log);
    }
    for (const log of [...this.#taken]) {
      const leases = [...log.state.leases.values()].map(leftLease);
      // Leases that the server does not know any more become events of the log, which are told after them.
      const isTold = await sendLog(log, leases, this.#parts);
      if (!isTold || !log.state.isEmpty) continue;
      this.#taken.splice(this.#taken.indexOf(log), 1);
      await log.close();
    }
    return this.#taken.length === 0;
  }
}
