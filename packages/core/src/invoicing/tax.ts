import type { Decimal12 } from '../kernel/decimal.ts';
import { rational } from '../money/rational.ts';
import { spreadTaxes } from './spread-taxes.ts';
import { DEFAULT_TAX_POLICY, type TaxPolicy } from './tax-policy.ts';

/**
 * A tax rate as data. `category` is that of EN 16931: S standard, Z zero rated, E exempt, AE reverse charge, K goods sold to a
 * business of another member state, G export of goods, O outside scope.
 */
export interface TaxRate {
  readonly id: string;
  readonly name: string;
  /** In percent: 19 is `19`, 7.7 is `7.7`. */
  readonly percent: Decimal12;
  readonly category: TaxCategory;
  readonly country: string | null;
  /** Why nothing is charged, with the code of the list VATEX where there is one; left out for rates that charge. */
  readonly exemption?: { readonly code: string | null; readonly text: string };
  /** Who levies it, where a provider of taxes said so. */
  readonly jurisdiction?: TaxJurisdiction;
}

/** Who levies a tax: a country, or a part of one that has taxes of its own. */
export interface TaxJurisdiction {
  readonly country: string;
  /** ISO 3166-2 without the country, such as `CA`; null for the country itself. */
  readonly region: string | null;
  readonly level: TaxLevel;
  readonly name: string;
}

export const TAX_LEVELS = ['country', 'state', 'county', 'city', 'district'] as const;

export type TaxLevel = (typeof TAX_LEVELS)[number];

export type TaxCategory = 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O';

/** Whether line amounts are before tax or contain it. */
export type TaxMode = 'exclusive' | 'inclusive';

/**
 * Which rates apply to which lines of one customer, in order of who wins: what stands on the line itself, the rate of
 * its tax code, those of the customer, the seller's standard rate. Null and an empty list are no tax.
 */
export interface TaxChoice {
  readonly mode: TaxMode;
  readonly standardRate: TaxRate | null;
  readonly ratesByTaxCode: Readonly<Record<string, TaxRate>>;
  /** Rates of the customer, each on the net; left out where the customer has none of its own. */
  readonly customerRates?: readonly TaxRate[];
}

/** An amount to tax. */
export interface TaxableAmount {
  /** In minor units; before tax, or with it in the mode `inclusive`. Negative for what is taken back. */
  readonly amountMinor: bigint;
  readonly taxCode: string;
  /** Rates of this line alone: several apply to the net each, none of them to another. */
  readonly taxRates?: readonly TaxRate[];
  /** Taxes that a provider worked out for this line; they go before all rates and are not worked out again. */
  readonly quotedTaxes?: readonly LineTax[];
}

/** The sum of all lines of one rate. */
export interface TaxSubtotal {
  readonly rate: TaxRate;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}

/** What one rate adds to one line. */
export interface LineTax {
  readonly rate: TaxRate;
  readonly taxMinor: bigint;
  /** The part of the line that is taxed, as a provider said; left out where the rate is on all of its net. */
  readonly taxableMinor?: bigint;
}

/** A line with its tax. `netMinor + taxMinor` is what the customer pays for it, `taxes` add up to `taxMinor`. */
export interface TaxedAmount {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  /** The first of its rates; null for none. */
  readonly rate: TaxRate | null;
  readonly taxes: readonly LineTax[];
}

export interface TaxResult {
  /** In the order of the input. */
  readonly amounts: readonly TaxedAmount[];
  /** In order of first appearance. */
  readonly subtotals: readonly TaxSubtotal[];
}

export const NO_TAX: TaxChoice = { mode: 'exclusive', standardRate: null, ratesByTaxCode: {} };

const NO_RATES: readonly TaxRate[] = [];

/** What a rate is on: all of the net, or the part of it that a provider said. */
function taxedNet({ netMinor, taxes }: TaxedAmount, rate: TaxRate): bigint {
  const quoted = taxes.find((tax) => tax.taxableMinor !== undefined && tax.rate.id === rate.id);
  return quoted?.taxableMinor ?? netMinor;
}

/** The rates of one line, by who wins. */
export function ratesOf(line: Omit<TaxableAmount, 'amountMinor'>, choice: TaxChoice): readonly TaxRate[] {
  if (line.taxRates !== undefined) return line.taxRates;
  const byCode = choice.ratesByTaxCode[line.taxCode];
  if (byCode !== undefined) return [byCode];
  if (choice.customerRates !== undefined) return choice.customerRates;
  return choice.standardRate === null ? NO_RATES : [choice.standardRate];
}

/**
 * Taxes the lines of one invoice, half away from zero, and gives the tax to the lines so that they add up: once on the
 * sum of each rate (EN 16931, BR-CO-17), on every line, or once on the sum of everything, by policy. Where amounts
 * include tax, the tax is taken out of them and net is what remains, or the other way round.
 */
export function taxLines(
  lines: readonly TaxableAmount[],
  choice: TaxChoice,
  policy: TaxPolicy = DEFAULT_TAX_POLICY,
): TaxResult {
  const rated = lines.map((line) => {
    const amount = { numerator: line.amountMinor, denominator: 1n };
    const taxes = line.quotedTaxes;
    if (taxes === undefined) return { amount, rates: ratesOf(line, choice) };
    const exacts = taxes.map(({ taxMinor }) => rational(taxMinor, 1n));
    return { amount, rates: taxes.map(({ rate }) => rate), exacts };
  });
  const { byLine, byRate } = spreadTaxes(rated, choice.mode, policy);
  const amounts = lines.map(({ amountMinor, quotedTaxes }, index): TaxedAmount => {
    const taxes = quotedTaxes ?? (byLine[index] as readonly LineTax[]);
    let taxMinor = 0n;
    for (const tax of taxes) taxMinor += tax.taxMinor;
    const netMinor = choice.mode === 'inclusive' ? amountMinor - taxMinor : amountMinor;
    return { netMinor, taxMinor, rate: taxes[0]?.rate ?? null, taxes };
  });
  const subtotals = byRate.map(({ rate, members, taxMinor }): TaxSubtotal => {
    let netMinor = 0n;
    for (const index of members) netMinor += taxedNet(amounts[index] as TaxedAmount, rate);
    return { rate, netMinor, taxMinor };
  });
  return { amounts, subtotals };
}
