import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { at } from '../testing/factories.ts';
import { A_BUG } from '../testing/said.ts';
import { CADENCE_INTERVALS, type CadenceInterval } from './cadence.ts';
import {
  addDays,
  type CalendarDate,
  dateAt,
  formatDate,
  startOfDay,
  type Weekday,
  weekdayOf,
} from './calendar-date.ts';
import { type Alignment, type Granularity, type Grid, type GridSettings, layGrid } from './grid.ts';
import { addMs, formatInstant, type Instant, instant, MS_PER_DAY } from './instant.ts';
import { periodContains } from './period.ts';
import { boundary, periodAt, periodIndexAt, periodNumber } from './schedule.ts';
import { fixedOffsetZone, zoneNamed, zoneNames } from './zone.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];

function grid(
  anchor: string,
  interval: CadenceInterval,
  more: Partial<GridSettings> & { count?: number; zoneName?: string } = {},
): Grid {
  const { count = 1, zoneName = 'UTC', ...settings } = more;
  return layGrid({
    anchorAt: at(anchor),
    zone: zoneNamed(zoneName),
    cadence: { interval, count },
    ...settings,
  });
}

function days(laid: Grid, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) =>
    formatDate(dateAt(boundary(laid, from + index), laid.zone)),
  );
}

const grids = fc
  .record({
    anchorAt: fc.integer({ min: 0, max: Date.UTC(2060, 0, 1) }).map(instant),
    zone: fc.constantFrom(...ZONES).map(zoneNamed),
    cadence: fc.record({
      interval: fc.constantFrom(...CADENCE_INTERVALS),
      count: fc.integer({ min: 1, max: 5 }),
    }),
    alignment: fc.constantFrom<Alignment>('anniversary', 'calendar'),
    granularity: fc.constantFrom<Granularity>('instant', 'date'),
    weekStart: fc.constantFrom<Weekday>(1, 6, 7),
    billingDay: fc.option(fc.integer({ min: 1, max: 31 })),
  })
  .map((settings) => ({ settings, laid: layGrid(settings) }));

