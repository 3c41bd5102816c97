import type { RoundingMode } from '../money/round.ts';

/** The seller's choices where sellers reasonably differ. Every member has a default. */
export interface RatingPolicy {
  /** How the amount of a line becomes minor units. */
  readonly rounding: RoundingMode;
  /** Whether zero usage pays the flat amount of the first tier. */
  readonly zeroQuantity: 'charged' | 'free';
  /** What a quantity above a last tier with an end does: it is billed up to the end, or refused. */
  readonly boundedLastTier: 'bill_covered_units' | 'reject';
  /** What a sum below zero does. */
  readonly negativeQuantity: 'clamp_to_zero' | 'reject';
  /** Whether minimum and maximum of an event bound its amount with its fixed fee or before it. */
  readonly perEventBounds: 'after_fixed_fee' | 'before_fixed_fee';
  /** Whether an event inside the free allowance pays the minimum of an event. */
  readonly freeEventMinimum: 'not_on_free_events' | 'on_all_events';
  /** Whether the free allowance ends with the first of its two limits or with the last. */
  readonly freeAllowance: 'first_limit_ends_it' | 'last_limit_ends_it';
  /** Whether an event over zero pays fixed fee and minimum. */
  readonly zeroAmountEvent: 'fixed_and_minimum_apply' | 'free';
  /** Whether tiers of percentages are laid over the sum of a period or over every event. */
  readonly eventInput: 'sum_of_events' | 'each_event';
  /** On which lines of a period on several lines the minimum is topped up. */
  readonly minimumSpend: 'last_line_only' | 'every_line';
  /** Whether lines of one period convert and round units on their own or as a difference of sums. */
  readonly splitUnitRounding: 'each_line_alone' | 'cumulative';
  /** Whether included units are counted in converted or in measured units. */
  readonly unitDiscountOrder: 'convert_round_then_discount' | 'discount_then_convert';
  /** Whether the discount is taken off before minimum and maximum apply, or after. */
  readonly discountOrder: 'before_bounds' | 'after_bounds';
  /** Whether whole units or prorated units choose the tier. */
  readonly proratedTiers: 'full_units_pick_tier' | 'prorated_units_pick_tier';
}

export const DEFAULT_RATING_POLICY: RatingPolicy = {
  rounding: 'half_away_from_zero',
  zeroQuantity: 'charged',
  boundedLastTier: 'bill_covered_units',
  negativeQuantity: 'clamp_to_zero',
  perEventBounds: 'after_fixed_fee',
  freeEventMinimum: 'not_on_free_events',
  freeAllowance: 'first_limit_ends_it',
  zeroAmountEvent: 'fixed_and_minimum_apply',
  eventInput: 'sum_of_events',
  minimumSpend: 'last_line_only',
  splitUnitRounding: 'each_line_alone',
  unitDiscountOrder: 'convert_round_then_discount',
  discountOrder: 'before_bounds',
  proratedTiers: 'full_units_pick_tier',
};
