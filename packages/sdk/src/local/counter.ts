import { answerOf, type RightAnswer } from '../rights/answer.ts';
import type { Consumed, CountOptions, Held } from '../rights/entitlements.ts';
import type { FallbackAnswers } from '../rights/fallback.ts';
import { type Quantity, readQuantity } from '../rights/quantity.ts';
import type { Right } from '../rights/right.ts';
import { UsageNotWritten } from './journal.ts';
import type { HeldParts, Meterage, MeterageOf } from './meterage.ts';
import type { RightsBook } from './rights-book.ts';
import { SeenEvents } from './seen-events.ts';
import type { SubjectBook } from './subject-book.ts';
import type { LocalTime } from './time.ts';
import type { UsageLog } from './usage-log.ts';

export interface CounterParts {
  readonly book: RightsBook;
  readonly log: UsageLog;
  readonly time: LocalTime;
  /** When usage happens, in milliseconds since 1970. */
  readonly usageTimeMs: () => number;
  /** How long a request may wait for the server to promise more units. */
  readonly waitMs: number;
  readonly fallback: FallbackAnswers;
  readonly subjects: SubjectBook;
  readonly meterage: (of: MeterageOf) => Meterage;
  /** Figures of this process changed. */
  readonly moved: (meterage: Meterage) => void;
}

const MOST_EVENTS = 100_000;

/** One request that wants to use something. */
interface Asked {
  readonly customer: string;
  readonly feature: string;
  readonly quantity: Quantity;
  /** The quantity, scaled. */
  readonly units: bigint;
  readonly eventId: string | undefined;
  readonly subject: string | undefined;
}

/** Lets requests in and counts them: held first, written down, then told. */
export class Counter {
  readonly #parts: CounterParts;
  readonly #seen = new SeenEvents(MOST_EVENTS);

  constructor(parts: CounterParts) {
    this.#parts = parts;
  }

  async consume(
    customer: string,
    feature: string,
    quantity: Quantity,
    options: CountOptions,
  ): Promise<Consumed> {
    const held = await this.hold(customer, feature, quantity, options);
    if (held.status !== 'held') return { status: held.status, allowed: held.allowed, answer: held.answer };
    if (await held.count()) return { status: 'counted', allowed: true, answer: held.answer };
    const answer = notWritten(held.answer);
    return { status: 'refused', allowed: false, answer };
  }

  /** Waits for the rights of a customer who was never heard of. */
  async prepare(customer: string, feature?: string, subject?: string): Promise<void> {
    const { book, subjects } = this.#parts;
    await this.#waitFor(book.prepare(customer));
    if (feature === undefined || subject === undefined) return;
    if (book.known(customer)?.rights.get(feature)?.isPerSubject !== true) return;
    if (subjects.known(customer, feature, subject) === undefined)
      await this.#waitFor(subjects.load(customer, feature, subject));
  }

  async hold(customer: string, feature: string, quantity: Quantity, options: CountOptions): Promise<Held> {
    const units = readQuantity(quantity);
    const { eventId, subject } = options;
    const name = eventId === undefined ? null : `${customer}\n${feature}\n${eventId}`;
    if (name !== null && this.#seen.has(name)) return duplicate(this.#standing(customer, feature, subject));
    if (name !== null) this.#seen.add(name);
    const held = await this.#hold({ customer, feature, quantity, units, eventId, subject });
    if (name === null) return held;
    if (!held.allowed) this.#seen.delete(name);
    return {
      ...held,
      count: async () => {
        const isCounted = await held.count();
        if (!isCounted) this.#seen.delete(name);
        return isCounted;
      },
      giveBack: async () => {
        this.#seen.delete(name);
        await held.giveBack();
      },
    };
  }

  async #hold(asked: Asked): Promise<Held> {
    const { customer, feature, quantity, units } = asked;
    const { book, fallback } = this.#parts;
    let entry = book.known(customer);
    if (entry === undefined) {
      await this.prepare(customer);
      entry = book.known(customer);
    }
    if (entry === undefined) return this.#holdUncovered(asked, null, fallback(feature));
    // Units of a window that is over are given back, and those of the new one asked for.
    if (book.hasEnded(entry)) await this.#waitFor(book.renewEnded(entry));
    const state = book.stateOf(entry);
    const listed = entry.rights.get(feature);
    if (listed === undefined) return refused(notGranted(feature, state));
    const subject = listed.isPerSubject ? (asked.subject ?? null) : null;
    const right = listed.isPerSubject ? await this.#rightOf(asked, listed) : listed;
    if (right === undefined) return this.#holdUncovered(asked, subject, fallback(feature));
    if (right.isHard && units > 0n && !this.#parts.meterage({ customer, feature, subject }).isUnleasable) {
      const held = await this.#holdLeased(asked, subject, right);
      if (held !== null) return held;
    }
    const answer = right.answer(quantity, state);
    if (!answer.allowed) return refused(answer);
    if (!right.isMetered || units === 0n) return uncounted(answer);
    return this.#holdUncovered(asked, subject, answer);
  }

