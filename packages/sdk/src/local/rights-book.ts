import type { EntitlementServer } from '../entitlement-server.ts';
import { BillhookError } from '../error.ts';
import type { Entitlement } from '../generated/types.ts';
import type { RightState } from '../rights/answer.ts';
import type { ListedRight } from '../rights/facts.ts';
import { Right } from '../rights/right.ts';
import { backOffMs, type LocalTime, within } from './time.ts';

/** What is known of one customer. */
export interface CustomerRights {
  readonly id: string;
  readonly rights: Map<string, Right>;
  /** Whether the server was heard about this customer at least once. */
  isKnown: boolean;
  /** Whether something may have changed since the server was heard. */
  isDirty: boolean;
  heardAtMs: number;
  /** The first moment, on the wall, when a window ends that was open when the server was heard. */
  windowEndsAtMs: number;
  /** Such an end was noticed, and the server was not heard since. */
  isWindowOver: boolean;
  loading: Promise<void> | null;
  attempts: number;
  /** Before this it is not listed again. */
  retryAtMs: number;
  isPlanned: boolean;
  /** Asked about since memory was last made free. */
  isTouched: boolean;
}

export interface RightsBookParts {
  readonly server: EntitlementServer;
  readonly time: LocalTime;
  readonly timeoutMs: number;
  readonly maxCustomers: number;
  /** A right was listed again, is new, or is gone (null). */
  readonly renewed: (customer: string, feature: string, right: Right | null) => void;
}

/** A list is asked for again only after so long, however often it is told that it changed. */
const LIST_GAP_MS = 20;
/** A broken stream, and what changes by itself, is stood in for by asking again so often, when it is asked about. */
const POLL_AFTER_MS = 10_000;
const LISTS_AT_ONCE = 8;

/** The rights of customers as the server listed them, kept in memory and listed again when they may have changed. */
export class RightsBook {
  readonly #parts: RightsBookParts;
  readonly #customers = new Map<string, CustomerRights>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #isConnected = false;
  #isClosed = false;

  constructor(parts: RightsBookParts) {
    this.#parts = parts;
  }

