import { allowancePeriod, missedPeriods } from '@billhook/core/credits/allowance';
import { DEFAULT_BURN_ORDER } from '@billhook/core/credits/burn-order';
import { type ConsumptionPart, decideConsumption } from '@billhook/core/credits/decide-consumption';
import { decideExpiry } from '@billhook/core/credits/decide-expiry';
import { balanceAt } from '@billhook/core/credits/entry';
import { ANY_USE, type HeldGrant, type RolloverRule } from '@billhook/core/credits/grant';
import { holdCredits, splitHold } from '@billhook/core/credits/hold';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';

export const TYPE = 'tokens';

/** The decisions of core that a purse takes; a bug stands in for one of them. */
export interface PurseEngine {
  readonly consume: typeof decideConsumption;
  readonly expire: typeof decideExpiry;
  readonly hold: typeof holdCredits;
  readonly split: typeof splitHold;
  readonly missed: typeof missedPeriods;
}

export const CORE_PURSE: PurseEngine = {
  consume: decideConsumption,
  expire: decideExpiry,
  hold: holdCredits,
  split: splitHold,
  missed: missedPeriods,
};

export interface PurseRules {
  readonly interval: 'day' | 'week';
  readonly served: Pick<Subscription, 'startAt' | 'anchorAt' | 'timeZone' | 'billingDay' | 'items'>;
  readonly amount: bigint;
  readonly rollover: RolloverRule | null;
}

/** Credits of one customer in memory, moved by core's decisions as the server moves them. */
export class Purse {
  readonly #engine: PurseEngine;
  readonly #rules: PurseRules;
  #held: HeldGrant[] = [];
  readonly #promises = new Map<string, readonly ConsumptionPart[]>();
  #serial = 0;
  #allowedUntil: Instant;

  constructor(engine: PurseEngine, rules: PurseRules) {
    this.#engine = engine;
    this.#rules = rules;
    this.#allowedUntil = rules.served.startAt;
  }

  /** Missed allowances, then what ends in its order, then the running allowance. */
  pass(now: Instant): void {
    const { interval, served } = this.#rules;
    for (const { start, end } of this.#engine.missed(interval, served, this.#allowedUntil, now))
      this.#allow(start, end, now);
    for (;;) {
      const ends = this.#held.flatMap(({ expiresAt, left }) => (expiresAt && left > 0n ? [expiresAt] : []));
      const { effects, carried } = this.#engine.expire(this.#held, Math.min(now, ...ends) as Instant);
      if (effects.length === 0) break;
      this.#less(effects);
      for (const { fromGrantId: _, ...grant } of carried)
        this.#held.push({ ...grant, id: this.#nextId(), left: grant.amount });
    }
    if (this.#allowedUntil > now) return;
    const { start, end } = allowancePeriod(interval, served, now);
    if (end !== null) this.#allow(start, end, now);
  }

  give(amount: bigint, { now, to, priority }: { now: Instant; to: Instant | null; priority: number }): void {
    const given = { source: 'promotion', priority, effectiveAt: now, expiresAt: to, rollover: null } as const;
    this.#add(amount, now, given);
  }

  /** All of it or, where more is owed, as much as there is; nothing where that is refused. */
  use(amount: bigint, beyond: 'block' | 'allow', now: Instant): void {
    const decided = this.#engine.consume({
      held: this.#held,
      use: useAt(now),
      order: DEFAULT_BURN_ORDER,
      beyond,
      amount: decimal12FromScaled(amount),
    });
    if (decided.ok) this.#less(decided.value.parts);
  }

  promise(name: string, amount: bigint, now: Instant): void {
    const use = { ...useAt(now), now };
    const parts = this.#engine.hold(this.#held, use, decimal12FromScaled(amount), DEFAULT_BURN_ORDER);
    this.#less(parts);
    this.#promises.set(name, parts);
  }

  settle(name: string, amount: bigint, now: Instant): void {
    const { rest } = this.#engine.split(this.#promises.get(name) ?? [], decimal12FromScaled(amount));
    this.#promises.delete(name);
    const back = new Map(rest.map((part) => [part.grantId, part.amount]));
    this.#held = this.#held.map((grant) => {
      const isOver = grant.expiresAt !== null && grant.expiresAt <= now;
      const amountBack = isOver ? 0n : (back.get(grant.id) ?? 0n);
      return { ...grant, left: decimal12FromScaled(grant.left + amountBack) };
    });
  }

  available(now: Instant): bigint {
    return balanceAt(this.#held, TYPE, now);
  }

  snapshot(): string {
    return this.#held
      .filter(({ left }) => left > 0n)
      .map(({ source, left, effectiveAt, expiresAt, rolledPeriods }) => {
        const kind = source === 'allowance' || source === 'rollover' ? source : 'other';
        return `${kind} ${left} ${effectiveAt} ${expiresAt} ${rolledPeriods}`;
      })
      .toSorted()
      .join('\n');
  }

  #allow(start: Instant, end: Instant, now: Instant): void {
    const { amount, rollover } = this.#rules;
    const given = {
      source: 'allowance',
      priority: 50,
      effectiveAt: start,
      expiresAt: end,
      rollover,
    } as const;
    this.#add(amount, now, given);
    this.#allowedUntil = end;
  }

  #add(
    amount: bigint,
    now: Instant,
    given: Pick<HeldGrant, 'source' | 'priority' | 'effectiveAt' | 'expiresAt' | 'rollover'>,
  ): void {
    const scaled = decimal12FromScaled(amount);
    const loose = { creditTypeId: TYPE, scope: ANY_USE, rolledPeriods: 0, createdAt: now };
    this.#held.push({ ...loose, ...given, id: this.#nextId(), amount: scaled, left: scaled });
  }

  #less(parts: readonly ConsumptionPart[]): void {
    const taken = new Map<string, bigint>();
    for (const { grantId, amount } of parts) taken.set(grantId, (taken.get(grantId) ?? 0n) + amount);
    this.#held = this.#held
      .map((grant) => ({ ...grant, left: decimal12FromScaled(grant.left - (taken.get(grant.id) ?? 0n)) }))
      // What is promised may still go back to a grant.
      .filter(({ id, left }) => left !== 0n || this.#isPromised(id) || taken.has(id));
  }

  #isPromised(grantId: string): boolean {
    return [...this.#promises.values()].some((parts) => parts.some((part) => part.grantId === grantId));
  }

  #nextId(): string {
    this.#serial += 1;
    return `${this.#serial}`.padStart(6, '0');
  }
}

const useAt = (at: Instant) => ({
  creditTypeId: TYPE,
  at,
  featureId: null,
  chargeKind: null,
  subscriptionId: null,
});
