import { describe, expect, test } from 'vitest';
import { dec, price } from '../../testing/factories.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { NO_TAX, type TaxChoice, type TaxRate } from '../tax.ts';
import type { TaxPolicy } from '../tax-policy.ts';
import { type FastTaxes, fastTaxes, taxFast } from './fast-taxes.ts';
import { type LineBuffer, lineBuffer, pushLine } from './line-buffer.ts';

function rate(id: string, percent: string): TaxRate {
  return { id, name: id, percent: dec(percent), category: 'S', country: 'DE' };
}

const VAT = rate('vat', '19');
const CHOICE: TaxChoice = { ...NO_TAX, standardRate: VAT, ratesByTaxCode: { low: rate('low', '7') } };
const INCLUSIVE: TaxChoice = { ...CHOICE, mode: 'inclusive' };
/** The largest amount that 19 % of are computed in plain numbers: 19 times it is below 2^51. */
const LARGEST = 118_515_779_667_644;

/** Prepares the tax of one source a tax code. */
function prepared(codes: readonly string[], choice: TaxChoice = CHOICE, policy: Partial<TaxPolicy> = {}) {
  const { tax } = DEFAULT_BILLING_SETTINGS;
  const sources = codes.map((taxCode) => ({
    facts: { id: taxCode, planId: 'p', planVersionId: 'v', price: price('x', { taxCode }) },
  }));
  return fastTaxes(sources, choice, { ...DEFAULT_BILLING_SETTINGS, tax: { ...tax, ...policy } });
}

/** One line for each amount, by the place of its source; its tax holds what another step left there. */
function linesOf(rows: readonly (readonly [source: number, amountMinor: number])[]): LineBuffer {
  const lines = lineBuffer(rows.length, 0);
  for (const [at, [source, amountMinor]] of rows.entries()) {
    pushLine(lines, source, 0, 0, 0, 0);
    lines.amountMinor[at] = amountMinor;
    lines.taxMinor[at] = 77;
  }
  return lines;
}

function taxed(taxes: FastTaxes | null, rows: readonly (readonly [number, number])[]) {
  const lines = linesOf(rows);
  if (taxes === null || !taxFast(taxes, lines)) return null;
  return {
    lines: rows.map((_, at) => [lines.netMinor[at], lines.taxMinor[at]]),
    rates: taxes.rates.map((one, at) => [
      one.rate.id,
      taxes.count[at],
      taxes.netMinor[at],
      taxes.taxMinor[at],
    ]),
  };
}

describe('the tax of a run', () => {
  const rows = [
    [0, 13],
    [0, 13],
    [0, 13],
  ] as const;

  test('is rounded once on the sum of a rate, and what is missing goes to the largest remainder', () => {
    expect(taxed(prepared(['x']), rows)).toEqual({
      lines: [
        [13, 3],
        [13, 2],
        [13, 2],
      ],
      rates: [['vat', 3, 39, 7]],
    });
    // 169 × 19 / 119 = 26.98; the lines have 19 and 7.98 of it.
    expect(
      taxed(prepared(['x'], INCLUSIVE), [
        [0, 119],
        [0, 50],
      ]),
    ).toEqual({
      lines: [
        [100, 19],
        [42, 8],
      ],
      rates: [['vat', 2, 142, 27]],
    });
    // −2.47 is −2: rounded down it was −3.
    expect(taxed(prepared(['x']), [[0, -13]])).toEqual({ lines: [[-13, -2]], rates: [['vat', 1, -13, -2]] });
  });

  test('is rounded on every line where the seller says so', () => {
    const perLine = { rounding: 'per_line' } as const;
    expect(taxed(prepared(['x'], CHOICE, perLine), rows)).toEqual({
      lines: [
        [13, 2],
        [13, 2],
        [13, 2],
      ],
      rates: [['vat', 3, 39, 6]],
    });
    expect(taxed(prepared(['x'], INCLUSIVE, perLine), [[0, 50]])).toEqual({
      lines: [[42, 8]],
      rates: [['vat', 1, 42, 8]],
    });
    expect(taxed(prepared(['x'], CHOICE, perLine), [[0, -13]])?.lines).toEqual([[-13, -2]]);
  });

  test('is that of the rate of each source; a line without one has none', () => {
    const free = { ...CHOICE, standardRate: null };
    expect(
      taxed(prepared(['none', 'low'], free), [
        [0, 100],
        [1, 100],
        [0, 50],
      ]),
    ).toEqual({
      lines: [
        [100, 0],
        [100, 7],
        [50, 0],
      ],
      rates: [['low', 1, 100, 7]],
    });
    const two = prepared(['x', 'low', 'y']);
    expect(
      taxed(two, [
        [1, 100],
        [2, 100],
        [0, 50],
        [1, 10],
      ]),
    ).toEqual({
      lines: [
        [100, 7],
        [100, 19],
        [50, 10],
        [10, 1],
      ],
      // 150 × 19 % = 28.5 is 29: the half goes to the line of 50, whose 9.5 was cut.
      rates: [
        ['vat', 2, 150, 29],
        ['low', 2, 110, 8],
      ],
    });
    expect([...(two?.firstLine ?? [])]).toEqual([1, 0]);
    expect(taxed(two, [[0, 100]])?.rates).toEqual([
      ['vat', 1, 100, 19],
      ['low', 0, 0, 0],
    ]);
  });
});

