import { DECIMAL12_SCALE, type Decimal12 } from '../kernel/decimal.ts';
import { spreadRounding } from '../money/allocate.ts';
import { addRational, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';

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

/** A line with its tax. `netMinor + taxMinor` is what the customer pays for it. */
export interface TaxedAmount {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly rate: TaxRate | null;
}

export interface TaxResult {
  /** In the order of the input. */
  readonly amounts: readonly TaxedAmount[];
  /** In order of first appearance. */
  readonly subtotals: readonly TaxSubtotal[];
}

const PERCENT_SCALE = DECIMAL12_SCALE * 100n;

export const NO_TAX: TaxChoice = { mode: 'exclusive', standardRate: null, ratesByTaxCode: {} };

/**
 * Taxes the lines of one invoice. All lines of one rate are summed, tax is rounded once on the sum, half away from zero
 * (EN 16931, BR-CO-17), and given back to the lines by largest remainder. Inclusive: the rounded tax is taken out of
 * the sum, net is what remains.
 */
export function taxLines(
  lines: readonly { readonly amountMinor: bigint; readonly taxCode: string }[],
  choice: TaxChoice,
): TaxResult {
  const amounts: TaxedAmount[] = lines.map((line) => ({
    netMinor: line.amountMinor,
    taxMinor: 0n,
    rate: null,
  }));
  const groups = new Map<string, { readonly rate: TaxRate; readonly members: number[] }>();
  for (const [index, line] of lines.entries()) {
    const rate = choice.ratesByTaxCode[line.taxCode] ?? choice.standardRate;
    if (rate === null) continue;
    const group = groups.get(rate.id);
    if (group === undefined) groups.set(rate.id, { rate, members: [index] });
    else group.members.push(index);
  }
  const subtotals: TaxSubtotal[] = [];
  for (const { rate, members } of groups.values()) {
    const exacts = members.map((index) =>
      exactTax((lines[index] as { amountMinor: bigint }).amountMinor, rate, choice.mode),
    );
    const sum = exacts.reduce(addRational, { numerator: 0n, denominator: exacts[0]?.denominator ?? 1n });
    const taxMinor = roundRational(sum, 'half_away_from_zero');
    const parts = spreadRounding(taxMinor, exacts);
    let netMinor = 0n;
    for (const [at, index] of members.entries()) {
      const lineTax = parts[at] as bigint;
      const amountMinor = (lines[index] as { amountMinor: bigint }).amountMinor;
      const lineNet = choice.mode === 'inclusive' ? amountMinor - lineTax : amountMinor;
      amounts[index] = { netMinor: lineNet, taxMinor: lineTax, rate };
      netMinor += lineNet;
    }
    subtotals.push({ rate, netMinor, taxMinor });
  }
  return { amounts, subtotals };
}

function exactTax(amountMinor: bigint, rate: TaxRate, mode: TaxMode): Rational {
  const base = mode === 'inclusive' ? PERCENT_SCALE + rate.percent : PERCENT_SCALE;
  return rational(amountMinor * rate.percent, base);
}
