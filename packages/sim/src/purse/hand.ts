import type { Instant } from '@billhook/core/time/instant';

/** What a plan grants in the play, as the reckoning by hand reads it. */
export interface HandRules {
  readonly lengthMs: number;
  readonly amount: bigint;
  /** The most that one period takes over from the ones before; null for all. */
  readonly cap: bigint | null;
  /** How many ends of periods a credit survives; null for every one. */
  readonly survives: number | null;
}

interface Lot {
  readonly kind: 'allowance' | 'rollover' | 'other';
  left: bigint;
  readonly from: number;
  readonly to: number | null;
  readonly priority: number;
  /** When its credits were first given, and which came first of those that were given at once. */
  readonly bornAt: number;
  readonly serial: number;
  readonly survived: number;
}

interface Promised {
  readonly parts: { lot: Lot; amount: bigint }[];
}

/**
 * Credits of one customer worked out by hand: with nothing of core but a type, and otherwise than core does it, by walking
 * from one end of a period to the next. What it comes to must be what core comes to.
 */
export class HandPurse {
  readonly #rules: HandRules;
  readonly #lots: Lot[] = [];
  readonly #promises = new Map<string, Promised>();
  #serial = 0;
  /** Where the last allowance ended. */
  #nextPeriodAt: number;
  given = 0n;
  used = 0n;
  lapsed = 0n;

  constructor(rules: HandRules, startAt: Instant) {
    this.#rules = rules;
    this.#nextPeriodAt = startAt;
  }

  /** All that time brings up to now: what plans grant, and what ends. */
  pass(now: Instant): void {
    const { lengthMs, amount } = this.#rules;
    // Periods that are over come first, and then the ends of everything, in the order in which they fell.
    while (this.#nextPeriodAt + lengthMs <= now) this.#allow(this.#nextPeriodAt, amount, now);
    for (let end = this.#firstEnd(now); end !== null; end = this.#firstEnd(now)) this.#end(end);
    while (this.#nextPeriodAt <= now) this.#allow(this.#nextPeriodAt, amount, now);
  }

  give(amount: bigint, { now, to, priority }: { now: Instant; to: number | null; priority: number }): void {
    this.given += amount;
    this.#add({ kind: 'other', left: amount, from: now, to, priority, bornAt: now, survived: 0 });
  }

  available(now: Instant): bigint {
    return this.#running(now).reduce((sum, { left }) => sum + left, 0n);
  }

  /** What is promised of it. */
  get promised(): bigint {
    return [...this.#promises.values()]
      .flatMap(({ parts }) => parts)
      .reduce((sum, { amount }) => sum + amount, 0n);
  }

  use(amount: bigint, now: Instant): void {
    this.used += this.#take(amount, now).reduce((sum, part) => sum + part.amount, 0n);
  }

  promise(name: string, amount: bigint, now: Instant): void {
    this.#promises.set(name, { parts: this.#take(amount, now) });
  }

  /** So much of a promise was used; the rest goes back, or lapses with what has ended. */
  settle(name: string, amount: bigint, now: Instant): void {
    let wanted = amount;
    for (const { lot, amount: promised } of this.#promises.get(name)?.parts ?? []) {
      const used = promised < wanted ? promised : wanted;
      wanted -= used;
      this.used += used;
      if (lot.to !== null && lot.to <= now) this.lapsed += promised - used;
      else lot.left += promised - used;
    }
    this.#promises.delete(name);
  }

  snapshot(): string {
    return this.#lots
      .filter(({ left }) => left > 0n)
      .map(({ kind, left, from, to, survived }) => `${kind} ${left} ${from} ${to} ${survived}`)
      .toSorted()
      .join('\n');
  }

  #allow(from: number, amount: bigint, now: number): void {
    const to = from + this.#rules.lengthMs;
    this.given += amount;
    this.#add({ kind: 'allowance', left: amount, from, to, priority: 50, bornAt: now, survived: 0 });
    this.#nextPeriodAt = to;
  }

  #add(lot: Omit<Lot, 'serial'>): void {
    this.#serial += 1;
    this.#lots.push({ ...lot, serial: this.#serial });
  }

  #firstEnd(now: number): number | null {
    const ends = this.#lots.flatMap(({ left, to }) => (left > 0n && to !== null && to <= now ? [to] : []));
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** The young go on before those that have survived more, up to the cap together. */
  #end(at: number): void {
    const { cap, survives, lengthMs } = this.#rules;
    const over = this.#lots.filter(({ left, to }) => left > 0n && to === at);
    let room = cap;
    for (const lot of over.toSorted(
      (one, other) => one.survived - other.survived || one.serial - other.serial,
    )) {
      const mayGoOn = lot.kind !== 'other' && (survives === null || lot.survived < survives);
      const goesOn = !mayGoOn ? 0n : room === null || lot.left < room ? lot.left : room;
      if (room !== null) room -= goesOn;
      this.lapsed += lot.left - goesOn;
      lot.left = 0n;
      const { priority, bornAt, survived } = lot;
      const next = { from: at, to: at + lengthMs, priority, bornAt, survived: survived + 1 };
      if (goesOn > 0n) this.#add({ kind: 'rollover', left: goesOn, ...next });
    }
  }

  #running(now: number): Lot[] {
    return this.#lots.filter(({ left, from, to }) => left > 0n && from <= now && (to === null || now < to));
  }

  #take(amount: bigint, now: number): { lot: Lot; amount: bigint }[] {
    const never = Number.MAX_SAFE_INTEGER;
    const inOrder = this.#running(now).toSorted(
      (one, other) =>
        one.priority - other.priority ||
        (one.to ?? never) - (other.to ?? never) ||
        one.bornAt - other.bornAt ||
        one.serial - other.serial,
    );
    const parts: { lot: Lot; amount: bigint }[] = [];
    let wanted = amount;
    for (const lot of inOrder) {
      const part = lot.left < wanted ? lot.left : wanted;
      if (part === 0n) continue;
      lot.left -= part;
      wanted -= part;
      parts.push({ lot, amount: part });
    }
    return parts;
  }
}
