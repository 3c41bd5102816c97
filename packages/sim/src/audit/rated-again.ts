import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { TouchedMoment } from '../corrected.ts';
import type { Customer } from '../customer.ts';
import { expectedLines } from './biller.ts';
import { type Book, countUsed, dropLine, type LineFact } from './book.ts';

/** A period that was billed, and late usage counts in. */
export interface TouchedPeriod {
  readonly name: string;
  readonly subscription: Subscription;
  readonly facts: readonly LineFact[];
  /** It is billed up to its end. */
  readonly isSettled: boolean;
}

export function periodName(itemId: string, billingStart: number): string {
  return `${itemId}/${billingStart}`;
}

/** The billed periods that usage at these moments counts in; one that was waived is nobody's any more. */
export function standingPeriods(
  { books }: Customer,
  book: Book,
  touched: readonly TouchedMoment[],
): readonly TouchedPeriod[] {
  const found: TouchedPeriod[] = [];
  for (const subscription of books.subscriptions.values())
    for (const { id, price, activeTo } of subscription.items) {
      const { quantity } = price;
      if (quantity.kind !== 'meter') continue;
      const moments = touched.filter(({ meterId }) => meterId === quantity.meterId);
      for (const [billingStart, facts] of book.items.get(id)?.parts ?? []) {
        const isTouched = facts.some(({ start, end }) => moments.some(({ at }) => at >= start && at < end));
        if (!isTouched || facts.some(({ isWaived }) => isWaived)) continue;
        found.push({ ...periodOf(subscription, activeTo, facts), name: periodName(id, billingStart) });
      }
    }
  return found;
}

function periodOf(subscription: Subscription, activeTo: number | null, facts: readonly LineFact[]) {
  const endsAt = Math.min(facts[0]?.billingEnd ?? 0, activeTo ?? Number.POSITIVE_INFINITY);
  return { subscription, facts, isSettled: Math.max(...facts.map(({ end }) => end)) >= endsAt };
}

interface Scope {
  readonly book: Book;
  readonly subscription: Subscription;
  readonly now: number;
  readonly settings: BillingSettings;
}

export interface RatedByHand {
  /** By period: what it costs beside what was billed and what corrections before changed. */
  readonly deltas: ReadonlyMap<string, bigint>;
  readonly totalMinor: bigint;
  /** A commitment takes part in it, so that what a single period costs is a matter of choice. */
  readonly isBounded: boolean;
}

/** What periods and the commitments over them would have cost, had all of their usage been known when they were billed. */
export function ratedAgain(
  scope: Scope,
  periods: readonly TouchedPeriod[],
  earlier: ReadonlyMap<string, bigint>,
): RatedByHand {
  const { book, subscription, settings } = scope;
  const { facts, bounds } = reopenedBy(scope, periods);
  const copy = copyOf(book, subscription);
  for (const fact of [...facts, ...bounds]) dropLine(copy, fact);
  countUsed(copy);
  // What a threshold billed right up to an end may be looked at before it would have been billed without one.
  const ends = [...facts, ...bounds].map(({ end }) => end + settings.usageGraceMs);
  const { dues } = expectedLines(
    { book: copy, subscription, settings, now: Math.max(scope.now, ...ends) },
    false,
  );
  const deltas = new Map<string, bigint>();
  const add = (name: string, amountMinor: bigint) => deltas.set(name, (deltas.get(name) ?? 0n) + amountMinor);
  for (const { itemId, billingStart, grossMinor } of facts)
    add(periodName(itemId, billingStart), -grossMinor);
  for (const name of [...deltas.keys()]) add(name, -(earlier.get(name) ?? 0n));
  for (const { kind, itemId, billingStart, grossMinor } of dues) {
    const name = periodName(itemId, billingStart);
    if (kind === 'usage' && deltas.has(name)) add(name, grossMinor);
  }
  let totalMinor = 0n;
  for (const delta of deltas.values()) totalMinor += delta;
  const names = new Set(bounds.map((fact) => periodName(fact.itemId, fact.billingStart)));
  for (const { grossMinor } of bounds) totalMinor -= grossMinor;
  for (const { kind, itemId, billingStart, grossMinor } of dues)
    if (kind !== 'usage' && names.has(periodName(itemId, billingStart))) totalMinor += grossMinor;
  return { deltas, totalMinor, isBounded: bounds.length > 0 };
}

/** The lines of periods, those of the commitments over them, and all other usage that these compare with. */
function reopenedBy({ book, subscription }: Scope, periods: readonly TouchedPeriod[]) {
  const own = book.linesBySubscription.get(subscription.id) ?? [];
  const facts = new Set(periods.flatMap((period) => period.facts));
  const isBound = ({ kind, isWaived }: LineFact) => (kind === 'true_up' || kind === 'spend_cap') && !isWaived;
  const bounds = new Set<LineFact>();
  for (let size = -1; size < bounds.size; ) {
    size = bounds.size;
    for (const bound of own.filter(isBound))
      if ([...facts].some(({ start }) => start >= bound.start && start < bound.end)) bounds.add(bound);
    for (const { id, activeTo } of subscription.items)
      for (const parts of book.items.get(id)?.parts.values() ?? []) {
        const isOwed =
          parts.every(({ isWaived }) => !isWaived) && periodOf(subscription, activeTo, parts).isSettled;
        if (isOwed && parts.some((part) => isWithin(part, bounds))) for (const part of parts) facts.add(part);
      }
  }
  return { facts: [...facts], bounds: [...bounds] };
}

function isWithin({ start }: LineFact, bounds: ReadonlySet<LineFact>): boolean {
  return [...bounds].some((bound) => start >= bound.start && start < bound.end);
}

/** Books to try something in: those of one subscription are copies. */
function copyOf(book: Book, { id, items }: Subscription): Book {
  const copies = new Map(book.items);
  for (const item of items) {
    const known = book.items.get(item.id);
    if (known !== undefined) copies.set(item.id, { ...known, parts: new Map(known.parts) });
  }
  const own = [...(book.linesBySubscription.get(id) ?? [])];
  return {
    ...book,
    lines: new Map(book.lines),
    linesBySubscription: new Map([[id, own]]),
    items: copies,
    quiet: new Map(),
    used: new Map(),
  };
}
