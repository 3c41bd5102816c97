import { expect, test } from 'vitest';
import { documentWords } from '../documents/words.ts';
import { counted, nounFor } from './counted.ts';

test('I582 one of a thing is said as one, and any other number as many', () => {
  expect([0, 1, 2, 1n, 21n, '1', '1.5', '?'].map((count) => counted(count, 'row'))).toEqual([
    ...['0 rows', '1 row', '2 rows', '1 row', '21 rows', '1 row', '1.5 rows', '? rows'],
  ]);
  expect([1, 2].map((count) => nounFor(count, 'try', 'tries'))).toEqual(['try', 'tries']);
});

test('I582 documents have a word for one in each language', () => {
  for (const language of ['en', 'de', 'fr', 'nl', 'es', 'it'] as const) {
    const words = documentWords(language);
    expect(words.terms_one).not.toMatch(/\{days\}/);
    expect(words.terms_one).toMatch(/\{date\}/);
    expect(words.unit_seats_one).not.toBe(words.unit_seats);
    for (const count of [1, 2])
      expect(new Intl.PluralRules(language).select(count)).toBe(count === 1 ? 'one' : 'other');
  }
});
