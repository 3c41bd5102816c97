import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type PriceTerms } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { currencyCode } from '../money/currency.ts';
import { addRational, formatRational } from '../money/rational.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from './policy.ts';
import { rateReading } from './rate-reading.ts';
import type { LinePlace } from './reading.ts';
import { verifyTrace } from './verify-trace.ts';

const EUR = currencyCode('EUR');
const tiers = [
  { upTo: dec('10'), unitPrice: dec('1'), flatMinor: 500n },
  { upTo: dec('20'), unitPrice: dec('0.5'), flatMinor: 200n },
  { upTo: null, unitPrice: dec('0.1'), flatMinor: 0n },
];
const perUnit: PriceModel = { kind: 'per_unit', unitPrice: dec('1'), per: 1n };
const models: readonly PriceModel[] = [
  perUnit,
  { kind: 'graduated', tiers, per: 1n },
  { kind: 'package', size: dec('7'), packagePrice: dec('3') },
  { kind: 'dynamic_multiplier', multiplier: dec('1.5') },
  { kind: 'volume', tiers, per: 1n },
  { kind: 'stair_step', steps: tiers.map(({ upTo, flatMinor }) => ({ upTo, amountMinor: flatMinor })) },
  { kind: 'flat', amountMinor: 700n },
];

function rate(
  model: PriceModel,
  quantity: Decimal12,
  line: LinePlace,
  terms: Partial<PriceTerms> = {},
  policy: Partial<RatingPolicy> = {},
) {
  const price = { model, terms: { ...DEFAULT_PRICE_TERMS, ...terms } };
  const rating = unwrap(rateReading(price, { quantity, line }, EUR, { ...DEFAULT_RATING_POLICY, ...policy }));
  expect(verifyTrace(rating.trace)).toEqual({ ok: true });
  return rating;
}

describe('a period on several lines', () => {
  test('I95 its lines cost exactly what one line over all of it costs', () => {
    const units = fc.bigInt({ min: 0n, max: 60n * 10n ** 12n }).map((value) => value as Decimal12);
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        units,
        units,
        fc.constantFrom(dec('0'), dec('4'), dec('25')),
        fc.option(fc.bigInt({ min: 0n, max: 3000n }), { nil: null }),
        fc.option(fc.bigInt({ min: 3000n, max: 6000n }), { nil: null }),
        (model, first, second, includedUnits, minimumMinor, maximumMinor) => {
          const isByUnit = !['flat', 'dynamic_multiplier'].includes(model.kind);
          const terms = { minimumMinor, maximumMinor, ...(isByUnit ? { includedUnits } : {}) };
          const whole = rate(
            model,
            (first + second) as Decimal12,
            { position: 'single', before: null },
            terms,
          );
          const mid = rate(model, first, { position: 'mid', before: null }, terms);
          // Earlier lines bill whole minor units; the last one brings the period to its amount, but for that rounding.
          const before = { quantity: first, billedMinor: mid.amountMinor };
          const last = rate(model, second, { position: 'last', before }, terms);
          const difference = mid.amountMinor + last.amountMinor - whole.amountMinor;
          expect(difference >= -1n && difference <= 1n).toBe(true);
          if (minimumMinor === null && maximumMinor === null) {
            expect(formatRational(addRational(mid.exactMinor, last.exactMinor))).toBe(
              formatRational(whole.exactMinor),
            );
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('an amount that only the whole period decides is billed on its last line', () => {
    for (const model of models.slice(4)) {
      expect(rate(model, dec('5'), { position: 'mid', before: null }).amountMinor).toBe(0n);
    }
  });

  test('the minimum is topped up on the last line, or on every line', () => {
    const terms = { minimumMinor: 1000n };
    const mid: LinePlace = { position: 'mid', before: null };
    expect(rate(perUnit, dec('2'), mid, terms).amountMinor).toBe(200n);
    const every = { minimumSpend: 'every_line' } as const;
    expect(rate(perUnit, dec('2'), mid, terms, every).amountMinor).toBe(1000n);
    const last: LinePlace = { position: 'last', before: { quantity: dec('2'), billedMinor: 1000n } };
    expect(rate(perUnit, dec('3'), last, terms, every).amountMinor).toBe(300n);
  });

  test('a maximum that earlier lines have reached leaves nothing to bill', () => {
    const last: LinePlace = { position: 'last', before: { quantity: dec('9'), billedMinor: 900n } };
    expect(rate(perUnit, dec('3'), last, { maximumMinor: 800n }).amountMinor).toBe(0n);
  });

  test('units are converted line by line or over their sum, in either order with included units', () => {
    const conversion = { operation: 'divide', factor: dec('1000'), rounding: 'ceiling', places: 0 } as const;
    const line: LinePlace = { position: 'last', before: { quantity: dec('1400'), billedMinor: 0n } };
    const cumulative = { splitUnitRounding: 'cumulative' } as const;
    const included = { conversion, includedUnits: dec('1') };
    const first = { unitDiscountOrder: 'discount_then_convert' } as const;
    expect(rate(perUnit, dec('1300'), line, { conversion }).amountMinor).toBe(200n);
    expect(rate(perUnit, dec('1300'), line, { conversion }, cumulative).amountMinor).toBe(100n);
    expect(rate(perUnit, dec('1300'), line, included, cumulative).amountMinor).toBe(100n);
    expect(rate(perUnit, dec('1300'), line, included, { ...first, ...cumulative }).amountMinor).toBe(100n);
    expect(rate(perUnit, dec('1300'), line, included, first).amountMinor).toBe(200n);
  });
});
