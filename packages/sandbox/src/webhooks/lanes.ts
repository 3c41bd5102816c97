import type { Log } from '../log.ts';
import { retryDelayMs } from './schedule.ts';

/** How many attempts of a drain ended well or badly, and how many deliveries still wait. */
export interface DrainCounts {
  readonly delivered: number;
  readonly failed: number;
  readonly pending: number;
  /** All that ended well since the start. Who keeps it knows whether anything came between two drains. */
  readonly total: number;
}

/** A message that waits for an endpoint. */
export interface Waiting {
  readonly event: string;
  readonly attempts: number;
  readonly dueAtMs: number;
}

/** What an account has that waits, by the key of the delivery. */
export interface Sender<Delivery extends Waiting> {
  readonly pending: ReadonlyMap<string, Delivery>;
}

/** How one stand-in sends. */
export interface Sending<Account, Delivery> {
  readonly log: Log;
  wallNow(): number;
  /** How many messages of an account are sent at the same time. */
  widthOf(account: Account): number;
  /** Whether the newest goes first. */
  isReversed(account: Account): boolean;
  /** Sends once; the endpoint's status, or null where there is nobody any more who would take it. */
  send(account: Account, delivery: Delivery, signal: AbortSignal): Promise<number | null>;
  /** Keeps how a try ended; a delivery without a next time is over. */
  record(account: Account, delivery: Delivery, attempts: number, dueAtMs: number | null): void;
}

interface Lane {
  readonly busy: Set<string>;
  /** Deliveries that are tried now although their back-off has not passed. */
  readonly forced: Set<string>;
  delivered: number;
  failed: number;
  timer: NodeJS.Timeout | null;
  waiters: (() => void)[];
}

/** Sends what waits for the accounts' endpoints, at least once, until each answers with 2xx. Each account has a lane. */
export class Lanes<Delivery extends Waiting, Account extends Sender<Delivery>> {
  readonly #sending: Sending<Account, Delivery>;
  readonly #lanes = new Map<Account, Lane>();
  readonly #abort = new AbortController();

  constructor(sending: Sending<Account, Delivery>) {
    this.#sending = sending;
  }

  /** Starts whatever is due for an account. Called after every change and at the start. */
  wake(account: Account): void {
    if (this.#abort.signal.aborted) return;
    const lane = this.#laneOf(account);
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    const width = this.#sending.widthOf(account);
    while (lane.busy.size < width) {
      const next = this.#next(account, lane);
      if (next === undefined) break;
      const [key, delivery] = next;
      lane.busy.add(key);
      lane.forced.delete(key);
      void this.#attempt(account, lane, delivery).finally(() => {
        lane.busy.delete(key);
        this.wake(account);
      });
    }
    if (lane.busy.size > 0) return;
    for (const resolve of lane.waiters) resolve();
    lane.waiters = [];
    this.#setTimer(account, lane);
  }

  /** Tries everything that waits, also what failed before, and resolves once nothing is under way. */
  async drain(account: Account): Promise<DrainCounts> {
    const lane = this.#laneOf(account);
    const before = { delivered: lane.delivered, failed: lane.failed };
    for (const [key, { attempts }] of account.pending) if (attempts > 0) lane.forced.add(key);
    await new Promise<void>((resolve) => {
      lane.waiters.push(resolve);
      this.wake(account);
    });
    return {
      delivered: lane.delivered - before.delivered,
      failed: lane.failed - before.failed,
      pending: account.pending.size,
      total: lane.delivered,
    };
  }

  /** Stops sending. What is under way is cut and counts as not tried; the next start sends it again. */
  async stop(): Promise<void> {
    this.#abort.abort();
    for (const lane of this.#lanes.values()) {
      if (lane.timer !== null) clearTimeout(lane.timer);
      for (const resolve of lane.waiters) resolve();
    }
    while ([...this.#lanes.values()].some((lane) => lane.busy.size > 0)) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #laneOf(account: Account): Lane {
    let lane = this.#lanes.get(account);
    if (lane === undefined) {
      lane = { busy: new Set(), forced: new Set(), delivered: 0, failed: 0, timer: null, waiters: [] };
      this.#lanes.set(account, lane);
    }
    return lane;
  }

  #next(account: Account, lane: Lane): readonly [string, Delivery] | undefined {
    const nowMs = this.#sending.wallNow();
    const isReversed = this.#sending.isReversed(account);
    let newest: readonly [string, Delivery] | undefined;
    for (const entry of account.pending) {
      const [key, { dueAtMs }] = entry;
      if (lane.busy.has(key) || (dueAtMs > nowMs && !lane.forced.has(key))) continue;
      if (!isReversed) return entry;
      newest = entry;
    }
    return newest;
  }

  #setTimer(account: Account, lane: Lane): void {
    let dueAtMs = Number.POSITIVE_INFINITY;
    for (const delivery of account.pending.values()) dueAtMs = Math.min(dueAtMs, delivery.dueAtMs);
    if (dueAtMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(1, dueAtMs - this.#sending.wallNow());
    lane.timer = setTimeout(() => this.wake(account), delayMs);
    lane.timer.unref();
  }

  async #attempt(account: Account, lane: Lane, delivery: Delivery): Promise<void> {
    const { log, wallNow, send, record } = this.#sending;
    let status = 0;
    try {
      const sent = await send(account, delivery, this.#abort.signal);
      if (sent === null) return record(account, delivery, delivery.attempts, null);
      status = sent;
    } catch (cause) {
      if (this.#abort.signal.aborted) return;
      log.warn('A webhook could not be delivered.', { event: delivery.event, cause: String(cause) });
    }
    const attempts = delivery.attempts + 1;
    if (status >= 200 && status < 300) {
      lane.delivered += 1;
      return record(account, delivery, attempts, null);
    }
    lane.failed += 1;
    const delayMs = retryDelayMs(attempts);
    record(account, delivery, attempts, delayMs === null ? null : wallNow() + delayMs);
  }
}
