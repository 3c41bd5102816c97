import { DEFAULT_RATING_POLICY, type RatingPolicy } from '@billhook/core/rating/policy';

/** Where each policy of a case is a setting of the engine, and the codes that the setting knows. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, Partial<RatingPolicy>>>>> = {
  bounded_last_tier: {
    bill_covered_units: { boundedLastTier: 'bill_covered_units' },
    reject: { boundedLastTier: 'reject' },
  },
  commitment_rounding: {
    // Fees are lines of their own, rounded before anything is compared with the commitment.
    round_each_then_subtract: {},
  },
  event_input: {
    sum_of_events: { eventInput: 'sum_of_events' },
    each_event: { eventInput: 'each_event' },
  },
  free_allowance: {
    first_limit_ends_it: { freeAllowance: 'first_limit_ends_it' },
    last_limit_ends_it: { freeAllowance: 'last_limit_ends_it' },
  },
  line_rounding: {
    round_line: { rounding: 'half_away_from_zero' },
    half_even: { rounding: 'half_even' },
    up: { rounding: 'up' },
    down: { rounding: 'down' },
  },
  minimum_spend: {
    last_line_only: { minimumSpend: 'last_line_only' },
    every_line: { minimumSpend: 'every_line' },
  },
  negative_quantity: {
    clamp_to_zero: { negativeQuantity: 'clamp_to_zero' },
    reject: { negativeQuantity: 'reject' },
  },
  per_event_bounds: {
    after_fixed_fee: { perEventBounds: 'after_fixed_fee' },
    before_fixed_fee: { perEventBounds: 'before_fixed_fee' },
    not_on_free_events: { freeEventMinimum: 'not_on_free_events' },
    on_all_events: { freeEventMinimum: 'on_all_events' },
  },
  prorated_tiers: {
    full_units_pick_tier: { proratedTiers: 'full_units_pick_tier' },
    prorated_units_pick_tier: { proratedTiers: 'prorated_units_pick_tier' },
  },
  split_unit_rounding: {
    each_line_alone: { splitUnitRounding: 'each_line_alone' },
    cumulative: { splitUnitRounding: 'cumulative' },
  },
  unit_discount_order: {
    convert_round_then_discount: { unitDiscountOrder: 'convert_round_then_discount' },
    discount_then_convert: { unitDiscountOrder: 'discount_then_convert' },
  },
  zero_amount_event: {
    fixed_and_minimum_apply: { zeroAmountEvent: 'fixed_and_minimum_apply' },
    free: { zeroAmountEvent: 'free' },
  },
  zero_quantity_first_tier_flat: {
    charged: { zeroQuantity: 'charged' },
    free: { zeroQuantity: 'free' },
  },
};

/** The engine's settings for the policies of a case, or a sentence that names the one that it does not know. */
export function ratingPolicyOf(policies: Readonly<Record<string, string>>): RatingPolicy | string {
  let policy = DEFAULT_RATING_POLICY;
  for (const [key, code] of Object.entries(policies)) {
    const setting = SETTINGS[key]?.[code];
    if (setting === undefined) return `No setting of the engine is the policy ${key}: ${code}.`;
    policy = { ...policy, ...setting };
  }
  return policy;
}
