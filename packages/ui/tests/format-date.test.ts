import { expect, test } from 'vitest';
import { formatDate, formatDateFull, formatMonth, formatPeriod, formatRelative } from '../src/format-date.ts';

const NINE_IN_VIENNA = '2026-03-03T08:00:00Z';

test('a date is short, with its weekday where people plan', () => {
  expect(formatDate(NINE_IN_VIENNA, 'date', 'en', 'Europe/Vienna')).toBe('3 Mar 2026');
  expect(formatDate(NINE_IN_VIENNA, 'weekday', 'en', 'Europe/Vienna')).toBe('Tue 3 Mar');
  expect(formatDate(NINE_IN_VIENNA, 'weekday-time', 'en', 'Europe/Vienna')).toBe('Tue 3 Mar, 09:00');
});

test('the zone decides which day it is', () => {
  expect(formatDate('2026-03-03T23:30:00Z', 'date', 'en', 'Asia/Tokyo')).toBe('4 Mar 2026');
  expect(formatDate('2026-03-03T23:30:00Z', 'date', 'en', 'America/New_York')).toBe('3 Mar 2026');
});

test('a calendar date is the same day in every zone', () => {
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
    expect(formatDate('2026-03-03', 'date', 'en', zone)).toBe('3 Mar 2026');
  }
});

test('the full form always names its zone and offset', () => {
  const full = formatDateFull(NINE_IN_VIENNA, 'en', 'Europe/Vienna');
  expect(full).toContain('Tuesday');
  expect(full).toContain('GMT+01:00');
  expect(full).toContain('Europe/Vienna');
});

test('distances are told from the given moment, not from the clock of this machine', () => {
  expect(formatRelative('2026-03-03T08:00:00Z', '2026-03-03T08:05:10Z', 'en')).toBe('5 minutes ago');
  expect(formatRelative('2026-03-06T08:00:00Z', '2026-03-03T08:00:00Z', 'en')).toBe('in 3 days');
  expect(formatRelative('2026-03-03T08:00:00Z', '2026-03-03T08:00:00Z', 'en')).toBe('now');
});

test('a half-open period shows its last day as people say it', () => {
  expect(formatPeriod('2026-05-01', '2026-06-01', 'en', 'UTC').replace(/\s/g, ' ')).toBe('1 – 31 May 2026');
  expect(formatPeriod('2026-05-01', '2026-05-02', 'en', 'UTC')).toBe('1 May 2026');
  const inVienna = formatPeriod('2026-04-30T22:00:00Z', '2026-05-31T22:00:00Z', 'en', 'Europe/Vienna');
  expect(inVienna.replace(/\s/g, ' ')).toBe('1 – 31 May 2026');
});

test('a month is written in words, and is the same month in every zone', () => {
  expect(formatMonth('2026-11', 'en')).toBe('Nov 2026');
  expect(formatMonth('2026-01', 'de')).toBe('Jan. 2026');
});
