import { expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { instant } from '../time/instant.ts';
import { invoiceVoidedPosting } from './void-posting.ts';

const HEAD = { taxes: [], id: 'inv', customerId: 'cus', currency: currencyCode('EUR') };

test('I24 I26 voiding reverses what issuing posted, and gives the used credit back', () => {
  const totals = { netMinor: 1000n, taxMinor: 190n, totalMinor: 1190n, creditAppliedMinor: 200n };
  const posted = invoiceVoidedPosting({ ...HEAD, totals }, instant(5));
  expect(posted?.kind).toBe('invoice_voided');
  expect(posted?.entries).toEqual([
    { account: 'revenue', side: 'debit', amountMinor: 1000n },
    { account: 'tax', side: 'debit', amountMinor: 190n },
    { account: 'receivable', side: 'credit', amountMinor: 990n },
    { account: 'credit_liability', side: 'credit', amountMinor: 200n },
  ]);
});

test('voiding an invoice over nothing posts nothing', () => {
  const totals = { netMinor: 0n, taxMinor: 0n, totalMinor: 0n, creditAppliedMinor: 0n };
  expect(invoiceVoidedPosting({ ...HEAD, totals }, instant(5))).toBeNull();
});
