import type { PercentageModel } from '../catalog/price-model.ts';
import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { rational } from '../money/rational.ts';
import { notNegative } from './billable-units.ts';
import type { RatingPolicy } from './policy.ts';
import type { PriceReading } from './reading.ts';
import { rationalOf, sliceOf } from './slice.ts';
import type { TierSlice } from './trace.ts';

/** What of one event is free: nothing, a part of its amount, or all of it. */
interface Allowance {
  readonly isWhole: boolean;
  readonly freeAmount: bigint;
}

/** Events that end the same way, counted together, so that an explanation stays short for millions of them. */
interface Tally {
  rated: bigint;
  fees: bigint;
  raised: bigint;
  lowered: bigint;
  free: bigint;
}

/**
 * The amounts of the events that a model is over, in order. A period without any usage has no events. Refusals:
 * `rating.amounts_missing`, `rating.quantity_negative`.
 */
export function eventAmounts(reading: PriceReading, policy: RatingPolicy): Result<readonly Decimal12[]> {
  const { amounts } = reading;
  if (amounts === undefined) {
    return reading.quantity === DECIMAL12_ZERO
      ? ok([])
      : refuse('rating.amounts_missing', 'This price needs the amount of every event.');
  }
  const kept: Decimal12[] = [];
  for (const amount of amounts) {
    const counted = notNegative(amount, policy);
    if (!counted.ok) return counted;
    if (amount >= 0n) kept.push(amount);
  }
  return ok(kept);
}

/** False for a plain share: without fees, bounds and free events, a share of every event is a share of their sum. */
export function needsSingleEvents(model: PercentageModel): boolean {
  return (
    model.fixedFee !== DECIMAL12_ZERO ||
    model.freeEvents !== null ||
    model.minimumPerEvent !== null ||
    model.maximumPerEvent !== null
  );
}

/** A share of each event and a fee for it, within the bounds of an event, beyond the free allowance. */
export function percentageSlices(
  model: PercentageModel,
  amounts: readonly Decimal12[],
  currency: CurrencyCode,
  policy: RatingPolicy,
): readonly TierSlice[] {
  const tally: Tally = { rated: 0n, fees: 0n, raised: 0n, lowered: 0n, free: 0n };
  const allowance = allowanceOf(model, policy);
  for (const amount of amounts) {
    const { isWhole, freeAmount } = allowance(amount);
    if (isWhole || (amount === 0n && policy.zeroAmountEvent === 'free')) {
      tally.free += 1n;
      const paysMinimum = isWhole && policy.freeEventMinimum === 'on_all_events';
      if (paysMinimum && model.minimumPerEvent !== null) tally.raised += 1n;
    } else countEvent(tally, model, amount - freeAmount, policy);
  }
  return tallySlices(tally, model, currency);
}

/** Says event by event what is free, in order: by number of events, by sum of amounts, or both. */
function allowanceOf(model: PercentageModel, policy: RatingPolicy): (amount: bigint) => Allowance {
  const { freeEvents, freeAmount } = model;
  const isBoth = freeEvents !== null && freeAmount !== null;
  let events = 0n;
  let sum = 0n;
  return (amount) => {
    const hasEvents = freeEvents !== null && events < freeEvents;
    const left = freeAmount === null || sum >= freeAmount ? 0n : freeAmount - sum;
    events += 1n;
    sum += amount;
    if (isBoth && policy.freeAllowance === 'first_limit_ends_it') {
      if (!hasEvents || left === 0n) return NOTHING_FREE;
      return { isWhole: amount <= left, freeAmount: amount <= left ? amount : left };
    }
    if (hasEvents || (left > 0n && amount <= left)) return { isWhole: true, freeAmount: amount };
    return { isWhole: false, freeAmount: left };
  };
}

const NOTHING_FREE: Allowance = { isWhole: false, freeAmount: 0n };

/** Compares in units of 10^-26, so that a share in percent and a fee with twelve places are both whole. */
function countEvent(tally: Tally, model: PercentageModel, charged: bigint, policy: RatingPolicy): void {
  const scaleOf = (figure: bigint) => figure * DECIMAL12_SCALE * 100n;
  const isFeeBounded = policy.perEventBounds === 'after_fixed_fee';
  const share = charged * model.ratePercent;
  const bounded = isFeeBounded ? share + scaleOf(model.fixedFee) : share;
  const isLow = model.minimumPerEvent !== null && bounded < scaleOf(model.minimumPerEvent);
  const isHigh = model.maximumPerEvent !== null && bounded > scaleOf(model.maximumPerEvent);
  if (isHigh) tally.lowered += 1n;
  else if (isLow) tally.raised += 1n;
  else tally.rated += charged;
  if (!isFeeBounded || (!isLow && !isHigh)) tally.fees += 1n;
}

function tallySlices(tally: Tally, model: PercentageModel, currency: CurrencyCode): readonly TierSlice[] {
  const slices: TierSlice[] = [
    sliceOf(
      {
        label: 'rate',
        unit: 'money',
        quantity: rationalOf(decimal12FromScaled(tally.rated)),
        unitPrice: model.ratePercent,
        per: 100n,
      },
      currency,
    ),
  ];
  const add = (label: string, count: bigint, unitPrice: Decimal12 | null) => {
    if (count === 0n) return;
    const quantity = rational(count, 1n);
    slices.push(
      sliceOf({ label, unit: 'events', quantity, unitPrice: unitPrice ?? DECIMAL12_ZERO }, currency),
    );
  };
  add('fixed_fee', tally.fees, model.fixedFee);
  add('minimum_per_event', tally.raised, model.minimumPerEvent);
  add('maximum_per_event', tally.lowered, model.maximumPerEvent);
  add('free', tally.free, null);
  return slices;
}
