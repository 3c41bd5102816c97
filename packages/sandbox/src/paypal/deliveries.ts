import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import { postWebhook } from '../webhooks/post.ts';
import { retryDelayMs } from '../webhooks/schedule.ts';
import type { Authority } from './authority.ts';
import type { DeliveryRecord } from './records.ts';
import { transmissionHeaders } from './sign.ts';
import { type Account, deliveryKey, type Store, writeChange } from './store.ts';

const CONCURRENCY = 8;

interface Lane {
  readonly busy: Set<string>;
  /** Deliveries that are tried now although their back-off has not passed. */
  readonly forced: Set<string>;
  delivered: number;
  failed: number;
  timer: NodeJS.Timeout | null;
  waiters: (() => void)[];
}

/** Sends events to the accounts' endpoints, at least once, until each answers with 2xx. */
export class PayPalDeliveries {
  readonly #store: Store;
  readonly #log: Log;
  readonly #authority: () => Promise<Authority>;
  readonly #baseUrl: () => string;
  readonly #reach: (url: string) => string;
  readonly #lanes = new Map<Account, Lane>();
  readonly #abort = new AbortController();

  constructor(options: {
    store: Store;
    log: Log;
    authority: () => Promise<Authority>;
    baseUrl: () => string;
    /** Where an endpoint's address is really reached. */
    reach: (url: string) => string;
  }) {
    this.#store = options.store;
    this.#log = options.log;
    this.#authority = options.authority;
    this.#baseUrl = options.baseUrl;
    this.#reach = options.reach;
  }

  /** Starts whatever is due for an account. */
  wake(account: Account): void {
    if (this.#abort.signal.aborted) return;
    const lane = this.#laneOf(account);
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    while (lane.busy.size < CONCURRENCY) {
      const next = this.#next(account, lane);
      if (next === undefined) break;
      const key = deliveryKey(next.event, next.webhook);
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
  async drain(account: Account): Promise<{ delivered: number; failed: number; pending: number }> {
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

  /** Stops sending; the next start sends again what was cut. */
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

  #next(account: Account, lane: Lane): DeliveryRecord | undefined {
    const nowMs = this.#store.wallNow();
    for (const [key, delivery] of account.pending) {
      if (!lane.busy.has(key) && (delivery.dueAtMs <= nowMs || lane.forced.has(key))) return delivery;
    }
    return undefined;
  }

  #setTimer(account: Account, lane: Lane): void {
    let dueAtMs = Number.POSITIVE_INFINITY;
    for (const delivery of account.pending.values()) dueAtMs = Math.min(dueAtMs, delivery.dueAtMs);
    if (dueAtMs === Number.POSITIVE_INFINITY) return;
    lane.timer = setTimeout(() => this.wake(account), Math.max(1, dueAtMs - this.#store.wallNow()));
    lane.timer.unref();
  }

  async #attempt(account: Account, lane: Lane, delivery: DeliveryRecord): Promise<void> {
    let status = 0;
    try {
      const sent = await this.#send(account, delivery);
      if (sent === null) return this.#record(account, delivery, delivery.attempts, null);
      status = sent;
    } catch (cause) {
      if (this.#abort.signal.aborted) return;
      this.#log.warn('A webhook could not be delivered.', { event: delivery.event, cause: String(cause) });
    }
    const attempts = delivery.attempts + 1;
    if (status >= 200 && status < 300) {
      lane.delivered += 1;
      return this.#record(account, delivery, attempts, null);
    }
    lane.failed += 1;
    const delayMs = retryDelayMs(attempts);
    this.#record(account, delivery, attempts, delayMs === null ? null : this.#store.wallNow() + delayMs);
  }

  /** The endpoint's answer; null when there is no such endpoint any more. */
  async #send({ tables, settings }: Account, delivery: DeliveryRecord): Promise<number | null> {
    const webhook = tables.webhook.get(delivery.webhook);
    const event = tables.event.get(delivery.event);
    if (webhook === undefined || event === undefined) return null;
    // Nothing is told before it is sure.
    await this.#store.journal.settled();
    const authority = await this.#authority();
    const { body } = event;
    let status = 0;
    for (let copy = 0; copy < (settings.faults.duplicateWebhooks ? 2 : 1); copy += 1) {
      const headers = transmissionHeaders(authority, {
        id: randomUUID(),
        wallMs: this.#store.wallNow(),
        webhookId: webhook.id,
        body,
        certificateUrl: `${this.#baseUrl()}/v1/notifications/certs/${authority.certificateId}`,
      });
      status = await postWebhook(this.#reach(webhook.url), body, headers, this.#abort.signal);
    }
    return status;
  }

  #record(account: Account, delivery: DeliveryRecord, attempts: number, dueAtMs: number | null): void {
    const { event, webhook } = delivery;
    const deliveries = [{ event, webhook, attempts, dueAtMs }];
    writeChange(this.#store, { account: account.settings.id, deliveries }, 'soon');
  }
}
