import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dec } from '../testing/factories.ts';
import { A_BUG } from '../testing/said.ts';
import { chooseTax, DEFAULT_TAX_CHOICE_POLICY, isMemberState } from './choose-tax.ts';
import { spreadTo } from './documents/spread-to.ts';
import { NO_TAX, ratesOf, type TaxableAmount, type TaxChoice, type TaxRate, taxLines } from './tax.ts';
import { DEFAULT_TAX_POLICY, type TaxPolicy } from './tax-policy.ts';

function rate(id: string, percent: string, category: TaxRate['category'] = 'S'): TaxRate {
  return { id, name: id, percent: dec(percent), category, country: 'DE' };
}

const VAT = rate('vat', '19');
const LOW = rate('low', '7');
const CITY = rate('city', '9.975');

function taxed(
  amounts: readonly bigint[],
  rates: readonly TaxRate[],
  policy: Partial<TaxPolicy> = {},
  mode: TaxChoice['mode'] = 'exclusive',
) {
  const lines = amounts.map((amountMinor) => ({ amountMinor, taxCode: 'x', taxRates: rates }));
  return taxLines(lines, { ...NO_TAX, mode }, { ...DEFAULT_TAX_POLICY, ...policy });
}

function taxesOf(result: ReturnType<typeof taxLines>) {
  return {
    lines: result.amounts.map(({ netMinor, taxMinor }) => [netMinor, taxMinor]),
    rates: result.subtotals.map(({ rate: { id }, netMinor, taxMinor }) => [id, netMinor, taxMinor]),
  };
}

describe('rounding', () => {
  test('per category the tax is rounded once on the sum, per line on every line', () => {
    expect(taxesOf(taxed([13n, 13n, 13n], [VAT]))).toEqual({
      lines: [
        [13n, 3n],
        [13n, 2n],
        [13n, 2n],
      ],
      rates: [['vat', 39n, 7n]],
    });
    expect(taxesOf(taxed([13n, 13n, 13n], [VAT], { rounding: 'per_line' }))).toEqual({
      lines: [
        [13n, 2n],
        [13n, 2n],
        [13n, 2n],
      ],
      rates: [['vat', 39n, 6n]],
    });
  });

  test('precise: all rates are added exactly and rounded once', () => {
    const amounts: readonly TaxableAmount[] = [
      { amountMinor: 10n, taxCode: 'x', taxRates: [rate('a', '4')] },
      { amountMinor: 10n, taxCode: 'x', taxRates: [rate('b', '4')] },
    ];
    const by = (rounding: TaxPolicy['rounding']) =>
      taxesOf(taxLines(amounts, NO_TAX, { ...DEFAULT_TAX_POLICY, rounding })).rates.map(([, , tax]) => tax);
    expect(by('per_category')).toEqual([0n, 0n]);
    expect(by('precise_once')).toEqual([1n, 0n]);
  });

  test('several taxes apply to the net each, and are rounded one by one', () => {
    const { amounts, subtotals } = taxed([114_000n], [rate('gst', '5'), CITY]);
    expect(subtotals.map(({ taxMinor }) => taxMinor)).toEqual([5700n, 11_372n]);
    expect(amounts[0]).toMatchObject({ netMinor: 114_000n, taxMinor: 17_072n });
    expect(amounts[0]?.taxes.map(({ rate: { id }, taxMinor }) => [id, taxMinor])).toEqual([
      ['gst', 5700n],
      ['city', 11_372n],
    ]);
  });

  test('of an amount before tax the tax is rounded, whatever is rounded where prices include it', () => {
    const one = rate('one', '1');
    expect(taxesOf(taxed([50n], [one])).lines).toEqual([[50n, 1n]]);
    expect(taxesOf(taxed([50n], [one], { inclusive: 'round_net' })).lines).toEqual([[50n, 1n]]);
  });

  test('of an amount with tax, either the tax is rounded or the net; a half goes to the one that is', () => {
    const half = rate('half', '100');
    expect(taxesOf(taxed([1n], [half], {}, 'inclusive')).lines).toEqual([[0n, 1n]]);
    expect(taxesOf(taxed([1n], [half], { inclusive: 'round_net' }, 'inclusive')).lines).toEqual([[1n, 0n]]);
    expect(taxesOf(taxed([-1n], [half], { inclusive: 'round_net' }, 'inclusive')).lines).toEqual([[-1n, 0n]]);
    expect(taxesOf(taxed([119n], [VAT], { inclusive: 'round_net' }, 'inclusive')).lines).toEqual([
      [100n, 19n],
    ]);
    expect(taxesOf(taxed([1n], [half], { inclusive: 'round_net' })).lines).toEqual([[1n, 1n]]);
  });

  test('two taxes in one price are taken out of it together', () => {
    const { amounts } = taxed([12_000n], [rate('a', '10'), rate('b', '10')], {}, 'inclusive');
    expect(amounts[0]).toMatchObject({ netMinor: 10_000n, taxMinor: 2000n });
  });

  test('zero rated, exempt, reverse charge and outside scope keep their own rows over zero', () => {
    const rates = (['Z', 'E', 'AE', 'O'] as const).map((category) => rate(category, '0', category));
    const lines = rates.map((one, at) => ({ amountMinor: BigInt(at + 1), taxCode: 'x', taxRates: [one] }));
    expect(taxesOf(taxLines(lines, NO_TAX)).rates).toEqual([
      ['Z', 1n, 0n],
      ['E', 2n, 0n],
      ['AE', 3n, 0n],
      ['O', 4n, 0n],
    ]);
  });

  test('I77 net and tax of every line, its taxes and the rows of the table add up under every policy', () => {
    const amount = fc.bigInt({ min: -100_000n, max: 100_000n });
    const line = fc.record({
      amountMinor: amount,
      taxCode: fc.constant('x'),
      taxRates: fc.subarray([VAT, LOW, CITY]),
    });
    const policy = fc.record<TaxPolicy>({
      rounding: fc.constantFrom('per_category', 'per_line', 'precise_once'),
      inclusive: fc.constantFrom('round_tax', 'round_net'),
    });
    const modes = fc.constantFrom<TaxChoice['mode']>('exclusive', 'inclusive');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 9 }), policy, modes, (lines, chosen, mode) => {
        const { amounts, subtotals } = taxLines(lines, { ...NO_TAX, mode }, chosen);
        for (const [at, { netMinor, taxMinor, taxes }] of amounts.entries()) {
          expect(taxes.reduce((sum, tax) => sum + tax.taxMinor, 0n)).toBe(taxMinor);
          expect(mode === 'inclusive' ? netMinor + taxMinor : netMinor).toBe(lines[at]?.amountMinor);
        }
        for (const { rate: row, netMinor, taxMinor } of subtotals) {
          const of = amounts.filter(({ taxes }) => taxes.some((tax) => tax.rate.id === row.id));
          expect(of.reduce((sum, entry) => sum + entry.netMinor, 0n)).toBe(netMinor);
          const parts = of.flatMap(({ taxes }) => taxes).filter((tax) => tax.rate.id === row.id);
          expect(parts.reduce((sum, tax) => sum + tax.taxMinor, 0n)).toBe(taxMinor);
        }
      }),
    );
  });
});

