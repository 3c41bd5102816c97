import type { AnswerRecord, DeliveryRecord, EventRecord, Kind, Records, Settings } from './records.ts';
import { type Account, nowOf, type PutEntry, type Store, writeChange } from './store.ts';

/** Renders the object of an event. */
export type Resource = {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly body: object;
};

/**
 * The changes of one request, kept apart from the account until they are committed. Reads see the draft's own writes.
 * A draft lives within one synchronous step, so that no two can touch the same records.
 */
export class Draft {
  readonly store: Store;
  readonly account: Account;
  readonly nowMs: number;
  readonly baseUrl: string;
  readonly #put = new Map<string, PutEntry>();
  readonly #remove: [Kind, string][] = [];
  readonly #deliveries: DeliveryRecord[] = [];
  #settings: Settings | null = null;

  constructor(store: Store, account: Account, baseUrl: string) {
    this.store = store;
    this.account = account;
    this.nowMs = nowOf(store, account);
    this.baseUrl = baseUrl;
  }

  get settings(): Settings {
    return this.#settings ?? this.account.settings;
  }

  set settings(settings: Settings) {
    this.#settings = settings;
  }

  id(): string {
    return this.store.makeId();
  }

  get<K extends Kind>(kind: K, id: string): Records[K] | undefined {
    const own = this.#put.get(`${kind} ${id}`);
    if (own !== undefined) return own[1] as Records[K];
    return this.account.tables[kind].get(id);
  }

  /** All records of a kind, oldest first. Not used after writes of the same kind in the same draft. */
  all<K extends Kind>(kind: K): Records[K][] {
    return [...this.account.tables[kind].values()];
  }

  put<K extends Kind>(kind: K, record: Records[K]): Records[K] {
    this.#put.set(`${kind} ${record.id}`, [kind, record] as PutEntry);
    return record;
  }

  remove(kind: Kind, id: string): void {
    this.#remove.push([kind, id]);
  }

  /** Records an event with its object as it is now, for every endpoint that asked for its type. */
  emit(type: string, summary: string, resource: Resource): EventRecord {
    const id = `WH-${this.id()}-${this.id()}`;
    const body = JSON.stringify({
      id,
      event_version: '1.0',
      create_time: isoTime(this.nowMs),
      resource_type: resource.type,
      resource_version: resource.version,
      event_type: type,
      summary,
      resource: resource.body,
      links: [
        { href: `${this.baseUrl}/v1/notifications/webhooks-events/${id}`, rel: 'self', method: 'GET' },
        {
          href: `${this.baseUrl}/v1/notifications/webhooks-events/${id}/resend`,
          rel: 'resend',
          method: 'POST',
        },
      ],
    });
    const event = this.put('event', { id, createdMs: this.nowMs, type, body, resourceId: resource.id });
    if (this.settings.faults.loseWebhooks > 0) this.#countDown('loseWebhooks');
    else this.deliver(event);
    return event;
  }

  /** Plans the deliveries of an event. */
  deliver({ id, type }: EventRecord): void {
    const dueAtMs = this.store.wallNow() + this.settings.faults.delayWebhooksMs;
    for (const webhook of this.account.tables.webhook.values()) {
      if (!webhook.eventTypes.includes('*') && !webhook.eventTypes.includes(type)) continue;
      this.#deliveries.push({ event: id, webhook: webhook.id, attempts: 0, dueAtMs });
    }
  }

  /** Takes one off a counting fault; true when it was on. */
  strike(fault: 'failCharges'): boolean {
    if (this.settings.faults[fault] <= 0) return false;
    this.#countDown(fault);
    return true;
  }

  /** True when the draft moves money. */
  get movesMoney(): boolean {
    for (const [kind] of this.#put.values()) if (kind === 'capture' || kind === 'refund') return true;
    return false;
  }

  /** Writes everything as one change. */
  commit(answer?: AnswerRecord): void {
    const isEmpty = this.#put.size + this.#remove.length + this.#deliveries.length === 0;
    if (isEmpty && this.#settings === null && answer === undefined) return;
    writeChange(this.store, {
      account: this.account.settings.id,
      ...(this.#settings === null ? {} : { settings: this.#settings }),
      ...(this.#put.size === 0 ? {} : { put: [...this.#put.values()] }),
      ...(this.#remove.length === 0 ? {} : { remove: this.#remove }),
      ...(answer === undefined ? {} : { answer }),
      ...(this.#deliveries.length === 0 ? {} : { deliveries: this.#deliveries }),
    });
  }

  #countDown(fault: 'failCharges' | 'loseWebhooks'): void {
    const { settings } = this;
    this.settings = { ...settings, faults: { ...settings.faults, [fault]: settings.faults[fault] - 1 } };
  }
}

/** A time as PayPal writes it. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
