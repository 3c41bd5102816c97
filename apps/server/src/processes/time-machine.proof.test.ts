import { expect, test } from 'vitest';
import { expectStory, play } from '../testing/time-machine-story.ts';

const END = '2027-03-02T00:00:00.000Z';

test('I72 moving the clock through a whole year in one step or in thirty gives the same business facts', async () => {
  const once = await play([1, 1, 1, 1, 1], END);
  expectStory(once, END);
  expect(await play([3, 3, 2, 7, 15], END)).toEqual(once);
});
