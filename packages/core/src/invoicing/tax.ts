import type { Decimal12 } from '../kernel/decimal.ts';

/** A tax rate as data. `category` is that of EN 16931: S standard, Z zero rated, E exempt, AE reverse charge, O outside scope. */
export interface TaxRate {
  readonly id: string;
  readonly name: string;
  /** In percent: 19 is `19`, 7.7 is `7.7`. */
  readonly percent: Decimal12;
  readonly category: TaxCategory;
  readonly country: string | null;
}

export type TaxCategory = 'S' | 'Z' | 'E' | 'AE' | 'O';

/** Whether line amounts are before tax or contain it. */
export type TaxMode = 'exclusive' | 'inclusive';

/** Which rate applies to which lines of one customer. A line whose tax code is not named gets `standardRate`; null is no tax. */
export interface TaxChoice {
  readonly mode: TaxMode;
  readonly standardRate: TaxRate | null;
  readonly ratesByTaxCode: Readonly<Record<string, TaxRate>>;
}

/** The sum of all lines of one rate. Tax is rounded here, once a rate, the way of EN 16931. */
export interface TaxSubtotal {
  readonly rate: TaxRate;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}
