import { expect, test } from 'vitest';
import { run } from './run.ts';

test.each([2, 3])(
  'I54 seed %i breaks no law and leaves nothing unfinished',
  (seed) => {
    const result = run({ seed, customers: 30, days: 731 });
    expect(result.violations).toEqual([]);
    expect(result.parked).toEqual([]);
    expect(result.money.at(-1)?.slice(1).map(Number)).toEqual([0, 0, 0]);
  },
  60_000,
);
