import { expect, test } from 'vitest';
import { Account, at, dec, flat, version } from '../testing/factories.ts';
import { DEFAULT_TAX_CHOICE_POLICY } from './choose-tax.ts';
import { type CustomerTaxInput, countryOfVatNumber, customerTax } from './customer-tax.ts';
import type { TaxRate } from './tax.ts';

const START = at('2026-04-01T00:00:00Z');

function rate(country: string, percent: string): TaxRate {
  return { id: country, name: 'VAT', percent: dec(percent), category: 'S', country };
}

const rates = { FR: rate('FR', '20'), DE: rate('DE', '19'), CH: rate('CH', '8.1') };

function taxOf(customer: Partial<CustomerTaxInput['customer']>, more: Partial<CustomerTaxInput> = {}) {
  const given = { country: 'DE', taxId: null, isTaxIdConfirmed: null, isExempt: false, ...customer };
  const sellerTaxId = 'FR 40 303 265 045';
  return customerTax({ mode: 'exclusive', rates, sellerTaxId, customer: given, ...more });
}

/** The tax on a bill of 100.00, with the category of its row. */
function billed(customer: Partial<CustomerTaxInput['customer']>, more: Partial<CustomerTaxInput> = {}) {
  const account = new Account({ taxChoice: taxOf(customer, more) });
  account.start(START, version('p', [flat('p', 10_000n)]));
  const invoice = account.bill(START).invoice;
  return [invoice?.taxes[0]?.rate.category ?? null, invoice?.totals.taxMinor];
}

test('a bill has the tax of home at home, and of their country for consumers in other member states', () => {
  expect(billed({ country: 'FR' })).toEqual(['S', 2000n]);
  expect(billed({ country: 'DE' })).toEqual(['S', 1900n]);
  expect(billed({ country: 'IT' })).toEqual([null, 0n]);
  const policy = { ...DEFAULT_TAX_CHOICE_POLICY, consumers: 'seller_country' } as const;
  expect(billed({ country: 'DE' }, { policy })).toEqual(['S', 2000n]);
});

test('a business of another member state accounts for the tax itself, once its number is believed', () => {
  const business = { country: 'DE', taxId: 'DE123456789' };
  expect(billed({ ...business, isTaxIdConfirmed: true })).toEqual(['AE', 0n]);
  expect(billed(business)).toEqual(['S', 1900n]);
  expect(billed({ ...business, isTaxIdConfirmed: false })).toEqual(['S', 1900n]);
  expect(billed({ ...business, taxId: 'not a number', isTaxIdConfirmed: true })).toEqual(['S', 1900n]);
  const policy = { ...DEFAULT_TAX_CHOICE_POLICY, verification: 'format_only' } as const;
  expect(billed(business, { policy })).toEqual(['AE', 0n]);
  expect(billed({ ...business, isTaxIdConfirmed: false }, { policy })).toEqual(['S', 1900n]);
  expect(billed({ country: 'DE' }, { policy })).toEqual(['S', 1900n]);
  expect(billed({ ...business, country: 'FR', isTaxIdConfirmed: true })).toEqual(['S', 2000n]);
});

test('outside the union, and for sellers outside of it, what is set for the country is charged', () => {
  expect(billed({ country: 'CH' })).toEqual(['S', 810n]);
  expect(billed({ country: 'US' })).toEqual([null, 0n]);
  expect(billed({ country: null })).toEqual([null, 0n]);
  for (const sellerTaxId of [null, 'US12-3456789', 'CHE-123.456.789'])
    expect(billed({ country: 'DE', taxId: 'DE123456789', isTaxIdConfirmed: true }, { sellerTaxId })).toEqual([
      'S',
      1900n,
    ]);
});

test('who is exempt pays none, whatever the place', () => {
  expect(billed({ country: 'FR', isExempt: true })).toEqual([null, 0n]);
});

test('a VAT number names its member state; Greek ones begin with EL', () => {
  expect(
    ['EL123456789', 'de 123.456-789', 'GR123456789', 'GB123456789', 'DE1', null].map(countryOfVatNumber),
  ).toEqual(['GR', 'DE', null, null, null, null]);
});
