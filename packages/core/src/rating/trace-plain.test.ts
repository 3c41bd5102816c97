import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type PriceTerms } from '../catalog/price.ts';
import type { PriceModel, Tier } from '../catalog/price-model.ts';
import { currencyCode } from '../money/currency.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { DEFAULT_RATING_POLICY } from './policy.ts';
import { rateReading } from './rate-reading.ts';
import { plainTracer } from './trace-plain.ts';

const EUR = currencyCode('EUR');
const POLICY = { ...DEFAULT_RATING_POLICY, rounding: 'up' } as const;
/** 10 cents up to 100, 5 cents and 3 euros up to 150, a fine price beyond. */
const TIERS: readonly Tier[] = [
  { upTo: dec('100'), unitPrice: dec('0.10'), flatMinor: 0n },
  { upTo: dec('150'), unitPrice: dec('0.05'), flatMinor: 300n },
  { upTo: null, unitPrice: dec('0.0123'), flatMinor: 7n },
];
const tiered = (kind: 'graduated' | 'volume', tiers = TIERS, per = 1n): PriceModel => ({ kind, per, tiers });
const tracer = (model: PriceModel, terms: Partial<PriceTerms> = {}) =>
  plainTracer({ model, terms: { ...DEFAULT_PRICE_TERMS, ...terms } }, EUR, POLICY);

describe('the prepared trace of tiers', () => {
  test.each([
    ['graduated', '0.000000000001', 1n, 1],
    ['graduated', '100', 1000n, 1],
    ['graduated', '100.000000000001', 1301n, 2],
    // 1,000 and 300 + 250, then 7 and 10 × 1.23 cents.
    ['graduated', '150', 1550n, 2],
    ['graduated', '160', 1570n, 3],
    ['volume', '100', 1000n, 1],
    ['volume', '150', 1050n, 1],
    ['volume', '160', 204n, 1],
  ] as const)(
    'of %s at %s costs %s in %i slices, as the exact rating',
    (kind, quantity, amountMinor, slices) => {
      const rating = tracer(tiered(kind))?.(dec(quantity));
      expect(rating?.amountMinor).toBe(amountMinor);
      expect(rating?.trace.slices).toHaveLength(slices);
      const price = { model: tiered(kind), terms: DEFAULT_PRICE_TERMS };
      expect(rating).toEqual(unwrap(rateReading(price, { quantity: dec(quantity) }, EUR, POLICY)));
    },
  );

  test('keeps an amount that was rated already', () => {
    const rating = tracer(tiered('graduated'))?.(dec('160'), 1569n);
    expect([rating?.amountMinor, rating?.trace.amountMinor]).toEqual([1569n, 1569n]);
    expect(rating?.exactMinor).toEqual(tracer(tiered('graduated'))?.(dec('160'))?.exactMinor);
  });

  test('counts a price for several units, in as many slices', () => {
    const price = { model: tiered('graduated', TIERS, 3n), terms: DEFAULT_PRICE_TERMS };
    expect(tracer(price.model)?.(dec('151'))).toEqual(
      unwrap(rateReading(price, { quantity: dec('151') }, EUR, POLICY)),
    );
  });

  test('is left to the exact rating where nothing was used', () => {
    for (const kind of ['graduated', 'volume'] as const) {
      expect(tracer(tiered(kind))?.(dec('0'))).toBeNull();
      expect(tracer(tiered(kind))?.(dec('-1'))).toBeNull();
    }
  });
});

describe('no trace is prepared', () => {
  test('of a price with further terms', () => {
    const conversion = { operation: 'divide', factor: dec('3'), rounding: 'none', places: 0 } as const;
    const terms: readonly Partial<PriceTerms>[] = [
      { conversion },
      { includedUnits: dec('1') },
      { discountPercent: dec('1') },
      { minimumMinor: 0n },
      { maximumMinor: 0n },
    ];
    for (const more of terms) expect(tracer(tiered('graduated'), more)).toBeNull();
    expect(tracer(tiered('graduated'))).not.toBeNull();
  });

  test('of another model, of tiers with an end or a bound of their own, and of none', () => {
    expect(tracer({ kind: 'flat', amountMinor: 1n })).toBeNull();
    expect(tracer({ kind: 'per_unit', unitPrice: dec('1'), per: 1n })).toBeNull();
    for (const kind of ['graduated', 'volume'] as const) {
      expect(tracer(tiered(kind, TIERS.slice(0, 2)))).toBeNull();
      expect(tracer(tiered(kind, []))).toBeNull();
      const [first, ...rest] = TIERS as readonly [Tier, ...Tier[]];
      expect(tracer(tiered(kind, [{ ...first, capMinor: 5n }, ...rest]))).toBeNull();
      expect(tracer(tiered(kind, [{ ...first, capMinor: null }, ...rest]))).not.toBeNull();
    }
  });
});
