import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { at, unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { type Cadence, type CadenceInterval, cadenceStep, sameCadence } from './cadence.ts';
import { addMonthsClamped, calendarDate, formatDate, parseDate, startOfDay } from './calendar-date.ts';
import { layGrid } from './grid.ts';
import {
  addMs,
  earlier,
  formatInstant,
  type Instant,
  instant,
  later,
  MAX_INSTANT,
  parseInstant,
} from './instant.ts';
import { intersectPeriods, period, periodContains, periodsOverlap, samePeriod } from './period.ts';
import { boundary } from './schedule.ts';
import { instantOfLocal, isKnownZone, zoneNamed, zoneNames } from './zone.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Auckland',
];

/** Temporal's answer to the same question. */
function oracle(anchorAt: Instant, zone: string, cadence: Cadence, n: number): number {
  const step = cadenceStep(cadence);
  const anchor = Temporal.Instant.fromEpochMilliseconds(anchorAt).toZonedDateTimeISO(zone);
  const local = anchor
    .toPlainDateTime()
    .add(step.unit === 'days' ? { days: n * step.size } : { months: n * step.size });
  return n === 0 ? anchorAt : local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

describe('zones', () => {
  test('I64 offsets of every zone equal those of Temporal', () => {
    const names = zoneNames();
    expect(names.length).toBeGreaterThan(590);
    let seed = 20260101;
    for (const name of names) {
      const rules = zoneNamed(name);
      for (let draw = 0; draw < 12; draw += 1) {
        seed = (seed * 48271) % 2147483647;
        const moment = instant(seed * 1900);
        const zoned = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(name);
        expect([name, moment, rules.offsetAt(moment)]).toEqual([name, moment, zoned.offsetNanoseconds / 1e6]);
      }
    }
  });

  test('unknown names are no zones', () => {
    expect(isKnownZone('Europe/Berlin')).toBe(true);
    expect(isKnownZone('US/Eastern')).toBe(true);
    expect(isKnownZone('europe/berlin')).toBe(false);
    expect(() => zoneNamed('Mars/Olympus')).toThrow(A_BUG);
  });

  test('a skipped local time moves forward, a repeated one is the first', () => {
    const berlin = zoneNamed('Europe/Berlin');
    expect(formatInstant(instantOfLocal(Date.UTC(2026, 2, 29, 2, 30), berlin))).toBe('2026-03-29T01:30:00Z');
    expect(formatInstant(instantOfLocal(Date.UTC(2026, 9, 25, 2, 30), berlin))).toBe('2026-10-25T00:30:00Z');
    expect(
      formatInstant(
        startOfDay(calendarDate({ year: 2018, month: 11, day: 4 }), zoneNamed('America/Sao_Paulo')),
      ),
    ).toBe('2018-11-04T03:00:00Z');
  });
});

describe('schedule', () => {
  test('I03 period n is computed from the anchor', () => {
    const grid = layGrid({
      anchorAt: at('2026-01-31T12:00:00Z'),
      zone: zoneNamed('UTC'),
      cadence: { interval: 'month', count: 1 },
    });
    const dates = [0, 1, 2, 3, 13].map((n) => formatInstant(boundary(grid, n)).slice(0, 10));
    expect(dates).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2027-02-28']);
  });

  test('I03 boundaries equal those of Temporal on a sample of anchors, intervals and zones', () => {
    const intervals: CadenceInterval[] = ['week', 'month', 'quarter', 'year'];
    let combination = 0;
    let compared = 0;
    for (const zone of ZONES) {
      for (let day = 1; day <= 31; day += 1) {
        for (let month = 0; month < 48; month += 1) {
          for (const interval of intervals) {
            combination += 1;
            // A prime stride, so that the sample leaves out no interval and no month.
            if ((combination * 3571) % 5952 >= 60) continue;
            const anchorAt = instant(Date.UTC(2023, month, day, combination % 24, 30));
            const cadence = { interval, count: 1 };
            const grid = layGrid({ anchorAt, zone: zoneNamed(zone), cadence });
            for (let n = 0; n < 60; n += 1) {
              compared += 1;
              if (boundary(grid, n) !== oracle(anchorAt, zone, cadence, n)) {
                expect([zone, formatInstant(anchorAt), interval, n, boundary(grid, n)]).toEqual([
                  zone,
                  formatInstant(anchorAt),
                  interval,
                  n,
                  oracle(anchorAt, zone, cadence, n),
                ]);
              }
            }
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(40_000);
  }, 60_000);

  test('one quarter is three months and half a year six', () => {
    expect(sameCadence({ interval: 'quarter', count: 2 }, { interval: 'half_year', count: 1 })).toBe(true);
    expect(sameCadence({ interval: 'week', count: 4 }, { interval: 'month', count: 1 })).toBe(false);
  });
});

describe('text', () => {
  test('instants read with any offset and write in UTC', () => {
    expect(formatInstant(at('2026-01-31T13:00:00.1239+01:00'))).toBe('2026-01-31T12:00:00.123Z');
    expect(formatInstant(at('2015-05-17T10:05:03-00:30'))).toBe('2015-05-17T10:35:03Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_INSTANT }), (ms) => {
        expect(at(formatInstant(instant(ms)))).toBe(ms);
      }),
    );
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01t00:00:00z',
    '20260101T000000Z',
    '',
  ])('refuses %j as an instant', (text) => expect(codeOf(parseInstant(text))).toBe('instant.malformed'));

  test('an instant in UTC reads as the same one with an offset of nothing, right or wrong', () => {
    const moments = fc.integer({ min: -MAX_INSTANT, max: 2 * MAX_INSTANT });
    const changes = fc.tuple(moments, fc.nat(23), fc.constantFrom('', '0', '2', '3', '9', '-', ':', 'x'));
    fc.assert(
      fc.property(changes, fc.boolean(), ([ms, place, put], isShort) => {
        const whole = new Date(ms).toISOString();
        const text = isShort ? `${whole.slice(0, 19)}Z` : whole;
        for (const each of [text, text.slice(0, place) + put + text.slice(place + 1)]) {
          if (each.endsWith('Z'))
            expect(parseInstant(each)).toEqual(parseInstant(`${each.slice(0, -1)}+00:00`));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('instants outside 1970 to 2100 are refused', () => {
    expect(codeOf(parseInstant('1969-12-31T23:59:59Z'))).toBe('instant.out_of_range');
    expect(codeOf(parseInstant('2100-01-01T00:00:01Z'))).toBe('instant.out_of_range');
    expect(() => instant(0.5)).toThrow(A_BUG);
  });

  test('dates read and write, and days that do not exist are refused', () => {
    expect(formatDate(unwrap(parseDate('2024-02-29')))).toBe('2024-02-29');
    for (const text of ['2023-02-29', '2024-13-01', '24-01-01', '1969-12-31', ''])
      expect(codeOf(parseDate(text))).toBe('date.malformed');
    expect(() => calendarDate({ year: 2023, month: 2, day: 29 })).toThrow(A_BUG);
  });

  test('dates move by whole months, clamped to the month that they reach', () => {
    const moved = (text: string, months: number) =>
      formatDate(addMonthsClamped(unwrap(parseDate(text)), months));
    expect(moved('2024-01-31', 1)).toBe('2024-02-29');
    expect(moved('2024-03-31', -1)).toBe('2024-02-29');
    expect(moved('2024-12-15', 1)).toBe('2025-01-15');
    expect(moved('2025-01-28', 1)).toBe('2025-02-28');
    expect(moved('2099-12-31', 2)).toBe('2100-02-28');
  });

  test('moments are added to and put in order', () => {
    const [first, second] = [instant(1), instant(5)];
    expect(addMs(first, 4)).toBe(second);
    expect([
      earlier(first, second),
      earlier(second, first),
      later(first, second),
      later(second, first),
    ]).toEqual([1, 1, 5, 5]);
    expect(samePeriod({ start: first, end: second }, { start: first, end: second })).toBe(true);
    expect(samePeriod({ start: first, end: second }, { start: first, end: first })).toBe(false);
    expect(samePeriod({ start: first, end: second }, { start: second, end: second })).toBe(false);
  });

  test('periods are half-open', () => {
    const first = period(at('2026-01-01T00:00:00Z'), at('2026-02-01T00:00:00Z'));
    const second = period(first.end, at('2026-03-01T00:00:00Z'));
    expect(periodContains(first, first.end)).toBe(false);
    expect(periodsOverlap(first, second)).toBe(false);
    expect(intersectPeriods(first, second)).toBeNull();
    expect(intersectPeriods(first, period(at('2026-01-15T00:00:00Z'), second.end))).toEqual({
      start: at('2026-01-15T00:00:00Z'),
      end: first.end,
    });
    expect(() => period(second.end, first.start)).toThrow(A_BUG);
  });
});
