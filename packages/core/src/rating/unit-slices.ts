import type { BlockTier, BlockTiersModel, CapacityTiersModel, MatrixModel } from '../catalog/price-model.ts';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { RATIONAL_ONE, rational } from '../money/rational.ts';
import { notNegative } from './billable-units.ts';
import type { RatingPolicy } from './policy.ts';
import type { PriceReading, ValueQuantity } from './reading.ts';
import { rationalOf, sliceOf } from './slice.ts';
import { beyondLastTier } from './tiered.ts';
import type { TierSlice } from './trace.ts';

type Slices = Result<readonly TierSlice[]>;

/** Quantities by value. Usage of nothing has no values. Refusal: `rating.values_missing`. */
function valuesOf(reading: PriceReading): Result<readonly ValueQuantity[]> {
  if (reading.byValue !== undefined) return ok(reading.byValue);
  return reading.quantity === DECIMAL12_ZERO
    ? ok([])
    : refuse('rating.values_missing', 'This price needs the quantity of every value.');
}

/** One price for each combination of values. Refusals: `rating.values_missing`, `rating.value_without_price`. */
export function matrixSlices(
  model: MatrixModel,
  reading: PriceReading,
  currency: CurrencyCode,
  policy: RatingPolicy,
): Slices {
  const byValue = valuesOf(reading);
  if (!byValue.ok) return byValue;
  const prices = new Map(model.cells.map((cell) => [JSON.stringify(cell.values), cell.unitPrice]));
  const slices: TierSlice[] = [];
  for (const { values, quantity } of byValue.value) {
    const counted = notNegative(quantity, policy);
    if (!counted.ok) return counted;
    const unitPrice = prices.get(JSON.stringify(values)) ?? model.otherUnitPrice;
    if (unitPrice === null) {
      return refuse('rating.value_without_price', 'A value of the usage has no price.', { values });
    }
    const label = values.join(' / ');
    slices.push(sliceOf({ label, quantity: rationalOf(counted.value), unitPrice, per: model.per }, currency));
  }
  return ok(slices);
}

/** Blocks of units in tiers. Refusals: `rating.values_missing`, `rating.value_without_price`, `rating.beyond_last_tier`. */
export function blockSlices(
  model: BlockTiersModel,
  reading: PriceReading,
  currency: CurrencyCode,
  policy: RatingPolicy,
): Slices {
  const byValue = valuesOf(reading);
  if (!byValue.ok) return byValue;
  const slices: TierSlice[] = [];
  for (const { values, quantity } of byValue.value) {
    const counted = notNegative(quantity, policy);
    if (!counted.ok) return counted;
    const name = values.join(' / ');
    const unit = model.units.find((candidate) => candidate.name === name);
    if (unit === undefined) {
      return refuse('rating.value_without_price', 'A unit of the usage has no price.', { values });
    }
    const more = blocksOf(unit.tiers, model.mode, counted.value, policy);
    if (!more.ok) return more;
    slices.push(
      ...more.value.map(({ tier, from, upTo, blocks }) =>
        sliceOf(
          {
            label: name,
            unit: 'blocks',
            from,
            upTo,
            quantity: rational(blocks, 1n),
            unitPrice: tier.blockPrice,
          },
          currency,
        ),
      ),
    );
  }
  return ok(slices);
}

interface Blocks {
  readonly tier: BlockTier;
  readonly from: Decimal12;
  readonly upTo: Decimal12 | null;
  readonly blocks: bigint;
}

function blocksOf(
  tiers: readonly BlockTier[],
  mode: BlockTiersModel['mode'],
  quantity: Decimal12,
  policy: RatingPolicy,
): Result<readonly Blocks[]> {
  const found: Blocks[] = [];
  let from = 0n;
  for (const [index, tier] of tiers.entries()) {
    if (quantity <= from && index > 0) break;
    const upTo = tier.maxBlocks === null ? null : from + tier.blockSize * tier.maxBlocks;
    const isLast = upTo === null || quantity <= upTo || index === tiers.length - 1;
    const isBeyond = upTo !== null && isLast && quantity > upTo;
    if (isBeyond && policy.boundedLastTier === 'reject') return beyondLastTier();
    const top = upTo !== null && quantity > upTo ? upTo : quantity;
    const counted = mode === 'top_tier' ? top : top - from;
    if (mode === 'all_tiers' || isLast) {
      found.push({
        tier,
        from: decimal12FromScaled(from),
        upTo: upTo === null ? null : decimal12FromScaled(upTo),
        blocks: (counted + tier.blockSize - 1n) / tier.blockSize,
      });
    }
    if (upTo === null) break;
    from = upTo;
  }
  return ok(found);
}

/** The first tier whose limits hold for every peak. Refusals: `rating.peaks_missing`, `rating.beyond_last_tier`. */
export function capacitySlices(
  model: CapacityTiersModel,
  reading: PriceReading,
  currency: CurrencyCode,
  policy: RatingPolicy,
): Slices {
  const { peaks } = reading;
  if (peaks === undefined && reading.quantity !== DECIMAL12_ZERO) {
    return refuse('rating.peaks_missing', 'This price needs the peak of every unit.');
  }
  const byName = new Map((peaks ?? []).map(({ values, quantity }) => [values.join(' / '), quantity]));
  const index = model.tiers.findIndex(({ limits }) =>
    limits.every(({ name, max }) => max === null || (byName.get(name) ?? DECIMAL12_ZERO) <= max),
  );
  if (index < 0 && policy.boundedLastTier === 'reject') return beyondLastTier();
  const at = index < 0 ? model.tiers.length - 1 : index;
  const flatMinor = model.tiers[at]?.amountMinor ?? 0n;
  const label = `tier ${at + 1}`;
  return ok([sliceOf({ label, quantity: RATIONAL_ONE, unitPrice: DECIMAL12_ZERO, flatMinor }, currency)]);
}
