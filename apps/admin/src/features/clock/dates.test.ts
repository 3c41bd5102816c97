import { expect, test } from 'vitest';
import { addDays, addMonths, dayOf, instantOfWall, startOfDay, wallOf } from './dates.ts';

test('a day begins at midnight in the zone, also on the days that begin and end summer time', () => {
  expect(startOfDay('2026-01-15', 'Europe/Berlin')).toBe('2026-01-14T23:00:00.000Z');
  expect(startOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z');
  expect(startOfDay('2026-03-30', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z');
  expect(startOfDay('2026-10-25', 'Europe/Berlin')).toBe('2026-10-24T22:00:00.000Z');
  expect(startOfDay('2026-10-26', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
  expect(startOfDay('2026-07-01', 'America/New_York')).toBe('2026-07-01T04:00:00.000Z');
});

test('a later day and a later month keep the time of day of the zone', () => {
  expect(addDays('2026-03-28T08:00:00Z', 1, 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
  expect(addMonths('2026-09-30T06:00:00Z', 2, 'Europe/Berlin')).toBe('2026-11-30T07:00:00.000Z');
});

test('a month that is shorter ends on its last day', () => {
  expect(addMonths('2026-01-31T12:00:00Z', 1, 'UTC')).toBe('2026-02-28T12:00:00.000Z');
  expect(addMonths('2028-02-29T12:00:00Z', 12, 'UTC')).toBe('2029-02-28T12:00:00.000Z');
});

test('the calendar day of an instant is that of the zone', () => {
  expect(dayOf('2026-05-31T22:30:00Z', 'Europe/Berlin')).toBe('2026-06-01');
  expect(dayOf('2026-05-31T22:30:00Z', 'America/Chicago')).toBe('2026-05-31');
});

test.each([
  ['2026-03-03T13:05:00.000Z', '2026-03-03T14:05'],
  ['2026-07-03T12:05:30.000Z', '2026-07-03T14:05:30'],
  ['2026-07-03T12:05:30.250Z', '2026-07-03T14:05:30.250'],
  ['1969-07-20T20:17:40.125Z', '1969-07-20T21:17:40.125'],
])('%s is shown as %s on a wall of Berlin, and is the same instant back', (instant, wall) => {
  expect(wallOf(instant, 'Europe/Berlin')).toBe(wall);
  expect(instantOfWall(wall, 'Europe/Berlin')).toBe(instant);
});

test('what is no time is no instant', () => {
  expect(instantOfWall('', 'Europe/Berlin')).toBeNull();
});
