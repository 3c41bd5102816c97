import type { AppliedDiscount } from '../../catalog/coupon.ts';
import { DECIMAL12_SCALE } from '../../kernel/decimal.ts';
import type { RoundingMode } from '../../money/round.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import { layGrid } from '../../time/grid.ts';
import { zoneNamed } from '../../time/zone.ts';
import type { BilledLine } from '../line.ts';
import type { BillingSettings } from '../settings.ts';
import { UsedAmounts } from '../used-amounts.ts';
import { type BoundaryTable, boundaryTable, placeOf } from './boundary-table.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { LineSource } from './line-source.ts';
import {
  giveToLargest,
  roundedQuotient,
  SMALL_BELOW,
  type SmallFraction,
  smallFraction,
} from './small-figures.ts';

/** One discount of the subscription, ready to be taken. */
export interface FastDiscount {
  readonly discount: AppliedDiscount;
  readonly from: number;
  readonly until: number;
  /** Null for an amount of money. */
  readonly percent: SmallFraction | null;
  readonly amountMinor: number;
  /** Its periods; null if there is only one. */
  readonly table: BoundaryTable | null;
  /** 1 for each source whose lines it may lower. */
  readonly covers: Uint8Array;
  /** What lines before the first run took of an amount, by place of its period. */
  readonly usedAtStart: readonly number[];
  /** The same as of now. */
  readonly used: number[];
}

/** The discounts in the order in which they are taken; null where one is taken in a way that is not prepared here. */
export function fastDiscounts(
  { discounts, currency }: Pick<Subscription, 'discounts' | 'currency'>,
  sources: readonly Pick<LineSource, 'kind' | 'facts'>[],
  billed: readonly BilledLine[],
  settings: BillingSettings,
): readonly FastDiscount[] | null {
  const before = new UsedAmounts(billed);
  const found: FastDiscount[] = [];
  const stacked = [...discounts].sort((a, b) => a.coupon.stackOrder - b.coupon.stackOrder);
  for (const discount of stacked) {
    const { value, scope } = discount.coupon;
    const percent = value.kind === 'percent' ? smallFraction(value.percent, 100n * DECIMAL12_SCALE) : null;
    if (value.kind === 'percent' && (percent === null || settings.discounts.percent !== 'per_line'))
      return null;
    const { periods } = discount;
    const table =
      periods === null
        ? null
        : boundaryTable(layGrid({ ...periods, zone: zoneNamed(periods.timeZone) }), discount.from);
    const usedAtStart = usedBefore(discount, billed, before, table);
    found.push({
      discount,
      from: discount.from,
      until: discount.until ?? Number.POSITIVE_INFINITY,
      percent,
      amountMinor: value.kind === 'percent' ? 0 : Number(value.amountsMinor[currency] ?? 0n),
      table,
      covers: Uint8Array.from(sources, (source) => (isCovered(source, scope) ? 1 : 0)),
      usedAtStart,
      used: [...usedAtStart],
    });
  }
  if (settings.discounts.order === 'given') return found;
  return [
    ...found.filter(({ percent }) => percent !== null),
    ...found.filter(({ percent }) => percent === null),
  ];
}

function isCovered(
  { kind, facts }: Pick<LineSource, 'kind' | 'facts'>,
  scope: AppliedDiscount['coupon']['scope'],
): boolean {
  if (kind === 'proration_credit') return false;
  if (scope.planIds.length > 0 && !scope.planIds.includes(facts.planId)) return false;
  return scope.priceKeys.length === 0 || scope.priceKeys.includes(facts.price.key);
}

function usedBefore(
  { id, coupon }: AppliedDiscount,
  billed: readonly BilledLine[],
  before: UsedAmounts,
  table: BoundaryTable | null,
): number[] {
  const used: number[] = [];
  if (coupon.value.kind === 'percent') return used;
  for (const line of billed) {
    for (const { discountId, periodIndex } of line.discounts) {
      if (discountId !== id) continue;
      const place = table === null ? 0 : periodIndex - table.firstIndex;
      while (used.length <= place) used.push(0);
      used[place] = Number(before.of(id, periodIndex));
    }
  }
  return used;
}

/** The moment that says which period of a discount a line falls in: the beginning of the line's own period. */
export type PeriodStarts = (source: number, period: number) => number;

/**
 * Lowers the charges of one moment, as `applyDiscounts` does. False if the figures are too large for it.
 *
 * @param startOf the beginning of the billing period of a line
 */
export function discountFast(
  discounts: readonly FastDiscount[],
  lines: LineBuffer,
  first: number,
  end: number,
  settings: BillingSettings,
  startOf: PeriodStarts,
): boolean {
  for (let at = 0; at < discounts.length; at += 1) {
    const fast = discounts[at] as FastDiscount;
    markLines(fast, at, discounts.length, lines, first, end, startOf);
    const isDone =
      fast.percent !== null
        ? takePercent(fast.percent, at, discounts.length, lines, first, end, settings.rounding)
        : takeAmounts(fast, at, discounts.length, lines, first, end, settings.discounts.split);
    if (!isDone) return false;
  }
  return true;
}

const NOT_COVERED = -1;

