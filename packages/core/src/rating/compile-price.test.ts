import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type PriceTerms } from '../catalog/price.ts';
import type { PriceModel, Tier } from '../catalog/price-model.ts';
import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { currencyCode } from '../money/currency.ts';
import type { RoundingMode } from '../money/round.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { compilePrice } from './compile-price.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from './policy.ts';
import { rateReading } from './rate-reading.ts';
import { plainTracer } from './trace-plain.ts';

const CURRENCIES = ['USD', 'JPY', 'KWD'].map(currencyCode);
const ONE = 10n ** 12n;
/** Prices checked, each with as many quantities. `test:proof` does the millions. */
const PRICES = 400;
const QUANTITIES = 50;

/** Whole units, thousandths, the finest parts, and bounds with their neighbours. */
const quantities = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 7n }).map((units) => units * ONE),
  fc.bigInt({ min: 0n, max: 10n ** 10n }).map((thousandths) => thousandths * 10n ** 9n),
  fc.bigInt({ min: -(10n ** 13n), max: 10n ** 26n }),
  fc.constantFrom(0n, 1n, ONE - 1n, ONE, ONE + 1n, 2n ** 53n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 64n + 1n),
);

/** Prices as sellers write them, with few places, and as nobody does. */
const unitPrices = fc.oneof(
  fc.bigInt({ min: 0n, max: 1_000_000n }).map((cents) => cents * 10n ** 8n),
  fc.bigInt({ min: 0n, max: 10n ** 20n }),
);
const widths = fc.oneof(
  fc.bigInt({ min: 1n, max: 100_000n }).map((units) => units * ONE),
  fc.bigInt({ min: 1n, max: 10n ** 18n }),
);

const tiersOf = fc
  .array(fc.tuple(widths, unitPrices, fc.bigInt({ min: 0n, max: 10n ** 6n })), { minLength: 1, maxLength: 6 })
  .map((rows) => {
    let bound = 0n;
    return rows.map(([width, unitPrice, flatMinor], index): Tier => {
      bound += width;
      const upTo = index === rows.length - 1 ? null : (bound as Decimal12);
      return { upTo, unitPrice: unitPrice as Decimal12, flatMinor };
    });
  });
const pers = fc.constantFrom(1n, 3n, 1000n, 1_048_576n);

const models: fc.Arbitrary<PriceModel> = fc.oneof(
  fc.record({ kind: fc.constantFrom('graduated' as const, 'volume' as const), tiers: tiersOf, per: pers }),
  fc
    .tuple(unitPrices, pers)
    .map(([unitPrice, per]): PriceModel => ({ kind: 'per_unit', unitPrice: unitPrice as Decimal12, per })),
  tiersOf.map(
    (tiers): PriceModel => ({
      kind: 'stair_step',
      steps: tiers.map(({ upTo, flatMinor }) => ({ upTo, amountMinor: flatMinor })),
    }),
  ),
  fc.bigInt({ min: 0n, max: 10n ** 9n }).map((amountMinor): PriceModel => ({ kind: 'flat', amountMinor })),
);

const bounds = fc.option(fc.bigInt({ min: 0n, max: 10n ** 8n }), { nil: null });
const terms: fc.Arbitrary<PriceTerms> = fc.record({
  includedUnits: fc.oneof(fc.constant(0n), widths).map((units) => units as Decimal12),
  minimumMinor: bounds,
  maximumMinor: bounds,
  conversion: fc.constant(null),
  discountPercent: fc.constant(0n as Decimal12),
});
const policies: fc.Arbitrary<RatingPolicy> = fc
  .tuple(
    fc.constantFrom<RoundingMode>('half_away_from_zero', 'up', 'down'),
    fc.constantFrom('charged' as const, 'free' as const),
  )
  .map(([rounding, zeroQuantity]) => ({ ...DEFAULT_RATING_POLICY, rounding, zeroQuantity }));

