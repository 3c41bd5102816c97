import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DECIMAL12_SCALE, type Decimal12 } from '../kernel/decimal.ts';
import { LINES, SOURCE } from '../testing/einvoices.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { amountText, fromMinor, lineNet } from './figures.ts';
import { decideEInvoice } from './map-document.ts';
import { mapLine } from './map-line.ts';
import type { EAdjustment, VatCategory } from './model.ts';
import type { SourceLine } from './source.ts';
import { totalsFrom, vatRows } from './totals.ts';

type Amount = { amount: number; tax_category?: VatCategory; tax_percent?: string };
type Case = {
  id: string;
  lines: {
    net: number;
    net_only?: boolean;
    tax_category: VatCategory;
    tax_percent: string;
    quantity?: string;
    unit_price?: string;
    price_base_quantity?: string;
    allowances?: (number | Amount)[];
    charges?: (number | Amount)[];
  }[];
  document_allowances?: Amount[];
  document_charges?: Amount[];
  prepaid?: number;
  payable_rounding?: number;
  expected: Record<
    | 'line_total'
    | 'allowance_total'
    | 'charge_total'
    | 'tax_exclusive'
    | 'tax_total'
    | 'tax_inclusive'
    | 'payable',
    number
  > & { taxes: { taxable: number; tax: number }[] };
};

const file = new URL('../../fixtures/invoices.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
const published = cases.filter(({ id }) => /^in-(en16931|peppol|xrechnung)-/.test(id));

const minor = (amount: number) => (BigInt(amount) * (DECIMAL12_SCALE / 100n)) as Decimal12;
const cents = (amount: Decimal12) => Number(amount / (DECIMAL12_SCALE / 100n));

function adjustment(one: number | Amount, isCharge: boolean): EAdjustment {
  const { amount, tax_category, tax_percent } = typeof one === 'number' ? ({ amount: one } as Amount) : one;
  const percent = tax_percent === undefined ? null : dec(tax_percent);
  return { isCharge, amount: minor(amount), reason: '', category: tax_category ?? null, percent };
}

test('the published examples are there', () => {
  expect(published.length).toBe(15);
});

test.each(published)('I320 the totals of the published example $id follow from its lines', (example) => {
  const lines = example.lines.map((line) => ({
    category: line.tax_category,
    percent: dec(line.tax_percent),
    net: minor(line.net),
  }));
  for (const line of example.lines) {
    if (line.net_only || line.quantity === undefined || line.unit_price === undefined) continue;
    const net = lineNet({
      quantity: dec(line.quantity),
      price: dec(line.unit_price),
      priceBase: dec(line.price_base_quantity ?? '1'),
      adjustments: [
        ...(line.allowances ?? []).map((one) => adjustment(one, false)),
        ...(line.charges ?? []).map((one) => adjustment(one, true)),
      ],
    });
    expect(cents(net)).toBe(line.net);
  }
  const adjustments = [
    ...(example.document_allowances ?? []).map((one) => adjustment(one, false)),
    ...(example.document_charges ?? []).map((one) => adjustment(one, true)),
  ];
  const vat = vatRows(lines, adjustments);
  const paid = minor(example.prepaid ?? 0);
  const rounding = minor(example.payable_rounding ?? 0);
  const totals = totalsFrom(lines, adjustments, vat, { paid, rounding });
  const { expected } = example;
  expect({
    line_total: cents(totals.lines),
    allowance_total: cents(totals.allowances),
    charge_total: cents(totals.charges),
    tax_exclusive: cents(totals.withoutVat),
    tax_total: cents(totals.vat),
    tax_inclusive: cents(totals.withVat),
    payable: cents(totals.payable),
  }).toEqual({
    line_total: expected.line_total,
    allowance_total: expected.allowance_total,
    charge_total: expected.charge_total,
    tax_exclusive: expected.tax_exclusive,
    tax_total: expected.tax_total,
    tax_inclusive: expected.tax_inclusive,
    payable: expected.payable,
  });
  const sums = (rows: readonly { taxable: number; tax: number }[]) =>
    rows
      // A row of nothing stands in the breakdown (BR-E-01); one source leaves it out.
      .filter(({ taxable, tax }) => taxable !== 0 || tax !== 0)
      .map(({ taxable, tax }) => `${taxable} ${tax}`)
      .sort();
  expect(sums(vat.map(({ taxable, tax }) => ({ taxable: cents(taxable), tax: cents(tax) })))).toEqual(
    sums(expected.taxes),
  );
});

test('I323 any frozen line is written so that quantity, price, allowances and net hold to the cent', () => {
  const lines = fc.record({
    quantity: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    netMinor: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    taxMinor: fc.bigInt({ min: 0n, max: 10n ** 6n }),
    discount: fc.bigInt({ min: 0n, max: 10n ** 9n }),
    currency: fc.constantFrom('EUR', 'JPY'),
  });
  fc.assert(
    fc.property(lines, ({ quantity, netMinor, taxMinor, discount, currency }) => {
      const source: SourceLine = {
        ...(LINES[0] as SourceLine),
        quantity: quantity as Decimal12,
        netMinor,
        amountMinor: netMinor < 0n ? netMinor - taxMinor : netMinor + taxMinor,
        discounts: [{ reason: 'Coupon', amountMinor: discount }],
      };
      const code = currency as typeof SOURCE.currency;
      const line = mapLine(source, { category: 'S', percent: dec('19') }, code);
      expect(line.net).toBe(fromMinor(netMinor, code));
      expect(lineNet(line)).toBe(line.net);
      expect(line.price >= 0n && line.priceBase > 0n).toBe(true);
    }),
  );
});

test('I323 a price that is plain is written for one, another as that of the whole quantity', () => {
  const [seats, calls, unused] = unwrap(decideEInvoice(SOURCE, 'factur_x')).lines;
  expect([seats?.price, seats?.priceBase]).toEqual([dec('50'), dec('1')]);
  expect([calls?.price, calls?.priceBase, calls?.quantity]).toEqual([
    dec('200.01'),
    dec('1250.5'),
    dec('1250.5'),
  ]);
  expect([unused?.quantity, unused?.price, unused?.priceBase]).toEqual([dec('-3'), dec('13.58'), dec('3')]);
});

test('I323 discounts of prices with tax stand at their share of the net', () => {
  const line = { ...(LINES[0] as SourceLine), amountMinor: 11_900n, netMinor: 10_000n };
  const mapped = mapLine(
    { ...line, discounts: [{ reason: 'Launch', amountMinor: 1190n }] },
    { category: 'S', percent: dec('19') },
    SOURCE.currency,
  );
  expect(mapped.adjustments.map(({ amount }) => amountText(amount))).toEqual(['10.00']);
  expect(lineNet(mapped)).toBe(dec('100'));
});
