import { expect, test } from 'vitest';
import { unitWord } from '../src/unit-words.ts';

test.each([
  ['1', 'credits', 'credit'],
  ['1.000', 'calls', 'call'],
  ['-1', 'seats', 'seat'],
  ['2', 'credits', 'credits'],
  ['0', 'credits', 'credits'],
  ['11', 'events', 'events'],
  ['1.5', 'hours', 'hours'],
  ['1', 'GB', 'GB'],
  ['1', 'Stück', 'Stück'],
])('%s of %s is written with %s; a word of the seller’s own stays', (value, unit, word) => {
  expect(unitWord(value, unit)).toBe(word);
});