  /** The right of a member or device; undefined without one, and where the server was never heard about it. */
  async #rightOf({ customer, feature, subject }: Asked, listed: Right): Promise<Right | undefined> {
    if (subject === undefined) return undefined;
    const { subjects } = this.#parts;
    const known = subjects.known(customer, feature, subject);
    // Of another window than the customer's, its figures say nothing any more.
    if (known?.listed.resetAt === listed.listed.resetAt) return known;
    await this.#waitFor(subjects.load(customer, feature, subject));
    return subjects.known(customer, feature, subject);
  }

  /** Units beyond a hard limit are refused, so there must be a promise of the server for each; null if there is none. */
  async #holdLeased(asked: Asked, subject: string | null, right: Right): Promise<Held | null> {
    const { customer, feature, units } = asked;
    const meterage = this.#parts.meterage({ customer, feature, subject });
    // Each grant lets at least one of those who wait take its units, so this ends.
    for (;;) {
      const parts = meterage.take(units);
      if (parts !== null) return this.#leased(meterage, right, parts);
      const missing = units - meterage.available;
      const said = await this.#waitFor(meterage.ask(missing));
      if (said === 'unleasable') return null;
      if (said === 'unanswered') return this.#holdUncovered(asked, subject, this.#parts.fallback(feature));
      // Who asked for more may have been refused what this request would get.
      if (said === 'refused' && meterage.isRefused(missing))
        return refused(this.#exhausted(meterage, right, units));
    }
  }

  #leased(meterage: Meterage, right: Right, parts: HeldParts): Held {
    const { log, moved } = this.#parts;
    moved(meterage);
    let isOpen = true;
    const end = () => {
      isOpen = false;
      for (const [lease, part] of parts) lease.holding -= part;
    };
    return {
      status: 'held',
      allowed: true,
      answer: right.standing(this.#stateOf(meterage.customer)),
      count: async () => {
        if (!isOpen) return true;
        try {
          log.use(parts.map(([lease, part]) => [lease.state, part] as const));
        } catch (fault) {
          end();
          moved(meterage);
          return isWritten(fault);
        }
        end();
        moved(meterage);
        return durably(log);
      },
      giveBack: async () => {
        if (!isOpen) return;
        end();
        moved(meterage);
      },
    };
  }

  /** Usage that nothing limits, or that the seller lets pass: counted when it is written, told later. */
  #holdUncovered(asked: Asked, subject: string | null, answer: RightAnswer): Held {
    const { customer, feature, units, eventId } = asked;
    if (!answer.allowed) return refused(answer);
    const { log, usageTimeMs, moved } = this.#parts;
    let isOpen = true;
    return {
      status: 'held',
      allowed: true,
      answer,
      count: async () => {
        if (!isOpen || units === 0n) return true;
        isOpen = false;
        const event = { eventId: eventId ?? crypto.randomUUID(), customer, feature, subject };
        try {
          log.track({ ...event, quantity: units, time: new Date(usageTimeMs()).toISOString() });
        } catch (fault) {
          return isWritten(fault);
        }
        const meterage = this.#parts.meterage({ customer, feature, subject });
        meterage.tracked += units;
        moved(meterage);
        return durably(log);
      },
      giveBack: async () => {
        isOpen = false;
      },
    };
  }

  /** The server's no: until it says otherwise, only what this process holds is left. */
  #exhausted(meterage: Meterage, right: Right, units: bigint): RightAnswer {
    right.setHere(meterage.pending, meterage.available);
    right.exhaust(meterage.refusedUntilMs);
    const more = units > meterage.available ? units : meterage.available + 1n;
    return right.refusal(more, this.#stateOf(meterage.customer));
  }

  #stateOf(customer: string) {
    const { book } = this.#parts;
    const entry = book.known(customer);
    return entry === undefined ? 'stale' : book.stateOf(entry);
  }

  #standing(customer: string, feature: string, subject: string | undefined): RightAnswer {
    const { book, subjects } = this.#parts;
    const listed = book.known(customer)?.rights.get(feature);
    const isOwn = listed?.isPerSubject === true && subject !== undefined;
    const right = isOwn ? subjects.known(customer, feature, subject) : listed;
    return right?.standing(this.#stateOf(customer)) ?? this.#parts.fallback(feature);
  }

  /** Waits for the server, but not for long; what is asked goes on. */
  #waitFor<T>(asked: Promise<T>): Promise<T | 'unanswered'> {
    return new Promise((resolve, reject) => {
      const callOff = this.#parts.time.after(this.#parts.waitMs, () => resolve('unanswered'));
      void asked.then(resolve, reject).finally(callOff);
    });
  }
}

async function durably(log: UsageLog): Promise<boolean> {
  await log.durable();
  return true;
}

function isWritten(fault: unknown): false {
  if (fault instanceof UsageNotWritten) return false;
  throw fault;
}

function uncounted(answer: RightAnswer): Held {
  return { status: 'held', allowed: true, answer, count: async () => true, giveBack: async () => {} };
}

function duplicate(answer: RightAnswer): Held {
  return { ...uncounted(answer), status: 'duplicate' };
}

function refused(answer: RightAnswer): Held {
  return { ...uncounted(answer), status: 'refused', allowed: false };
}

export function notGranted(feature: string, state: RightAnswer['state']): RightAnswer {
  return answerOf({
    allowed: false,
    state,
    reason: 'not_granted',
    of: { feature, featureName: feature, unit: null, resetAt: null, value: null },
    kind: null,
    limit: null,
    used: null,
    remaining: null,
  });
}

function notWritten({ feature, featureName, unit, resetAt, value, state, kind }: RightAnswer): RightAnswer {
  return answerOf({
    allowed: false,
    state,
    reason: 'usage_not_written',
    of: { feature, featureName, unit, resetAt, value },
    kind,
    limit: null,
    used: null,
    remaining: null,
  });
}
