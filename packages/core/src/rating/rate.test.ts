import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS } from '../catalog/price.ts';
import type { GraduatedModel, PriceModel } from '../catalog/price-model.ts';
import { type Decimal12, decimal12FromInteger } from '../kernel/decimal.ts';
import { type CurrencyCode, currencyCode } from '../money/currency.ts';
import { addRational, compareRational, formatRational, RATIONAL_ZERO, rational } from '../money/rational.ts';
import type { RoundingMode } from '../money/round.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { DEFAULT_RATING_POLICY } from './policy.ts';
import { rateReading } from './rate-reading.ts';

const USD = currencyCode('USD');

function rateQuantity(
  model: PriceModel,
  quantity: Decimal12,
  currency: CurrencyCode,
  rounding: RoundingMode = 'half_away_from_zero',
) {
  const price = { model, terms: DEFAULT_PRICE_TERMS };
  return unwrap(rateReading(price, { quantity }, currency, { ...DEFAULT_RATING_POLICY, rounding }));
}

const graduated: GraduatedModel = {
  kind: 'graduated',
  per: 1n,
  tiers: [
    { upTo: dec('50'), unitPrice: dec('0'), flatMinor: 0n },
    { upTo: dec('200'), unitPrice: dec('0.01'), flatMinor: 0n },
    { upTo: null, unitPrice: dec('0.005'), flatMinor: 0n },
  ],
};

test('I62 an amount is rounded once, at the end', () => {
  expect(rateQuantity(graduated, dec('482'), USD).amountMinor).toBe(291n);
  expect(rateQuantity(graduated, dec('51'), USD).amountMinor).toBe(1n);
  const halfCents: PriceModel = { kind: 'per_unit', unitPrice: dec('0.005'), per: 1n };
  expect(rateQuantity(halfCents, dec('3'), USD).amountMinor).toBe(2n);
  expect(rateQuantity(halfCents, dec('3'), USD, 'down').amountMinor).toBe(1n);
});

test('a flat price costs the same for any quantity', () => {
  expect(rateQuantity({ kind: 'flat', amountMinor: 999n }, dec('0'), USD).amountMinor).toBe(999n);
  expect(rateQuantity({ kind: 'flat', amountMinor: 999n }, dec('7'), USD).trace.slices).toEqual([]);
});

test('a price for many units charges parts in proportion', () => {
  const perMib: PriceModel = { kind: 'per_unit', unitPrice: dec('0.05'), per: 1_048_576n };
  const rating = rateQuantity(perMib, decimal12FromInteger(1_572_864n), USD);
  expect(formatRational(rating.exactMinor)).toBe('15/2');
  expect(rating.amountMinor).toBe(8n);
});

test('a negative quantity is charged as zero', () => {
  const rating = rateQuantity(graduated, dec('-5'), USD);
  expect(rating.amountMinor).toBe(0n);
  expect(rating.trace.quantity).toBe(0n);
});

test('I34 tier slices are disjoint and complete: their quantities and amounts add up', () => {
  const tiers = fc.array(
    fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 10n ** 15n })),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(tiers, fc.bigInt({ min: 0n, max: 10n ** 20n }), (steps, quantity) => {
      let bound = 0n;
      const model: GraduatedModel = {
        kind: 'graduated',
        per: 7n,
        tiers: steps.map(([width, unitPrice], index) => {
          bound += width;
          return {
            upTo: (index === steps.length - 1 ? null : bound) as Decimal12 | null,
            unitPrice: unitPrice as Decimal12,
            flatMinor: BigInt(index),
          };
        }),
      };
      const { exactMinor, trace } = rateQuantity(model, quantity as Decimal12, USD);
      let covered = RATIONAL_ZERO;
      let sum = RATIONAL_ZERO;
      for (const slice of trace.slices) {
        expect(compareRational(rational(slice.from, 10n ** 12n), covered)).toBe(0);
        covered = addRational(covered, slice.quantity);
        sum = addRational(sum, slice.exactMinor);
      }
      expect(compareRational(covered, rational(quantity, 10n ** 12n))).toBe(0);
      expect(formatRational(sum)).toBe(formatRational(exactMinor));
    }),
  );
});
