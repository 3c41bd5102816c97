import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addRational,
  formatRational,
  RATIONAL_ONE,
  RATIONAL_ZERO,
  rational,
  reduceRational,
} from '../money/rational.ts';
import { at } from '../testing/factories.ts';
import { A_BUG } from '../testing/said.ts';
import { CADENCE_INTERVALS, type CadenceInterval } from '../time/cadence.ts';
import { dateAt } from '../time/calendar-date.ts';
import { type Granularity, layGrid } from '../time/grid.ts';
import { type Instant, instant, MS_PER_DAY, MS_PER_HOUR } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { periodNumber } from '../time/schedule.ts';
import { zoneNamed } from '../time/zone.ts';
import { capCredit } from './credit-cap.ts';
import { dayEnd, dayStart, daysBetween, fixedDaysOf } from './days.ts';
import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from './policy.ts';
import { fraction, shareOf } from './prorate.ts';
import { cutWithin, type FullPeriod, type ShareRule, shareOfPart } from './share.ts';

const UTC = zoneNamed('UTC');
const BY_DAY: ProrationPolicy = { ...DEFAULT_PRORATION_POLICY, basis: 'day' };
const UNPRORATED: ProrationPolicy = { ...DEFAULT_PRORATION_POLICY, basis: 'none' };

function full(start: string, interval: CadenceInterval = 'month', zone = 'UTC'): FullPeriod {
  const cadence = { interval, count: 1 };
  const laid = layGrid({ anchorAt: at(start), zone: zoneNamed(zone), cadence });
  return { period: periodNumber(laid, 0), zone: laid.zone, cadence };
}

const JUNE = full('2026-06-01T00:00:00Z');

function tail(whole: FullPeriod, moment: Instant): Period {
  return { start: moment, end: whole.period.end };
}

const fullPeriods = fc
  .record({
    anchor: fc.integer({ min: 0, max: Date.UTC(2060, 0, 1) }).map(instant),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe').map(zoneNamed),
    interval: fc.constantFrom(...CADENCE_INTERVALS.filter((interval) => interval !== 'day')),
    granularity: fc.constantFrom<Granularity>('instant', 'date'),
    n: fc.integer({ min: -3, max: 12 }),
  })
  .map(({ anchor, zone, interval, granularity, n }): FullPeriod => {
    const cadence = { interval, count: 1 };
    return {
      period: periodNumber(layGrid({ anchorAt: anchor, zone, cadence, granularity }), n),
      zone,
      cadence,
    };
  });

const policies = fc.record<ShareRule>({
  basis: fc.constantFrom('second', 'day', 'none'),
  days: fc.constantFrom('actual', 'fixed_30'),
});

/** Moments inside a period, given as fractions of it. */
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });

function pieces(whole: FullPeriod, cuts: readonly number[]): Period[] {
  const { start, end } = whole.period;
  const bounds = [start, ...cuts.map((cut) => instant(start + Math.floor((end - start) * cut))), end].sort(
    (a, b) => a - b,
  );
  return bounds.slice(1).map((bound, index) => ({ start: bounds[index] as Instant, end: bound }));
}

