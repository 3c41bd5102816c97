import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remainingSeconds } from './run-progress.ts';

test('I362 what is left of a run takes as long as its speed so far says, and nothing is promised before it has one', () => {
  expect(remainingSeconds({ billed: 500, remaining: 1500, elapsedMs: 2000 })).toBe(6);
  expect(remainingSeconds({ billed: 500, remaining: 1, elapsedMs: 2000 })).toBe(1);
  expect(remainingSeconds({ billed: 500, remaining: 0, elapsedMs: 2000 })).toBe(0);
  expect(remainingSeconds({ billed: 0, remaining: 10, elapsedMs: 2000 })).toBeNull();
  expect(remainingSeconds({ billed: 10, remaining: 10, elapsedMs: 0 })).toBeNull();
  const figure = fc.integer({ min: 1, max: 10_000_000 });
  fc.assert(
    fc.property(figure, figure, figure, (billed, remaining, elapsedMs) => {
      const seconds = remainingSeconds({ billed, remaining, elapsedMs });
      const more = remainingSeconds({ billed, remaining: remaining + 1, elapsedMs });
      expect(seconds).toBeGreaterThan(0);
      expect(more).toBeGreaterThanOrEqual(seconds as number);
    }),
  );
});
