import { describe, expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { dec, EUR, flat, metered, price, seats, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { type CatalogContext, checkPlan, type PlanDraft } from './check-plan.ts';
import { type Meter, readingOf, sumReadings } from './meter.ts';
import type { Tier } from './price-model.ts';

const meter: Meter = {
  id: 'meter_api',
  key: 'api',
  name: 'API',
  eventType: 'api',
  aggregation: 'sum',
  valueProperty: 'bytes',
  unitProperty: null,
};
const context: CatalogContext = {
  meters: [meter],
  features: [
    { id: 'f_api', key: 'api', name: 'API', kind: 'metered', meterId: 'meter_api' },
    { id: 'f_sso', key: 'sso', name: 'SSO', kind: 'boolean', meterId: null },
  ],
};

function draft(overrides: Partial<PlanDraft>): PlanDraft {
  return { currency: EUR, prices: [], entitlements: [], trialDays: 0, ...overrides };
}

function codes(overrides: Partial<PlanDraft>): string[] {
  return checkPlan(draft(overrides), context).map((fault) => `${fault.pointer} ${fault.code}`);
}

function tier(upTo: string | null): Tier {
  return { upTo: upTo === null ? null : dec(upTo), unitPrice: dec('1'), flatMinor: 0n };
}

function tiered(...tiers: Tier[]) {
  return {
    prices: [price('t', { model: { kind: 'graduated', per: 1n, tiers }, quantity: { kind: 'seats' } })],
  };
}

describe('checkPlan', () => {
  test('a sound plan has no faults', () => {
    expect(
      codes({
        prices: [
          flat('base', 900n),
          seats('seat', '5'),
          metered('api', '0.01'),
          { ...tiered(tier('10'), tier(null)).prices[0]!, key: 'x' },
        ],
        entitlements: [
          {
            kind: 'metered',
            featureId: 'f_api',
            limit: dec('100'),
            reset: 'billing_period',
            overage: 'block',
          },
          { kind: 'boolean', featureId: 'f_sso', enabled: true },
        ],
        trialDays: 14,
      }),
    ).toEqual([]);
  });

  test('I66 all faults of a plan are found at once, each with its place', () => {
    expect(
      codes({
        currency: 'XXX' as typeof EUR,
        trialDays: 1.5,
        prices: [
          flat('Base', -1n),
          metered('api', '0.01', { timing: 'in_advance' }),
          metered('api', '-0.01', { quantity: { kind: 'meter', meterId: 'none' } }),
          flat('flat', 1n, { quantity: { kind: 'seats' }, cadence: { interval: 'month', count: 0 } }),
        ],
        entitlements: [
          { kind: 'boolean', featureId: 'f_api', enabled: true },
          { kind: 'metered', featureId: 'f_api', limit: dec('-1'), reset: 'day', overage: 'allow' },
          { kind: 'boolean', featureId: 'f_none', enabled: true },
        ],
      }),
    ).toEqual([
      '/currency currency.unknown',
      '/trial_days plan.trial_days',
      '/prices/0/key key.malformed',
      '/prices/0/model/amount_minor amount.out_of_range',
      '/prices/1/timing price.meter_in_advance',
      '/prices/2/key key.duplicate',
      '/prices/2/quantity/meter_id meter.unknown',
      '/prices/2/model/unit_price price.unit_price',
      '/prices/3/model price.flat_with_quantity',
      '/prices/3/cadence price.cadence',
      '/entitlements/0/kind entitlement.kind_mismatch',
      '/entitlements/1/feature_id entitlement.duplicate',
      '/entitlements/1/limit entitlement.limit',
      '/entitlements/2/feature_id feature.unknown',
    ]);
  });

  test('I34 tiers neither overlap nor leave a quantity without a price', () => {
    expect(codes(tiered())).toEqual(['/prices/0/model/tiers price.tiers_count']);
    expect(codes(tiered(tier('10')))).toEqual(['/prices/0/model/tiers/0/up_to price.tier_not_open']);
    expect(codes(tiered(tier('10'), tier('10'), tier(null)))).toEqual([
      '/prices/0/model/tiers/1/up_to price.tier_overlap',
    ]);
    expect(codes(tiered(tier(null), tier(null)))).toEqual([
      '/prices/0/model/tiers/0/up_to price.tier_open_inside',
    ]);
    expect(codes(tiered(tier('0'), tier(null)))).toEqual([
      '/prices/0/model/tiers/0/up_to price.tier_overlap',
    ]);
  });

  test('a plan stays small enough for a change of plan, and a price covers whole units', () => {
    const many = Array.from({ length: 51 }, (_, index) => flat(`p${index}`, 1n));
    expect(codes({ prices: many })).toEqual(['/prices plan.too_many_prices']);
    const none = price('none', {
      model: { kind: 'per_unit', unitPrice: dec('1'), per: 0n },
      quantity: { kind: 'seats' },
    });
    expect(codes({ prices: [none], currency: currencyCode('JPY') })).toEqual([
      '/prices/0/model/per price.per',
    ]);
  });
});

describe('readings', () => {
  test('a count reads one, a sum reads its property exactly', () => {
    expect(unwrap(readingOf({ ...meter, aggregation: 'count' }, {}))).toBe(dec('1'));
    expect(unwrap(readingOf(meter, { bytes: 2147483648 }))).toBe(dec('2147483648'));
    expect(unwrap(readingOf(meter, { bytes: '0.1' }))).toBe(dec('0.1'));
  });

  test('a fraction as a JSON number is refused, because it is not exact', () => {
    for (const bytes of [0.1, '1e3', true, [1], 2 ** 60])
      expect(codeOf(readingOf(meter, { bytes }))).toBe('meter.value_malformed');
    for (const data of [{}, { bytes: null }])
      expect(codeOf(readingOf(meter, data))).toBe('meter.value_missing');
    expect(codeOf(readingOf({ ...meter, valueProperty: null, unitProperty: null }, {}))).toBe(
      'meter.value_missing',
    );
  });

  test('I568 a reading has at most 18 digits before its point, so that no event makes a figure too large to be added to', () => {
    for (const sign of ['', '-']) {
      const most = `${sign}${'9'.repeat(18)}.999999999999`;
      expect(unwrap(readingOf(meter, { bytes: most }))).toBe(dec(most));
      expect(codeOf(readingOf(meter, { bytes: `${sign}1${'0'.repeat(18)}` }))).toBe('meter.value_malformed');
    }
  });

  test('sums are exact and refuse to leave the range of the database', () => {
    expect(unwrap(sumReadings([dec('0.1'), dec('0.2')]))).toBe(dec('0.3'));
    expect(codeOf(sumReadings([dec('9'.repeat(26)), dec('1')]))).toBe('meter.sum_out_of_range');
  });
});