describe('tax is left to exact fractions', () => {
  test('where it is rounded once on everything, or the net is rounded instead of the tax', () => {
    expect(prepared(['x'], CHOICE, { rounding: 'precise_once' })).toBeNull();
    expect(prepared(['x'], INCLUSIVE, { inclusive: 'round_net' })).toBeNull();
    expect(prepared(['x'], CHOICE, { inclusive: 'round_net' })?.isInclusive).toBe(false);
    expect(prepared(['x'], INCLUSIVE)?.isInclusive).toBe(true);
  });

  test('where a line has several rates, or one rate has two percentages', () => {
    expect(prepared(['x'], { ...CHOICE, customerRates: [VAT, rate('city', '1')] })).toBeNull();
    expect(prepared(['x'], { ...CHOICE, customerRates: [VAT] })).not.toBeNull();
    const moved = { ...CHOICE, ratesByTaxCode: { moved: rate('vat', '20') } };
    expect(prepared(['x', 'moved'], moved)).toBeNull();
    expect(
      prepared(['x', 'same'], { ...CHOICE, ratesByTaxCode: { same: rate('vat', '19') } })?.rates,
    ).toHaveLength(1);
  });

  test('where a rate is below zero or too fine for plain numbers', () => {
    expect(prepared(['x'], { ...CHOICE, standardRate: rate('odd', '-1') })).toBeNull();
    expect(prepared(['x'], { ...CHOICE, standardRate: rate('fine', '2251.799813685249') })).toBeNull();
    expect(prepared(['low', 'x'], { ...CHOICE, standardRate: rate('fine', '2251.799813685249') })).toBeNull();
    expect(prepared(['x'], { ...CHOICE, standardRate: rate('zero', '0') })?.rates[0]?.limitMinor).toBe(
      2 ** 51 - 1,
    );
  });

  test('where an amount or a sum is beyond what plain numbers compute', () => {
    const taxes = prepared(['x']);
    expect(taxes?.rates[0]?.limitMinor).toBe(LARGEST);
    expect(taxed(taxes, [[0, LARGEST]])?.rates).toEqual([['vat', 1, LARGEST, 22_517_998_136_852]]);
    expect(taxed(taxes, [[0, -LARGEST]])?.rates).toEqual([['vat', 1, -LARGEST, -22_517_998_136_852]]);
    const lines = (...amounts: readonly number[]) => amounts.map((amount) => [0, amount] as const);
    for (const beyond of [
      lines(LARGEST + 1, -1),
      lines(-LARGEST - 1, 1),
      lines(LARGEST, 1),
      lines(-LARGEST, -1),
    ])
      expect(taxed(taxes, beyond)).toBeNull();
    expect(taxed(taxes, lines(LARGEST, 1, -1))).not.toBeNull();
    expect(taxed(taxes, lines(-LARGEST, -1, 1))).not.toBeNull();
  });

  test('where the remainders of many lines are too fine to be put in order', () => {
    // Half of every line is missing, and the remainders count in parts of 10^14.
    const fine = prepared(['x'], { ...CHOICE, standardRate: rate('fine', '50.000000000001') });
    const lines = (count: number) => Array.from({ length: count }, () => [0, 1] as const);
    expect(taxed(fine, lines(32))).toBeNull();
    expect(taxed(fine, lines(16))?.rates).toEqual([['fine', 16, 16, 8]]);
  });
});
