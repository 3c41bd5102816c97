import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METER_AGGREGATIONS } from '../catalog/meter.ts';
import { type Decimal12, formatDecimal12 } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import { instant, MS_PER_DAY, MS_PER_HOUR } from '../time/instant.ts';
import { unusualDays } from './anomalies.ts';
import {
  changePercent,
  earlierStretches,
  movesOf,
  projectByStretches,
  projectionRule,
  projectUsage,
} from './projection.ts';

const shown = (projection: ReturnType<typeof projectUsage>) =>
  projection === null
    ? null
    : [projection.low, projection.expected, projection.high].map((value) => formatDecimal12(value));
const week = (...values: number[]) => values.map((value) => dec(`${value}`));

describe('a projection', () => {
  test('says nothing with less than seven days to go by', () => {
    const days = week(1, 1, 1, 1, 1, 1);
    expect(projectUsage({ soFar: dec('5'), days, remainingMs: MS_PER_DAY })).toBeNull();
  });

  test('goes on with the mean of the days, for the part of a day too, and without a band where all days are alike', () => {
    const days = week(10, 10, 10, 10, 10, 10, 10);
    expect(shown(projectUsage({ soFar: dec('5'), days, remainingMs: 2.5 * MS_PER_DAY }))).toEqual([
      '30',
      '30',
      '30',
    ]);
  });

  test('has a band of 1.28 standard deviations of a day times the root of the days left', () => {
    // Mean 4 and variance 4 + 2/3 over 7 days: 1.28 x sqrt(14/3) x sqrt(4) = 5.530232062...
    const days = week(1, 2, 3, 4, 5, 6, 7);
    const projection = projectUsage({ soFar: dec('10'), days, remainingMs: 4 * MS_PER_DAY });
    expect(shown(projection)).toEqual(['20', '26', '32']);
    const exact = projectUsage({ soFar: dec('10.5'), days, remainingMs: 4 * MS_PER_DAY });
    expect(shown(exact)).toEqual(['20.969767937358', '26.5', '32.030232062642']);
  });

  test('I127 lies in its band, which never goes below what is used where no day was below zero, and ends at what is used', () => {
    const figure = fc.bigInt({ min: 0n, max: 10n ** 15n }).map((value) => value as Decimal12);
    fc.assert(
      fc.property(
        fc.array(figure, { minLength: 7, maxLength: 28 }),
        figure,
        fc.integer({ min: 0, max: 40 * MS_PER_DAY }),
        (days, soFar, remainingMs) => {
          const projection = projectUsage({ soFar, days, remainingMs });
          if (projection === null) throw new Error('seven days are enough');
          expect(projection.low >= soFar).toBe(true);
          expect(projection.low <= projection.expected && projection.expected <= projection.high).toBe(true);
          const over = projectUsage({ soFar, days, remainingMs: 0 });
          expect(over).toMatchObject({ low: soFar, expected: soFar, high: soFar });
        },
      ),
    );
  });

  test('of days below zero may go below what is used', () => {
    const days = week(-2, -2, -2, -2, -2, -2, -2);
    expect(shown(projectUsage({ soFar: dec('5'), days, remainingMs: MS_PER_DAY }))?.[0]).toBe('3');
  });
});

describe('a projection of figures that days do not add up to', () => {
  test('has a rule for every kind of meter but the one of the last reading', () => {
    expect(METER_AGGREGATIONS.filter((kind) => projectionRule(kind) === null)).toEqual(['latest']);
  });

  test('of a level goes on from where it stands by what its days changed', () => {
    const days = movesOf(week(100, 110, 130, 130, 140, 150, 160, 170));
    expect(days).toEqual(week(10, 20, 0, 10, 10, 10, 10));
    const projection = projectUsage({ soFar: dec('170'), days, remainingMs: 3 * MS_PER_DAY });
    expect(shown(projection)?.[1]).toBe('200');
    expect(movesOf([])).toEqual([]);
  });

  test('goes by how far earlier stretches went beyond their beginnings', () => {
    expect(shown(projectByStretches(dec('40'), week(5, 5, 5, 5, 5, 5, 5)))).toEqual(['45', '45', '45']);
    expect(projectByStretches(dec('40'), week(5, 5, 5, 5, 5, 5))).toBeNull();
    expect(projectByStretches(dec('40'), week(0, 0, 0, 0, 0, 0, 14))).toMatchObject({
      low: dec('40'),
      expected: dec('42'),
      basis: 'stretches',
      basisDays: 7,
    });
  });

  test('I235 stretches to go by are as long as the period, cut where now cuts it, over, and never begin before the first usage', () => {
    const hours = fc.integer({ min: 1, max: 24 * 40 });
    fc.assert(
      fc.property(hours, hours, hours, (length, before, since) => {
        const start = at('2026-05-01T00:00:00Z');
        const end = instant(start + length * MS_PER_HOUR);
        const now = instant(Math.min(start + before * MS_PER_HOUR, end));
        const first = instant(now - since * MS_PER_HOUR);
        const found = earlierStretches({ start, end }, now, first);
        for (const { whole, part } of found) {
          expect(whole.end - whole.start).toBe(end - start);
          expect(part.end - part.start).toBe(now - start);
          expect(part.start).toBe(whole.start);
          expect(whole.start >= first && whole.end <= now).toBe(true);
        }
        const most = Math.floor((since - length) / 24) + 1;
        expect(found).toHaveLength(Math.max(0, Math.min(7, most)));
      }),
    );
  });
});

test('change is in percent of what was before, with one place, and none where nothing was', () => {
  expect(changePercent(dec('150'), dec('100'))).toBe(dec('50'));
  expect(changePercent(dec('1'), dec('3'))).toBe(dec('-66.7'));
  expect(changePercent(dec('1'), dec('0'))).toBeNull();
});

describe('an unusual day', () => {
  const usual = Array.from({ length: 28 }, (_, index) => dec(`${100 + (index % 7)}`));

  test('is one far from the median of the days before it, to either side', () => {
    expect(unusualDays(usual)).toEqual([]);
    const [high] = unusualDays([...usual, dec('200')]);
    expect(high).toMatchObject({ index: 28, kind: 'high', usual: dec('103') });
    expect(unusualDays([...usual, dec('0')])).toMatchObject([{ index: 28, kind: 'low' }]);
  });

  test('is not told with fewer than 14 days before it, nor of figures that hardly move', () => {
    expect(unusualDays([...usual.slice(0, 13), dec('9999')])).toEqual([]);
    const flat = usual.map(() => dec('100'));
    expect(unusualDays([...flat, dec('120')])).toEqual([]);
    expect(unusualDays([...flat, dec('126')])).toMatchObject([{ kind: 'high', score: dec('3.51') }]);
  });

  test('needs a usual day: after days without usage nothing is flagged', () => {
    expect(unusualDays([...usual.map(() => dec('0')), dec('50')])).toEqual([]);
  });
});