  /** Whether the stream that keeps the book fresh is heard; a silent one is no longer. */
  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
  }

  /** The entry of a customer, or undefined where it was never heard of; then it is asked for. */
  known(customer: string): CustomerRights | undefined {
    const entry = this.#customers.get(customer);
    if (entry?.isKnown === true) {
      entry.isTouched = true;
      return entry;
    }
    this.#want(entry ?? this.#open(customer));
    return undefined;
  }

  /** The entry of a customer, if it was ever heard; nothing is asked for. */
  peek(customer: string): CustomerRights | undefined {
    const entry = this.#customers.get(customer);
    return entry?.isKnown === true ? entry : undefined;
  }

  /** How far the entry can be trusted now; what may have changed is asked for. */
  stateOf(entry: CustomerRights): RightState {
    const { time } = this.#parts;
    // Clocks are read only where they decide: reading one costs as much as all the rest.
    if (entry.windowEndsAtMs !== Number.POSITIVE_INFINITY) this.#lookAtWindow(entry);
    if (this.#isConnected && !entry.isDirty) return 'fresh';
    if (entry.isDirty || time.elapsedMs() - entry.heardAtMs > POLL_AFTER_MS) this.#want(entry);
    return 'stale';
  }

  /** Asks for what is not known or may have changed, and waits until it was answered or refused. */
  async load(customer: string): Promise<void> {
    const entry = this.#customers.get(customer) ?? this.#open(customer);
    if (entry.isKnown && !entry.isDirty) return;
    entry.retryAtMs = Number.NEGATIVE_INFINITY;
    this.#want(entry);
    await entry.loading;
  }

  /** Waits for what is not known, unless asking for it has just failed. */
  async prepare(customer: string): Promise<void> {
    const entry = this.#customers.get(customer) ?? this.#open(customer);
    if (entry.isKnown) return;
    this.#want(entry);
    await entry.loading;
  }

  /** Asks again about a refusal that is old: in a sliding window, what is used becomes less by itself. */
  refresh(entry: CustomerRights): void {
    if (this.#parts.time.elapsedMs() - entry.heardAtMs > POLL_AFTER_MS) this.#want(entry);
  }

  /** Whether a window has ended by this machine's clock since the server was heard. */
  hasEnded(entry: CustomerRights): boolean {
    this.#lookAtWindow(entry);
    return entry.isWindowOver;
  }

  /** Resolves once the rights of a window that is over were asked for again, unless that has just failed. */
  async renewEnded(entry: CustomerRights): Promise<void> {
    this.#want(entry);
    await entry.loading;
  }

  /** The end of a window is noticed once; what is listed then tells of the next one. */
  #lookAtWindow(entry: CustomerRights): void {
    if (this.#parts.time.wallMs() < entry.windowEndsAtMs) return;
    entry.windowEndsAtMs = Number.POSITIVE_INFINITY;
    entry.isWindowOver = true;
    entry.isDirty = true;
  }

  changed(customers: readonly string[]): void {
    for (const id of customers) {
      const entry = this.#customers.get(id);
      if (entry === undefined) continue;
      entry.isDirty = true;
      this.#want(entry);
    }
  }

  reset(): void {
    this.changed([...this.#customers.keys()]);
  }

  /** Takes over one right from an answer that came with something else. */
  take(customer: string, listed: ListedRight): void {
    const entry = this.#customers.get(customer);
    if (entry?.isKnown !== true) return;
    const before = entry.rights.get(listed.feature)?.listed.credits ?? null;
    // What one unit costs is told by the list: other answers tell no cost, or that of a quantity.
    const { credits = before } = listed;
    const kept = before !== null && credits !== null ? { ...credits, cost: before.cost } : credits;
    this.#renew(entry, { ...listed, credits: kept });
  }

  close(): void {
    this.#isClosed = true;
  }

  #open(id: string): CustomerRights {
    if (this.#customers.size >= this.#parts.maxCustomers) this.#forgetOldest();
    const entry: CustomerRights = {
      id,
      rights: new Map(),
      isKnown: false,
      isDirty: true,
      heardAtMs: Number.NEGATIVE_INFINITY,
      windowEndsAtMs: Number.POSITIVE_INFINITY,
      isWindowOver: false,
      loading: null,
      attempts: 0,
      retryAtMs: Number.NEGATIVE_INFINITY,
      isPlanned: false,
      isTouched: false,
    };
    this.#customers.set(id, entry);
    return entry;
  }

  /** Forgets the customer that came first of those not asked about lately; the others get another round. */
  #forgetOldest(): void {
    for (const [id, entry] of this.#customers) {
      this.#customers.delete(id);
      if (!entry.isTouched) return;
      entry.isTouched = false;
      this.#customers.set(id, entry);
    }
  }

  #want(entry: CustomerRights): void {
    if (entry.loading !== null || this.#isClosed) return;
    const waitMs = entry.retryAtMs - this.#parts.time.elapsedMs();
    if (waitMs > 0) {
      this.#plan(entry, waitMs);
      return;
    }
    entry.loading = this.#list(entry).finally(() => {
      entry.loading = null;
      // It changed again while it was listed.
      if (entry.isDirty && entry.attempts === 0) this.#want(entry);
    });
  }

  /** What is asked for too soon is listed later; once, however often it is asked for. */
  #plan(entry: CustomerRights, waitMs: number): void {
    if (entry.isPlanned) return;
    entry.isPlanned = true;
    this.#parts.time.after(waitMs, () => {
      entry.isPlanned = false;
      if (entry.isDirty) this.#want(entry);
    });
  }

  async #list(entry: CustomerRights): Promise<void> {
    const { server, time, timeoutMs } = this.#parts;
    await this.#turn();
    entry.isDirty = false;
    entry.retryAtMs = time.elapsedMs() + LIST_GAP_MS;
    const askedAtMs = time.wallMs();
    try {
      const listed = await within(time, timeoutMs, (signal) => server.listRights(entry.id, signal));
      this.#apply(entry, listed, askedAtMs);
    } catch (fault) {
      if (isUnknownCustomer(fault)) this.#apply(entry, [], askedAtMs);
      else {
        entry.isDirty = true;
        entry.attempts += 1;
        entry.retryAtMs = time.elapsedMs() + backOffMs(entry.attempts, time);
      }
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#running >= LISTS_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }

  #apply(entry: CustomerRights, listed: readonly Entitlement[], askedAtMs: number): void {
    entry.isKnown = true;
    entry.attempts = 0;
    entry.heardAtMs = this.#parts.time.elapsedMs();
    const gone = new Set(entry.rights.keys());
    for (const right of listed) {
      gone.delete(right.feature);
      this.#renew(entry, right);
    }
    for (const feature of gone) {
      entry.rights.delete(feature);
      this.#parts.renewed(entry.id, feature, null);
    }
    entry.isWindowOver = false;
    entry.windowEndsAtMs = firstEndAfter(listed, askedAtMs);
  }

  #renew(entry: CustomerRights, listed: ListedRight): void {
    const held = entry.rights.get(listed.feature);
    const right = held ?? new Right(listed);
    if (held === undefined) entry.rights.set(listed.feature, right);
    else held.renew(listed);
    this.#parts.renewed(entry.id, listed.feature, right);
  }
}

/**
 * A window begins anew by the server's word alone: its clock is the one that counts, and may be a moved one. The end
 * of a window by this machine's clock is only a reason to ask again; one that was over when it was told never is.
 */
function firstEndAfter(listed: readonly ListedRight[], askedAtMs: number): number {
  return listed.reduce((first, { resetAt }) => {
    const endsAtMs = resetAt === null ? Number.NaN : Date.parse(resetAt);
    return endsAtMs > askedAtMs && endsAtMs < first ? endsAtMs : first;
  }, Number.POSITIVE_INFINITY);
}

function isUnknownCustomer(fault: unknown): boolean {
  return fault instanceof BillhookError && fault.status === 404;
}
