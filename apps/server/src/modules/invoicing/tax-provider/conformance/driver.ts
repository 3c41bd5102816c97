import type { TaxProvider, TaxQuestion } from '../port.ts';

/** What the suite needs of a provider of taxes and of who stands in for it. Faults strike the next calls and then no more. */
export type TaxDriver = {
  provider: TaxProvider;
  /** The same provider with keys that are nobody's. */
  stranger: TaxProvider;
  /** A place in which several jurisdictions tax everything. */
  manyTaxes: Place;
  /** One in which a business accounts for the tax itself, and a number that says that it is one. */
  selfAccounting: Place & { taxId: string };
  /** An address that is too vague for a tax. */
  nowhere: Place;
  now: TaxQuestion['taxedAt'];
  /** The provider's codes of two kinds of sale that are taxed alike. */
  taxCodes: readonly [string, string];
  setFaults(faults: {
    timeoutsBefore?: number;
    timeoutsAfter?: number;
    rejectWith?: 429 | 500;
  }): Promise<void>;
  close(): Promise<void>;
};

export type Place = Pick<TaxQuestion['customer'], 'country' | 'region' | 'postalCode'>;
