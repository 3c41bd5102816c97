import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMs, instant, MS_PER_DAY } from '../time/instant.ts';
import {
  DEFAULT_ROTATION_DAYS,
  earliestEnd,
  endOfToken,
  secretAge,
  WARNED_BEFORE_DAYS,
} from './secret-age.ts';

const SINCE = instant(Date.UTC(2026, 0, 1));
const after = (days: number, more: { rotateDays?: number; expiresDays?: number } = {}) =>
  secretAge({
    now: addMs(SINCE, days * MS_PER_DAY),
    since: SINCE,
    rotateDays: more.rotateDays ?? DEFAULT_ROTATION_DAYS.mail,
    expiresAt: more.expiresDays === undefined ? null : addMs(SINCE, more.expiresDays * MS_PER_DAY),
  });

test('I298 a secret is warned about two weeks before it is to be replaced, and then overdue', () => {
  expect(after(75)).toMatchObject({ state: 'fresh', ageDays: 75 });
  expect(after(76).state).toBe('due_soon');
  expect(after(89.9)).toMatchObject({ state: 'due_soon', ageDays: 89 });
  expect(after(90).state).toBe('overdue');
  expect(after(90, { rotateDays: 365 }).state).toBe('fresh');
  expect(after(20, { expiresDays: 30 }).state).toBe('due_soon');
  expect(after(30, { expiresDays: 30 }).state).toBe('overdue');
});

test('I298 time never makes a secret younger, and every secret is warned about before it is overdue', () => {
  const order = ['fresh', 'due_soon', 'overdue'];
  fc.assert(
    fc.property(
      fc.nat(4_000),
      fc.nat(4_000),
      fc.integer({ min: 1, max: 3_650 }),
      (days, more, rotateDays) => {
        const [before, later] = [after(days, { rotateDays }), after(days + more, { rotateDays })];
        expect(order.indexOf(later.state)).toBeGreaterThanOrEqual(order.indexOf(before.state));
        expect(before.dueAt - before.warnAt).toBe(WARNED_BEFORE_DAYS * MS_PER_DAY);
      },
    ),
  );
});

test('I481 of the ends that an issuer tells and that staff enter the earlier one counts', () => {
  const [early, late] = [instant(1_000), instant(2_000)];
  expect([earliestEnd(early, late), earliestEnd(late, early)]).toEqual([early, early]);
  expect([earliestEnd(null, late), earliestEnd(early, null), earliestEnd(null, null)]).toEqual([
    late,
    early,
    null,
  ]);
  expect(endOfToken({ exp: 1_800_000_000.7 })).toBe(1_800_000_000_000);
  for (const payload of [null, 7, {}, { exp: '1800000000' }, { exp: -1 }, { exp: Number.NaN }, { exp: 1e12 }])
    expect(endOfToken(payload)).toBeNull();
});
