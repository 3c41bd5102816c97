import type { SourceDocument, SourceLine, SourceParty, SourceTax } from '../einvoice/source.ts';
import { currencyCode } from '../money/currency.ts';
import { dec } from './factories.ts';

export const SELLER: SourceParty = {
  name: 'Concierge GmbH & Co. KG',
  address: {
    line1: 'Lindenstraße 4',
    line2: null,
    city: 'Berlin',
    postCode: '10969',
    region: null,
    country: 'DE',
  },
  vatId: 'DE123456789',
  taxNumber: null,
  registration: { scheme: null, value: 'HRB 123456' },
  endpoint: { scheme: 'EM', value: 'rechnung@concierge.example' },
  contact: { name: 'Ada Berg', phone: '+49 30 1234567', email: 'rechnung@concierge.example' },
};

export const BUYER: SourceParty = {
  ...SELLER,
  name: 'Gemeinde <Musterstadt>',
  vatId: 'DE987654321',
  registration: null,
  endpoint: { scheme: '9930', value: 'DE987654321' },
  contact: null,
};

export const VAT_19: SourceTax = {
  rateId: 'r19',
  category: 'S',
  percent: dec('19'),
  taxMinor: 9527n,
  exemptionReason: null,
};

/** Three lines, with a discount, a price by tiers and a credit. */
export const LINES: readonly SourceLine[] = [
  {
    id: '1',
    name: 'Seats',
    note: '7 at 50.00 EUR',
    quantity: dec('7'),
    unit: 'C62',
    amountMinor: 31_500n,
    netMinor: 31_500n,
    discounts: [{ reason: 'Launch', amountMinor: 3500n }],
    rateIds: ['r19'],
    period: { start: '2026-05-01', end: '2026-05-31' },
  },
  {
    id: '2',
    name: 'Calls',
    note: null,
    quantity: dec('1250.5'),
    unit: 'C62',
    amountMinor: 20_001n,
    netMinor: 20_001n,
    discounts: [],
    rateIds: ['r19'],
    period: { start: '2026-04-01', end: '2026-04-30' },
  },
  {
    id: '3',
    name: 'Unused days',
    note: null,
    quantity: dec('3'),
    unit: 'C62',
    amountMinor: -1358n,
    netMinor: -1358n,
    discounts: [],
    rateIds: ['r19'],
    period: null,
  },
];

/** An invoice over 501.43 with 95.27 of VAT, of which 100.00 was paid from credit. */
export const SOURCE: SourceDocument = {
  kind: 'invoice',
  number: 'BH-2026-000042',
  issuedOn: '2026-05-01',
  dueOn: '2026-05-15',
  currency: currencyCode('EUR'),
  seller: SELLER,
  buyer: BUYER,
  buyerReference: '04011000-12345-67',
  orderReference: 'PO-1',
  preceding: null,
  note: null,
  terms: null,
  lines: LINES,
  adjustments: [],
  taxes: [VAT_19],
  totalMinor: 59_670n,
  dueMinor: 49_670n,
  account: { iban: 'DE89370400440532013000', name: 'Concierge GmbH', bic: 'COBADEFFXXX' },
  paymentReference: 'BH-2026-000042',
};

/** A document of one line over 100.00 in a category without VAT. */
export function sourceIn(
  category: SourceTax['category'],
  more: Partial<SourceDocument> = {},
): SourceDocument {
  return {
    ...SOURCE,
    lines: [{ ...(LINES[0] as SourceLine), amountMinor: 10_000n, netMinor: 10_000n }],
    taxes: [{ ...VAT_19, category, percent: dec(category === 'S' ? '19' : '0'), taxMinor: 0n }],
    totalMinor: 10_000n,
    dueMinor: 10_000n,
    ...more,
  };
}

/** A credit note of half the first line. */
export const NOTE_SOURCE: SourceDocument = {
  ...SOURCE,
  kind: 'credit_note',
  number: 'BH-CN-2026-000001',
  dueOn: null,
  terms: 'Set off against the invoice.',
  note: 'A day of downtime.',
  preceding: { number: 'BH-2026-000042', issuedOn: '2026-05-01' },
  lines: [{ ...(LINES[0] as SourceLine), discounts: [], amountMinor: 10_000n, netMinor: 10_000n }],
  taxes: [{ ...VAT_19, taxMinor: 1900n }],
  totalMinor: 11_900n,
  dueMinor: 11_900n,
};

/** A debit note that raises the first line by half. */
export const DEBIT_SOURCE: SourceDocument = {
  ...SOURCE,
  kind: 'debit_note',
  number: 'BH-DN-2026-000001',
  note: 'The wrong price was charged.',
  preceding: { number: 'BH-2026-000042', issuedOn: '2026-05-01' },
  lines: [{ ...(LINES[0] as SourceLine), discounts: [], amountMinor: 10_000n, netMinor: 10_000n }],
  taxes: [{ ...VAT_19, taxMinor: 1900n }],
  totalMinor: 11_900n,
  dueMinor: 11_900n,
  paymentReference: 'BH-DN-2026-000001',
};
