import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import {
  type Consume,
  type EntitlementServer,
  entitlementServerOf,
  subjectOf,
} from './entitlement-server.ts';
import { BillhookConnectionError, BillhookError } from './error.ts';
import type { Billhook } from './operator.ts';
import { answerOf, type RightAnswer, type Upgrade } from './rights/answer.ts';
import type { Consumed, CountOptions, Entitlements, Held, SubjectOptions } from './rights/entitlements.ts';
import type { ListedRight } from './rights/facts.ts';
import { type FallbackAnswers, type Fallbacks, fallbackAnswers } from './rights/fallback.ts';
import { beyondLimit, type Quantity, readFigure, readQuantity } from './rights/quantity.ts';

export interface RemoteSettings {
  /** A client with a secret key, from `createBillhook`. */
  readonly client: Billhook;
  /** What to answer where the server cannot be asked; `deny` if left out. What passes then is not counted. */
  readonly fallback?: Fallbacks;
  /** How long one question may take; 2 s if left out. */
  readonly timeoutMs?: number;
}

const KEY_REFUSED = new Set([401, 403]);
/** How long units of a request that never ended are held. */
const HELD_FOR_S = 300;

/**
 * Rights and counting by asking the server each time: nothing is kept here, so nothing survives an outage. Where that
 * matters, take `createLocalEntitlements`.
 */
export function createRemoteEntitlements(settings: RemoteSettings): Entitlements {
  const { client, fallback = {}, timeoutMs = 2_000 } = settings;
  return new Remote(entitlementServerOf(client), fallbackAnswers(fallback), timeoutMs);
}

class Remote implements Entitlements {
  readonly #server: EntitlementServer;
  readonly #fallback: FallbackAnswers;
  readonly #timeoutMs: number;

  constructor(server: EntitlementServer, fallback: FallbackAnswers, timeoutMs: number) {
    this.#server = server;
    this.#fallback = fallback;
    this.#timeoutMs = timeoutMs;
  }

  async check(
    customer: string,
    feature: string,
    quantity: Quantity = 1,
    { subject }: SubjectOptions = {},
  ): Promise<RightAnswer> {
    const units = formatDecimal12(readQuantity(quantity));
    const check = await this.#ask((signal) => this.#server.check(customer, feature, units, signal, subject));
    return check === null ? this.#fallback(feature) : heard(check);
  }

  /** Each question is asked when it comes up. */
  async prepare(): Promise<void> {}

  async consume(
    customer: string,
    feature: string,
    quantity: Quantity = 1,
    { eventId = crypto.randomUUID(), subject }: CountOptions = {},
  ): Promise<Consumed> {
    const units = formatDecimal12(readQuantity(quantity));
    const event = { customer, feature, quantity: units, eventId, ...subjectOf(subject) };
    const consumed = await this.#ask((signal) => this.#server.consume(event, signal));
    if (consumed === null) {
      const answer = this.#fallback(feature);
      return { status: answer.allowed ? 'passed' : 'refused', allowed: answer.allowed, answer };
    }
    const { status, entitlement } = consumed;
    return {
      status,
      allowed: status !== 'refused',
      answer: heard({ ...entitlement, allowed: status !== 'refused' }),
    };
  }

  /** Holds units by a reservation that is released by itself if the request never ends. */
  async hold(
    customer: string,
    feature: string,
    quantity: Quantity = 1,
    { eventId = crypto.randomUUID(), subject }: CountOptions = {},
  ): Promise<Held> {
    const units = formatDecimal12(readQuantity(quantity));
    const of = { customer, feature, quantity: units, ...subjectOf(subject) };
    const wish = { ...of, minimum: units, key: eventId };
    const reserved = await this.#ask((signal) =>
      this.#server.reserve({ ...wish, expiresInS: HELD_FOR_S, onExpiry: 'release' }, signal),
    ).catch(unlessHoldable);
    if (reserved === 'not_holdable') return this.#holdUnreserved({ ...of, eventId });
    if (reserved === null) return held(this.#fallback(feature));
    const { id, allowed, entitlement } = reserved;
    const answer = heard(entitlement);
    if (!allowed || id === null) return { ...held(answer), allowed: false, status: 'refused' };
    return {
      ...held({ ...plain(answer), allowed: true }),
      count: async () => {
        const settle = { quantity: units, eventId, keep: '0' };
        return (await this.#ask((signal) => this.#server.settle(id, settle, signal))) !== null;
      },
      giveBack: async () => {
        await this.#ask((signal) => this.#server.release(id, signal));
      },
    };
  }

  /** What nobody can hold, such as a peak, is asked about before the request and counted after it. */
  async #holdUnreserved(event: Consume): Promise<Held> {
    const { customer, feature, quantity, subject } = event;
    const check = await this.#ask((signal) =>
      this.#server.check(customer, feature, quantity, signal, subject),
    );
    if (check === null) return held(this.#fallback(feature));
    return {
      ...held(heard(check)),
      count: async () => (await this.#ask((signal) => this.#server.track(event, signal))) !== null,
    };
  }

  async upgrade(
    customer: string,
    feature: string,
    limit: string | null = null,
    { subject }: SubjectOptions = {},
  ): Promise<Upgrade | null> {
    const quantity = beyondLimit(limit);
    const check = await this.#ask((signal) =>
      this.#server.check(customer, feature, quantity, signal, subject),
    );
    return check?.upgrade ?? null;
  }

  /**
   * Null where the server cannot be asked now, or not with this key: customers do not pay for that. Any other refusal of
   * a question is a fault of the program.
   */
  async #ask<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await ask(signal);
    } catch (fault) {
      const isAway =
        fault instanceof BillhookConnectionError ||
        signal.aborted ||
        (fault instanceof BillhookError && (fault.problem.retryable || KEY_REFUSED.has(fault.status)));
      if (isAway) return null;
      throw fault;
    }
  }
}

function unlessHoldable(fault: unknown): 'not_holdable' {
  if (fault instanceof BillhookError && fault.code === 'feature.not_consumable') return 'not_holdable';
  throw fault;
}

function held(answer: RightAnswer): Held {
  const status = answer.allowed ? 'held' : 'refused';
  return { status, allowed: answer.allowed, answer, count: async () => true, giveBack: async () => {} };
}

function heard(check: ListedRight): RightAnswer {
  const figure = (text: string | null) => (text === null ? null : readFigure(text));
  return answerOf({
    allowed: check.allowed,
    state: 'fresh',
    reason: check.reason,
    of: check,
    kind: check.kind,
    limit: figure(check.limit),
    used: figure(check.used),
    remaining: figure(check.remaining),
  });
}

function plain(answer: RightAnswer): RightAnswer {
  return JSON.parse(JSON.stringify(answer)) as RightAnswer;
}
