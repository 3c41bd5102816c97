import { bodyBytes, type EventEntry, type PutEntry } from '../journal/line.ts';
import { type Account, accountNowMs } from './account.ts';
import type { AccountRecord, Kind, Records } from './records.ts';
import { type World, writeChange } from './world.ts';

/** Renders a record of a kind as the API shows it. */
export type Render = <K extends Kind>(kind: K, record: Records[K], draft: Draft) => object;

/** An answer that is stored under an idempotency key. */
export interface StoredAnswer {
  readonly key: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly requestId: string;
  readonly body: string;
}

interface DraftOptions {
  readonly render: Render;
  readonly apiVersion: string;
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  /** The account's time of the draft in milliseconds, when it is not that of its clock. */
  readonly atMs?: number;
  /** What follows from an event within the same change, such as an invoice that is paid by its payment. */
  readonly follow?: Follow;
}

/** Carries on what an event brings about. */
export type Follow = (type: string, id: string, draft: Draft) => void;

/**
 * The changes of one request, kept apart from the account until they are committed. Reads see the draft's own
 * writes. A draft lives within one synchronous step, so that no two can touch the same records.
 */
export class Draft {
  readonly world: World;
  readonly account: Account;
  readonly nowMs: number;
  readonly baseUrl: string;
  readonly #options: DraftOptions;
  readonly #put = new Map<string, PutEntry>();
  readonly #remove: [Kind, string][] = [];
  readonly #events: EventEntry[] = [];
  readonly #bodies: string[] = [];
  #settings: AccountRecord | null = null;

  constructor(world: World, account: Account, baseUrl: string, options: DraftOptions) {
    this.world = world;
    this.account = account;
    this.nowMs = options.atMs ?? accountNowMs(account, world.wallNow());
    this.baseUrl = baseUrl;
    this.#options = options;
  }

  /** The account's time in seconds, as Stripe's API shows times. */
  get now(): number {
    return Math.floor(this.nowMs / 1000);
  }

  /** The account's settings, with changes of this draft. */
  get settings(): AccountRecord {
    return this.#settings ?? this.account.settings;
  }

  set settings(settings: AccountRecord) {
    this.#settings = settings;
  }

  id(prefix: string, letters?: number): string {
    return this.world.makeId(prefix, letters);
  }

  get<K extends Kind>(kind: K, id: string): Records[K] | undefined {
    const own = this.#put.get(id);
    if (own !== undefined && own[0] === kind) return own[1] as Records[K];
    return this.account.tables[kind].get(id);
  }

  /** All records of a kind, oldest first, with the draft's own writes. */
  all<K extends Kind>(kind: K): Records[K][] {
    const table = this.account.tables[kind];
    const gone = new Set(this.#remove.filter(([removed]) => removed === kind).map(([, id]) => id));
    const own = [...this.#put.values()].filter(([put]) => put === kind) as [K, Records[K]][];
    if (own.length + gone.size === 0) return [...table.values()];
    const merged = new Map<string, Records[K]>(table);
    for (const [, record] of own) merged.set(record.id, record);
    for (const id of gone) merged.delete(id);
    return [...merged.values()];
  }

  put<K extends Kind>(kind: K, record: Records[K]): Records[K] {
    this.#put.set(record.id, [kind, record] as PutEntry);
    return record;
  }

  remove(kind: Kind, id: string): void {
    this.#remove.push([kind, id]);
  }

  /** Records an event with the object as it is now. `previous` holds the attributes that changed, if any. */
  emit<K extends Kind>(type: string, kind: K, record: Records[K], previous?: object): void {
    const id = this.id('evt_');
    const lost = this.settings.faults.loseWebhooks > 0;
    const to = lost ? [] : this.#endpointsFor(type);
    if (lost) this.#countDown('loseWebhooks');
    const object = this.#options.render(kind, record, this);
    const body = JSON.stringify({
      id,
      object: 'event',
      api_version: this.#options.apiVersion,
      created: this.now,
      data: previous === undefined ? { object } : { object, previous_attributes: previous },
      livemode: false,
      pending_webhooks: to.length,
      request: { id: this.#options.requestId, idempotency_key: this.#options.idempotencyKey },
      type,
    });
    const dueAtMs = this.world.wallNow() + this.settings.faults.delayWebhooksMs;
    this.#events.push({ id, type, created: this.now, bytes: bodyBytes(body), to, dueAtMs });
    this.#bodies.push(body);
    this.#options.follow?.(type, record.id, this);
  }

  /** True while nothing was changed. */
  get isEmpty(): boolean {
    return this.#put.size + this.#remove.length + this.#events.length === 0 && this.#settings === null;
  }

  /** Takes one off a counting fault; true when it was on. */
  strike(fault: 'failCharges'): boolean {
    if (this.settings.faults[fault] <= 0) return false;
    this.#countDown(fault);
    return true;
  }

  /** True when the draft moves money. */
  get movesMoney(): boolean {
    for (const [kind] of this.#put.values()) if (kind === 'charge' || kind === 'refund') return true;
    return false;
  }

  /** Writes everything as one change. Nothing is written when nothing changed and there is no answer to store. */
  commit(answer?: StoredAnswer): void {
    const changed = this.#put.size + this.#remove.length + this.#events.length > 0;
    if (!changed && this.#settings === null && answer === undefined) return;
    const bodies = [...this.#bodies];
    if (answer !== undefined) bodies.push(answer.body);
    writeChange(
      this.world,
      {
        account: this.account.settings.id,
        ...(this.#settings === null ? {} : { settings: this.#settings }),
        ...(this.#put.size === 0 ? {} : { put: [...this.#put.values()] }),
        ...(this.#remove.length === 0 ? {} : { remove: this.#remove }),
        ...(this.#events.length === 0 ? {} : { events: this.#events }),
        ...(answer === undefined ? {} : { answer: answerEntry(answer) }),
      },
      bodies,
    );
  }

  #countDown(fault: 'failCharges' | 'loseWebhooks'): void {
    const { settings } = this;
    this.settings = { ...settings, faults: { ...settings.faults, [fault]: settings.faults[fault] - 1 } };
  }

  #endpointsFor(type: string): string[] {
    const endpoints = [...this.account.tables.webhook_endpoint.values()];
    return endpoints
      .filter(
        ({ enabled, enabledEvents }) =>
          enabled && (enabledEvents.includes('*') || enabledEvents.includes(type)),
      )
      .map(({ id }) => id);
  }
}

function answerEntry({ key, fingerprint, status, requestId, body }: StoredAnswer) {
  return { key, fingerprint, status, requestId, bytes: bodyBytes(body) };
}
