import type { Decimal12 } from '../kernel/decimal.ts';
import { DECIMAL12_ZERO } from '../kernel/decimal.ts';
import type { Cadence } from '../time/cadence.ts';
import type { PriceModel } from './price-model.ts';

/** One entry of a rate card. A price belongs to one published plan version and never changes. */
export interface Price {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly model: PriceModel;
  readonly quantity: PriceQuantity;
  readonly timing: PriceTiming;
  readonly cadence: Cadence;
  /** Where the periods of the cadence begin: at the subscription's anchor or at calendar boundaries. */
  readonly alignment: PriceAlignment;
  /** How a part of a period is charged. */
  readonly proration: PriceProration;
  readonly terms: PriceTerms;
  /** Which of the seller's tax rates applies; `standard` unless the seller distinguishes. */
  readonly taxCode: string;
}

export type PriceQuantity =
  | { readonly kind: 'fixed' }
  | { readonly kind: 'seats' }
  | { readonly kind: 'meter'; readonly meterId: string };

export type PriceTiming = 'in_advance' | 'in_arrears';

/** `anniversary`: periods are counted from the anchor. `calendar`: they begin at local calendar boundaries. */
export type PriceAlignment = 'anniversary' | 'calendar';

/** By elapsed time, by local days, or not at all: then a started period is charged whole. */
export type PriceProration = 'second' | 'day' | 'none';

export const PRICE_ALIGNMENTS: readonly PriceAlignment[] = ['anniversary', 'calendar'];
export const PRICE_PRORATIONS: readonly PriceProration[] = ['second', 'day', 'none'];

/** What applies to a whole period of a price, around its model. */
export interface PriceTerms {
  /** Units of every period that cost nothing. */
  readonly includedUnits: Decimal12;
  /** What a period costs at least; null for no minimum. */
  readonly minimumMinor: bigint | null;
  /** What a period costs at most; null for no maximum. */
  readonly maximumMinor: bigint | null;
  /** How measured units become billed units; null if they are the same. */
  readonly conversion: UnitConversion | null;
  /** Taken off the amount of the model, in percent; 0 for none. */
  readonly discountPercent: Decimal12;
}

export interface UnitConversion {
  readonly operation: 'multiply' | 'divide';
  readonly factor: Decimal12;
  /** `none` keeps the converted quantity exact, also where it has no end as a decimal. */
  readonly rounding: UnitRounding;
  /** Decimal places that are kept by the other roundings, 0 to 12. */
  readonly places: number;
}

export type UnitRounding = 'none' | 'ceiling' | 'floor' | 'half_up';

export const UNIT_ROUNDINGS: readonly UnitRounding[] = ['none', 'ceiling', 'floor', 'half_up'];

export const DEFAULT_PRICE_TERMS: PriceTerms = {
  includedUnits: DECIMAL12_ZERO,
  minimumMinor: null,
  maximumMinor: null,
  conversion: null,
  discountPercent: DECIMAL12_ZERO,
};

/** What prices of older catalogues, which did not say more, mean. */
export const DEFAULT_PRICE_SHAPE: Pick<Price, 'alignment' | 'proration' | 'terms'> = {
  alignment: 'anniversary',
  proration: 'second',
  terms: DEFAULT_PRICE_TERMS,
};

export const STANDARD_TAX_CODE = 'standard';
