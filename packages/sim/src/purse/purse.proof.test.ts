import { expect, test } from 'vitest';
import { prngOf } from '../prng.ts';
import { playPurse } from './play.ts';

test('I385 of 20,000 purses none differs from a reckoning by hand', () => {
  const seen = new Map<string, number>();
  const wrong = Array.from({ length: 20_000 }, (_, seed) => playPurse(prngOf(`proof/${seed}`), seen)).find(
    (found) => found !== null,
  );
  expect(wrong).toBeUndefined();
}, 600_000);
