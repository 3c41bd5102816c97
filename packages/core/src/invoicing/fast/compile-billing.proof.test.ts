import fc from 'fast-check';
import { expect, test } from 'vitest';
import { playBoth } from '../../testing/play-both.ts';
import { billingStories } from '../../testing/random-billing.ts';

const STORIES = 10_000;

test('I86 ten thousand subscriptions are billed to the same documents by both ways', {
  timeout: 300_000,
}, () => {
  fc.assert(
    fc.property(billingStories, (story) => {
      for (const { decided, compiled } of playBoth(story)) {
        if (compiled !== undefined) expect(compiled).toEqual(decided);
      }
    }),
    { numRuns: STORIES },
  );
});
