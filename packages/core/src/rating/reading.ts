import type { Decimal12 } from '../kernel/decimal.ts';

/** What was measured of one price in one period. Models say which members they need. */
export interface PriceReading {
  /** Units in all; for models over amounts, their sum in currency units. */
  readonly quantity: Decimal12;
  /** Selects the tier in place of `quantity`, where the units that are charged were prorated. */
  readonly tierQuantity?: Decimal12;
  /** The amount of every event in currency units, in order of time. */
  readonly amounts?: readonly Decimal12[];
  /** Quantities by the values of the price's dimensions, or by the name of a unit. */
  readonly byValue?: readonly ValueQuantity[];
  /** The highest level of every unit that is limited by capacity. */
  readonly peaks?: readonly ValueQuantity[];
  /** For each event, in order, the units that came or went and the part of them that the period is charged for. */
  readonly prorated?: readonly ProratedUnits[];
  /** Set if the period is billed on several lines; a period on one line is `single`, without earlier lines. */
  readonly line?: LinePlace;
}

export interface ValueQuantity {
  readonly values: readonly string[];
  readonly quantity: Decimal12;
}

export interface ProratedUnits {
  readonly full: Decimal12;
  readonly prorated: Decimal12;
}

/** Where a line stands among the lines of its period. */
export interface LinePlace {
  readonly position: 'single' | 'mid' | 'last';
  /** What earlier lines of the period rated and billed; null on the first line. */
  readonly before: EarlierLines | null;
}

export interface EarlierLines {
  readonly quantity: Decimal12;
  readonly billedMinor: bigint;
}

export const SINGLE_LINE: LinePlace = { position: 'single', before: null };
