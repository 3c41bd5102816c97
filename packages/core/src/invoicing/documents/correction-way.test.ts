import { describe, expect, test } from 'vitest';
import type { InvoiceStatus } from '../invoice.ts';
import { type BillingLine, creditsOf, type LineToCredit, lineToRaise } from './correction-way.ts';

const line = (key: string, grossMinor: bigint, more: Partial<BillingLine> = {}): BillingLine => ({
  ...{ key, grossMinor, amountMinor: grossMinor, status: 'open' },
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
    ...{ invoiceId: 'inv_1', totalMinor: grossMinor, creditedMinor: 0n, invoiceLeftMinor: 1000n },
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
});
