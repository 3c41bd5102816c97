import { grouped } from '../kernel/grouped.ts';
import {
  addRational,
  compareRational,
  negateRational,
  RATIONAL_ZERO,
  type Rational,
  rational,
  subtractRational,
} from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { ProrationPolicy } from '../proration/policy.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import type { ProposedLine } from './line.ts';
import { byTime } from './line-order.ts';
import type { BillingSettings } from './settings.ts';

/** Whether any lines are rounded together at all. */
export function joinsLines({ rounding, seats }: Pick<ProrationPolicy, 'rounding' | 'seats'>): boolean {
  return rounding !== 'each_component' || seats !== 'credit_and_charge';
}

/**
 * Rounds what a change, a start or an end costs as the seller wants it: each line alone, the credits and the charges
 * each as one entry, or their difference; and a change of seats as one entry. Lines of one entry add up to the rounded
 * sum of their exact amounts. All of them are due at one moment, so they always stand in one run.
 *
 * @param lines the lines of one moment, before discounts
 */
export function joinLines(
  subscription: Subscription,
  lines: readonly ProposedLine[],
  { proration, rounding }: Pick<BillingSettings, 'proration' | 'rounding'>,
): readonly ProposedLine[] {
  const items = new Map(subscription.items.map((item) => [item.id, item]));
  const parts = lines.filter((line) => isPart(line, items.get(line.itemId))).sort(byTime);
  const joined = new Map<string, ProposedLine>();
  const groups = grouped(parts, (line) => nameOf(line, parts, proration));
  for (const [entry, members] of groups) {
    if (entry === null || members.length < 2) continue;
    for (const [line, amountMinor] of roundedTogether(members, rounding)) {
      const explanation = { ...line.explanation, entry };
      joined.set(line.key, { ...line, grossMinor: amountMinor, amountMinor, explanation });
    }
  }
  return lines.map((line) => joined.get(line.key) ?? line);
}

/**
 * The amounts of one entry. Every line keeps its own rounding as far as the sum allows; where it does not, lines that
 * were rounded away from the sum are rounded the other way: credits first, then those that were rounded most.
 */
function roundedTogether(
  lines: readonly ProposedLine[],
  rounding: BillingSettings['rounding'],
): ReadonlyMap<ProposedLine, bigint> {
  const amounts = new Map(lines.map((line) => [line, roundRational(line.explanation.exactMinor, rounding)]));
  let missing = roundRational(
    lines.map(({ explanation }) => explanation.exactMinor).reduce(addRational, RATIONAL_ZERO),
    rounding,
  );
  for (const amountMinor of amounts.values()) missing -= amountMinor;
  const step = missing < 0n ? -1n : 1n;
  const lost = lines
    .map((line) => ({ line, rest: restOf(line, amounts.get(line) as bigint, step) }))
    .filter(({ rest }) => rest.numerator > 0n)
    .sort((a, b) => rankOf(a.line) - rankOf(b.line) || compareRational(b.rest, a.rest));
  for (const { line } of lost.slice(0, Number(missing * step)))
    amounts.set(line, (amounts.get(line) as bigint) + step);
  return amounts;
}

/** How far the exact amount lies from the rounded one, in the direction of the step. */
function restOf({ explanation }: ProposedLine, amountMinor: bigint, step: bigint): Rational {
  const rest = subtractRational(explanation.exactMinor, rational(amountMinor, 1n));
  return step < 0n ? negateRational(rest) : rest;
}

function rankOf({ kind }: ProposedLine): number {
  return kind === 'proration_credit' ? 0 : 1;
}

/** Credits for unused time, and charges in advance for items that begin. */
function isPart(line: ProposedLine, item: SubscriptionItem | undefined): boolean {
  if (line.kind === 'proration_credit') return true;
  return item?.price.timing === 'in_advance' && line.servicePeriod.start === item.activeFrom;
}

/** Lines of one name are one entry; without a name a line stands alone. */
function nameOf(
  line: ProposedLine,
  parts: readonly ProposedLine[],
  { rounding, seats }: ProrationPolicy,
): string | null {
  const moment = `${line.subscriptionId}/${line.billableAt}`;
  if (seats === 'single_entry' && parts.some((other) => isOtherNumber(line, other)))
    return `${moment}/${line.priceId}`;
  if (rounding === 'difference') return moment;
  if (rounding === 'each_component') return null;
  return `${moment}/${line.kind === 'proration_credit' ? 'credit' : 'charge'}`;
}

/** The credit of a price and the charge of the same one for another number of units, or the other way round. */
function isOtherNumber(line: ProposedLine, other: ProposedLine): boolean {
  return line.kind !== other.kind && line.priceId === other.priceId && line.quantity !== other.quantity;
}

/** What a document shows as one: a line, or all lines of an entry, in the order of the first of them. */
export interface InvoiceEntry<T> {
  readonly lines: readonly T[];
}

/** The entries of a document. */
export function entriesOf<T extends { readonly explanation: Pick<ProposedLine['explanation'], 'entry'> }>(
  lines: readonly T[],
): readonly InvoiceEntry<T>[] {
  const groups = grouped([...lines.entries()], ([at, line]) => line.explanation.entry ?? `${at}`);
  return [...groups.values()].map((members) => ({ lines: members.map(([, line]) => line) }));
}
