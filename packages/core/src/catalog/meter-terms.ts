import type { Decimal12 } from '../kernel/decimal.ts';
import type { RoundingMode } from '../money/round.ts';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../time/instant.ts';
import type { PropertyFilter } from './property-filter.ts';

/** What a meter says beside what it adds up. None of it ever changes, because usage was counted by it. */
export interface MeterTerms {
  /** An event counts if all of these hold. */
  readonly filters: readonly PropertyFilter[];
  /** Properties by whose values usage is shown; an event without one stands under an empty value. */
  readonly groupBy: readonly string[];
  /** Of a meter of the kind `percentile`: above 0 up to 100. */
  readonly percentile: Decimal12 | null;
  /** Of a meter of the kind `weighted_sum`: for how long one unit is one unit of the sum. */
  readonly weightedBy: WeightUnit | null;
  /** How the figure of a period is rounded; null keeps it, to the twelfth place where it has no end as a decimal. */
  readonly rounding: QuantityRounding | null;
}

/** The figure of a period becomes a whole number of steps, once, when all of the period is known. */
export interface QuantityRounding {
  readonly step: Decimal12;
  readonly mode: RoundingMode;
}

export type WeightUnit = 'second' | 'minute' | 'hour' | 'day';

/** A day is 24 hours, whatever a zone does to its clocks. */
export const WEIGHT_UNIT_MS: Readonly<Record<WeightUnit, number>> = {
  second: MS_PER_SECOND,
  minute: MS_PER_MINUTE,
  hour: MS_PER_HOUR,
  day: MS_PER_DAY,
};

export const WEIGHT_UNITS: readonly WeightUnit[] = ['second', 'minute', 'hour', 'day'];

export const DEFAULT_METER_TERMS: MeterTerms = {
  filters: [],
  groupBy: [],
  percentile: null,
  weightedBy: null,
  rounding: null,
};
