import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal12FromInteger } from '../kernel/decimal.ts';
import { InvariantError } from '../kernel/invariant.ts';
import {
  addRational,
  formatRational,
  RATIONAL_ONE,
  RATIONAL_ZERO,
  type Rational,
  rational,
  reduceRational,
} from '../money/rational.ts';
import { ROUNDING_MODES } from '../money/round.ts';
import { at } from '../testing/factories.ts';
import { A_BUG } from '../testing/said.ts';
import { CADENCE_INTERVALS, type CadenceInterval } from '../time/cadence.ts';
import { dateAt } from '../time/calendar-date.ts';
import { type Granularity, layGrid } from '../time/grid.ts';
import { type Instant, instant, MS_PER_DAY, MS_PER_HOUR } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { periodNumber } from '../time/schedule.ts';
import { zoneNamed } from '../time/zone.ts';
import {
  type PricedPart,
  type ProrationContext,
  prorateChange,
  prorateEnd,
  prorateSeats,
  prorateStart,
} from './change.ts';
import { capCredit } from './credit-cap.ts';
import { sharesBilledThrough } from './cycles.ts';
import { countDays, dayEnd, dayStart, fixedDaysOf } from './days.ts';
import { formatPlaces, toPlaces } from './decimal-share.ts';
import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from './policy.ts';
import { fraction, shareOf } from './prorate.ts';
import { afterReduction } from './reduction.ts';
import { cutWithin, type FullPeriod, shareOfPart, splitOverParts } from './share.ts';

const UTC = zoneNamed('UTC');
const BY_DAY: ProrationPolicy = { ...DEFAULT_PRORATION_POLICY, basis: 'day' };
const UNPRORATED: ProrationPolicy = { ...DEFAULT_PRORATION_POLICY, basis: 'none' };

function full(start: string, interval: CadenceInterval = 'month', zone = 'UTC'): FullPeriod {
  const cadence = { interval, count: 1 };
  const laid = layGrid({ anchorAt: at(start), zone: zoneNamed(zone), cadence });
  return { period: periodNumber(laid, 0), zone: laid.zone, cadence };
}

const JUNE = full('2026-06-01T00:00:00Z');

function context(policy: Partial<ProrationPolicy> = {}, whole = JUNE): ProrationContext {
  return { policy: { ...DEFAULT_PRORATION_POLICY, ...policy }, full: whole, rounding: 'half_away_from_zero' };
}

function part(minor: bigint, more: Partial<PricedPart> = {}): PricedPart {
  return { fullMinor: rational(minor, 1n), kind: 'recurring', ...more };
}

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

