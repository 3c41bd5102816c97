import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { leadingItem } from '../subscriptions/items.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { type Cadence, MONTHLY, YEARLY } from '../time/cadence.ts';
import type { Instant } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { layRollover, type RolloverGrid } from './grant.ts';

/** How often a plan grants. `billing_period` follows the bills of the subscription; `once` is for its whole life. */
export const ALLOWANCE_INTERVALS = ['billing_period', 'day', 'week', 'month', 'year', 'once'] as const;
export type AllowanceInterval = (typeof ALLOWANCE_INTERVALS)[number];

/** The stretch that one allowance is for. */
export interface AllowancePeriod {
  readonly start: Instant;
  /** Null for one that never ends. */
  readonly end: Instant | null;
  /** What its periods are counted by; null where none follows. */
  readonly grid: RolloverGrid | null;
}

type Served = Pick<Subscription, 'startAt' | 'anchorAt' | 'timeZone' | 'billingDay' | 'items'>;

const CADENCES: Readonly<Record<Exclude<AllowanceInterval, 'billing_period' | 'once'>, Cadence>> = {
  day: { interval: 'day', count: 1 },
  week: { interval: 'week', count: 1 },
  month: MONTHLY,
  year: YEARLY,
};

/**
 * The period of an interval that a moment lies in, in the zone of the subscription and counted from its anchor, before
 * it too: a trial gets what the plan grants. A plan that bills nothing has no billing period, and grants by the month.
 */
export function allowancePeriod(
  interval: AllowanceInterval,
  subscription: Served,
  at: Instant,
): AllowancePeriod {
  if (interval === 'once') return { start: subscription.startAt, end: null, grid: null };
  const grid = interval === 'billing_period' ? billingGrid(subscription) : plainGrid(subscription, interval);
  const { start, end } = periodAt(layRollover(grid), at).period;
  return { start, end, grid };
}

function plainGrid(
  { anchorAt, timeZone }: Served,
  interval: Exclude<AllowanceInterval, 'billing_period' | 'once'>,
): RolloverGrid {
  return { anchorAt, timeZone, cadence: CADENCES[interval] };
}

function billingGrid(subscription: Served): RolloverGrid {
  const item = leadingItem(subscription);
  if (item === null) return plainGrid(subscription, 'month');
  const { cadence, alignment } = item.price;
  const { timeZone, billingDay } = subscription;
  return { anchorAt: item.anchorAt, timeZone, cadence, alignment, billingDay };
}

/**
 * The periods that began from an instant on and are over by now, in their order: nobody looked while they ran, as where
 * the server was down. The first begins at that instant, where the allowance before it ended.
 */
export function missedPeriods(
  interval: AllowanceInterval,
  subscription: Served,
  since: Instant,
  now: Instant,
): (AllowancePeriod & { readonly end: Instant })[] {
  const missed: (AllowancePeriod & { readonly end: Instant })[] = [];
  for (let start = since; ; ) {
    const { end, grid } = allowancePeriod(interval, subscription, start);
    if (end === null || end > now) return missed;
    missed.push({ start, end, grid });
    start = end;
  }
}

/** A part of an allowance that was granted before, and how long it can be spent. */
export interface GrantedAllowance {
  readonly amount: Decimal12;
  readonly expiresAt: Instant | null;
}

/**
 * What of an allowance is still to be granted: all that grants of its subscription, type and interval which still run do
 * not come to. So looking again grants nothing, a larger plan adds the difference, and whoever moves between plans to
 * begin new periods never holds more than the largest of them grants.
 */
export function missingAllowance(
  amount: Decimal12,
  granted: readonly GrantedAllowance[],
  now: Instant,
): Decimal12 {
  let missing: bigint = amount;
  for (const one of granted) if (one.expiresAt === null || one.expiresAt > now) missing -= one.amount;
  return decimal12FromScaled(missing > 0n ? missing : 0n);
}

/** When an allowance is looked at next: its period ends, or something that was granted for another one does. */
export function nextAllowanceAt(
  period: Pick<AllowancePeriod, 'end'>,
  granted: readonly GrantedAllowance[],
  now: Instant,
): Instant | null {
  const ends = [period.end, ...granted.map(({ expiresAt }) => expiresAt)];
  const ahead = ends.filter((end): end is Instant => end !== null && end > now);
  return ahead.length === 0 ? null : (Math.min(...ahead) as Instant);
}
