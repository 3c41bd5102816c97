import { decimal12FromScaled, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { type EntitlementServer, type Reservation, subjectOf } from '../entitlement-server.ts';
import { BillhookError } from '../error.ts';
import type { ListedRight } from '../rights/facts.ts';
import { readFigure } from '../rights/quantity.ts';
import type { Right } from '../rights/right.ts';
import { type AgreedTerms, nextSize, sizeToAsk } from './lease-terms.ts';
import { type LocalTime, within } from './time.ts';
import type { UsageLog } from './usage-log.ts';
import type { LeaseState } from './usage-state.ts';

export interface MeterageParts {
  readonly server: EntitlementServer;
  readonly log: UsageLog;
  readonly time: LocalTime;
  readonly terms: AgreedTerms;
  readonly timeoutMs: number;
  /** The server's word about the right came with an answer. */
  readonly heard: (customer: string, right: ListedRight) => void;
}

/** After the server said no, it is asked again only so much later, or when it tells of a change. */
const REFUSED_FOR_MS = 1_000;
/** Server-side mark of how long a lease may go unheard; what is not settled stays held also after it. */
export const LEASE_EXPIRES_S = 3_600;

/** What asking for more units came to. */
export type Asked = 'granted' | 'refused' | 'unanswered' | 'unleasable';

/** A lease with what this process knows beside what is written: units held by requests under way. */
export interface HeldLease {
  readonly state: LeaseState;
  /** Taken by requests that have not ended. */
  holding: bigint;
  readonly grantedAtMs: number;
  usedAtMs: number;
  isClosing: boolean;
}

/** Whose units of what. */
export interface MeterageOf {
  readonly customer: string;
  readonly feature: string;
  readonly subject: string | null;
}

export function meterageName({ customer, feature, subject }: MeterageOf): string {
  return subject === null ? `${customer}\n${feature}` : `${customer}\n${feature}\n${subject}`;
}

export type HeldParts = readonly (readonly [HeldLease, bigint])[];

/** The units of one feature that the server promised to this process, and the asking for more. */
export class Meterage {
  readonly customer: string;
  readonly feature: string;
  /** The member or device whose units these are; null where the feature counts for the customer alone. */
  readonly subject: string | null;
  readonly leases: HeldLease[] = [];
  readonly #parts: MeterageParts;
  #size: number;
  /** Limit and window that the leases were made under. */
  #terms: string | null = null;
  #asking: Promise<Asked> | null = null;
  /** Units that requests wait for. */
  #waiting = 0n;
  /** Until then the server's no holds. */
  refusedUntilMs = Number.NEGATIVE_INFINITY;
  /** The least that was refused: less may still be granted. */
  #refusedUnits = 0n;
  /** What the server said is left for all; null if it is not known. */
  #rest: bigint | null = null;
  /** Units of this feature cannot be promised: of a peak, nobody can say what one more comes to. */
  isUnleasable = false;
  /** Used without a lease and not yet told. */
  tracked = 0n;

  constructor({ customer, feature, subject }: MeterageOf, parts: MeterageParts) {
    this.customer = customer;
    this.feature = feature;
    this.subject = subject;
    this.#parts = parts;
    this.#size = parts.terms.firstUnits;
  }

  /** Units that may be taken without asking. */
  get available(): bigint {
    let sum = 0n;
    for (const lease of this.leases) if (!lease.isClosing) sum += freeOf(lease);
    return sum;
  }

  /** Counted here and not yet by the server. */
  get pending(): bigint {
    let sum = this.tracked;
    for (const { state, holding } of this.leases) sum += state.used - state.settled + holding;
    return sum;
  }

  get isIdle(): boolean {
    return !this.isUnleasable && this.leases.length === 0 && this.tracked === 0n && this.#asking === null;
  }

  /** True while the server's no to so many units holds. */
  isRefused(units: bigint): boolean {
    return units >= this.#refusedUnits && this.#parts.time.elapsedMs() < this.refusedUntilMs;
  }

  /** Takes units if there are enough: all or nothing. */
  take(units: bigint): HeldParts | null {
    if (this.available < units) return null;
    const parts: [HeldLease, bigint][] = [];
    let missing = units;
    for (const lease of this.leases) {
      const free = lease.isClosing ? 0n : freeOf(lease);
      const part = free < missing ? free : missing;
      if (part <= 0n) continue;
      lease.holding += part;
      lease.usedAtMs = this.#parts.time.elapsedMs();
      parts.push([lease, part]);
      missing -= part;
      if (missing === 0n) break;
    }
    this.#askBeforeItRunsOut();
    return parts;
  }

  /** Asks the server for units, once at a time; who comes meanwhile waits for the same answer. */
  async ask(needed: bigint): Promise<Asked> {
    if (this.isRefused(needed)) return 'refused';
    this.#waiting += needed;
    try {
      this.#asking ??= this.#askServer(needed).finally(() => {
        this.#asking = null;
      });
      return await this.#asking;
    } finally {
      this.#waiting -= needed;
    }
  }

  /** Gives everything back as soon as requests under way have ended. */
  closeAll(): void {
    for (const lease of this.leases) lease.isClosing = true;
  }

  closeIdle(): void {
    const nowMs = this.#parts.time.elapsedMs();
    for (const lease of this.leases)
      if (nowMs - lease.usedAtMs >= this.#parts.terms.idleMs) lease.isClosing = true;
  }

  /**
   * What the server says of the right now. Units that were promised under another limit or window are given back; true
   * if there are such.
   */
  agree(right: Right | null): boolean {
    const rest = right?.listed.remaining ?? null;
    this.#rest = rest === null ? null : readFigure(rest);
    const terms = right === null ? '' : `${right.isHard} ${right.listed.limit} ${right.listed.resetAt}`;
    const isOther = this.#terms !== null && this.#terms !== terms;
    this.#terms = terms;
    if (!isOther) return false;
    this.refusedUntilMs = Number.NEGATIVE_INFINITY;
    for (const lease of this.leases) lease.isClosing = true;
    return this.leases.length > 0;
  }

  #askBeforeItRunsOut(): void {
    const low = (BigInt(this.#size) * SCALE) / 4n;
    if (this.available >= low || this.#asking !== null || this.isRefused(SCALE)) return;
    if (this.#rest !== null && this.#rest < BigInt(this.#size) * SCALE) return;
    this.#grow();
    void this.ask(SCALE).catch(() => undefined);
  }

  #grow(): void {
    const last = this.leases.at(-1);
    if (last === undefined) return;
    const lastedMs = this.#parts.time.elapsedMs() - last.grantedAtMs;
    this.#size = nextSize(this.#size, lastedMs, this.#parts.terms);
  }

  async #askServer(needed: bigint): Promise<Asked> {
    const { log, server, time, timeoutMs } = this.#parts;
    let intent: LeaseState | null = null;
    try {
      const open = this.#openIntent() ?? this.#newIntent(needed);
      intent = open;
      const answer = await within(time, timeoutMs, (signal) => server.reserve(wishOf(open), signal));
      return this.#settle(open, answer);
    } catch (fault) {
      // Where nothing can be written, nothing is asked: a promise that is not on disk would be lost.
      if (intent === null || !(fault instanceof BillhookError) || fault.problem.retryable)
        return 'unanswered';
      if (KEY_REFUSED.has(fault.status)) return 'unanswered';
      log.notGranted(intent);
      if (fault.code !== 'feature.not_consumable') return this.#refused(intent);
      this.isUnleasable = true;
      return 'unleasable';
    }
  }

  /** An intent whose answer was lost is asked again with its key: the server may have granted it. */
  #openIntent(): LeaseState | undefined {
    for (const lease of this.#parts.log.state.leases.values())
      if (lease.id === null && meterageName(lease) === meterageName(this)) return lease;
    return undefined;
  }

  #newIntent(needed: bigint): LeaseState {
    const size = BigInt(this.#size) * SCALE;
    const wished = size > this.#waiting ? size : this.#waiting;
    const asked = sizeToAsk(wished, needed, this.#rest, this.#parts.terms);
    const { customer, feature, subject } = this;
    return this.#parts.log.intend({
      key: crypto.randomUUID(),
      customer,
      feature,
      subject,
      asked,
      minimum: needed,
    });
  }

  #settle(intent: LeaseState, answer: Reservation): Asked {
    const { log, time, heard } = this.#parts;
    const quantity = parseDecimal12(answer.quantity);
    const isGranted = answer.allowed && answer.id !== null && quantity.ok && quantity.value > 0n;
    if (isGranted) {
      log.granted(intent, answer.id, quantity.value);
      const nowMs = time.elapsedMs();
      this.leases.push({ state: intent, holding: 0n, grantedAtMs: nowMs, usedAtMs: nowMs, isClosing: false });
      this.refusedUntilMs = Number.NEGATIVE_INFINITY;
    } else {
      log.notGranted(intent);
    }
    heard(this.customer, answer.entitlement);
    return isGranted ? 'granted' : this.#refused(intent);
  }

  #refused({ minimum }: LeaseState): Asked {
    this.#refusedUnits = minimum;
    this.refusedUntilMs = this.#parts.time.elapsedMs() + REFUSED_FOR_MS;
    return 'refused';
  }
}

const SCALE = 1_000_000_000_000n;
const KEY_REFUSED = new Set([401, 403]);

export function freeOf({ state, holding }: HeldLease): bigint {
  return state.granted - state.used - holding;
}

export function wishOf({ key, customer, feature, subject, asked, minimum }: LeaseState) {
  return {
    customer,
    feature,
    ...subjectOf(subject),
    quantity: formatDecimal12(decimal12FromScaled(asked)),
    minimum: formatDecimal12(decimal12FromScaled(minimum)),
    key,
    expiresInS: LEASE_EXPIRES_S,
    onExpiry: 'hold',
  } as const;
}