describe('every grid', () => {
  test('I02 periods of every alignment tile time, also before the anchor, and each moment lies in exactly one', () => {
    const offsets = fc.integer({ min: -3000 * MS_PER_DAY, max: 3000 * MS_PER_DAY });
    fc.assert(
      fc.property(grids, offsets, ({ settings, laid }, offset) => {
        const moment = instant(settings.anchorAt + offset);
        const { index, period: span } = periodAt(laid, moment);
        expect(periodContains(span, moment)).toBe(true);
        expect(periodNumber(laid, index)).toEqual(span);
        expect(boundary(laid, index - 1)).toBeLessThanOrEqual(span.start);
        expect(periodIndexAt(laid, span.start)).toBe(index);
        expect(periodIndexAt(laid, span.end)).toBeGreaterThan(index);
        const previous = periodAt(laid, addMs(periodAt(laid, moment).period.start, -1));
        expect(previous.period.end).toBe(span.start);
        expect(previous.period.start).toBeLessThan(previous.period.end);
      }),
    );
  });

  test('I03 boundary 0 is the anchor, the billing day at or after it, or the calendar boundary at or before it', () => {
    fc.assert(
      fc.property(grids, ({ settings, laid }) => {
        const origin = boundary(laid, 0);
        const { anchorAt, zone } = settings;
        const anchorDay = startOfDay(dateAt(anchorAt, zone), zone);
        if (settings.alignment === 'calendar') {
          expect(origin).toBeLessThanOrEqual(anchorDay);
          expect(boundary(laid, 1)).toBeGreaterThan(anchorDay);
        } else if (settings.billingDay !== null && laid.unit === 'months') {
          expect(dateAt(origin, zone)).toBeGreaterThanOrEqual(dateAt(anchorAt, zone));
          expect(origin - anchorDay).toBeLessThan(32 * MS_PER_DAY);
        } else {
          expect(origin).toBe(settings.granularity === 'date' ? anchorDay : anchorAt);
        }
      }),
    );
  });

  test('the anchor itself is exact inside a repeated hour', () => {
    const laid = grid('2026-10-25T01:30:00Z', 'month', { zoneName: 'Europe/Berlin' });
    expect(formatInstant(boundary(laid, 0))).toBe('2026-10-25T01:30:00Z');
    expect(formatInstant(boundary(laid, 1))).toBe('2026-11-25T01:30:00Z');
    expect(formatInstant(boundary(laid, -1))).toBe('2026-09-25T00:30:00Z');
    const onItsDay = grid('2026-10-25T01:30:00Z', 'month', { zoneName: 'Europe/Berlin', billingDay: 25 });
    expect(formatInstant(boundary(onItsDay, 0))).toBe('2026-10-25T01:30:00Z');
  });

  test('moments around a clock change lie in the period whose bounds say so, whatever the local time suggests', () => {
    const zoneName = 'Europe/Berlin';
    const skipped = grid('2026-02-28T01:30:00Z', 'day', { zoneName });
    // 29 March has no 2:30: the boundary moves to 3:30, and 3:15 still belongs to the day before.
    expect(formatInstant(boundary(skipped, 29))).toBe('2026-03-29T01:30:00Z');
    expect(periodIndexAt(skipped, at('2026-03-29T01:15:00Z'))).toBe(28);
    expect(periodIndexAt(skipped, at('2026-03-29T01:30:00Z'))).toBe(29);
    const repeated = grid('2026-10-20T00:30:00Z', 'day', { zoneName });
    // 25 October shows 2:30 twice: the first is the boundary, and the second 2:15 comes after it.
    expect(formatInstant(boundary(repeated, 5))).toBe('2026-10-25T00:30:00Z');
    expect(periodIndexAt(repeated, at('2026-10-25T00:15:00Z'))).toBe(4);
    expect(periodIndexAt(repeated, at('2026-10-25T01:15:00Z'))).toBe(5);
    const secondPass = grid('2026-10-25T01:30:00Z', 'day', { zoneName });
    expect(periodIndexAt(secondPass, at('2026-10-25T00:45:00Z'))).toBe(-1);
    expect(periodIndexAt(secondPass, at('2026-10-25T01:30:00Z'))).toBe(0);
  });

  test('steps are whole and boundaries have whole numbers', () => {
    expect(() => grid('2026-01-01T00:00:00Z', 'month', { count: 0 })).toThrow(A_BUG);
    expect(() => grid('2026-01-01T00:00:00Z', 'day', { count: 1.5 })).toThrow(A_BUG);
    for (const billingDay of [0, 32, 1.5])
      expect(() => grid('2026-01-01T00:00:00Z', 'month', { billingDay })).toThrow(A_BUG);
    expect(() => boundary(grid('2026-01-01T00:00:00Z', 'month'), 0.5)).toThrow(A_BUG);
  });
});

describe('anniversary', () => {
  test('a billing day apart from the start is clamped to short months and never forgotten', () => {
    expect(days(grid('2026-02-10T15:00:00Z', 'month', { billingDay: 31 }), -1, 3)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
    ]);
    expect(days(grid('2026-02-10T15:00:00Z', 'month', { billingDay: 10 }), 0, 1)).toEqual([
      '2026-02-10',
      '2026-03-10',
    ]);
    expect(days(grid('2026-02-10T15:00:00Z', 'quarter', { billingDay: 9 }), -1, 1)).toEqual([
      '2025-12-09',
      '2026-03-09',
      '2026-06-09',
    ]);
    expect(formatInstant(boundary(grid('2026-02-10T15:00:00Z', 'year', { billingDay: 12 }), 1))).toBe(
      '2027-02-12T15:00:00Z',
    );
  });

  test('steps of days have no billing day', () => {
    expect(days(grid('2026-02-10T15:00:00Z', 'week', { billingDay: 1 }), 0, 1)).toEqual([
      '2026-02-10',
      '2026-02-17',
    ]);
  });

  test('by date, boundaries are the first moments of local days', () => {
    const laid = grid('2018-10-04T15:00:00Z', 'month', {
      zoneName: 'America/Sao_Paulo',
      granularity: 'date',
    });
    expect([0, 1, 2].map((n) => formatInstant(boundary(laid, n)))).toEqual([
      '2018-10-04T03:00:00Z',
      '2018-11-04T03:00:00Z',
      '2018-12-04T02:00:00Z',
    ]);
  });
});

