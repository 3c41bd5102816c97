import { expect, test } from 'vitest';
import { calendarDate } from '../time/calendar-date.ts';
import { ageingOf, nextLevel, overdueDays } from './open-items.ts';
import { missingSellerData } from './seller-data.ts';

test('I353 what is open is in the band of its age, and the bands add up to all of it', () => {
  const on = calendarDate({ year: 2026, month: 5, day: 31 });
  const due = (month: number, day: number) => overdueDays(calendarDate({ year: 2026, month, day }), on);
  expect([due(6, 1), due(5, 31), due(5, 30), due(5, 1), due(4, 30)]).toEqual([0, 0, 1, 30, 31]);
  const items = [0, 1, 30, 31, 60, 61, 90, 91, 4000].map((days) => ({ overdueDays: days, openMinor: 10n }));
  expect(ageingOf(items)).toEqual([10n, 20n, 20n, 20n, 20n]);
  expect(ageingOf([])).toEqual([0n, 0n, 0n, 0n, 0n]);
});

test('I353 letters rise by one level and stay at the last', () => {
  expect([nextLevel(null), nextLevel(1), nextLevel(2), nextLevel(3)]).toEqual([1, 2, 3, 3]);
});

test('I352 what is missing of the seller is listed whole; a number for tax only of who charges tax', () => {
  const nothing = { legalName: ' ', address: ['', ' '], taxId: null, chargesTax: true };
  expect(missingSellerData(nothing)).toEqual(['legal_name', 'address', 'tax_id']);
  const whole = { legalName: 'Acme', address: ['Street 1'], taxId: 'DE1', chargesTax: true };
  expect(missingSellerData(whole)).toEqual([]);
  expect(missingSellerData({ ...whole, taxId: '', chargesTax: false })).toEqual([]);
});
