import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IssuedInvoice } from '../invoicing/invoice.ts';
import type { TaxRate } from '../invoicing/tax.ts';
import { currencyCode } from '../money/currency.ts';
import { dec } from '../testing/factories.ts';
import { instant } from '../time/instant.ts';
import { isLedgerAccount, type LedgerAccount } from './accounts.ts';
import { creditNotePosting } from './credit-note-posting.ts';
import { invoiceIssuedPosting, refundPosting } from './postings.ts';
import { type PlacedTax, taxAccount, taxByAccount } from './tax-accounts.ts';
import { placedShares, taxByPlacePosting } from './tax-by-place.ts';
import type { LedgerTransaction } from './transaction.ts';
import { trialBalance } from './trial-balance.ts';
import { invoiceVoidedPosting } from './void-posting.ts';

const EUR = currencyCode('EUR');
const NOW = instant(5);
const rate = (id: string, percent: string, jurisdiction?: TaxRate['jurisdiction']) => ({
  id,
  percent: dec(percent),
  ...(jurisdiction === undefined ? {} : { jurisdiction }),
});
const texas = (level: 'state' | 'city', name: string) =>
  ({ country: 'US', region: 'TX', level, name }) as const;

test('I499 the account of a tax is named by whose it is and by its rate, and stands on the chart', () => {
  const accounts = [
    rate('DE/19', '19'),
    rate('DE/0.19', '19'),
    rate('PT-20/16', '16'),
    rate('FI/25.5', '25.5'),
    rate('stripe_tax/US-TX/state/x', '6.25', texas('state', 'Texas')),
    rate('stripe_tax/US-TX/city/x', '2', texas('city', 'Austin')),
    rate('stripe_tax/CA/country/x', '5', { country: 'CA', region: null, level: 'country', name: 'Canada' }),
    rate('one-of-my-own', '7'),
  ].map(taxAccount);
  expect(accounts).toEqual([
    'tax:DE:19',
    'tax:DE:19',
    'tax:PT-20:16',
    'tax:FI:25.5',
    'tax:US-TX:6.25',
    'tax:US-TX:2',
    'tax:CA:5',
    'tax',
  ]);
  for (const account of accounts) expect(isLedgerAccount(account)).toBe(true);
  for (const text of ['tax:', 'tax:DE', 'tax:de:19', 'tax:DE:', 'tax:DE:19:7', 'tax:DE:-1'])
    expect(isLedgerAccount(text)).toBe(false);
});

const drawnRate = fc.constantFrom(
  rate('DE/19', '19'),
  rate('DE/7', '7'),
  rate('FR/20', '20'),
  rate('one-of-my-own', '7'),
);
const drawnTaxes = fc.uniqueArray(
  fc.record({ rate: drawnRate, taxMinor: fc.bigInt({ min: 0n, max: 5000n }) }),
  { selector: ({ rate: { id } }) => id, minLength: 1 },
);
const sumOf = (taxes: readonly PlacedTax[]) => taxes.reduce((sum, { taxMinor }) => sum + taxMinor, 0n);
const onTax = (postings: readonly (LedgerTransaction | null)[]) =>
  trialBalance(postings.filter((one) => one !== null))
    .filter(({ account, balanceMinor }) => account.startsWith('tax') && balanceMinor !== 0n)
    .map(({ account, balanceMinor }) => [account, balanceMinor]);

test('I499 what an invoice books by place a void, a note over all of it and a refund of all of it take back there', () => {
  fc.assert(
    fc.property(drawnTaxes, fc.bigInt({ min: 1n, max: 9000n }), (taxes, netMinor) => {
      const taxMinor = sumOf(taxes);
      const totalMinor = netMinor + taxMinor;
      const head = { id: 'inv', customerId: 'cus', currency: EUR, taxes };
      const none = { creditAppliedMinor: 0n, creditGrantedMinor: 0n };
      const totals = { netMinor, taxMinor, totalMinor, ...none };
      const issued = invoiceIssuedPosting({ ...head, issuedAt: NOW, totals } as unknown as IssuedInvoice);
      const booked = new Map<string, bigint>();
      for (const { rate: of, taxMinor: minor } of taxes)
        booked.set(taxAccount(of), (booked.get(taxAccount(of)) ?? 0n) - minor);
      expect(new Map(onTax([issued]) as [string, bigint][])).toEqual(
        new Map([...booked].filter(([, minor]) => minor !== 0n)),
      );
      const refund = {
        id: 're',
        customerId: 'cus',
        currency: EUR,
        provider: 'stripe',
        amountMinor: totalMinor,
      };
      for (const back of [
        invoiceVoidedPosting({ ...head, totals }, NOW),
        creditNotePosting({
          ...head,
          id: 'cn',
          issuedAt: NOW,
          totals: { netMinor, taxMinor, invoiceReducedMinor: totalMinor, creditGrantedMinor: 0n },
        }),
        refundPosting({ ...refund, creditMinor: 0n } as never, { netMinor, taxMinor, taxes }, 0n, NOW),
      ])
        expect(onTax([issued, back])).toEqual([]);
    }),
  );
});

test('I499 what the rates of a document do not say of its tax stays on the account of all tax', () => {
  expect(taxByAccount([], 19n)).toEqual([['tax', 19n]]);
  expect(taxByAccount([{ rate: rate('DE/19', '19'), taxMinor: 15n }], 19n)).toEqual([
    ['tax:DE:19', 15n],
    ['tax', 4n],
  ]);
  expect(taxByAccount([], 0n)).toEqual([]);
});

test('I500 tax of before is moved whole to the accounts of its places, and what nobody can place stays', () => {
  fc.assert(
    fc.property(drawnTaxes, fc.bigInt({ min: -9000n, max: 9000n }), (taxes, bookedMinor) => {
      const shares = placedShares(bookedMinor, taxes);
      expect(shares.reduce((sum, [, minor]) => sum + minor, 0n)).toBe(bookedMinor);
      const moved = taxByPlacePosting({ id: 'lc', currency: EUR }, new Map(shares), NOW);
      const before: LedgerTransaction = {
        sourceType: 'invoice',
        sourceId: 'inv',
        kind: 'invoice_issued',
        customerId: 'cus',
        currency: EUR,
        occurredAt: NOW,
        entries: [{ account: 'tax', side: 'credit', amountMinor: bookedMinor }],
      };
      const wanted = shares.filter(([, minor]) => minor !== 0n).map(([account, minor]) => [account, -minor]);
      expect(new Map(onTax([before, moved]) as [string, bigint][])).toEqual(
        new Map(wanted as [LedgerAccount, bigint][]),
      );
    }),
  );
  expect(placedShares(190n, [])).toEqual([['tax', 190n]]);
  expect(taxByPlacePosting({ id: 'lc', currency: EUR }, new Map([['tax', 190n]]), NOW)).toBeNull();
});
