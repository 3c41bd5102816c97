import { expect, test } from 'vitest';
import { uuidBytes } from '../platform/columns.ts';
import { type Own, speaksAs, type Wording, wordingOf } from './likeness-of.ts';

const id = (place: number) => `0190c3a4-0000-7000-8000-${place.toString(16).padStart(12, '0')}`;

/** A customer, its subscription, two items and a discount; what was billed of them. */
function ownOf(
  names: readonly number[],
  refs: readonly (readonly [item: number, discount: number])[] = [],
): Own {
  // What is its own stands behind what is of others.
  return {
    names: uuidBytes([99, 98, 97, ...names].map(id)),
    namesFrom: 3,
    count: names.length,
    things: 4,
    refs: uuidBytes([98, ...refs.flat()].map(id)),
    refsFrom: 1,
    refCount: refs.length * 2,
  };
}

const NONE = 0;
const FIRST = ownOf(
  [1, 2, 3, 4, 5],
  [
    [3, 5],
    [4, NONE],
  ],
);
const wording = wordingOf(FIRST) as Wording;

test('I588 who speaks of its own as the first of a kind does, in ids that sort alike, is of the kind', () => {
  const refs = [[30, 50] as const, [40, NONE] as const];
  expect(speaksAs(wording, FIRST)).toBe(true);
  expect(speaksAs(wording, ownOf([10, 20, 30, 40, 50], refs))).toBe(true);
});

test('I588 whose ids sort otherwise, or who speaks of another item or discount, is of another kind', () => {
  const others: Own[] = [
    // The second item came before the first.
    ownOf(
      [10, 20, 40, 30, 50],
      [
        [40, 50],
        [30, NONE],
      ],
    ),
    ownOf(
      [10, 20, 30, 40, 50],
      [
        [40, 50],
        [30, NONE],
      ],
    ),
    ownOf(
      [10, 20, 30, 40, 50],
      [
        [30, NONE],
        [40, NONE],
      ],
    ),
    ownOf(
      [10, 20, 30, 40, 50],
      [
        [30, 50],
        [40, 60],
      ],
    ),
    // Two of its own are one.
    ownOf(
      [10, 20, 30, 30, 50],
      [
        [30, 50],
        [30, NONE],
      ],
    ),
  ];
  for (const other of others) expect(speaksAs(wording, other)).toBe(false);
});

test('I588 a discount that is nobody’s own is the same one for all of a kind', () => {
  const gone = wordingOf(ownOf([1, 2, 3, 4, 5], [[3, 90]])) as Wording;
  expect(speaksAs(gone, ownOf([10, 20, 30, 40, 50], [[30, 90]]))).toBe(true);
  expect(speaksAs(gone, ownOf([10, 20, 30, 40, 50], [[30, 91]]))).toBe(false);
  expect(speaksAs(gone, ownOf([10, 20, 30, 40, 90], [[30, 90]]))).toBe(false);
});

test('I588 who has two things of one id, or a line of nothing of its own, is the first of no kind', () => {
  expect(wordingOf(ownOf([1, 2, 3, 3, 5]))).toBe(null);
  expect(wordingOf(ownOf([1, 2, 3, 4, 5], [[7, NONE]]))).toBe(null);
  expect(wordingOf(ownOf([1, 2, 3, 4, 5], [[5, NONE]]))).toBe(null);
});
