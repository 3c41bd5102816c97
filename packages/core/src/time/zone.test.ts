import { describe, expect, test } from 'vitest';
import { at } from '../testing/factories.ts';
import { A_BUG } from '../testing/said.ts';
import { calendarDate, startOfDay } from './calendar-date.ts';
import { formatInstant, MS_PER_DAY, MS_PER_HOUR } from './instant.ts';
import { fixedOffsetZone, instantOfLocal, isKnownZone, zoneNamed, zoneNames } from './zone.ts';

/** Offsets in hours at the moments, in a zone. */
function hours(name: string, ...moments: string[]): number[] {
  return moments.map((moment) => zoneNamed(name).offsetAt(at(moment)) / MS_PER_HOUR);
}

describe('offsets that everybody can look up', () => {
  test('central Europe changes on the last Sundays of March and October at one o’clock UTC, up to 2099', () => {
    expect(
      hours(
        'Europe/Vienna',
        '2026-03-29T00:59:59.999Z',
        '2026-03-29T01:00:00Z',
        '2026-10-25T00:59:59.999Z',
        '2026-10-25T01:00:00Z',
        '2099-03-29T00:59:59.999Z',
        '2099-03-29T01:00:00Z',
        '2099-10-25T00:59:59.999Z',
        '2099-10-25T01:00:00Z',
        '2099-12-31T23:59:59Z',
      ),
    ).toEqual([1, 2, 2, 1, 1, 2, 2, 1, 1]);
  });

  test('the south has its summer over the new year', () => {
    expect(
      hours(
        'Antarctica/McMurdo',
        '2026-04-04T13:59:59Z',
        '2026-04-04T14:00:00Z',
        '2026-09-26T13:59:59Z',
        '2026-09-26T14:00:00Z',
        '2090-01-15T00:00:00Z',
        '2090-07-15T00:00:00Z',
      ),
    ).toEqual([13, 12, 12, 13, 13, 12]);
  });

  test('a country that changed its offset for some years, and one that never does', () => {
    expect(
      hours(
        'America/Caracas',
        '2007-12-09T06:59:59Z',
        '2007-12-09T07:00:00Z',
        '2016-05-01T06:59:59Z',
        '2016-05-01T07:00:00Z',
        '2099-01-01T00:00:00Z',
      ),
    ).toEqual([-4, -4.5, -4.5, -4, -4]);
    expect(hours('Asia/Calcutta', '1970-01-01T00:00:00Z', '2099-07-01T00:00:00Z')).toEqual([5.5, 5.5]);
    expect(zoneNamed('Asia/Calcutta').changesMs).toHaveLength(0);
  });
});

describe('local times around a clock change', () => {
  const utc = (zone: string, ...local: [number, number, number, number?, number?]) =>
    formatInstant(
      instantOfLocal(
        Date.UTC(local[0], local[1] - 1, local[2], local[3] ?? 0, local[4] ?? 0),
        zoneNamed(zone),
      ),
    );

  test('the skipped hour begins with its first minute and ends before the next hour', () => {
    expect(utc('Europe/Vienna', 2026, 3, 29, 1, 59)).toBe('2026-03-29T00:59:00Z');
    expect(utc('Europe/Vienna', 2026, 3, 29, 2, 0)).toBe('2026-03-29T01:00:00Z');
    expect(utc('Europe/Vienna', 2026, 3, 29, 2, 59)).toBe('2026-03-29T01:59:00Z');
    expect(utc('Europe/Vienna', 2026, 3, 29, 3, 0)).toBe('2026-03-29T01:00:00Z');
  });

  test('the repeated hour is its first pass, and what follows comes once', () => {
    expect(utc('Europe/Vienna', 2026, 10, 25, 1, 59)).toBe('2026-10-24T23:59:00Z');
    expect(utc('Europe/Vienna', 2026, 10, 25, 2, 0)).toBe('2026-10-25T00:00:00Z');
    expect(utc('Europe/Vienna', 2026, 10, 25, 2, 59)).toBe('2026-10-25T00:59:00Z');
    expect(utc('Europe/Vienna', 2026, 10, 25, 3, 0)).toBe('2026-10-25T02:00:00Z');
  });

  test('a zone that skipped a whole day goes on with the day after', () => {
    expect(utc('Pacific/Apia', 2011, 12, 29, 23, 59)).toBe('2011-12-30T09:59:00Z');
    expect(utc('Pacific/Apia', 2011, 12, 31)).toBe('2011-12-30T10:00:00Z');
    const skipped = calendarDate({ year: 2011, month: 12, day: 30 });
    expect(formatInstant(startOfDay(skipped, zoneNamed('Pacific/Apia')))).toBe('2011-12-30T10:00:00Z');
  });

  test('the last days that the rules know have their local times too', () => {
    expect(utc('Europe/Vienna', 2099, 12, 31, 12)).toBe('2099-12-31T11:00:00Z');
    expect(utc('Asia/Calcutta', 2099, 12, 31, 12)).toBe('2099-12-31T06:30:00Z');
  });
});

test('names are sorted, known by every alias, and unknown ones are a bug', () => {
  const names = zoneNames();
  expect(names.indexOf('Africa/Abidjan')).toBe(0);
  expect(names).toEqual(names.toSorted());
  expect(isKnownZone('US/Pacific')).toBe(true);
  expect(isKnownZone('')).toBe(false);
  expect(() => zoneNamed('Mars/Olympus')).toThrow(A_BUG);
});

test('a zone is read once and is the same object from then on', () => {
  expect(zoneNamed('Europe/Prague')).toBe(zoneNamed('Europe/Prague'));
});

test('a look-up begins at the changes that lie before its quarter of a year', () => {
  for (const name of ['Europe/Vienna', 'America/Caracas', 'Africa/Casablanca']) {
    const { changesMs, changesBeforeBucket } = zoneNamed(name);
    const expected = Array.from(changesBeforeBucket, (_, bucket) => {
      const startMs = bucket * 91 * MS_PER_DAY;
      return changesMs.filter((changeMs) => changeMs < startMs).length;
    });
    expect([...changesBeforeBucket]).toEqual(expected);
    // 130 years from 1970 on have 47,482 days: 521 quarters of 91 days and a last one that is not whole.
    expect(changesBeforeBucket).toHaveLength(522);
  }
});

test('a fixed offset is named by its hours and minutes and holds at all times', () => {
  const names = [0, 19_800_000, -12_600_000, 86_340_000].map((ms) => fixedOffsetZone(ms).name);
  expect(names).toEqual(['+00:00', '+05:30', '-03:30', '+23:59']);
  expect(fixedOffsetZone(-12_600_000).offsetAt(at('2050-07-01T00:00:00Z'))).toBe(-12_600_000);
  expect(fixedOffsetZone(19_800_000).changesMs).toHaveLength(0);
  for (const ms of [MS_PER_DAY, -MS_PER_DAY, 1]) expect(() => fixedOffsetZone(ms)).toThrow(A_BUG);
});
