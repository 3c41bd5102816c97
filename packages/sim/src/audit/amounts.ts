import type { SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { chargeKeyOf, type LineFact } from './book.ts';
import { dayAt, evenDay, evenLength, type Rhythm } from './calendar.ts';
import type { Due, DueScope } from './due.ts';
import { type Fraction, isLess, least, minus, ONE, over, roundBy, times, whole, ZERO } from './fraction.ts';
import { type Measured, measure } from './measured.ts';
import { priceOf } from './rating.ts';

const MINOR_PER_MAJOR: Readonly<Record<string, bigint>> = { EUR: 100n, JPY: 1n, KWD: 1000n };

const NOTHING: Measured = {
  quantity: 0n,
  count: 0n,
  amounts: [],
  sums: new Map(),
  peaks: new Map(),
  moves: [],
};

/**
 * What a charge costs before discounts.
 *
 * @param others charges of the same run, for those of the same period that come before it in time
 */
export function chargeAmount(scope: DueScope, due: Due, others: readonly Due[]): void {
  const { book, subscription, settings } = scope;
  const { item, price } = due;
  const { quantity: counted } = price;
  const isUsage = due.kind === 'usage' && counted.kind === 'meter';
  const measured = isUsage
    ? measure(book.receipts, counted.meterId, due.start, due.end)
    : { ...NOTHING, quantity: due.quantity };
  due.quantity = measured.quantity > 0n ? measured.quantity : 0n;
  const earlier = isUsage && due.position !== 'single' ? earlierOf(scope, due, others) : null;
  const full = priceOf({
    price,
    measured,
    position: due.position,
    earlier,
    minorPerMajor: MINOR_PER_MAJOR[subscription.currency] ?? 100n,
    policy: settings.rating,
  });
  const share = isUsage || item === null ? ONE : shareOf(scope, item, due);
  due.grossMinor = roundBy(times(full, share), settings.rounding);
  due.amountMinor = due.grossMinor;
}

/** What the lines of a period before a moment in it come to. */
function earlierOf({ book }: DueScope, due: Due, others: readonly Due[]) {
  const parts: readonly (LineFact | Due)[] = [
    ...(book.items.get(due.itemId)?.parts.get(due.billingStart) ?? []),
    ...others.filter(
      ({ itemId, kind, billingStart }) =>
        itemId === due.itemId && kind === 'usage' && billingStart === due.billingStart,
    ),
  ];
  let quantity = 0n;
  let billedMinor = 0n;
  let count = 0;
  for (const part of parts) {
    if (part === due || part.start >= due.start) continue;
    quantity += part.quantity;
    billedMinor += part.grossMinor;
    count += 1;
  }
  return count === 0 ? null : { quantity, billedMinor };
}

type Stretch = Pick<Due, 'start' | 'end' | 'billingStart' | 'billingEnd'>;

/** The share of its full period that a stretch takes: by time, by local days, or all of it. */
export function shareOf(scope: DueScope, item: SubscriptionItem, stretch: Stretch): Fraction {
  const { start, end, billingStart, billingEnd } = stretch;
  if (start === billingStart && end === billingEnd) return ONE;
  if (item.price.proration === 'none') return start < end ? ONE : ZERO;
  if (item.price.proration === 'second')
    return over(whole(BigInt(end - start)), whole(BigInt(billingEnd - billingStart)));
  const { timeZone: zone } = scope.subscription;
  const cadence: Rhythm['cadence'] = item.price.cadence;
  const even = scope.settings.proration.days === 'fixed_30' ? evenLength(cadence) : null;
  const first = dayAt(zone, billingStart);
  const last = dayAt(zone, billingEnd);
  const all = even ?? last - first;
  const before = (moment: number) => {
    const day = dayAt(zone, moment);
    if (day === last) return all;
    const count = even === null ? day - first : evenDay(day) - evenDay(first);
    return Math.max(0, Math.min(all, count));
  };
  return over(whole(BigInt(before(end) - before(start))), whole(BigInt(all)));
}

/** A credit takes back the unused share of what was really charged, and never more than notes have left of it. */
export function creditAmount(scope: DueScope, credit: Due, charges: readonly Due[]): boolean {
  const item = credit.item as SubscriptionItem;
  const key = chargeKeyOf(credit);
  const charge: LineFact | Due | undefined =
    charges.find((due) => due.key === key) ?? scope.book.lines.get(key);
  if (charge === undefined || charge.amountMinor <= 0n) return false;
  const isBilled = 'creditedMinor' in charge;
  // Nobody owes what was waived, so nothing of it can be given back.
  if (isBilled && charge.isWaived) return false;
  const leftMinor = charge.amountMinor - (isBilled ? charge.creditedMinor : 0n);
  const charged = item.price.proration === 'none' ? ONE : shareOf(scope, item, charge);
  const unused = shareOf(scope, item, credit);
  const paid = whole(charge.amountMinor);
  const exact = charged.n === 0n ? ZERO : times(paid, over(unused, charged));
  const rounded = roundBy(exact, scope.settings.rounding);
  const credited = least(rounded, leftMinor > 0n ? leftMinor : 0n);
  credit.grossMinor = -credited;
  credit.amountMinor = -credited;
  return true;
}

/** I592: what corrections made of usage that stands on lines of a committed period. */
function correctedMinor({ book, subscription }: DueScope, period: Due, others: readonly Due[]): bigint {
  let sumMinor = 0n;
  for (const { itemId, billingStart, amountMinor, chargeKey } of book.corrected) {
    const first = book.items.get(itemId)?.parts.get(billingStart)?.[0];
    if (first?.subscriptionId !== subscription.id) continue;
    if (first.start < period.start || first.start >= period.end) continue;
    const line =
      chargeKey === null ? null : (book.lines.get(chargeKey) ?? others.find(({ key }) => key === chargeKey));
    sumMinor += line?.amountMinor ?? amountMinor;
  }
  return sumMinor;
}

/** What the lines of a committed period lack of its minimum or exceed its maximum by. */
export function commitmentAmount(scope: DueScope, due: Due, others: readonly Due[]): Due {
  const { book, subscription, settings } = scope;
  const item = due.item as SubscriptionItem;
  const { model } = item.price;
  if (model.kind !== 'commitment') throw new Error('Only a commitment is compared with what was spent.');
  const activeFrom = new Map(subscription.items.map(({ id, activeFrom: from }) => [id, from as number]));
  let spentMinor = 0n;
  for (const line of [...(book.linesBySubscription.get(subscription.id) ?? []), ...others]) {
    const isCredit = line.kind === 'proration_credit';
    if (!isCredit && line.kind !== 'recurring' && line.kind !== 'usage') continue;
    // A credit counts where its charge counted.
    const at = isCredit ? Math.max(line.billingStart, activeFrom.get(line.itemId) ?? 0) : line.start;
    if (at >= due.start && at < due.end) spentMinor += line.amountMinor;
  }
  spentMinor += correctedMinor(scope, due, others);
  const share = shareOf(scope, item, due);
  const spent = whole(spentMinor);
  const lowest = times(whole(model.minimumMinor ?? 0n), share);
  const most = times(whole(model.maximumMinor ?? 0n), share);
  let exact = ZERO;
  if (model.maximumMinor !== null && isLess(most, spent)) exact = minus(most, spent);
  else if (model.minimumMinor !== null && isLess(spent, lowest)) exact = minus(lowest, spent);
  const grossMinor = roundBy(exact, settings.rounding);
  const kind = exact.n < 0n ? 'spend_cap' : 'true_up';
  return { ...due, kind, quantity: 0n, grossMinor, amountMinor: grossMinor };
}
