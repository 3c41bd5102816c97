/** The seller's choices about how tax is rounded. */
export interface TaxPolicy {
  /**
   * `per_category`: once on the sum of each category and rate, the way of EN 16931. `per_line`: on every line, and the
   * lines are added. `precise_once`: all rates exactly, the sum rounded once.
   */
  readonly rounding: 'per_category' | 'per_line' | 'precise_once';
  /** Where prices include tax: whether the tax is rounded and the net is the rest, or the other way round. */
  readonly inclusive: 'round_tax' | 'round_net';
}

export const DEFAULT_TAX_POLICY: TaxPolicy = { rounding: 'per_category', inclusive: 'round_tax' };
