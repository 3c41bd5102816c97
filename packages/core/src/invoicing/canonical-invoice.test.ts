import { describe, expect, test } from 'vitest';
import { at, dec, EUR } from '../testing/factories.ts';
import {
  canonicalInvoice,
  canonicalInvoiceText,
  canonicalLine,
  explanationJson,
} from './canonical-invoice.ts';
import type { InvoiceLine, IssuedInvoice } from './invoice.ts';
import type { LineExplanation } from './line.ts';
import type { TaxRate } from './tax.ts';

const VAT: TaxRate = { id: 'r19', name: 'VAT', percent: dec('19'), category: 'S', country: 'DE' };
const JANUARY = { start: at('2025-01-01T00:00:00Z'), end: at('2025-02-01T00:00:00Z') };
const HALF = { start: at('2025-01-16T12:00:00Z'), end: at('2025-02-01T00:00:00Z') };

const FEE: LineExplanation = {
  rule: 'flat_fee',
  priceId: 'price_a',
  priceKey: 'a',
  planId: 'plan_a',
  planVersionId: 'ver_a',
  billingPeriod: JANUARY,
  periodIndex: 3,
  timeZone: 'Europe/Berlin',
  zoneRulesVersion: '2025a',
  quantity: dec('2.5'),
  readings: null,
  trace: null,
  basis: null,
  fraction: { numerator: 1n, denominator: 2n },
  proration: { basis: 'second', days: 'actual' },
  exactMinor: { numerator: 1001n, denominator: 2n },
  rounding: 'half_even',
};

const LINE: InvoiceLine = {
  key: 'item_a/recurring/1735689600000',
  kind: 'recurring',
  subscriptionId: 'sub_1',
  itemId: 'item_a',
  planVersionId: 'ver_a',
  priceId: 'price_a',
  meterId: null,
  description: 'Price a',
  taxCode: 'standard',
  currency: EUR,
  servicePeriod: HALF,
  billableAt: at('2025-01-17T00:00:00Z'),
  quantityCutoffAt: at('2025-01-18T00:00:00Z'),
  collectAt: at('2025-01-19T00:00:00Z'),
  quantity: dec('2'),
  grossMinor: 500n,
  discounts: [
    {
      discountId: 'd1',
      couponId: 'c1',
      periodIndex: 4,
      percent: dec('12.5'),
      availableMinor: null,
      amountMinor: 63n,
    },
    {
      discountId: 'd2',
      couponId: 'c2',
      periodIndex: 0,
      percent: null,
      availableMinor: 70n,
      amountMinor: 37n,
    },
  ],
  amountMinor: 400n,
  explanation: FEE,
  position: 1,
  netMinor: 401n,
  taxMinor: 76n,
  taxRateId: 'r19',
  taxes: [{ rate: VAT, taxMinor: 75n }],
};

const INVOICE: IssuedInvoice = {
  id: 'inv_1',
  customerId: 'cus_1',
  currency: EUR,
  status: 'open',
  issuedAt: at('2025-01-20T00:00:00Z'),
  dueAt: at('2025-02-03T00:00:00Z'),
  taxMode: 'exclusive',
  lines: [LINE],
  adjustments: [
    {
      position: 2,
      kind: 'allowance',
      description: 'Goodwill',
      amountMinor: -11n,
      taxCode: 'standard',
      netMinor: -12n,
      taxMinor: -2n,
      taxes: [{ rate: VAT, taxMinor: -3n }],
    },
  ],
  taxes: [{ rate: { ...VAT, category: 'AE', country: null }, netMinor: 389n, taxMinor: 74n }],
  totals: {
    netMinor: 1n,
    taxMinor: 2n,
    totalMinor: 3n,
    creditAppliedMinor: 4n,
    creditGrantedMinor: 5n,
    dueMinor: 6n,
  },
  policies: {
    tax: { rounding: 'per_category', inclusive: 'round_tax' },
    discounts: { order: 'given', percent: 'per_line', split: 'remainder_last' },
  },
  replacesInvoiceId: 'inv_0',
};
const PARTIES = { number: 'R-7', seller: { name: 'Seller' }, buyer: { name: 'Buyer' } };

const HALF_JSON = { start: '2025-01-16T12:00:00Z', end: '2025-02-01T00:00:00Z' };
const JANUARY_JSON = { start: '2025-01-01T00:00:00Z', end: '2025-02-01T00:00:00Z' };
const FEE_JSON = {
  rule: 'flat_fee',
  price_id: 'price_a',
  price_key: 'a',
  plan_id: 'plan_a',
  plan_version_id: 'ver_a',
  billing_period: JANUARY_JSON,
  period_index: 3,
  time_zone: 'Europe/Berlin',
  zone_rules_version: '2025a',
  quantity: '2.5',
  readings: null,
  trace: null,
  basis: null,
  fraction: '1/2',
  proration: { basis: 'second', days: 'actual' },
  exact_minor: '1001/2',
  rounding: 'half_even',
};
const LINE_JSON = {
  position: 1,
  key: 'item_a/recurring/1735689600000',
  kind: 'recurring',
  subscription_id: 'sub_1',
  item_id: 'item_a',
  price_id: 'price_a',
  plan_version_id: 'ver_a',
  description: 'Price a',
  service_period: HALF_JSON,
  billable_at: '2025-01-17T00:00:00Z',
  quantity_cutoff_at: '2025-01-18T00:00:00Z',
  collect_at: '2025-01-19T00:00:00Z',
  quantity: '2',
  gross_minor: '500',
  discounts: [
    {
      discount_id: 'd1',
      coupon_id: 'c1',
      period_index: 4,
      percent: '12.5',
      available_minor: null,
      amount_minor: '63',
    },
    {
      discount_id: 'd2',
      coupon_id: 'c2',
      period_index: 0,
      percent: null,
      available_minor: '70',
      amount_minor: '37',
    },
  ],
  amount_minor: '400',
  net_minor: '401',
  tax_minor: '76',
  tax_rate_id: 'r19',
  taxes: [{ rate_id: 'r19', tax_minor: '75' }],
  explanation: FEE_JSON,
};

