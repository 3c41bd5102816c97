import type { EntitlementServer } from '../entitlement-server.ts';
import type { Upgrade } from '../rights/answer.ts';
import { beyondLimit } from '../rights/quantity.ts';
import { type LocalTime, within } from './time.ts';

/** What is on sale changes seldom. */
const KEPT_MS = 60_000;
const MOST_KEPT = 10_000;

/** Which plan would let a refused customer, asked once a while for each customer and feature. */
export class UpgradeBook {
  readonly #server: EntitlementServer;
  readonly #time: LocalTime;
  readonly #waitMs: number;
  readonly #kept = new Map<string, { readonly asked: Promise<Upgrade | null>; readonly atMs: number }>();

  constructor(server: EntitlementServer, time: LocalTime, waitMs: number) {
    this.#server = server;
    this.#time = time;
    this.#waitMs = waitMs;
  }

  /** A plan is of the customer, so it is the same whoever of its members asks. */
  of(
    customer: string,
    feature: string,
    limit: string | null,
    subject: string | undefined,
  ): Promise<Upgrade | null> {
    const name = `${customer}\n${feature}`;
    const kept = this.#kept.get(name);
    const nowMs = this.#time.elapsedMs();
    if (kept !== undefined && nowMs - kept.atMs < KEPT_MS) return kept.asked;
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    const asked = this.#ask(customer, feature, beyondLimit(limit), subject).catch(() => {
      this.#kept.delete(name);
      return null;
    });
    this.#kept.set(name, { asked, atMs: nowMs });
    return asked;
  }

  forget(customer: string, feature: string): void {
    this.#kept.delete(`${customer}\n${feature}`);
  }

  async #ask(
    customer: string,
    feature: string,
    quantity: string,
    subject: string | undefined,
  ): Promise<Upgrade | null> {
    const check = await within(this.#time, this.#waitMs, (signal) =>
      this.#server.check(customer, feature, quantity, signal, subject),
    );
    return check.upgrade;
  }
}
