import fc from 'fast-check';
import { expect, test } from 'vitest';
import { playBoth } from '../../testing/play-both.ts';
import { billingStories } from '../../testing/random-billing.ts';

/** `test:proof` does many times more. */
const STORIES = 400;

test('I99 a compiled billing makes the very document that decideInvoice makes, or leaves it to it', () => {
  let runs = 0;
  let left = 0;
  let lines = 0;
  fc.assert(
    fc.property(billingStories, (story) => {
      for (const { decided, compiled } of playBoth(story)) {
        runs += 1;
        if (compiled === undefined) {
          left += 1;
          continue;
        }
        expect(compiled).toEqual(decided);
        lines += compiled?.lines.length ?? 0;
      }
    }),
    { numRuns: STORIES },
  );
  expect(left / runs).toBeLessThan(0.1);
  expect(lines).toBeGreaterThan(STORIES * 5);
});