describe('the frozen form of an invoice', () => {
  test('is every figure of it as text, under the name of its format; the payment state is left out', () => {
    expect(canonicalInvoice(INVOICE, PARTIES)).toEqual({
      format: 'billhook-invoice/1',
      id: 'inv_1',
      number: 'R-7',
      customer_id: 'cus_1',
      seller: { name: 'Seller' },
      buyer: { name: 'Buyer' },
      currency: 'EUR',
      issued_at: '2025-01-20T00:00:00Z',
      due_at: '2025-02-03T00:00:00Z',
      tax_mode: 'exclusive',
      replaces_invoice_id: 'inv_0',
      policies: {
        tax: { rounding: 'per_category', inclusive: 'round_tax' },
        discounts: { order: 'given', percent: 'per_line', split: 'remainder_last' },
      },
      lines: [LINE_JSON],
      adjustments: [
        {
          position: 2,
          kind: 'allowance',
          description: 'Goodwill',
          amount_minor: '-11',
          net_minor: '-12',
          tax_minor: '-2',
          taxes: [{ rate_id: 'r19', tax_minor: '-3' }],
        },
      ],
      taxes: [
        {
          rate_id: 'r19',
          name: 'VAT',
          percent: '19',
          category: 'AE',
          country: null,
          net_minor: '389',
          tax_minor: '74',
        },
      ],
      totals: {
        net_minor: '1',
        tax_minor: '2',
        total_minor: '3',
        credit_applied_minor: '4',
        credit_granted_minor: '5',
        due_minor: '6',
      },
    });
  });

  test('is one text whatever the order in which it was put together', () => {
    const text = canonicalInvoiceText(INVOICE, PARTIES);
    const { id, ...rest } = INVOICE;
    expect(canonicalInvoiceText({ ...rest, id, status: 'paid' }, PARTIES)).toBe(text);
    expect(JSON.parse(text)).toEqual(canonicalInvoice(INVOICE, PARTIES));
    expect(canonicalInvoiceText({ ...INVOICE, id: 'inv_2' }, PARTIES)).not.toBe(text);
  });

  test('comes in the order of canonical JSON, so that the engine writes it out by itself', () => {
    const document = canonicalInvoice(INVOICE, PARTIES);
    expect(JSON.stringify(document)).toBe(canonicalInvoiceText(INVOICE, PARTIES));
  });

  test('of a line says no more than its place on the document adds', () => {
    expect(canonicalLine(LINE)).toEqual(LINE_JSON);
  });
});

describe('the explanation of a line', () => {
  const explained = (more: Partial<LineExplanation>) => explanationJson({ explanation: { ...FEE, ...more } });

  test('of usage names the meter, the readings and the trace', () => {
    const slices = [
      {
        label: null,
        unit: 'quantity',
        from: dec('0'),
        upTo: null,
        quantity: { numerator: 5n, denominator: 2n },
        unitPrice: dec('2'),
        per: 1n,
        flatMinor: 0n,
        capMinor: null,
        exactMinor: { numerator: 500n, denominator: 1n },
      },
    ] as const;
    const trace = {
      model: 'per_unit',
      currency: EUR,
      quantity: dec('2.5'),
      quantitySteps: [],
      slices,
      amountSteps: [],
      exactMinor: { numerator: 500n, denominator: 1n },
      rounding: 'up',
      amountMinor: 500n,
    } as unknown as LineExplanation['trace'];
    const readings = { meterId: 'm', period: HALF, eventCount: 9n, digest: 'abc' };
    const told = explained({ rule: 'metered_usage', readings, trace, proration: null });
    expect(told).toMatchObject({
      ...FEE_JSON,
      rule: 'metered_usage',
      readings: { meter_id: 'm', period: HALF_JSON, event_count: '9', digest: 'abc' },
      proration: null,
      trace: { model: 'per_unit', amount_minor: '500' },
    });
    expect(explained({ readings: { ...readings, digest: null } })).toMatchObject({
      readings: { digest: null },
    });
  });

  test('says what a credit takes back, and what a commitment adds up', () => {
    const fraction = { numerator: 2n, denominator: 3n };
    const charge = {
      kind: 'charge',
      chargedKey: 'k',
      chargedMinor: 9n,
      creditedMinor: 8n,
      chargedFraction: fraction,
    } as const;
    expect(explained({ basis: charge })).toEqual({
      ...FEE_JSON,
      basis: {
        kind: 'charge',
        charged_key: 'k',
        charged_minor: '9',
        credited_minor: '8',
        charged_fraction: '2/3',
      },
    });
    const spend = { kind: 'spend', spentMinor: 7n, minimumMinor: 6n, maximumMinor: null } as const;
    expect(explained({ basis: spend })).toEqual({
      ...FEE_JSON,
      basis: { kind: 'spend', spent_minor: '7', minimum_minor: '6', maximum_minor: null },
    });
    expect(explained({ basis: { ...spend, minimumMinor: null, maximumMinor: 5n } })).toMatchObject({
      basis: { minimum_minor: null, maximum_minor: '5' },
    });
  });

  test('names the entry that the line is a part of, if it is one', () => {
    expect(explained({ entry: 'change/1' })).toEqual({ ...FEE_JSON, entry: 'change/1' });
    expect(explained({})).toStrictEqual(FEE_JSON);
  });
});
