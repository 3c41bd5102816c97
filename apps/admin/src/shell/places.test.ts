import { expect, test } from 'vitest';
import { allPlaces } from './places.ts';

test('no two places are reached by the same keys', () => {
  const keys = allPlaces('sandbox').map((place) => place.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