const policies = fc.record<ProrationPolicy>({
  basis: fc.constantFrom('second', 'day', 'none'),
  days: fc.constantFrom('actual', 'fixed_30'),
  changeDay: fc.constantFrom('new_plan', 'old_plan'),
  terminationDay: fc.constantFrom('used', 'unused'),
  rounding: fc.constantFrom('each_component', 'credit_and_charge', 'difference'),
  changeCredit: fc.constant('unused_time'),
  seats: fc.constantFrom('credit_and_charge', 'single_entry'),
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

const prices = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { maxLength: 4 });

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

  test('I05 a fee split over the parts of its period adds up to the fee', () => {
    const amounts = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    fc.assert(
      fc.property(amounts, fullPeriods, policies, places, (amount, whole, policy, cuts) => {
        const split = splitOverParts(amount, pieces(whole, cuts), whole, policy);
        expect(split.reduce((sum, minor) => sum + minor, 0n)).toBe(amount);
      }),
    );
    const middle = at('2026-06-11T00:00:00Z');
    expect(
      splitOverParts(100n, [{ start: JUNE.period.start, end: middle }, tail(JUNE, middle)], JUNE, BY_DAY),
    ).toEqual([33n, 67n]);
    const noon = at('2026-06-11T12:00:00Z');
    const halves = [{ start: JUNE.period.start, end: noon }, tail(JUNE, noon)];
    expect(splitOverParts(100n, halves, JUNE, DEFAULT_PRORATION_POLICY)).toEqual([35n, 65n]);
    expect(splitOverParts(100n, halves, JUNE, BY_DAY)).toEqual([33n, 67n]);
    for (const holes of [[], [tail(JUNE, middle)], [{ start: JUNE.period.start, end: middle }]])
      expect(() => splitOverParts(100n, holes, JUNE, BY_DAY)).toThrow(A_BUG);
    const twice = [
      { start: JUNE.period.start, end: middle },
      { start: JUNE.period.start, end: JUNE.period.end },
    ];
    expect(() => splitOverParts(100n, twice, JUNE, BY_DAY)).toThrow(A_BUG);
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
    countDays(at(from), at(to), zoneNamed(zone), days);

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

describe('a change', () => {
  const noon = at('2026-06-16T00:00:00Z');

  test('I60 an upgrade and a downgrade at the same moment net to nothing, under every policy', () => {
    const sides = fc.tuple(
      prices,
      prices,
      fc.constantFrom(...ROUNDING_MODES),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fullPeriods, policies, sides, (whole, policy, [low, high, rounding, place]) => {
        const { start, end } = whole.period;
        const shared = {
          policy,
          full: whole,
          rounding,
          at: instant(start + Math.floor((end - start) * place)),
        };
        const [one, other] = [low.map((minor) => part(minor)), high.map((minor) => part(minor))];
        const up = prorateChange({ ...shared, before: one, after: other });
        const down = prorateChange({ ...shared, before: other, after: one });
        expect(up.netMinor + down.netMinor).toBe(0n);
        if (policy.rounding !== 'difference') expect(up.creditMinor).toBe(down.chargeMinor);
      }),
    );
  });

  test('I05 the entries add up to the net, and so does the charge less the credit', () => {
    fc.assert(
      fc.property(fullPeriods, policies, prices, prices, (whole, policy, low, high) => {
        const middle = instant(Math.floor((whole.period.start + whole.period.end) / 2));
        const change = { policy, full: whole, rounding: 'half_away_from_zero', at: middle } as const;
        const seen = prorateChange({
          ...change,
          before: low.map((minor) => part(minor)),
          after: high.map((minor) => part(minor)),
        });
        expect(seen.entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(seen.netMinor);
        expect(seen.chargeMinor - seen.creditMinor).toBe(seen.netMinor);
      }),
    );
  });

  test('is rounded by entry, by side, or once', () => {
    const change = (rounding: ProrationPolicy['rounding']) =>
      prorateChange({
        ...context({ rounding }),
        at: at('2026-06-21T00:00:00Z'),
        before: [part(100n), part(100n)],
        after: [part(200n), part(200n)],
      });
    const amounts = (rounding: ProrationPolicy['rounding']) =>
      change(rounding).entries.map(({ kind, index, amountMinor }) => [kind, index, amountMinor]);
    expect(amounts('each_component')).toEqual([
      ['credit', 0, -33n],
      ['credit', 1, -33n],
      ['charge', 0, 67n],
      ['charge', 1, 67n],
    ]);
    expect(amounts('credit_and_charge')).toEqual([
      ['credit', null, -67n],
      ['charge', null, 133n],
    ]);
    expect(amounts('difference')).toEqual([['difference', null, 67n]]);
    expect(change('difference')).toMatchObject({ creditMinor: 66n, chargeMinor: 133n, netMinor: 67n });
    expect(change('each_component')).toMatchObject({ creditMinor: 66n, chargeMinor: 134n, netMinor: 68n });
  });

  test('gives back the unused time, all of it, or nothing', () => {
    const change = (changeCredit: ProrationPolicy['changeCredit']) =>
      prorateChange({ ...context({ changeCredit }), at: noon, before: [part(1000n)], after: [part(2000n)] });
    expect(change('unused_time')).toMatchObject({ creditMinor: 500n, chargeMinor: 1000n });
    expect(change('whole_fee')).toMatchObject({ creditMinor: 1000n, chargeMinor: 1000n });
    expect(change('nothing')).toMatchObject({
      creditMinor: 0n,
      chargeMinor: 1000n,
      entries: [{ kind: 'charge' }],
    });
  });

  test('of interval starts a whole period, and one-time fees are never prorated', () => {
    const before = [part(1000n), part(300n, { kind: 'one_time' })];
    const after = [part(9000n, { kind: 'new_period' }), part(500n, { kind: 'one_time' })];
    expect(prorateChange({ ...context(), at: noon, before, after })).toMatchObject({
      creditMinor: 500n,
      chargeMinor: 9500n,
    });
    expect(
      prorateChange({ ...context({ basis: 'none' }), at: noon, before, after: [...after, part(700n)] }),
    ).toMatchObject({
      creditMinor: 0n,
      chargeMinor: 9500n,
    });
  });

  test('a price with a longer period of its own is charged by that', () => {
    const year = full('2026-01-01T00:00:00Z', 'year');
    const after = [part(365_000n, { full: year })];
    expect(prorateChange({ ...context({ basis: 'day' }), at: noon, before: [], after }).netMinor).toBe(
      15_000n,
    );
    const before = [part(365_000n, { full: year })];
    expect(prorateChange({ ...context(), at: noon, before, after: [] }).netMinor).toBe(-15_000n);
  });

  test('I88 a credit never exceeds what was paid and not yet credited', () => {
    const credit = (paidMinor: bigint, creditedMinor: bigint, policy: Partial<ProrationPolicy> = {}) =>
      prorateChange({
        ...context(policy),
        at: noon,
        before: [part(1001n, { bound: { paidMinor, creditedMinor } })],
        after: [],
      }).creditMinor;
    expect(credit(1001n, 0n)).toBe(501n);
    expect(credit(501n, 0n)).toBe(501n);
    expect(credit(500n, 0n)).toBe(500n);
    expect(credit(700n, 300n, { changeCredit: 'whole_fee' })).toBe(400n);
    expect(credit(100n, 300n)).toBe(0n);
    const third = {
      at: at('2026-06-21T00:00:00Z'),
      before: [part(1000n, { bound: { paidMinor: 1000n, creditedMinor: 0n } })],
    };
    expect(prorateChange({ ...context(), ...third, after: [] }).creditMinor).toBe(333n);
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

  test('of seats is one entry or two', () => {
    const change = { at: noon, before: [part(333n)], after: [part(444n)] };
    expect(
      prorateSeats({ ...context({ seats: 'single_entry' }), ...change }).entries.map(
        (entry) => entry.amountMinor,
      ),
    ).toEqual([56n]);
    expect(prorateSeats({ ...context(), ...change }).entries.map((entry) => entry.amountMinor)).toEqual([
      -167n,
      222n,
    ]);
  });
});

describe('a start and an end', () => {
  test('the first piece is charged to the end of the period, up to a change or up to an end', () => {
    const from = at('2026-06-10T12:00:00Z');
    const parts = [part(3000n), part(500n, { kind: 'one_time' })];
    const charge = (
      policy: Partial<ProrationPolicy>,
      until: { at: Instant; cause: 'change' | 'end' } | null,
    ) => prorateStart({ ...context(policy), from, until, parts }).chargeMinor;
    const noon = at('2026-06-20T12:00:00Z');
    expect(charge({ basis: 'day' }, null)).toBe(2600n);
    expect(charge({ basis: 'second' }, null)).toBe(2550n);
    expect(charge({ basis: 'none' }, null)).toBe(3500n);
    expect(charge({ basis: 'day' }, { at: noon, cause: 'change' })).toBe(1500n);
    expect(charge({ basis: 'day' }, { at: noon, cause: 'end' })).toBe(1600n);
    expect(charge({ basis: 'second' }, { at: noon, cause: 'end' })).toBe(1500n);
  });

  test('the end credits what comes after it', () => {
    const credit = (policy: Partial<ProrationPolicy>) =>
      prorateEnd({
        ...context(policy),
        at: at('2026-06-20T12:00:00Z'),
        parts: [part(3000n), part(500n, { kind: 'one_time' })],
      }).creditMinor;
    expect(credit({ basis: 'second' })).toBe(1050n);
    expect(credit({ basis: 'day' })).toBe(1000n);
    expect(credit({ basis: 'day', terminationDay: 'unused' })).toBe(1100n);
    expect(credit({ basis: 'none' })).toBe(0n);
    expect(credit({ changeCredit: 'whole_fee' })).toBe(1050n);
  });

  test('periods billed in advance through a day have their leading, whole and trailing pieces', () => {
    const grid = layGrid({
      anchorAt: at('2011-01-31T00:00:00Z'),
      zone: UTC,
      cadence: { interval: 'month', count: 1 },
      granularity: 'date',
      billingDay: 7,
    });
    const rule = { basis: 'day', days: 'actual' } as const;
    const shares = (through: string, until: Instant | null) =>
      sharesBilledThrough({
        grid,
        from: at('2011-01-31T00:00:00Z'),
        until,
        billedThrough: at(through),
        rule,
      }).map(formatRational);
    expect(shares('2011-04-21T00:00:00Z', at('2011-03-10T00:00:00Z'))).toEqual(['7/31', '1', '3/31']);
    expect(shares('2011-02-07T00:00:00Z', null)).toEqual(['7/31', '1']);
    expect(shares('2011-02-06T00:00:00Z', null)).toEqual(['7/31']);
    expect(shares('2011-01-30T00:00:00Z', null)).toEqual([]);
  });
});

describe('discounts before proration', () => {
  const texts = (values: readonly Rational[]) => values.map(formatRational);

  test('a percentage is exact and a fixed amount is split to the unit', () => {
    expect(texts(afterReduction([333n], { kind: 'percent', percent: decimal12FromInteger(10n) }))).toEqual([
      '2997/10',
    ]);
    expect(texts(afterReduction([10_000n, 20_000n], { kind: 'fixed', amountMinor: 9000n }))).toEqual([
      '7000',
      '14000',
    ]);
    expect(texts(afterReduction([100n, 100n, 100n], { kind: 'fixed', amountMinor: 100n }))).toEqual([
      '66',
      '67',
      '67',
    ]);
    expect(texts(afterReduction([100n, 50n], { kind: 'fixed', amountMinor: 500n }))).toEqual(['0', '0']);
    const percent = (value: bigint) =>
      texts(afterReduction([100n], { kind: 'percent', percent: decimal12FromInteger(value) }));
    expect([percent(0n), percent(100n)]).toEqual([['100'], ['0']]);
    expect(texts(afterReduction([100n], null))).toEqual(['100']);
    expect(afterReduction([], { kind: 'fixed', amountMinor: 5n })).toEqual([]);
  });

  test('I05 a fixed discount is neither more nor less than itself, and no price falls below nothing', () => {
    const fulls = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fulls, fc.bigInt({ min: 0n, max: 10n ** 10n }), (fullsMinor, amountMinor) => {
        const left = afterReduction(fullsMinor, { kind: 'fixed', amountMinor });
        const total = fullsMinor.reduce((sum, minor) => sum + minor, 0n);
        const rest = left.reduce(addRational, RATIONAL_ZERO).numerator;
        expect(rest).toBe(amountMinor > total ? 0n : total - amountMinor);
        expect(left.every((value) => value.numerator >= 0n)).toBe(true);
      }),
    );
  });

  test('negative discounts and more than all are bugs', () => {
    expect(() => afterReduction([1n], { kind: 'fixed', amountMinor: -1n })).toThrow(A_BUG);
    for (const percent of [-1n, 101n])
      expect(() => afterReduction([1n], { kind: 'percent', percent: decimal12FromInteger(percent) })).toThrow(
        InvariantError,
      );
  });
});

describe('shares as decimals', () => {
  test('are rounded half away from zero and written without trailing zeros', () => {
    expect(formatPlaces(rational(22n, 30n), 9)).toBe('0.733333333');
    expect(formatPlaces(rational(-1n, 8n), 2)).toBe('-0.13');
    expect(formatPlaces(rational(3n, 2n), 9)).toBe('1.5');
    expect(formatPlaces(rational(10_010n, 10_000n), 4)).toBe('1.001');
    expect(formatPlaces(rational(200n, 2n), 8)).toBe('100');
    expect(formatPlaces(rational(5n, 2n), 0)).toBe('3');
    expect(formatPlaces(RATIONAL_ZERO, 4)).toBe('0');
    expect(toPlaces(rational(1n, 3n), 2)).toEqual(rational(33n, 100n));
    expect(() => toPlaces(RATIONAL_ONE, -1)).toThrow(A_BUG);
    expect(() => toPlaces(RATIONAL_ONE, 0.5)).toThrow(A_BUG);
  });

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
