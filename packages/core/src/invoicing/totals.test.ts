import { describe, expect, test } from 'vitest';
import { A_BUG } from '../testing/said.ts';
import { applyCredits } from './apply-credits.ts';
import type { InvoiceTotals } from './invoice.ts';
import { assertTotals, totalsOf } from './totals.ts';

const amount = (netMinor: bigint, taxMinor: bigint) => ({ netMinor, taxMinor, rate: null, taxes: [] });

describe('the total of an invoice', () => {
  test('is the sum of its nets and taxes, and what is due of it is less what credit pays', () => {
    expect(totalsOf([amount(100n, 19n), amount(-40n, -8n)], 30n)).toEqual({
      netMinor: 60n,
      taxMinor: 11n,
      totalMinor: 71n,
      creditAppliedMinor: 30n,
      creditGrantedMinor: 0n,
      dueMinor: 41n,
    });
    expect(totalsOf([], 5n)).toMatchObject({ totalMinor: 0n, creditAppliedMinor: 0n, dueMinor: 0n });
  });

  test('lies within the range of amounts', () => {
    const most = 900_000_000_000_000n;
    expect(totalsOf([amount(most, 0n)], 0n).dueMinor).toBe(most);
    expect(totalsOf([amount(-most, 0n)], 0n).creditGrantedMinor).toBe(most);
    expect(() => totalsOf([amount(most, 1n)], 0n)).toThrow(A_BUG);
    expect(() => totalsOf([amount(-most, -1n)], 0n)).toThrow(A_BUG);
  });

  const totals: InvoiceTotals = {
    netMinor: 100n,
    taxMinor: 19n,
    totalMinor: 119n,
    creditAppliedMinor: 9n,
    creditGrantedMinor: 0n,
    dueMinor: 110n,
  };

  test('net and tax that do not add up to it are a bug, and so is another sum due', () => {
    expect(() => assertTotals(totals)).not.toThrow();
    expect(() => assertTotals({ ...totals, creditAppliedMinor: 119n, dueMinor: 0n })).not.toThrow();
    expect(() => assertTotals({ ...totals, taxMinor: 18n })).toThrow(A_BUG);
    expect(() => assertTotals({ ...totals, netMinor: 101n })).toThrow(A_BUG);
    expect(() => assertTotals({ ...totals, dueMinor: 111n })).toThrow(A_BUG);
    expect(() => assertTotals({ ...totals, creditGrantedMinor: 1n })).toThrow(A_BUG);
    // Credit of more than the total would leave less than nothing due.
    expect(() => assertTotals({ ...totals, creditAppliedMinor: 120n, dueMinor: -1n })).toThrow(A_BUG);
  });
});

describe('credit settles a total before anything is collected', () => {
  test.each([
    [100n, 0n, { creditAppliedMinor: 0n, creditGrantedMinor: 0n, dueMinor: 100n }],
    [100n, 99n, { creditAppliedMinor: 99n, creditGrantedMinor: 0n, dueMinor: 1n }],
    [100n, 100n, { creditAppliedMinor: 100n, creditGrantedMinor: 0n, dueMinor: 0n }],
    [100n, 101n, { creditAppliedMinor: 100n, creditGrantedMinor: 0n, dueMinor: 0n }],
    [0n, 50n, { creditAppliedMinor: 0n, creditGrantedMinor: 0n, dueMinor: 0n }],
    [-30n, 50n, { creditAppliedMinor: 0n, creditGrantedMinor: 30n, dueMinor: 0n }],
  ] as const)('a total of %s with credit of %s', (totalMinor, balanceMinor, use) => {
    expect(applyCredits(totalMinor, balanceMinor)).toEqual(use);
  });

  test('credit below nothing is a bug', () => {
    expect(() => applyCredits(100n, -1n)).toThrow(A_BUG);
    expect(() => applyCredits(-100n, -1n)).toThrow(A_BUG);
  });
});
