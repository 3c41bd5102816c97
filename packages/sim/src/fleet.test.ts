import { expect, test } from 'vitest';
import { failuresOf, gamesFor, playAll } from './fleet.ts';
import { OCCURRENCES } from './occurrences.ts';

test('2,000 customer-years of business break no law, and everything rare happens in them', async () => {
  const result = await playAll(gamesFor(2_000));
  expect(failuresOf(result)).toEqual([]);
  expect(result.customerYears).toBeGreaterThan(2_000);
  expect(OCCURRENCES.filter((name) => !result.counts.has(name))).toEqual([]);
}, 300_000);
