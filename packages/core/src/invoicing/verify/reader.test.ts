import { describe, expect, test } from 'vitest';
import { isLess, isSame, pairText, plus, rounded, spread } from './pair.ts';
import { type Difference, Reader } from './reader.ts';

/** What reading a value gives, and what is noted about it. */
function reading<T>(value: unknown, read: (member: Reader) => T): readonly [T, readonly Difference[]] {
  const differences: Difference[] = [];
  return [read(new Reader(value, '/at', differences)), differences];
}

const unread = (stated: string, found: string) => [{ at: '/at', stated, found }];

describe('a member of a document that anyone may have edited', () => {
  test('is read as what it is', () => {
    expect(reading('text', (member) => member.text())).toEqual(['text', []]);
    expect(reading('', (member) => member.text())).toEqual(['', []]);
    expect(reading('x'.repeat(1000), (member) => member.text())[1]).toEqual([]);
    expect(reading('-120', (member) => member.minor())).toEqual([-120n, []]);
    expect(reading(7, (member) => member.number())).toEqual([7, []]);
    expect(reading('1970-01-01T00:00:01Z', (member) => member.instant())).toEqual([1000, []]);
    expect(reading('12.50', (member) => member.decimal())).toEqual([[1250n, 100n], []]);
    expect(reading('-3', (member) => member.decimal())).toEqual([[-3n, 1n], []]);
    expect(reading('-7/3', (member) => member.fraction())).toEqual([[-7n, 3n], []]);
    expect(reading('4', (member) => member.fraction())).toEqual([[4n, 1n], []]);
    expect(reading('b', (member) => member.word(['a', 'b']))).toEqual(['b', []]);
    expect(reading(null, (member) => member.isNull())).toEqual([true, []]);
    expect(reading(0, (member) => member.isNull())).toEqual([false, []]);
  });

  test('counts as nothing where it cannot be read, and what was wanted is noted at its place', () => {
    expect(reading('x'.repeat(1001), (member) => member.text())[0]).toBe('');
    expect(reading(5, (member) => member.text())).toEqual(['', unread('5', 'a text')]);
    expect(reading({ length: 3 }, (member) => member.text())).toEqual(['', unread('{"length":3}', 'a text')]);
    for (const wrong of ['x1', '1x', '1.5', ' 1', '', '1'.repeat(31)])
      expect(reading(wrong, (member) => member.minor())).toEqual([
        0n,
        unread(JSON.stringify(wrong), 'whole minor units'),
      ]);
    expect(reading(12, (member) => member.minor())).toEqual([0n, unread('12', 'whole minor units')]);
    for (const wrong of [1.5, '7', 2 ** 60])
      expect(reading(wrong, (member) => member.number())).toEqual([
        0,
        unread(JSON.stringify(wrong), 'a whole number'),
      ]);
    expect(reading('yesterday', (member) => member.instant())).toEqual([
      0,
      unread('"yesterday"', 'a moment'),
    ]);
    for (const wrong of ['1e3', '1.', 'x1', '1.0x', 1])
      expect(reading(wrong, (member) => member.decimal())).toEqual([
        [0n, 1n],
        unread(JSON.stringify(wrong), 'a decimal'),
      ]);
    for (const wrong of ['1/0', '1/-2', 'x1', '1/2x', 1])
      expect(reading(wrong, (member) => member.fraction())).toEqual([
        [0n, 1n],
        unread(JSON.stringify(wrong), 'a fraction'),
      ]);
    expect(reading('c', (member) => member.word(['a', 'b']))).toEqual(['a', unread('"c"', 'one of a, b')]);
    expect(reading({}, (member) => member.list())).toEqual([[], unread('{}', 'a list')]);
    expect(reading(undefined, (member) => member.text())).toEqual(['', unread('nothing', 'a text')]);
  });

  test('its parts know their places', () => {
    const [places] = reading({ lines: ['a', { key: 'b' }] }, (member) =>
      member
        .get('lines')
        .list()
        .map((entry) => [entry.pointer, entry.get('key').pointer, entry.get('key').value]),
    );
    expect(places).toEqual([
      ['/at/lines/0', '/at/lines/0/key', undefined],
      ['/at/lines/1', '/at/lines/1/key', 'b'],
    ]);
    expect(reading({}, (member) => member.get('toString').value)[0]).toBeUndefined();
  });

  test('a figure that differs is noted with both', () => {
    expect(reading('5', (member) => member.expectMinor(5n))[1]).toEqual([]);
    expect(reading('5', (member) => member.expectMinor(-6n))[1]).toEqual(unread('5', '-6'));
  });
});

describe('fractions of its own', () => {
  test('add up, compare and are written in their shortest form', () => {
    expect(plus([1n, 4n], [2n, 4n])).toEqual([3n, 4n]);
    expect(plus([1n, 2n], [1n, 3n])).toEqual([5n, 6n]);
    expect([isLess([1n, 3n], [1n, 2n]), isLess([1n, 2n], [1n, 2n]), isLess([1n, 2n], [1n, 3n])]).toEqual([
      true,
      false,
      false,
    ]);
    expect([isSame([1n, 2n], [2n, 4n]), isSame([1n, 2n], [1n, 3n])]).toEqual([true, false]);
    expect([
      pairText([6n, 4n]),
      pairText([-6n, 4n]),
      pairText([8n, 4n]),
      pairText([0n, 5n]),
      pairText([-7n, 7n]),
    ]).toEqual(['3/2', '-3/2', '2', '0', '-1']);
  });

  test('are rounded the same way on both sides of zero', () => {
    expect([rounded([-9n, 4n], 'up'), rounded([-9n, 4n], 'down'), rounded([0n, 4n], 'up')]).toEqual([
      -3n,
      -2n,
      0n,
    ]);
    expect([rounded([8n, 4n], 'up'), rounded([-8n, 4n], 'up')]).toEqual([2n, -2n]);
  });

  test('share a sum: units beyond the floors go to the largest fractions, and to each part one at most', () => {
    expect(
      spread(-2n, [
        [-5n, 4n],
        [-3n, 4n],
      ]),
    ).toEqual([-1n, -1n]);
    expect(
      spread(-2n, [
        [-2n, 1n],
        [1n, 4n],
      ]),
    ).toEqual([-2n, 0n]);
    expect(
      spread(9n, [
        [1n, 2n],
        [1n, 4n],
      ]),
    ).toEqual([1n, 1n]);
    expect(
      spread(1n, [
        [1n, 4n],
        [2n, 4n],
        [1n, 3n],
      ]),
    ).toEqual([0n, 1n, 0n]);
  });
});
