import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InvoiceStatus } from '../invoice.ts';
import { type BillingLine, creditsOf, type LineToCredit, lineToRaise } from './correction-way.ts';
import { deductionOf } from './deduction.ts';

const line = (key: string, grossMinor: bigint, more: Partial<BillingLine> = {}): BillingLine => ({
  key,
  grossMinor,
  amountMinor: grossMinor,
  status: 'open',
  ...more,
});

test('I535 the last line that billed the period and stands is raised, whatever else lies beside it', () => {
  const lines = [line('charge', 50n), line('second', 30n), line('first', 20n), line('other', 1n)];
  expect(lineToRaise(lines, ['first', 'second'])?.key).toBe('second');
  expect(lineToRaise([line('first', 20n), line('second', 0n)], ['first', 'second'])?.key).toBe('first');
  for (const status of ['void', 'skipped'] satisfies InvoiceStatus[])
    expect(lineToRaise([line('first', 20n), line('second', 30n, { status })], ['first', 'second'])?.key).toBe(
      'first',
    );
});

test('I535 nothing is raised where a discount lowered a line, or the period was billed at nothing', () => {
  expect(lineToRaise([line('a', 20n), line('b', 30n, { amountMinor: 27n })], ['a', 'b'])).toBeNull();
  expect(lineToRaise([line('a', 0n)], ['a'])).toBeNull();
  expect(lineToRaise([line('charge', 20n)], ['a'])).toBeNull();
});

describe('what costs less is credited as far as anything is left', () => {
  const own = (key: string, grossMinor: bigint, more: Partial<LineToCredit> = {}): LineToCredit => ({
    ...line(key, grossMinor),
    ...{
      invoiceId: 'inv_1',
      totalMinor: grossMinor,
      creditedMinor: 0n,
      invoiceLeftMinor: 1000n,
      invoiceOffsetMinor: 0n,
      deductedMinor: 0n,
      invoiceDeductedMinor: 0n,
    },
    ...more,
  });
  const amounts = (lines: readonly LineToCredit[], lessMinor: bigint) =>
    creditsOf(lines, lessMinor).map(({ line: { key }, amountMinor }) => [key, amountMinor]);

  test('I576 one line after the other gives what notes have left of it, before discounts', () => {
    const lines = [own('charge', 30n), own('first', 200n, { amountMinor: 100n, creditedMinor: 25n })];
    expect(amounts(lines, 20n)).toEqual([['charge', 20n]]);
    expect(amounts(lines, 500n)).toEqual([
      ['charge', 30n],
      ['first', 150n],
    ]);
    expect(amounts([own('gone', 30n, { status: 'void' })], 20n)).toEqual([]);
  });

  test('I576 no more than notes and refunds have left of the invoice, and nothing of one that gave back more than it claimed', () => {
    expect(amounts([own('first', 499n, { invoiceLeftMinor: -74_784n })], 499n)).toEqual([]);
    const taxed = own('first', 100n, { totalMinor: 119n, invoiceLeftMinor: 60n });
    expect(amounts([taxed], 100n)).toEqual([['first', 49n]]);
    const two = [taxed, own('second', 100n, { totalMinor: 119n, invoiceLeftMinor: 60n })];
    expect(amounts(two, 100n)).toEqual([['first', 49n]]);
  });

  const deducted = (lines: readonly LineToCredit[], lessMinor: bigint) => {
    const found = deductionOf(lines, creditsOf(lines, lessMinor), lessMinor);
    return [found.grossMinor, found.amountMinor];
  };

  test('I594 what an invoice cannot be credited for its lines below zero is deducted elsewhere, with the discounts of then', () => {
    const gaveBack = { invoiceLeftMinor: -74_784n, invoiceOffsetMinor: 75_283n };
    expect(deducted([own('first', 499n, gaveBack)], 300n)).toEqual([300n, 300n]);
    expect(
      deducted([own('first', 500n, { ...gaveBack, amountMinor: 400n, totalMinor: 400n })], 300n),
    ).toEqual([300n, 240n]);
    // Of 20 left on the invoice a note gives back 19, a unit less for the rounding of tax.
    const mixed = own('first', 100n, { invoiceLeftMinor: 20n, invoiceOffsetMinor: 80n });
    expect([amounts([mixed], 60n), deducted([mixed], 60n)]).toEqual([[['first', 19n]], [41n, 41n]]);
  });

  test('I594 never more than notes, refunds and earlier deductions have left of the line and of all its invoice claimed', () => {
    const gaveBack = { invoiceLeftMinor: -74_784n, invoiceOffsetMinor: 75_283n };
    const before = { deductedMinor: 300n, invoiceDeductedMinor: 300n };
    expect(deducted([own('first', 499n, { ...gaveBack, ...before })], 499n)).toEqual([199n, 199n]);
    expect(deducted([own('first', 499n, { ...gaveBack, creditedMinor: 400n })], 499n)).toEqual([99n, 99n]);
    // What was paid of it was refunded without a note, and that is all that it had claimed.
    expect(deducted([own('first', 100n, { invoiceLeftMinor: 0n })], 100n)).toEqual([0n, 0n]);
    expect(deducted([own('first', 499n, { ...gaveBack, status: 'void' })], 499n)).toEqual([0n, 0n]);
  });

  test('I594 notes and deduction together give back what is asked wherever the lines still have it', () => {
    const amount = fc.bigInt(1n, 10_000n);
    fc.assert(
      fc.property(amount, fc.bigInt(0n, 10_000n), fc.bigInt(0n, 20_000n), (grossMinor, offset, asked) => {
        const line = own('first', grossMinor, {
          invoiceLeftMinor: grossMinor - offset,
          invoiceOffsetMinor: offset,
        });
        const lessMinor = asked > grossMinor ? grossMinor : asked;
        const noted = creditsOf([line], lessMinor).reduce((sum, one) => sum + one.amountMinor, 0n);
        expect(noted + (deducted([line], lessMinor)[0] ?? 0n)).toBe(lessMinor);
      }),
    );
  });
});
