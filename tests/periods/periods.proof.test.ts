import { expect, test } from 'vitest';
import { compareZone, ZONES } from './compare.ts';

/** `npm run test:exhaustive` compares the whole grid. */
const SHARE = 0.05;

test.each(ZONES)('I03 periods in %s equal those of Temporal on a twentieth of the whole grid', (zone) => {
  const { periods, differences } = compareZone(zone, SHARE);
  expect(differences).toEqual([]);
  expect(periods).toBe(298 * 4 * 60);
});
