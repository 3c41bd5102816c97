/** `second`: by elapsed time, to the millisecond. `day`: by local days. `none`: nothing is prorated. */
export type ProrationBasis = 'second' | 'day' | 'none';

/** How days are counted: as the calendar has them, or every month as 30 days. */
export type DayConvention = 'actual' | 'fixed_30';

/** What a seller decides about parts of periods. The denominator is no choice: it is always the full period. */
export interface ProrationPolicy {
  readonly basis: ProrationBasis;
  readonly days: DayConvention;
  /** By day: to whom the day of a change belongs. */
  readonly changeDay: 'new_plan' | 'old_plan';
  /** By day: whether the day on which service ends is charged. */
  readonly terminationDay: 'used' | 'unused';
  /** What of a change is rounded: every line, the sum of credits and the sum of charges, or their difference once. */
  readonly rounding: 'each_component' | 'credit_and_charge' | 'difference';
  /**
   * What a change gives back of prices in advance: the unused time, all that was charged for the running period, or
   * nothing but a period that began in the very moment of the change.
   */
  readonly changeCredit: 'unused_time' | 'whole_fee' | 'nothing';
  /** A change of seats as a credit of the old number and a charge of the new one, or as one entry of the difference. */
  readonly seats: 'credit_and_charge' | 'single_entry';
}

export const DEFAULT_PRORATION_POLICY: ProrationPolicy = {
  basis: 'second',
  days: 'actual',
  changeDay: 'new_plan',
  terminationDay: 'used',
  rounding: 'each_component',
  changeCredit: 'unused_time',
  seats: 'credit_and_charge',
};
