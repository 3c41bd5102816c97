import { describe, expect, test } from 'vitest';
import { Account, at, dec, EUR, flat, version } from '../testing/factories.ts';
import { assembleInvoice } from './assemble-invoice.ts';
import { canonicalInvoice, discountJson, explanationJson } from './canonical-invoice.ts';
import type { InvoiceLine } from './invoice.ts';
import type { LineBasis } from './line.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';
import type { TaxRate } from './tax.ts';

const START = at('2026-04-01T00:00:00Z');
const VAT: TaxRate = { id: 'vat', name: 'VAT', percent: dec('19'), category: 'S', country: 'DE' };

test('what stands on a document as a whole is frozen with its sign, its net and its tax', () => {
  const invoice = assembleInvoice(
    {
      now: START,
      invoiceId: 'inv_1',
      customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: 0n },
      taxChoice: { mode: 'exclusive', standardRate: VAT, ratesByTaxCode: {} },
      settings: DEFAULT_BILLING_SETTINGS,
      adjustments: [
        { kind: 'charge', description: 'Freight', amountMinor: 500n, taxCode: 'standard' },
        { kind: 'allowance', description: 'Goodwill', amountMinor: 100n, taxCode: 'standard' },
      ],
    },
    [],
  );
  const frozen = canonicalInvoice(invoice, { number: 'INV-2026-000001', seller: {}, buyer: {} });
  expect(frozen.adjustments).toEqual([
    {
      position: 1,
      kind: 'charge',
      description: 'Freight',
      amount_minor: '500',
      net_minor: '500',
      tax_minor: '95',
      taxes: [{ rate_id: 'vat', tax_minor: '95' }],
    },
    {
      position: 2,
      kind: 'allowance',
      description: 'Goodwill',
      amount_minor: '-100',
      net_minor: '-100',
      tax_minor: '-19',
      taxes: [{ rate_id: 'vat', tax_minor: '-19' }],
    },
  ]);
});

describe('the explanation of a line', () => {
  const account = new Account().start(START, version('p', [flat('p', 1000n)]));
  account.bill(START);
  const line = account.lines()[0] as InvoiceLine;
  const basisOf = (basis: LineBasis) =>
    explanationJson({ explanation: { ...line.explanation, basis } }).basis;

  test('names the entry that it is a part of, and none where it stands alone', () => {
    expect(Object.keys(explanationJson(line))).not.toContain('entry');
    const explanation = { ...line.explanation, entry: 'sub_1/credit' };
    expect(explanationJson({ explanation })).toMatchObject({ entry: 'sub_1/credit' });
  });

  test('has the bounds of what was spent, each only where there is one', () => {
    const spend = { kind: 'spend', spentMinor: 700n } as const;
    expect(basisOf({ ...spend, minimumMinor: 900n, maximumMinor: null })).toEqual({
      kind: 'spend',
      spent_minor: '700',
      minimum_minor: '900',
      maximum_minor: null,
    });
    expect(basisOf({ ...spend, minimumMinor: null, maximumMinor: 500n })).toEqual({
      kind: 'spend',
      spent_minor: '700',
      minimum_minor: null,
      maximum_minor: '500',
    });
  });
});

test('a discount is a percentage, or what was left of an amount, never both', () => {
  const given = { discountId: 'd', couponId: 'c', periodIndex: 2, amountMinor: 50n };
  const frozen = { discount_id: 'd', coupon_id: 'c', period_index: 2, amount_minor: '50' };
  expect(discountJson({ ...given, percent: dec('12.5'), availableMinor: null })).toEqual({
    ...frozen,
    percent: '12.5',
    available_minor: null,
  });
  expect(discountJson({ ...given, percent: null, availableMinor: 80n })).toEqual({
    ...frozen,
    percent: null,
    available_minor: '80',
  });
});
