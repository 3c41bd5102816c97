import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { startItems } from '../subscriptions/items.ts';
import { at, dec, flat } from '../testing/factories.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';
import {
  ALLOWANCE_INTERVALS,
  type AllowanceInterval,
  allowancePeriod,
  type GrantedAllowance,
  missedPeriods,
  missingAllowance,
  nextAllowanceAt,
} from './allowance.ts';
import { decideExpiry, nextBoundary } from './decide-expiry.ts';
import { ANY_USE, type HeldGrant } from './grant.ts';

const ANCHOR = at('2026-01-31T09:30:00Z');
const quarter = flat('base', 100n, { cadence: { interval: 'quarter', count: 1 } });
const items = startItems({
  prices: [quarter],
  itemIds: ['item'],
  planId: 'plan',
  planVersionId: 'version',
  seats: 1n,
  anchorAt: ANCHOR,
  activeFrom: ANCHOR,
});
const served = { startAt: ANCHOR, anchorAt: ANCHOR, timeZone: 'Europe/Berlin', billingDay: null, items };

const span = (interval: AllowanceInterval, when: string) => {
  const { start, end } = allowancePeriod(interval, served, at(when));
  return [start, end].map((moment) => (moment === null ? null : new Date(moment).toISOString()));
};

describe('an allowance comes', () => {
  test('I211 by the day, week, month or year of the subscription in its own zone, by its bills, or once', () => {
    const now = '2026-04-01T12:00:00Z';
    // Summer time began on 29 March: local half past ten is half past eight from then on.
    expect(span('day', now)).toEqual(['2026-04-01T08:30:00.000Z', '2026-04-02T08:30:00.000Z']);
    expect(span('week', now)).toEqual(['2026-03-28T09:30:00.000Z', '2026-04-04T08:30:00.000Z']);
    expect(span('month', now)).toEqual(['2026-03-31T08:30:00.000Z', '2026-04-30T08:30:00.000Z']);
    expect(span('year', now)).toEqual(['2026-01-31T09:30:00.000Z', '2027-01-31T09:30:00.000Z']);
    expect(span('billing_period', now)).toEqual(['2026-01-31T09:30:00.000Z', '2026-04-30T08:30:00.000Z']);
    expect(span('once', now)).toEqual(['2026-01-31T09:30:00.000Z', null]);
  });

  test('I211 in a trial, on a billing day of its own, by the calendar, and by the month where nothing is billed', () => {
    expect(span('month', '2026-01-20T00:00:00Z')).toEqual([
      '2025-12-31T09:30:00.000Z',
      '2026-01-31T09:30:00.000Z',
    ]);
    const ends = (more: object) =>
      new Date(
        allowancePeriod('billing_period', { ...served, ...more }, at('2026-02-10T00:00:00Z')).end ?? 0,
      ).toISOString();
    const calendar = items.map((item) => ({
      ...item,
      price: { ...quarter, alignment: 'calendar' as const },
    }));
    expect(ends({ billingDay: 15 })).toBe('2026-02-15T09:30:00.000Z');
    expect(ends({ items: calendar })).toBe('2026-03-31T22:00:00.000Z');
    expect(ends({ items: [] })).toBe('2026-02-28T09:30:00.000Z');
  });

  test('I211 in periods that tile time, on the boundaries at which what is left rolls over', () => {
    const moment = fc.integer({ min: -400, max: 4000 }).map((hours) => addMs(ANCHOR, hours * 3_600_000 * 7));
    const interval = fc.constantFrom(...ALLOWANCE_INTERVALS.filter((one) => one !== 'once'));
    fc.assert(
      fc.property(interval, moment, (every, when) => {
        const { start, end, grid } = allowancePeriod(every, served, when);
        if (end === null || grid === null) throw new Error('only what comes once has no end');
        expect(start <= when && when < end).toBe(true);
        expect(allowancePeriod(every, served, end).start).toBe(end);
        expect(nextBoundary(grid, start)).toBe(end);
      }),
      { numRuns: 200 },
    );
  });
});

test('I384 the periods that were missed tile the time from the last one to the running one, and are none for what runs or comes once', () => {
  const interval = fc.constantFrom(...ALLOWANCE_INTERVALS);
  fc.assert(
    fc.property(interval, fc.integer({ min: 0, max: 900 }), (every, days) => {
      const since = allowancePeriod(every, served, ANCHOR).end ?? ANCHOR;
      const now = addMs(since, days * MS_PER_DAY);
      const missed = missedPeriods(every, served, since, now);
      if (every === 'once') {
        expect(missed).toEqual([]);
        return;
      }
      let start = since;
      for (const period of missed) {
        expect(period.start).toBe(start);
        expect(period.end).toBe(allowancePeriod(every, served, start).end);
        start = period.end;
      }
      // What runs now begins where the last one that was missed has ended.
      expect(allowancePeriod(every, served, now).start).toBe(start);
    }),
    { numRuns: 200 },
  );
});