describe('which rate applies', () => {
  const choice: TaxChoice = { mode: 'exclusive', standardRate: VAT, ratesByTaxCode: { book: LOW } };

  test('what stands on the line wins over its tax code, that over the customer, that over the seller', () => {
    const ids = (line: Omit<TaxableAmount, 'amountMinor'>, by: TaxChoice) =>
      ratesOf(line, by).map(({ id }) => id);
    expect(ids({ taxCode: 'book', taxRates: [CITY, LOW] }, choice)).toEqual(['city', 'low']);
    expect(ids({ taxCode: 'book', taxRates: [] }, choice)).toEqual([]);
    expect(ids({ taxCode: 'book' }, { ...choice, customerRates: [CITY] })).toEqual(['low']);
    expect(ids({ taxCode: 'x' }, { ...choice, customerRates: [CITY] })).toEqual(['city']);
    expect(ids({ taxCode: 'x' }, { ...choice, customerRates: [] })).toEqual([]);
    expect(ids({ taxCode: 'x' }, choice)).toEqual(['vat']);
    expect(ids({ taxCode: 'x' }, NO_TAX)).toEqual([]);
  });

  test('at home the tax of home, abroad by number and by place', () => {
    const from = (
      customerCountry: string | null,
      vatNumber: Parameters<typeof chooseTax>[0]['vatNumber'] = 'none',
    ) => chooseTax({ sellerCountry: 'FR', customerCountry, vatNumber });
    expect(from('FR', 'confirmed')).toEqual({ kind: 'standard', country: 'FR' });
    expect(from('DE', 'confirmed')).toEqual({ kind: 'reverse_charge' });
    expect(from('DE', 'well_formed')).toEqual({ kind: 'standard', country: 'DE' });
    expect(from('DE', 'refused')).toEqual({ kind: 'standard', country: 'DE' });
    expect(from('US', 'confirmed')).toEqual({ kind: 'none_outside_eu' });
    expect(from(null)).toEqual({ kind: 'none_unknown_country' });
    const germany = { sellerCountry: 'FR', customerCountry: 'DE', vatNumber: 'well_formed' } as const;
    const policy = DEFAULT_TAX_CHOICE_POLICY;
    expect(chooseTax(germany, { ...policy, verification: 'format_only' })).toEqual({
      kind: 'reverse_charge',
    });
    expect(chooseTax(germany, { ...policy, consumers: 'seller_country' })).toEqual({
      kind: 'standard',
      country: 'FR',
    });
    expect(
      chooseTax({ ...germany, customerCountry: null }, { ...policy, unknownCountry: 'seller_country' }),
    ).toEqual({
      kind: 'standard',
      country: 'FR',
    });
    expect(chooseTax({ ...germany, sellerCountry: null })).toEqual({ kind: 'none_unknown_country' });
    expect(chooseTax({ ...germany, sellerCountry: 'US' })).toEqual({ kind: 'none_outside_eu' });
    expect([isMemberState('GR'), isMemberState('GB'), isMemberState('EL')]).toEqual([true, false, false]);
  });
});

describe('a total', () => {
  test('a total that differs from the sum of its parts is spread around, to the unit', () => {
    const third = { numerator: 1n, denominator: 3n };
    expect(spreadTo(1n, [third, third, third])).toEqual([1n, 0n, 0n]);
    expect(spreadTo(5n, [third, { numerator: 2n, denominator: 3n }])).toEqual([2n, 3n]);
    expect(spreadTo(-1n, [third, { numerator: 2n, denominator: 3n }])).toEqual([-1n, 0n]);
    expect(spreadTo(-2n, [{ numerator: -5n, denominator: 2n }])).toEqual([-2n]);
    expect(spreadTo(0n, [])).toEqual([]);
    expect(() => spreadTo(1n, [])).toThrow(A_BUG);
  });
});
