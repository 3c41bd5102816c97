import { DEFAULT_PRICE_TERMS } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { RoundingMode } from '../money/round.ts';
import { DEFAULT_RATING_POLICY } from './policy.ts';
import { rateReading } from './rate-reading.ts';
import type { Rating } from './trace.ts';

/**
 * What a quantity costs under a model that needs nothing else, without terms and by the usual policy. A negative
 * quantity (a sum meter fed with corrections) is charged as zero. The amount is exact until it is rounded once, at the
 * end.
 *
 * @throws InvariantError for a model that needs single events or values, which only metered prices may have
 */
export function rateQuantity(
  model: PriceModel,
  quantity: Decimal12,
  currency: CurrencyCode,
  rounding: RoundingMode = 'half_away_from_zero',
): Rating {
  const price = { model, terms: DEFAULT_PRICE_TERMS };
  const rating = rateReading(price, { quantity }, currency, { ...DEFAULT_RATING_POLICY, rounding });
  invariant(rating.ok, 'A price by quantity can be rated by its quantity.');
  return rating.value;
}
