import type { Decimal12 } from '../kernel/decimal.ts';
import type { UnitPrice } from '../money/unit-price.ts';
import type { Cadence } from '../time/cadence.ts';

/** One entry of a rate card. A price belongs to one published plan version and never changes. */
export interface Price {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly model: PriceModel;
  readonly quantity: PriceQuantity;
  readonly timing: PriceTiming;
  readonly cadence: Cadence;
  /** Which of the seller's tax rates applies; `standard` unless the seller distinguishes. */
  readonly taxCode: string;
}

export type PriceModel = FlatModel | PerUnitModel | GraduatedModel;

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

export interface Tier {
  /** The last quantity of this tier, inclusive, in single units; null in the last tier, which is open. */
  readonly upTo: Decimal12 | null;
  readonly unitPrice: UnitPrice;
  /** Added once the tier is entered. The first tier is always entered, also by a quantity of zero. */
  readonly flatMinor: bigint;
}

export type PriceQuantity =
  | { readonly kind: 'fixed' }
  | { readonly kind: 'seats' }
  | { readonly kind: 'meter'; readonly meterId: string };

export type PriceTiming = 'in_advance' | 'in_arrears';

export const STANDARD_TAX_CODE = 'standard';