/** Notes the period of the discount that each line falls in. Lines that nothing is left of are not lowered. */
function markLines(
  fast: FastDiscount,
  at: number,
  count: number,
  lines: LineBuffer,
  first: number,
  end: number,
  startOf: PeriodStarts,
): void {
  const { covers, from, until, table } = fast;
  let knownStart = Number.NaN;
  let knownPlace = 0;
  for (let line = first; line < end; line += 1) {
    const source = lines.source[line] as number;
    const slot = line * count + at;
    lines.takenMinor[slot] = NOT_COVERED;
    lines.discountPlace[slot] = NOT_COVERED;
    if (covers[source] === 0 || (lines.amountMinor[line] as number) <= 0) continue;
    const start = startOf(source, lines.period[line] as number);
    if (start < from || start >= until) continue;
    if (start !== knownStart) {
      knownStart = start;
      knownPlace = table === null ? 0 : placeOf(table, start);
    }
    lines.discountPlace[slot] = knownPlace;
  }
}

function takePercent(
  { numerator, denominator }: SmallFraction,
  at: number,
  count: number,
  lines: LineBuffer,
  first: number,
  end: number,
  rounding: RoundingMode,
): boolean {
  for (let line = first; line < end; line += 1) {
    const slot = line * count + at;
    if (lines.discountPlace[slot] === NOT_COVERED) continue;
    const left = lines.amountMinor[line] as number;
    const exact = left * numerator;
    if (exact >= SMALL_BELOW) return false;
    const taken = roundedQuotient(exact, denominator, rounding);
    lines.takenMinor[slot] = taken;
    lines.amountMinor[line] = left - taken;
  }
  return true;
}

/** An amount is granted in each of the periods that lines fall in, earlier periods first. */
function takeAmounts(
  fast: FastDiscount,
  at: number,
  count: number,
  lines: LineBuffer,
  first: number,
  end: number,
  split: BillingSettings['discounts']['split'],
): boolean {
  for (let done = NOT_COVERED; ; ) {
    let place = Number.POSITIVE_INFINITY;
    for (let line = first; line < end; line += 1) {
      const candidate = lines.discountPlace[line * count + at] as number;
      if (candidate > done && candidate < place) place = candidate;
    }
    if (place === Number.POSITIVE_INFINITY) return true;
    done = place;
    const available = fast.amountMinor - (fast.used[place] ?? 0);
    if (available > 0 && !takeAmount(fast, place, available, at, count, lines, first, end, split))
      return false;
  }
}

function takeAmount(
  fast: FastDiscount,
  place: number,
  available: number,
  at: number,
  count: number,
  lines: LineBuffer,
  first: number,
  end: number,
  split: BillingSettings['discounts']['split'],
): boolean {
  const { amountMinor, takenMinor, discountPlace, places: members, remainders } = lines;
  let size = 0;
  let sum = 0;
  let largest = 0;
  for (let line = first; line < end; line += 1) {
    if (discountPlace[line * count + at] !== place) continue;
    const amount = amountMinor[line] as number;
    members[size] = line;
    size += 1;
    sum += amount;
    if (amount > largest) largest = amount;
  }
  const given = Math.min(available, sum);
  if (given * largest >= SMALL_BELOW || sum >= SMALL_BELOW) return false;
  const parts = lines.taxMinor;
  let missing = given;
  for (let member = 0; member < size; member += 1) {
    const line = members[member] as number;
    const exact = given * (amountMinor[line] as number);
    const part = Math.floor(exact / sum);
    parts[line] = part;
    remainders[line] = exact - part * sum;
    missing -= part;
  }
  if (split === 'remainder_last') {
    const last = members[size - 1] as number;
    parts[last] = (parts[last] as number) + missing;
  } else if (!giveToLargest(parts, remainders, members, size, missing, sum)) return false;
  for (let member = 0; member < size; member += 1) {
    const line = members[member] as number;
    const slot = line * count + at;
    takenMinor[slot] = parts[line] as number;
    lines.availableMinor[slot] = available;
    amountMinor[line] = (amountMinor[line] as number) - (parts[line] as number);
  }
  while (fast.used.length <= place) fast.used.push(0);
  fast.used[place] = (fast.used[place] as number) + given;
  return true;
}

/** Gives the share of an amount back that a credit takes back of its charge. */
export function giveBack(
  fast: FastDiscount,
  place: number,
  takenMinor: number,
  creditMinor: number,
  chargedMinor: number,
): boolean {
  if (fast.percent !== null || takenMinor <= 0) return true;
  const exact = takenMinor * creditMinor;
  if (exact >= SMALL_BELOW) return false;
  fast.used[place] = (fast.used[place] as number) - Math.floor(exact / chargedMinor);
  return true;
}

/** Names the instant of a place, for explanations. */
export function discountPeriodIndex({ table }: FastDiscount, place: number): number {
  return table === null ? 0 : table.firstIndex + place;
}

/** @returns the discounts as they were before the first run */
export function rewindDiscounts(discounts: readonly FastDiscount[]): void {
  for (const { used, usedAtStart } of discounts) {
    for (let place = 0; place < used.length; place += 1) used[place] = usedAtStart[place] ?? 0;
  }
}
