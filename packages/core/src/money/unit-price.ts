import type { Decimal12 } from '../kernel/decimal.ts';

/**
 * The price of one unit, in whole currency units (dollars, not cents) with 12 places: `0.05` USD is five cents. It is
 * exact; nothing is rounded before the line.
 */
export type UnitPrice = Decimal12;