test('an account that keeps the offset of its first day never follows summer time', () => {
  const anchorAt = at('2026-01-10T23:30:00Z');
  const zone = fixedOffsetZone(zoneNamed('Europe/Berlin').offsetAt(anchorAt));
  const laid = layGrid({ anchorAt, zone, cadence: { interval: 'month', count: 1 }, granularity: 'date' });
  expect([0, 6].map((n) => formatInstant(boundary(laid, n)))).toEqual([
    '2026-01-10T23:00:00Z',
    '2026-07-10T23:00:00Z',
  ]);
  expect([0, 19_800_000, -12_600_000].map((ms) => fixedOffsetZone(ms).name)).toEqual([
    '+00:00',
    '+05:30',
    '-03:30',
  ]);
  expect(() => fixedOffsetZone(MS_PER_DAY)).toThrow(A_BUG);
  expect(() => fixedOffsetZone(1)).toThrow(A_BUG);
});

describe('calendar', () => {
  test.each<[CadenceInterval, number, string[]]>([
    ['day', 1, ['2026-08-19', '2026-08-20']],
    ['day', 10, ['2026-08-19', '2026-08-29']],
    ['week', 1, ['2026-08-17', '2026-08-24']],
    ['week', 2, ['2026-08-17', '2026-08-31']],
    ['month', 1, ['2026-08-01', '2026-09-01']],
    ['month', 2, ['2026-07-01', '2026-09-01']],
    ['month', 4, ['2026-05-01', '2026-09-01']],
    ['month', 5, ['2026-08-01', '2027-01-01']],
    ['quarter', 1, ['2026-07-01', '2026-10-01']],
    ['half_year', 1, ['2026-07-01', '2027-01-01']],
    ['half_year', 3, ['2026-07-01', '2028-01-01']],
    ['year', 1, ['2026-01-01', '2027-01-01']],
    ['year', 2, ['2026-01-01', '2028-01-01']],
  ])('%s by %i keeps to the calendar', (interval, count, expected) => {
    const laid = grid('2026-08-19T16:20:00Z', interval, {
      count,
      alignment: 'calendar',
      zoneName: 'America/New_York',
    });
    expect(days(laid, 0, 1)).toEqual(expected);
    expect(laid.granularity).toBe('date');
  });

  test('weeks begin on the day the seller says', () => {
    const start = (weekStart: Weekday) =>
      days(grid('2026-08-19T12:00:00Z', 'week', { alignment: 'calendar', weekStart }), 0, 0);
    expect([start(1), start(3), start(4), start(7)]).toEqual([
      ['2026-08-17'],
      ['2026-08-19'],
      ['2026-08-13'],
      ['2026-08-16'],
    ]);
  });

  test('weekdays are those of the calendar', () => {
    for (let day = -400; day < 400; day += 1) {
      const date = new Temporal.PlainDate(1970, 1, 1).add({ days: day });
      expect(weekdayOf(addDays(0 as CalendarDate, day))).toBe(date.dayOfWeek);
    }
  });
});

test('a day that the zone skipped is an empty period, and the moment before it lies in the day before', () => {
  const laid = grid('2011-12-01T12:00:00Z', 'day', { zoneName: 'Pacific/Apia', granularity: 'date' });
  const { period } = periodAt(laid, at('2011-12-30T12:00:00Z'));
  const before = periodAt(laid, addMs(period.start, -1)).period;
  expect(formatDate(dateAt(before.start, laid.zone))).toBe('2011-12-29');
  expect(before.end).toBe(period.start);
});

test('I64 the first moment of a day equals that of Temporal around every change of every zone', () => {
  const wrong: unknown[] = [];
  const seen = new Set<string>();
  for (const name of zoneNames()) {
    const zone = zoneNamed(name);
    const rules = `${zone.offsetsMs.join()} ${zone.changesMs.join()}`;
    if (seen.has(rules)) continue;
    seen.add(rules);
    for (const changeMs of zone.changesMs.filter((ms) => ms < Date.UTC(2030, 0, 1))) {
      for (const shift of [-1, 0, 1]) {
        const date = addDays(dateAt(changeMs as Instant, zone), shift);
        if (date < 0) continue;
        const oracle = new Temporal.PlainDate(1970, 1, 1)
          .add({ days: date })
          .toZonedDateTime(name).epochMilliseconds;
        if (startOfDay(date, zone) !== oracle)
          wrong.push([name, formatDate(date), startOfDay(date, zone), oracle]);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);
