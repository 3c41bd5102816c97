import { describe, expect, test } from 'vitest';
import type { PriceModel } from '../catalog/price-model.ts';
import type { RatingPolicy } from '../rating/policy.ts';
import { at, dec, unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import type { ProposedLine } from './line.ts';
import { byTime } from './line-order.ts';
import { formatInvoiceNumber, parseInvoiceNumber } from './number.ts';
import { usageDetailOf } from './usage-detail.ts';

describe('numbers of invoices', () => {
  test.each([
    ['INV', 2026, 1n, 'INV-2026-000001'],
    ['A', 800, 999_999n, 'A-0800-999999'],
    ['X12345678901', 2026, 1_000_000n, 'X12345678901-2026-1000000'],
  ])('%s, %i and %i are written %s and read back', (prefix, year, counter, text) => {
    expect(formatInvoiceNumber({ prefix, year }, counter)).toBe(text);
    expect(unwrap(parseInvoiceNumber(text))).toEqual({ series: { prefix, year }, counter });
  });

  test('what is no number is refused, and a counter below one or a series of small letters is a bug', () => {
    for (const text of [
      '',
      'INV-2026-00001',
      'inv-2026-000001',
      'INV-26-000001',
      ' INV-2026-000001',
      'INV-2026-000001x',
    ])
      expect(codeOf(parseInvoiceNumber(text))).toBe('invoice_number.malformed');
    expect(() => formatInvoiceNumber({ prefix: 'INV', year: 2026 }, 0n)).toThrow(A_BUG);
    expect(() => formatInvoiceNumber({ prefix: 'inv', year: 2026 }, 1n)).toThrow(A_BUG);
  });
});

describe('lines of a document', () => {
  const line = (billableAt: number, subscriptionId: string, key: string) =>
    ({ billableAt, subscriptionId, key }) as unknown as ProposedLine;

  test('stand by time, then by subscription, then by key', () => {
    const ordered = [
      line(1, 'b', 'z'),
      line(2, 'a', 'b'),
      line(2, 'a', 'c'),
      line(2, 'b', 'a'),
      line(3, 'a', 'a'),
    ];
    expect(ordered.toReversed().toSorted(byTime)).toEqual(ordered);
    expect(ordered.toSorted(byTime)).toEqual(ordered);
  });

  test('are told apart in both directions, and the same line stands nowhere before itself', () => {
    const same = line(1, 'a', 'k');
    expect(byTime(same, same)).toBe(0);
    expect(Math.sign(byTime(line(1, 'a', 'k'), line(2, 'a', 'a')))).toBe(-1);
    expect(Math.sign(byTime(line(2, 'a', 'a'), line(1, 'a', 'k')))).toBe(1);
    expect([
      byTime(line(1, 'a', 'k'), line(1, 'a', 'l')),
      byTime(line(1, 'a', 'l'), line(1, 'a', 'k')),
    ]).toEqual([-1, 1]);
    expect([
      byTime(line(1, 'a', 'z'), line(1, 'b', 'a')),
      byTime(line(1, 'b', 'a'), line(1, 'a', 'z')),
    ]).toEqual([-1, 1]);
  });
});

test('usage is loaded by its values for a matrix, by unit for blocks and capacities, event by event where events cost, and else as a sum', () => {
  const percentage = {
    kind: 'percentage',
    ratePercent: dec('1'),
    fixedFee: dec('0'),
    freeEvents: null,
    freeAmount: null,
    minimumPerEvent: null,
    maximumPerEvent: null,
  } as const;
  const matrix: PriceModel = {
    kind: 'matrix',
    dimensions: ['r', 's'],
    cells: [],
    otherUnitPrice: null,
    per: 1n,
  };
  const period = { start: at('2026-06-01T00:00:00Z'), end: at('2026-07-01T00:00:00Z') };
  const cadence = { interval: 'month', count: 1 } as const;
  const detailOf = (model: PriceModel, eventInput: RatingPolicy['eventInput'] = 'each_event') =>
    usageDetailOf({ model, cadence, proration: 'day' }, period, {
      timeZone: 'UTC',
      days: 'actual',
      eventInput,
    });
  expect(detailOf(matrix)).toEqual({ kind: 'by_value', properties: ['r', 's'] });
  expect(detailOf({ kind: 'block_tiers', blocks: [] } as never)).toEqual({ kind: 'by_unit' });
  expect(detailOf({ kind: 'capacity_tiers', tiers: [] } as never)).toEqual({ kind: 'peaks' });
  expect(detailOf(percentage)).toEqual({ kind: 'none' });
  expect(detailOf({ ...percentage, fixedFee: dec('0.1') })).toEqual({ kind: 'amounts' });
  expect(detailOf({ ...percentage, maximumPerEvent: dec('5') })).toEqual({ kind: 'amounts' });
  expect(detailOf({ kind: 'per_unit', unitPrice: dec('1'), per: 1n })).toEqual({ kind: 'none' });
  const graduated = { kind: 'graduated_percentage', tiers: [] } as const;
  expect(detailOf(graduated)).toEqual({ kind: 'amounts' });
  expect(detailOf(graduated, 'sum_of_events')).toEqual({ kind: 'none' });
});
