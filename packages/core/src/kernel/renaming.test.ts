import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renaming } from './renaming.ts';
import { filled, patternOf } from './text-pattern.ts';

const name = fc.uuid();
const names = fc.uniqueArray(name, { minLength: 3, maxLength: 3 });
const plain = (own: readonly string[]) =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(...own),
      fc.constantFrom(...own).map((one) => `${one}/recurring/0`),
      fc.tuple(fc.constantFrom(...own), fc.constantFrom(...own)).map((two) => `of ${two.join(' and ')}.`),
      fc.string(),
      fc.bigInt(),
      fc.constantFrom(null, undefined, true, 7),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { noNullPrototype: true }),
    ),
  })).value;

/** The same by the plain way: written out, replaced, and read again. */
function replaced(value: unknown, own: readonly string[], others: readonly string[]): unknown {
  if (typeof value === 'string')
    return own.reduce((text, one, index) => text.replaceAll(one, others[index] as string), value);
  if (Array.isArray(value)) return value.map((one) => replaced(one, own, others));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, own, others)]));
}

test('I504 renamed plain data is the same data with other names, wherever they stand', () => {
  const cases = fc.tuple(names, names, names).chain(([own, others, third]) =>
    fc.record({
      own: fc.constant(own),
      others: fc.constant(others),
      third: fc.constant(third),
      value: plain(own),
    }),
  );
  fc.assert(
    fc.property(cases, ({ own, others, third, value }) => {
      const write = renaming(value, own);
      expect(write(others)).toEqual(replaced(value, own, others));
      expect(write(third)).toEqual(replaced(value, own, third));
      expect(write(own)).toEqual(value);
    }),
  );
});

test('I504 a text is put together from its parts as it was taken apart', () => {
  const own = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002'];
  const text = `${own[1]}, then ${own[0]}${own[0]} `;
  expect(filled(patternOf(text, own), own)).toBe(text);
  expect(filled(patternOf(text, own), ['x', 'y'])).toBe('y, then xx ');
  expect(filled(patternOf('nobody', own), ['x', 'y'])).toBe('nobody');
});

test('I504 what stays as it is is shared; what is no plain data is refused', () => {
  const own = ['018f0000-0000-7000-8000-000000000001'];
  const value = { fixed: { deep: [1, 2] }, id: own[0] };
  expect(renaming(value, own)(['b']).fixed).toBe(value.fixed);
  expect(() => renaming({ map: new Map() }, own)).toThrow('plain data');
  expect(() => renaming('', ['short'])).toThrow('ids');
});