type Step = { days: number; amount: bigint; begins: boolean };

test('I211 whoever looks again or changes plans, with new periods or without, never holds more than the largest plan grants', () => {
  const step = fc.record({
    days: fc.integer({ min: 0, max: 40 }),
    amount: fc.bigInt({ min: 0n, max: 1000n }),
    begins: fc.boolean(),
  });
  const interval = fc.constantFrom(...ALLOWANCE_INTERVALS);
  fc.assert(
    fc.property(interval, fc.array(step, { maxLength: 25 }), (every, steps: Step[]) => {
      let now: Instant = ANCHOR;
      let anchorAt: Instant = ANCHOR;
      let largest = 0n;
      const granted: GrantedAllowance[] = [];
      for (const { days, amount, begins } of steps) {
        now = addMs(now, days * MS_PER_DAY);
        if (begins) anchorAt = now;
        largest = amount > largest ? amount : largest;
        const period = allowancePeriod(every, { ...served, anchorAt, items: [] }, now);
        const missing = missingAllowance(decimal12FromScaled(amount), granted, now);
        if (missing > 0n) granted.push({ amount: missing, expiresAt: period.end });
        expect(missingAllowance(decimal12FromScaled(amount), granted, now)).toBe(0n);
        const running = granted.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
        const sum = running.reduce((total, one) => total + one.amount, 0n);
        expect(sum >= amount && sum <= largest).toBe(true);
        const next = nextAllowanceAt(period, granted, now);
        expect(next === null ? every : next > now).toBe(next === null ? 'once' : true);
      }
    }),
    { numRuns: 200 },
  );
});

test('I212 whatever the interval and however the cap was changed, no period takes over more than the largest cap', () => {
  const cap = fc.option(fc.bigInt({ min: 1n, max: 300n }), { nil: null });
  const part = fc.record({
    left: fc.bigInt({ min: 1n, max: 200n }),
    cap,
    rolled: fc.integer({ min: 0, max: 3 }),
  });
  const interval = fc.constantFrom(...ALLOWANCE_INTERVALS.filter((one) => one !== 'once'));
  fc.assert(
    fc.property(interval, fc.array(part, { minLength: 1, maxLength: 6 }), (every, parts) => {
      const { start, end, grid } = allowancePeriod(every, served, ANCHOR);
      if (end === null || grid === null) throw new Error('only what comes once has no end');
      const grants = parts.map(
        (one, index): HeldGrant => ({
          id: `g${index}`,
          creditTypeId: 'tokens',
          source: one.rolled === 0 ? 'allowance' : 'rollover',
          amount: dec('1'),
          left: decimal12FromScaled(one.left) as Decimal12,
          priority: 50,
          effectiveAt: start,
          expiresAt: end,
          createdAt: start,
          scope: ANY_USE,
          rollover: {
            ...grid,
            maxAmount: one.cap === null ? null : decimal12FromScaled(one.cap),
            maxPeriods: 3,
            chain: 'subscription',
          },
          rolledPeriods: one.rolled,
        }),
      );
      const { effects, carried } = decideExpiry(grants, end);
      const sum = (amounts: readonly { amount: bigint }[]) =>
        amounts.reduce((all, one) => all + one.amount, 0n);
      expect(sum(effects)).toBe(grants.reduce((all, { left }) => all + left, 0n));
      const caps = parts.map((one) => one.cap);
      if (!caps.includes(null)) {
        const most = caps.reduce<bigint>((all, one) => (one !== null && one > all ? one : all), 0n);
        expect(sum(carried) <= most).toBe(true);
      }
      for (const one of carried) {
        expect(one.expiresAt).toBe(allowancePeriod(every, served, end).end);
        expect(one.rolledPeriods <= 3).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test('I212 two subscriptions whose periods end together have a cap each', () => {
  const { start, end, grid } = allowancePeriod('week', served, ANCHOR);
  if (end === null || grid === null) throw new Error('a week has an end');
  const one = (chain: string): HeldGrant => ({
    id: chain,
    creditTypeId: 'tokens',
    source: 'allowance',
    amount: dec('10'),
    left: dec('10'),
    priority: 50,
    effectiveAt: start,
    expiresAt: end,
    createdAt: start,
    scope: ANY_USE,
    rollover: { ...grid, maxAmount: dec('4'), maxPeriods: null, chain },
    rolledPeriods: 0,
  });
  const { carried } = decideExpiry([one('a'), one('b')], end);
  expect(carried.map(({ amount }) => amount)).toEqual([dec('4'), dec('4')]);
});
