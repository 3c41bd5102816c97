import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { canonicalJson } from './canonical-json.ts';
import {
  type Decimal12,
  decimal12FromInteger,
  formatDecimal12,
  isStorableDecimal12,
  parseDecimal12,
} from './decimal.ts';
import { invariant, unreachable } from './invariant.ts';
import { decodeTypeId, encodeTypeId, uuidV7FromParts } from './typeid.ts';

describe('canonical JSON', () => {
  test('I67 equal values give the same bytes whatever the order of their keys', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'x'], c: undefined })).toBe('{"a":[true,null,"x"],"b":1}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(record));
        expect(JSON.parse(canonicalJson(record))).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });

  test('a fraction is a bug, because it has no single text', () => {
    expect(() => canonicalJson({ amount: 0.1 })).toThrow(A_BUG);
    expect(canonicalJson(-0)).toBe('0');
  });
});

describe('Decimal12', () => {
  test('text of up to twelve places reads and writes back exactly', () => {
    const scaled = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(scaled, (value) => {
        expect(unwrap(parseDecimal12(formatDecimal12(value as Decimal12)))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 26n - 1n }), fc.constantFrom('', '.0'), (units, point) => {
        expect(unwrap(parseDecimal12(`${units}${point}`))).toBe(units * 10n ** 12n);
        expect(formatDecimal12(decimal12FromInteger(units))).toBe(String(units));
      }),
    );
    expect(formatDecimal12(decimal12FromInteger(5n))).toBe('5');
    expect(formatDecimal12(-1n as Decimal12)).toBe('-0.000000000001');
    expect(isStorableDecimal12(10n ** 38n)).toBe(false);
  });

  test.each([
    '',
    '1e5',
    '+1',
    ' 1',
    '01',
    '.5',
    '5.',
    'NaN',
    'Infinity',
    '0x10',
    '1.0000000000001',
    '1'.repeat(27),
    '1,5',
    '١',
  ])('refuses %j', (text) => expect(codeOf(parseDecimal12(text))).toBe('decimal.malformed'));
});

describe('TypeID', () => {
  test('encodes the published vectors of the specification', () => {
    expect(encodeTypeId('prefix', '0188bac7-4afa-78aa-bc3b-bd1eef28d881')).toBe(
      'prefix_01h2xcejqtf2nbrexx3vqjhp41',
    );
    expect(unwrap(decodeTypeId('prefix', 'prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz'))).toBe(
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    );
    expect(unwrap(decodeTypeId('pre_fix', 'pre_fix_00000000000000000000000000'))).toBe(
      '00000000-0000-0000-0000-000000000000',
    );
  });

  test('every UUIDv7 survives the round trip, and its time orders the text', () => {
    const parts = fc.tuple(
      fc.integer({ min: 0, max: 2 ** 47 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
    );
    fc.assert(
      fc.property(parts, ([ms, bytes]) => {
        const uuid = uuidV7FromParts(ms, bytes);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(unwrap(decodeTypeId('sub', encodeTypeId('sub', uuid)))).toBe(uuid);
        expect(encodeTypeId('sub', uuidV7FromParts(ms + 1, bytes)) > encodeTypeId('sub', uuid)).toBe(true);
      }),
    );
  });

  test('refuses other prefixes and text that is no id', () => {
    expect(codeOf(decodeTypeId('sub', 'inv_01h2xcejqtf2nbrexx3vqjhp41'))).toBe('id.wrong_type');
    for (const text of [
      '',
      'sub',
      'sub_',
      'sub_81h2xcejqtf2nbrexx3vqjhp41',
      'sub_01H2XCEJQTF2NBREXX3VQJHP41',
      '_01h2xcejqtf2nbrexx3vqjhp41',
    ]) {
      expect(codeOf(decodeTypeId('sub', text))).toBe('id.malformed');
    }
    expect(() => encodeTypeId('Sub', '0188bac7-4afa-78aa-bc3b-bd1eef28d881')).toThrow(A_BUG);
    expect(() => encodeTypeId('sub', 'no uuid')).toThrow(A_BUG);
  });
});

test('a broken invariant throws and stops the work', () => {
  expect(() => invariant(false, 'The books balance.')).toThrow('The books balance.');
  expect(() => unreachable('x' as never)).toThrow(A_BUG);
});
