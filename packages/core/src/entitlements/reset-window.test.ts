import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMs, type Instant, instant, MS_PER_DAY } from '../time/instant.ts';
import { periodContains, periodLengthMs, samePeriod } from '../time/period.ts';
import type { UsageReset } from './entitlement.ts';
import { isUsageReset, resetWindow, slidingLengthMs, warningWindowStart } from './reset-window.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns'] as const;
const moment = fc.integer({ min: 400 * MS_PER_DAY, max: 40_000 * MS_PER_DAY }).map(instant);

function windowAt(reset: UsageReset, timeZone: string, now: Instant) {
  const startAt = instant(0);
  return resetWindow({ reset, now, timeZone, billingPeriod: { start: startAt, end: now }, startAt });
}

test('I128 windows by month, week, day and hour tile time: now lies in its window, and the next begins where it ends', () => {
  const fixed = fc.constantFrom('calendar_month', 'week', 'day', 'hour' as const);
  fc.assert(
    fc.property(fixed, fc.constantFrom(...ZONES), moment, (reset, zone, now) => {
      const window = windowAt(reset, zone, now);
      expect(periodContains(window, now)).toBe(true);
      expect(samePeriod(windowAt(reset, zone, window.start), window)).toBe(true);
      expect(windowAt(reset, zone, addMs(window.start, -1)).end).toBe(window.start);
      expect(windowAt(reset, zone, window.end).start).toBe(window.end);
    }),
  );
});

test('I128 a sliding window is exactly as long as it says, ends with now, and moves with it', () => {
  const length = fc.integer({ min: 1, max: 366 });
  fc.assert(
    fc.property(length, fc.constantFrom('hours', 'days'), moment, (count, unit, now) => {
      const reset = `last_${count}_${unit}` as UsageReset;
      const window = windowAt(reset, 'UTC', now);
      expect(periodContains(window, now)).toBe(true);
      expect(periodContains(window, addMs(now, 1))).toBe(false);
      expect(periodLengthMs(window)).toBe(slidingLengthMs(reset));
      expect(windowAt(reset, 'Asia/Kolkata', addMs(now, 5))).toEqual({
        start: addMs(window.start, 5),
        end: addMs(window.end, 5),
      });
    }),
  );
});

test('a warning about a sliding window is told once in a stretch of its length, about others once a window', () => {
  const at = (ms: number) =>
    warningWindowStart('last_24_hours', windowAt('last_24_hours', 'UTC', instant(ms)));
  const noon = 20_000.5 * MS_PER_DAY;
  expect(at(noon)).toBe(20_000 * MS_PER_DAY);
  expect(at(noon + 60_000)).toBe(at(noon));
  expect(at(noon + MS_PER_DAY)).toBe(20_001 * MS_PER_DAY);
  const day = windowAt('day', 'UTC', instant(noon));
  expect(warningWindowStart('day', day)).toBe(day.start);
});

test('only what has a meaning names a way to count anew', () => {
  for (const known of ['never', 'week', 'hour', 'last_1_hours', 'last_366_days', 'last_999_hours'])
    expect(isUsageReset(known)).toBe(true);
  for (const unknown of [
    '',
    'year',
    'last_0_days',
    'last_1000_hours',
    'last_367_days',
    'last_01_days',
    'last_-1_days',
    'last_9_weeks',
  ])
    expect(isUsageReset(unknown)).toBe(false);
});
