import { expect, test } from 'vitest';
import { addDays, addMonths, dayOf, startOfDay } from './dates.ts';

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
