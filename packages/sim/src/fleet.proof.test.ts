import { expect, test } from 'vitest';
import { failuresOf, gamesFor, playAll } from './fleet.ts';
import { OCCURRENCES } from './occurrences.ts';

test('20,000 customer-years of business break no law, and everything rare happens in them', async () => {
  const startedMs = performance.now();
  const result = await playAll(gamesFor(20_000, 1_001));
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.info(`${Math.round(result.customerYears)} customer-years in ${seconds} s`);
  expect(failuresOf(result)).toEqual([]);
  expect(result.customerYears).toBeGreaterThan(20_000);
  expect(OCCURRENCES.filter((name) => !result.counts.has(name))).toEqual([]);
}, 900_000);