describe('shares', () => {
  test('I85 shares of parts that tile a period add up to one, by time, by day and by months of 30 days', () => {
    fc.assert(
      fc.property(fullPeriods, policies, places, (whole, policy, cuts) => {
        fc.pre(policy.basis !== 'none');
        const shares = pieces(whole, cuts).map((piece) => shareOfPart(piece, whole, policy));
        expect(formatRational(shares.reduce(addRational, RATIONAL_ZERO))).toBe('1');
        expect(shares.every((share) => share.numerator >= 0n)).toBe(true);
      }),
    );
  });

  test('I85 the denominator is the full period, also where service began inside it', () => {
    const part = tail(JUNE, at('2026-06-28T00:00:00Z'));
    expect(formatRational(shareOfPart(part, JUNE, BY_DAY))).toBe('1/10');
    expect(shareOf(part, JUNE.period)).toEqual(rational(1n, 10n));
    const february = full('2026-01-31T00:00:00Z');
    const days = (from: string, to: string, policy: ProrationPolicy) =>
      formatRational(shareOfPart({ start: at(from), end: at(to) }, february, policy));
    expect(days('2026-02-10T00:00:00Z', '2026-02-28T00:00:00Z', { ...BY_DAY, days: 'fixed_30' })).toBe('2/3');
    expect(days('2026-02-10T00:00:00Z', '2026-02-28T00:00:00Z', BY_DAY)).toBe('9/14');
    const week = full('2026-06-01T00:00:00Z', 'week');
    expect(
      shareOfPart(tail(week, at('2026-06-06T00:00:00Z')), week, { basis: 'day', days: 'fixed_30' }),
    ).toEqual(rational(2n, 7n));
  });

  test('a week is seven days, also where months count as thirty', () => {
    const week = full('2026-01-29T00:00:00Z', 'week');
    const rule = { basis: 'day', days: 'fixed_30' } as const;
    expect(shareOfPart(tail(week, at('2026-01-31T00:00:00Z')), week, rule)).toEqual(rational(5n, 7n));
    expect(CADENCE_INTERVALS.map((interval) => fixedDaysOf({ interval, count: 2 }))).toEqual([
      2, 14, 60, 180, 360, 720,
    ]);
  });

  test('without proration a part counts whole, and nothing counts nothing', () => {
    const { start } = JUNE.period;
    expect(shareOfPart(tail(JUNE, at('2026-06-30T23:59:59Z')), JUNE, UNPRORATED)).toBe(RATIONAL_ONE);
    expect(shareOfPart({ start, end: start }, JUNE, UNPRORATED)).toBe(RATIONAL_ZERO);
  });

  test('by day a part does not count the day it ends on, by time it counts the hours', () => {
    const noon = { start: JUNE.period.start, end: at('2026-06-11T12:00:00Z') };
    expect(formatRational(shareOfPart(noon, JUNE, BY_DAY))).toBe('1/3');
    expect(formatRational(shareOfPart(noon, JUNE, DEFAULT_PRORATION_POLICY))).toBe('7/20');
  });

  test('a part outside its period and an empty period are bugs', () => {
    const outside = { start: at('2026-05-31T23:59:59Z'), end: JUNE.period.end };
    const beyond = { start: JUNE.period.start, end: at('2026-07-01T00:00:01Z') };
    const { start } = JUNE.period;
    for (const policy of [DEFAULT_PRORATION_POLICY, BY_DAY]) {
      expect(() => shareOfPart(outside, JUNE, policy)).toThrow(A_BUG);
      expect(() => shareOfPart(beyond, JUNE, policy)).toThrow(A_BUG);
      const empty = { ...JUNE, period: { start, end: start } };
      expect(() => shareOfPart(empty.period, empty, policy)).toThrow(A_BUG);
    }
  });
});

