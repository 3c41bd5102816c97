import { expect, test } from 'vitest';
import type { InvoiceStatus } from '../invoice.ts';
import { type BillingLine, lineToRaise } from './correction-way.ts';

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
