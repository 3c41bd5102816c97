import type { Log } from '../log.ts';
import { type Account, deliveryKey } from '../state/account.ts';
import type { PendingDelivery } from '../state/records.ts';
import { type World, writeChange } from '../state/world.ts';
import { closeConnections, postWebhook } from './post.ts';
import { retryDelayMs } from './schedule.ts';
import { stripeSignature } from './sign.ts';

/** Deliveries of one account that are sent at the same time. */
const CONCURRENCY = 4;

/** How many attempts of a drain ended well or badly, and how many deliveries still wait. */
export interface DrainCounts {
  readonly delivered: number;
  readonly failed: number;
  readonly pending: number;
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

/** Sends what the journal holds for the accounts' endpoints, at least once, until each answers with 2xx. */
export class Deliveries {
  readonly #world: World;
  readonly #log: Log;
  readonly #lanes = new Map<Account, Lane>();
  readonly #abort = new AbortController();
  readonly #reach: (url: string) => string;

  /** @param reach where an endpoint's address is really reached */
  constructor(world: World, log: Log, reach: (url: string) => string = (url) => url) {
    this.#world = world;
    this.#log = log;
    this.#reach = reach;
  }

  /** Starts whatever is due for an account. Called after every change and at the start. */
  wake(account: Account): void {
    if (this.#abort.signal.aborted) return;
    const lane = this.#laneOf(account);
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    // One at a time where the order is turned round, so that it really arrives so.
    const width = account.settings.faults.reorderWebhooks ? 1 : CONCURRENCY;
    while (lane.busy.size < width) {
      const next = this.#next(account, lane);
      if (next === undefined) break;
      const key = deliveryKey(next.event, next.endpoint);
      lane.busy.add(key);
      lane.forced.delete(key);
      void this.#attempt(account, lane, next).finally(() => {
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
    closeConnections();
  }

  #laneOf(account: Account): Lane {
    let lane = this.#lanes.get(account);
    if (lane === undefined) {
      lane = { busy: new Set(), forced: new Set(), delivered: 0, failed: 0, timer: null, waiters: [] };
      this.#lanes.set(account, lane);
    }
    return lane;
  }

  #next(account: Account, lane: Lane): PendingDelivery | undefined {
    const nowMs = this.#world.wallNow();
    let newest: PendingDelivery | undefined;
    for (const [key, delivery] of account.pending) {
      if (lane.busy.has(key) || (delivery.dueAtMs > nowMs && !lane.forced.has(key))) continue;
      if (!account.settings.faults.reorderWebhooks) return delivery;
      newest = delivery;
    }
    return newest;
  }

  #setTimer(account: Account, lane: Lane): void {
    let dueAtMs = Number.POSITIVE_INFINITY;
    for (const delivery of account.pending.values()) dueAtMs = Math.min(dueAtMs, delivery.dueAtMs);
    if (dueAtMs === Number.POSITIVE_INFINITY) return;
    lane.timer = setTimeout(() => this.wake(account), Math.max(1, dueAtMs - this.#world.wallNow()));
    lane.timer.unref();
  }

  async #attempt(account: Account, lane: Lane, delivery: PendingDelivery): Promise<void> {
    const endpoint = account.tables.webhook_endpoint.get(delivery.endpoint);
    const event = account.events.get(delivery.event);
    if (endpoint === undefined || !endpoint.enabled || event === undefined) {
      return this.#record(account, delivery, delivery.attempts, null);
    }
    let status = 0;
    try {
      // The body may still be on its way to the disk; nothing is told before it is sure.
      await this.#world.journal.settled();
      const body = (await this.#world.journal.read(event.offset, event.bytes)).toString('utf8');
      const copies = account.settings.faults.duplicateWebhooks ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const headers = { 'stripe-signature': stripeSignature(endpoint.secret, body, this.#world.wallNow()) };
        status = await postWebhook(this.#reach(endpoint.url), body, headers, this.#abort.signal);
      }
    } catch (cause) {
      if (this.#abort.signal.aborted) return;
      status = 0;
      this.#log.warn('A webhook could not be delivered.', { event: event.id, cause: String(cause) });
    }
    const attempts = delivery.attempts + 1;
    if (status >= 200 && status < 300) {
      lane.delivered += 1;
      return this.#record(account, delivery, attempts, null);
    }
    lane.failed += 1;
    const delayMs = retryDelayMs(attempts);
    this.#record(account, delivery, attempts, delayMs === null ? null : this.#world.wallNow() + delayMs);
  }

  #record(account: Account, delivery: PendingDelivery, attempts: number, dueAtMs: number | null): void {
    const { event, endpoint } = delivery;
    const deliveries = [{ event, endpoint, attempts, dueAtMs }];
    writeChange(this.#world, { account: account.settings.id, deliveries }, [], 'soon');
  }
}
