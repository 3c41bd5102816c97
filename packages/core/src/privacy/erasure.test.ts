import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_RETENTION,
  type ErasureFacts,
  HINDRANCES,
  hindrancesOf,
  keptFromYear,
  keptUntil,
  takenInYear,
} from './erasure.ts';

const FREE: ErasureFacts = {
  isErased: false,
  isUnderWay: false,
  isOnHold: false,
  subscriptions: 0,
  unbilled: 0,
  openInvoices: 0,
  moneyUnderWay: 0,
  openDisputes: 0,
};

test('I431 each thing in the way of an erasure is named, all at once and in one order, and nothing else hinders', () => {
  expect(hindrancesOf(FREE)).toEqual([]);
  const each: Partial<ErasureFacts>[] = [
    { isErased: true },
    { isUnderWay: true },
    { isOnHold: true },
    { subscriptions: 1 },
    { unbilled: 1 },
    { openInvoices: 2 },
    { moneyUnderWay: 1 },
    { openDisputes: 3 },
  ];
  const seen = each.flatMap((one) => hindrancesOf({ ...FREE, ...one }));
  expect(seen).toEqual([...HINDRANCES]);
  expect(hindrancesOf(Object.assign({ ...FREE }, ...each))).toEqual([...HINDRANCES]);
});

test('I432 documents are kept to the end of the last year that the law of the seller’s country asks for', () => {
  const retention = { defaultYears: 10, countries: { DE: 8, GB: 6 } };
  expect(keptUntil([], retention)).toBeNull();
  expect(keptUntil([{ year: 2026, country: 'DE' }], retention)).toBe('2034-12-31');
  expect(keptUntil([{ year: 2026, country: 'FR' }], retention)).toBe('2036-12-31');
  expect(keptUntil([{ year: 2026, country: null }], DEFAULT_RETENTION)).toBe('2036-12-31');
  const mixed = [
    { year: 2020, country: 'FR' },
    { year: 2023, country: 'DE' },
    { year: 2025, country: 'GB' },
  ];
  expect(keptUntil(mixed, retention)).toBe('2031-12-31');
});

test('I432 one document more never shortens the time', () => {
  const one = fc.record({
    year: fc.integer({ min: 1990, max: 2100 }),
    country: fc.constantFrom('DE', 'FR', null),
  });
  const retention = { defaultYears: 10, countries: { DE: 8 } };
  fc.assert(
    fc.property(fc.array(one, { minLength: 1 }), one, (issued, more) => {
      const before = keptUntil(issued, retention) ?? '';
      const after = keptUntil([...issued, more], retention) ?? '';
      return after >= before && after >= `${more.year + 8}`;
    }),
  );
});

test('I493 a document may go on the first day of the year after the last it is kept in, and not before', () => {
  const any = fc.record({
    year: fc.integer({ min: 1990, max: 2100 }),
    country: fc.constantFrom('DE', 'FR', null),
    now: fc.integer({ min: 1990, max: 2130 }),
  });
  const retention = { defaultYears: 10, countries: { DE: 8 } };
  fc.assert(
    fc.property(any, ({ year, country, now }) => {
      const isFree = year < keptFromYear(now, country, retention);
      expect(isFree).toBe(now >= takenInYear(year, country, retention));
      expect(isFree).toBe(`${now}-01-01` > (keptUntil([{ year, country }], retention) ?? ''));
    }),
  );
});
