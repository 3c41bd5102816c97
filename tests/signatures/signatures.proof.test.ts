import { expect, test } from 'vitest';
import { tryMutations } from './mutate.ts';

/** `npm run test:exhaustive` tries a million. */
test('I296 of 10,000 messages that were changed in one place none is taken, and every signed one is', () => {
  const { signed, tried, passed } = tryMutations(10_000, 1);
  expect(passed).toEqual([]);
  expect(tried).toBe(10_000);
  expect(signed).toBeGreaterThanOrEqual(10_000);
});
