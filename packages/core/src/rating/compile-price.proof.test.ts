import { expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS } from '../catalog/price.ts';
import type { PriceModel, Tier } from '../catalog/price-model.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { currencyCode } from '../money/currency.ts';
import { unwrap } from '../testing/factories.ts';
import { compilePrice } from './compile-price.ts';
import { DEFAULT_RATING_POLICY } from './policy.ts';
import { rateReading } from './rate-reading.ts';

const RATINGS = 5_000_000;
const CURRENCIES = ['USD', 'JPY', 'KWD'].map(currencyCode);

/** Xorshift: the same numbers in every run, at a rate that millions need. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

test('I94 millions of ratings equal those of the exact fractions', { timeout: 300_000 }, () => {
  const next = numbers(2_463_534_242);
  let done = 0;
  for (let priceNumber = 0; done < RATINGS; priceNumber += 1) {
    const tiers: Tier[] = [];
    let bound = 0n;
    const count = 1 + (next() % 5);
    for (let index = 0; index < count; index += 1) {
      bound += BigInt(1 + (next() % 50_000)) * 10n ** BigInt(9 + (next() % 4));
      const places = 10n ** BigInt(6 + (next() % 6));
      tiers.push({
        upTo: index === count - 1 ? null : (bound as Decimal12),
        unitPrice: (BigInt(next() % 100_000) * places) as Decimal12,
        flatMinor: BigInt(next() % 1000),
      });
    }
    const model: PriceModel = { kind: priceNumber % 3 === 0 ? 'volume' : 'graduated', tiers, per: 1n };
    const currency = CURRENCIES[priceNumber % 3]!;
    const price = { model, terms: DEFAULT_PRICE_TERMS };
    const policy = {
      ...DEFAULT_RATING_POLICY,
      rounding: (['half_away_from_zero', 'up', 'down'] as const)[next() % 3]!,
    };
    const compiled = compilePrice(price, currency, policy);
    if (compiled === null) throw new Error('A price in tiers is compiled.');
    for (let index = 0; index < 2000; index += 1) {
      const quantity = (BigInt(next()) * 10n ** BigInt(5 + (next() % 9)) + BigInt(index % 2)) as Decimal12;
      const exact = unwrap(rateReading(price, { quantity }, currency, policy)).amountMinor;
      if (compiled(quantity) !== exact) expect([quantity, compiled(quantity)]).toEqual([quantity, exact]);
    }
    done += 2000;
  }
  expect(done).toBeGreaterThanOrEqual(RATINGS);
});
