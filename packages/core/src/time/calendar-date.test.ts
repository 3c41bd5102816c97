import { describe, expect, test } from 'vitest';
import { unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { sameCadence } from './cadence.ts';
import {
  addMonthsClamped,
  type CalendarDate,
  calendarDate,
  dateFields,
  daysInMonth,
  formatDate,
  monthNumber,
  monthNumberOf,
  parseDate,
} from './calendar-date.ts';
import { layGrid } from './grid.ts';
import { earlier, formatInstant, instant, later, MAX_INSTANT, parseInstant } from './instant.ts';
import { period, periodContains, periodLengthMs, periodsOverlap } from './period.ts';
import { boundary } from './schedule.ts';
import { zoneNamed } from './zone.ts';

describe('days', () => {
  const known: [number, number, number, number][] = [
    [1970, 1, 1, 0],
    [1970, 12, 31, 364],
    [1972, 2, 29, 789],
    [1999, 12, 31, 10_956],
    [2000, 2, 29, 11_016],
    [2000, 3, 1, 11_017],
    [2026, 11, 21, 20_778],
    [2100, 2, 28, 47_540],
    [2100, 3, 1, 47_541],
  ];
  test.each(known)('%i-%i-%i is day %i since 1970', (year, month, day, since) => {
    expect(calendarDate({ year, month, day })).toBe(since);
    expect(dateFields(since as CalendarDate)).toEqual({ year, month, day });
    expect(monthNumberOf(since as CalendarDate)).toBe(monthNumber(year, month));
  });

  test('every day from 1970 to 2110 follows the day before, as the runtime’s own calendar says', () => {
    for (let date = 0; date < 51_000; date += 1) {
      const own = new Date(date * 86_400_000);
      const fields = { year: own.getUTCFullYear(), month: own.getUTCMonth() + 1, day: own.getUTCDate() };
      if (
        calendarDate(fields) !== date ||
        monthNumberOf(date as CalendarDate) !== monthNumber(fields.year, fields.month)
      )
        expect([date, calendarDate(fields)]).toEqual([date, date]);
    }
  });

  test('a leap day comes every four years, not in centuries, but in every fourth of them', () => {
    expect([2023, 2024, 2000, 2100, 2400].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 29, 28, 29]);
    expect([1, 3, 4, 12].map((month) => daysInMonth(2026, month))).toEqual([31, 31, 30, 31]);
    for (const [year, month, day] of [
      [2000, 2, 29],
      [2000, 3, 1],
      [2400, 2, 29],
      [2399, 12, 31],
      [2104, 2, 29],
    ] as const) {
      const date = calendarDate({ year, month, day });
      expect(dateFields(date)).toEqual({ year, month, day });
    }
  });

  test('a day that does not exist is a bug', () => {
    for (const [month, day] of [
      [0, 1],
      [13, 1],
      [1, 0],
      [2, 30],
      [4, 31],
    ] as const)
      expect(() => calendarDate({ year: 2026, month, day })).toThrow(A_BUG);
  });

  test('months are added by name, and the day stays inside the month', () => {
    const day = (text: string) => unwrap(parseDate(text));
    expect(formatDate(addMonthsClamped(day('2026-01-31'), 1))).toBe('2026-02-28');
    expect(formatDate(addMonthsClamped(day('2026-01-31'), 2))).toBe('2026-03-31');
    expect(formatDate(addMonthsClamped(day('2026-03-31'), -1))).toBe('2026-02-28');
    expect(formatDate(addMonthsClamped(day('2026-12-15'), 1))).toBe('2027-01-15');
  });
});

describe('dates as text', () => {
  test.each(['1970-01-01', '2026-01-01', '2026-12-31', '2024-02-29'])(
    '%s reads and writes as itself',
    (text) => {
      expect(formatDate(unwrap(parseDate(text)))).toBe(text);
    },
  );

  test.each([
    '1969-12-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-02-29',
    '2026-1-1',
    '2026-01',
    'x2026-01-01',
    '2026-01-011',
    '',
  ])('%o is refused', (text) => expect(codeOf(parseDate(text))).toBe('date.malformed'));
});

describe('moments as text', () => {
  test.each([
    ['2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.100Z'],
    ['2026-01-01T00:00:00.12Z', '2026-01-01T00:00:00.120Z'],
    ['2026-01-01T23:00:00+23:00', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00+00:59', '2025-12-31T23:01:00Z'],
    ['2026-01-01T00:00:00-23:59', '2026-01-01T23:59:00Z'],
    ['2100-01-01T00:00:00Z', '2100-01-01T00:00:00Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00.123456789Z', '2026-01-01T00:00:00.123Z'],
  ])('%s is %s', (text, utc) => expect(formatInstant(unwrap(parseInstant(text)))).toBe(utc));

  test.each([
    '2026-01-01T00:00:00+00:60',
    '2026-01-01T00:00:00-24:00',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z ',
  ])('%o is refused', (text) => expect(codeOf(parseInstant(text))).toBe('instant.malformed'));

  test('the range ends with the first moment of 2100', () => {
    expect(unwrap(parseInstant('2100-01-01T00:00:00Z'))).toBe(MAX_INSTANT);
    expect(codeOf(parseInstant('2100-01-01T00:00:00.001Z'))).toBe('instant.out_of_range');
    expect(codeOf(parseInstant('1970-01-01T00:00:00+00:01'))).toBe('instant.out_of_range');
  });
});

describe('periods', () => {
  const [one, two, three, four] = [1, 2, 3, 4].map(instant) as [never, never, never, never];

  test('a period holds its start and every moment before its end', () => {
    const span = period(two, three);
    expect([one, two, three].map((moment) => periodContains(span, moment))).toEqual([false, true, false]);
    expect(periodLengthMs(period(one, four))).toBe(3);
    expect(periodLengthMs(period(two, two))).toBe(0);
    expect(() => period(three, two)).toThrow(A_BUG);
  });

  test('periods overlap only where both have a moment', () => {
    expect(periodsOverlap(period(one, three), period(two, four))).toBe(true);
    expect(periodsOverlap(period(two, four), period(one, three))).toBe(true);
    expect(periodsOverlap(period(one, four), period(two, three))).toBe(true);
    expect(periodsOverlap(period(one, two), period(two, three))).toBe(false);
    expect(periodsOverlap(period(two, three), period(one, two))).toBe(false);
    expect(periodsOverlap(period(three, four), period(one, two))).toBe(false);
  });

  test('the earlier and the later of two moments', () => {
    expect([earlier(one, two), earlier(two, one), later(one, two), later(two, one)]).toEqual([1, 1, 2, 2]);
  });
});

test('cadences are the same only with the same unit and the same number of it', () => {
  expect(sameCadence({ interval: 'month', count: 7 }, { interval: 'week', count: 1 })).toBe(false);
  expect(sameCadence({ interval: 'month', count: 1 }, { interval: 'month', count: 2 })).toBe(false);
  expect(sameCadence({ interval: 'year', count: 1 }, { interval: 'month', count: 12 })).toBe(true);
});

test('a grid of which only the anchor is said is by anniversary and keeps the time of day', () => {
  const anchorAt = unwrap(parseInstant('2026-01-31T15:30:00Z'));
  const laid = layGrid({ anchorAt, zone: zoneNamed('UTC'), cadence: { interval: 'month', count: 1 } });
  expect([laid.alignment, laid.granularity]).toEqual(['anniversary', 'instant']);
  expect(formatInstant(boundary(laid, 1))).toBe('2026-02-28T15:30:00Z');
});