describe('days', () => {
  const count = (from: string, to: string, days: 'actual' | 'fixed_30', zone = 'UTC') =>
    daysBetween(dateAt(at(from), zoneNamed(zone)), dateAt(at(to), zoneNamed(zone)), days);

  test('are local dates, or months of thirty', () => {
    expect(count('2024-08-02T06:00:00Z', '2024-08-03T08:00:00Z', 'actual', 'America/Los_Angeles')).toBe(2);
    expect(count('2026-01-31T00:00:00Z', '2026-03-01T00:00:00Z', 'actual')).toBe(29);
    expect(count('2026-01-31T00:00:00Z', '2026-03-01T00:00:00Z', 'fixed_30')).toBe(31);
    expect(count('2026-01-30T00:00:00Z', '2026-01-31T00:00:00Z', 'fixed_30')).toBe(0);
    expect(count('2025-12-15T00:00:00Z', '2026-12-15T00:00:00Z', 'fixed_30')).toBe(360);
  });

  test('begin at the first local moment, and a moment at the beginning of a day ends the day before', () => {
    const zone = zoneNamed('America/Sao_Paulo');
    const noon = at('2018-11-04T12:00:00Z');
    expect(dayStart(noon, zone)).toBe(at('2018-11-04T03:00:00Z'));
    expect(dayEnd(noon, zone)).toBe(at('2018-11-05T02:00:00Z'));
    expect(dayEnd(dayStart(noon, zone), zone)).toBe(dayStart(noon, zone));
  });

  test('of a change and of an end belong to one side, as the seller says', () => {
    const noon = at('2026-06-10T12:00:00Z');
    const [before, after] = [at('2026-06-10T00:00:00Z'), at('2026-06-11T00:00:00Z')];
    const cut = (cause: 'start' | 'change' | 'end', policy: Partial<ProrationPolicy>) =>
      cutWithin(JUNE, noon, cause, { ...BY_DAY, ...policy });
    expect(cut('start', {})).toBe(before);
    expect(cut('change', { changeDay: 'new_plan' })).toBe(before);
    expect(cut('change', { changeDay: 'old_plan' })).toBe(after);
    expect(cut('end', { terminationDay: 'used' })).toBe(after);
    expect(cut('end', { terminationDay: 'unused' })).toBe(before);
    expect(cut('start', { changeDay: 'old_plan' })).toBe(before);
    expect(cut('end', { terminationDay: 'unused', changeDay: 'old_plan' })).toBe(before);
    expect(cut('end', { basis: 'second' })).toBe(noon);
  });

  test('never cut outside their period', () => {
    const whole = full('2026-06-01T10:00:00Z');
    expect(cutWithin(whole, at('2026-06-01T12:00:00Z'), 'change', BY_DAY)).toBe(whole.period.start);
    expect(cutWithin(whole, at('2026-07-01T09:00:00Z'), 'end', BY_DAY)).toBe(whole.period.end);
    expect(cutWithin(whole, at('2026-05-01T09:00:00Z'), 'start', BY_DAY)).toBe(whole.period.start);
    expect(cutWithin(whole, at('2026-08-01T09:00:00Z'), 'end', DEFAULT_PRORATION_POLICY)).toBe(
      whole.period.end,
    );
  });
});

describe('a credit', () => {
  test('I88 a credit never exceeds what was paid and not yet credited', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-100n, 100n),
        fc.bigInt(0n, 100n),
        fc.bigInt(0n, 100n),
        (potentialMinor, paidMinor, creditedMinor) => {
          const given = capCredit({ potentialMinor, paidMinor, creditedMinor });
          const left = paidMinor > creditedMinor ? paidMinor - creditedMinor : 0n;
          expect(given >= 0n && given <= left).toBe(true);
          if (potentialMinor >= 0n && potentialMinor <= left) expect(given).toBe(potentialMinor);
        },
      ),
    );
  });
});

describe('fractions', () => {
  test('a fraction of counts is in lowest terms, however large they are', () => {
    const counts = fc.tuple(
      fc.nat(10 ** 6),
      fc.integer({ min: 1, max: 10 ** 6 }),
      fc.constantFrom(1, 7, 1000, 10 ** 9),
    );
    fc.assert(
      fc.property(counts, ([part, whole, times]) => {
        const seen = fraction(part * times, whole * times);
        expect(seen.numerator * BigInt(whole)).toBe(seen.denominator * BigInt(part));
        expect(seen).toEqual(reduceRational(seen));
      }),
    );
  });

  test('an hour of a day is its twenty-fourth', () => {
    const day = full('2026-06-01T00:00:00Z', 'day');
    expect(day.period.end - day.period.start).toBe(MS_PER_DAY);
    expect(dateAt(day.period.end, UTC) - dateAt(day.period.start, UTC)).toBe(1);
    expect(
      shareOf({ start: day.period.start, end: instant(day.period.start + MS_PER_HOUR) }, day.period),
    ).toEqual(rational(1n, 24n));
  });
});
