import { expect, test } from 'vitest';
import { expectStory, play } from '../testing/time-machine-story.ts';

/** After every scene: the changes, the bad day, the refund. The whole year is played by the proof. */
const END = '2026-07-02T00:00:00.000Z';

test('I72 moving the clock in one step or in many gives the same business facts', {
  timeout: 300_000,
}, async () => {
  const once = await play([1, 1, 1, 1, 1], END);
  expectStory(once, END);
  expect(await play([3, 2, 2, 5, 2], END)).toEqual(once);
});
