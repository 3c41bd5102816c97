import type { Decimal12 } from '../kernel/decimal.ts';
import type { UnitPrice } from '../money/unit-price.ts';

/** How a quantity, or what is known of single events, becomes an amount. Closed: every place that rates knows them all. */
export type PriceModel =
  | FlatModel
  | PerUnitModel
  | GraduatedModel
  | VolumeModel
  | StairStepModel
  | PackageModel
  | PercentageModel
  | GraduatedPercentageModel
  | MatrixModel
  | DynamicModel
  | DynamicMultiplierModel
  | BlockTiersModel
  | CapacityTiersModel
  | ProratedGraduatedModel
  | CommitmentModel;

export const PRICE_MODEL_KINDS: readonly PriceModel['kind'][] = [
  'flat',
  'per_unit',
  'graduated',
  'volume',
  'stair_step',
  'package',
  'percentage',
  'graduated_percentage',
  'matrix',
  'dynamic',
  'dynamic_multiplier',
  'block_tiers',
  'capacity_tiers',
  'prorated_graduated',
  'commitment',
];

/** One amount a period, whatever the quantity. */
export interface FlatModel {
  readonly kind: 'flat';
  readonly amountMinor: bigint;
}

/** `per` units cost `unitPrice`; parts are charged in proportion. */
export interface PerUnitModel {
  readonly kind: 'per_unit';
  readonly unitPrice: UnitPrice;
  readonly per: bigint;
}

/** Each unit costs the price of the tier that it falls in. */
export interface GraduatedModel {
  readonly kind: 'graduated';
  readonly tiers: readonly Tier[];
  readonly per: bigint;
}

/** All units cost the price of the tier that the total falls in. */
export interface VolumeModel {
  readonly kind: 'volume';
  readonly tiers: readonly Tier[];
  readonly per: bigint;
}

export interface Tier {
  /** The last quantity of this tier, inclusive, in single units; null in the last tier, which is open. */
  readonly upTo: Decimal12 | null;
  readonly unitPrice: UnitPrice;
  /** Added once the tier is entered. The first tier is always entered, also by a quantity of zero. */
  readonly flatMinor: bigint;
  /** What this tier costs at most in a period, flat amount included; no limit if it is null or left out. */
  readonly capMinor?: bigint | null;
}

/** One amount for the step that the total falls on. */
export interface StairStepModel {
  readonly kind: 'stair_step';
  readonly steps: readonly StairStep[];
}

export interface StairStep {
  /** The last quantity of this step, inclusive; null in the last one. */
  readonly upTo: Decimal12 | null;
  readonly amountMinor: bigint;
}

/** A started package of `size` units costs as much as a full one. */
export interface PackageModel {
  readonly kind: 'package';
  readonly size: Decimal12;
  readonly packagePrice: UnitPrice;
}

/** A share of the amount of each event, for example of a payment, and a fee for it. All amounts in currency units. */
export interface PercentageModel {
  readonly kind: 'percentage';
  readonly ratePercent: Decimal12;
  readonly fixedFee: UnitPrice;
  /** How many events of a period are free; null if no number of events is. */
  readonly freeEvents: bigint | null;
  /** Up to which sum of amounts events of a period are free; null if no sum is. */
  readonly freeAmount: Decimal12 | null;
  readonly minimumPerEvent: UnitPrice | null;
  readonly maximumPerEvent: UnitPrice | null;
}

/** A share of an amount, by the tier that each part of it falls in. */
export interface GraduatedPercentageModel {
  readonly kind: 'graduated_percentage';
  readonly tiers: readonly PercentageTier[];
}

export interface PercentageTier {
  /** The last amount of this tier in currency units, inclusive; null in the last one. */
  readonly upTo: Decimal12 | null;
  readonly ratePercent: Decimal12;
  readonly flatMinor: bigint;
}

/** One unit price for each combination of values of some properties of the events. */
export interface MatrixModel {
  readonly kind: 'matrix';
  readonly dimensions: readonly string[];
  readonly cells: readonly MatrixCell[];
  /** For values that no cell names; null if these have no price. */
  readonly otherUnitPrice: UnitPrice | null;
  readonly per: bigint;
}

export interface MatrixCell {
  /** One value for each dimension, in their order. */
  readonly values: readonly string[];
  readonly unitPrice: UnitPrice;
}

/** Every event carries its own price in currency units. */
export interface DynamicModel {
  readonly kind: 'dynamic';
}

/** The quantity is an amount in currency units, for example what something cost the seller, and is multiplied. */
export interface DynamicMultiplierModel {
  readonly kind: 'dynamic_multiplier';
  readonly multiplier: Decimal12;
}

/** Units are sold in blocks; a started block counts whole. A tier holds `maxBlocks` blocks. */
export interface BlockTiersModel {
  readonly kind: 'block_tiers';
  /** `all_tiers`: each block at the price of its tier. `top_tier`: all blocks at the tier of the total. */
  readonly mode: 'all_tiers' | 'top_tier';
  readonly units: readonly { readonly name: string; readonly tiers: readonly BlockTier[] }[];
}

export interface BlockTier {
  readonly blockSize: Decimal12;
  /** Null for a tier without an end, which must be the last one. */
  readonly maxBlocks: bigint | null;
  readonly blockPrice: UnitPrice;
}

/** The first tier costs whose limits hold for the peak of every unit. */
export interface CapacityTiersModel {
  readonly kind: 'capacity_tiers';
  readonly tiers: readonly CapacityTier[];
}

export interface CapacityTier {
  /** A unit that is not named, or whose `max` is null, is not limited. */
  readonly limits: readonly { readonly name: string; readonly max: Decimal12 | null }[];
  readonly amountMinor: bigint;
}

/** Graduated by whole units, charged for the part of the period that each unit was there. */
export interface ProratedGraduatedModel {
  readonly kind: 'prorated_graduated';
  readonly tiers: readonly Tier[];
  readonly per: bigint;
}

/**
 * Bounds what all lines of the plan cost in a period: what they lack of the minimum is charged at its end, what they
 * exceed the maximum by is given back.
 */
export interface CommitmentModel {
  readonly kind: 'commitment';
  readonly minimumMinor: bigint | null;
  readonly maximumMinor: bigint | null;
}