describe('a compiled price', () => {
  test('I94 rates as the exact fractions do, for every quantity, price, currency and rounding', () => {
    fc.assert(
      fc.property(
        models,
        terms,
        policies,
        fc.constantFrom(...CURRENCIES),
        fc.array(quantities, { minLength: QUANTITIES, maxLength: QUANTITIES }),
        (model, priceTerms, policy, currency, many) => {
          const price = { model, terms: priceTerms };
          const compiled = compilePrice(price, currency, policy);
          expect(compiled).not.toBeNull();
          for (const quantity of many) {
            const reading = { quantity: quantity as Decimal12 };
            const exact = unwrap(rateReading(price, reading, currency, policy)).amountMinor;
            if (compiled?.(quantity) !== exact)
              expect([quantity, compiled?.(quantity)]).toEqual([quantity, exact]);
          }
        },
      ),
      { numRuns: PRICES },
    );
  });

  test('I94 the prepared traces of tiers are those of the exact rating', () => {
    let traced = 0;
    fc.assert(
      fc.property(
        models,
        policies,
        fc.constantFrom(...CURRENCIES),
        fc.array(quantities, { minLength: 20, maxLength: 20 }),
        (model, policy, currency, many) => {
          const price = { model, terms: DEFAULT_PRICE_TERMS };
          const tracer = plainTracer(price, currency, policy);
          for (const quantity of many.map(decimal12FromScaled)) {
            const rating = tracer?.(quantity) ?? null;
            if (rating === null) continue;
            expect(rating).toEqual(unwrap(rateReading(price, { quantity }, currency, policy)));
            traced += 1;
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(traced).toBeGreaterThan(400);
  });

  test('is not made where an amount is no straight line or the policy needs more', () => {
    const perUnit: PriceModel = { kind: 'per_unit', unitPrice: dec('1'), per: 1n };
    const compile = (
      model: PriceModel,
      change: Partial<PriceTerms> = {},
      policy: Partial<RatingPolicy> = {},
    ) =>
      compilePrice({ model, terms: { ...DEFAULT_PRICE_TERMS, ...change } }, currencyCode('EUR'), {
        ...DEFAULT_RATING_POLICY,
        ...policy,
      });
    const tier = { unitPrice: dec('1'), flatMinor: 0n };
    expect(compile(perUnit)).not.toBeNull();
    expect(compile(perUnit, { discountPercent: dec('5') })).toBeNull();
    const conversion = { operation: 'divide', factor: dec('3'), rounding: 'none', places: 0 } as const;
    expect(compile(perUnit, { conversion })).toBeNull();
    expect(compile(perUnit, {}, { rounding: 'half_even' })).toBeNull();
    expect(compile(perUnit, {}, { negativeQuantity: 'reject' })).toBeNull();
    expect(compile({ kind: 'dynamic' })).toBeNull();
    expect(compile({ kind: 'graduated', per: 1n, tiers: [] })).toBeNull();
    expect(compile({ kind: 'graduated', per: 1n, tiers: [{ ...tier, upTo: dec('5') }] })).toBeNull();
    expect(compile({ kind: 'volume', per: 1n, tiers: [{ ...tier, upTo: null, capMinor: 5n }] })).toBeNull();
    expect(compile({ kind: 'stair_step', steps: [{ upTo: dec('5'), amountMinor: 1n }] })).toBeNull();
  });

  test('rates large and fine quantities through big integers, and a negative one as zero', () => {
    const price = {
      model: { kind: 'per_unit', unitPrice: dec('0.000000000001'), per: 1n } as const,
      terms: DEFAULT_PRICE_TERMS,
    };
    const rate = compilePrice(price, currencyCode('USD'));
    expect(rate?.(dec('5000000000'))).toBe(1n);
    expect(rate?.(dec('4999999999.999999999999'))).toBe(0n);
    expect(rate?.(dec('-5000000000'))).toBe(0n);
  });
});
