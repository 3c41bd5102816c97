import { expect, test } from 'vitest';
import { hunt } from '../bugs/hunt.ts';
import { PLANTED_BUGS } from '../bugs/list.ts';

const fired = PLANTED_BUGS.filter((bug) => bug.law !== null);
const quiet = PLANTED_BUGS.filter((bug) => bug.law === null);

test('there are bugs for every law that money depends on, each under its own id', () => {
  expect(new Set(PLANTED_BUGS.map(({ id }) => id)).size).toBe(PLANTED_BUGS.length);
  expect(fired.length).toBeGreaterThanOrEqual(20);
});

test.each(fired)('the auditor finds $id within 30 s: $name', (bug) => {
  const { seed, tookMs } = hunt(bug, { customers: 30, days: 400, seeds: 24 });
  expect([bug.law, seed]).not.toEqual([bug.law, null]);
  expect(tookMs).toBeLessThan(30_000);
});

test.each(quiet)('nothing is reported for $id: $name', (bug) => {
  const { seed, result } = hunt(bug, { customers: 20, days: 400, seeds: 3 });
  expect([seed, result.violations, result.parked]).toEqual([null, [], []]);
});
