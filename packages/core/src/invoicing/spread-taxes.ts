import { DECIMAL12_SCALE } from '../kernel/decimal.ts';
import { spreadRounding } from '../money/allocate.ts';
import { addRational, RATIONAL_ZERO, type Rational, rational, subtractRational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { LineTax, TaxMode, TaxRate } from './tax.ts';
import type { TaxPolicy } from './tax-policy.ts';

/** An exact amount and the rates that apply to it. */
export interface RatedAmount {
  readonly amount: Rational;
  readonly rates: readonly TaxRate[];
  /** The exact tax of each rate, where it does not follow from the rate alone. */
  readonly exacts?: readonly Rational[];
}

/** The tax of one rate over all its lines. */
export interface RateTotal {
  readonly rate: TaxRate;
  /** Places of its lines, in order. */
  readonly members: readonly number[];
  readonly taxMinor: bigint;
}

export interface SpreadTaxes {
  readonly byLine: readonly (readonly LineTax[])[];
  /** In order of first appearance. */
  readonly byRate: readonly RateTotal[];
}

const WHOLE = DECIMAL12_SCALE * 100n;

/** The exact tax of one rate, with the place of its line. */
interface Entry {
  readonly line: number;
  readonly exact: Rational;
}

interface Group {
  readonly rate: TaxRate;
  readonly entries: Entry[];
}

/** Rounds the tax of every rate by policy and spreads it over its lines, to the unit. */
export function spreadTaxes(lines: readonly RatedAmount[], mode: TaxMode, policy: TaxPolicy): SpreadTaxes {
  const groups = groupsOf(lines, mode);
  const totals = totalsByRate(groups, lines, mode, policy);
  const byLine: LineTax[][] = lines.map(() => []);
  const byRate: RateTotal[] = [];
  for (const [at, { rate, entries }] of groups.entries()) {
    const { taxMinor, parts } = totals[at] as RoundedGroup;
    for (const [index, { line }] of entries.entries())
      (byLine[line] as LineTax[]).push({ rate, taxMinor: parts[index] as bigint });
    byRate.push({ rate, members: entries.map((entry) => entry.line), taxMinor });
  }
  return { byLine, byRate };
}

interface RoundedGroup {
  readonly taxMinor: bigint;
  readonly parts: readonly bigint[];
}

function totalsByRate(
  groups: readonly Group[],
  lines: readonly RatedAmount[],
  mode: TaxMode,
  policy: TaxPolicy,
): readonly RoundedGroup[] {
  const round = roundingOf(mode, policy);
  if (policy.rounding === 'per_line') {
    return groups.map(({ entries }) => {
      const parts = entries.map(({ exact, line }) => round(exact, (lines[line] as RatedAmount).amount));
      return { taxMinor: sumOf(parts), parts };
    });
  }
  const sums = groups.map(({ entries }) => totalOf(entries.map(({ exact }) => exact)));
  const bases = groups.map(({ entries }) =>
    totalOf(entries.map(({ line }) => (lines[line] as RatedAmount).amount)),
  );
  const rounded =
    policy.rounding === 'per_category'
      ? sums.map((sum, at) => round(sum, bases[at] as Rational))
      : spreadRounding(round(totalOf(sums), totalOf(bases)), sums);
  return groups.map(({ entries }, at) => {
    const taxMinor = rounded[at] as bigint;
    return {
      taxMinor,
      parts: spreadRounding(
        taxMinor,
        entries.map(({ exact }) => exact),
      ),
    };
  });
}

/** Rounds the tax, or the net that remains of an amount with tax; they differ where both end in a half. */
function roundingOf(mode: TaxMode, policy: TaxPolicy): (exact: Rational, amount: Rational) => bigint {
  if (mode === 'exclusive' || policy.inclusive === 'round_tax')
    return (exact) => roundRational(exact, 'half_away_from_zero');
  return (exact, amount) => {
    // An amount that is no whole unit, of a part of a line, has no net to round: its own rounding comes first.
    const whole = rational(roundRational(amount, 'half_away_from_zero'), 1n);
    return whole.numerator - roundRational(subtractRational(whole, exact), 'half_away_from_zero');
  };
}

function groupsOf(lines: readonly RatedAmount[], mode: TaxMode): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const [line, { amount, rates, exacts }] of lines.entries()) {
    let percents = 0n;
    for (const { percent } of rates) percents += percent;
    const base = mode === 'inclusive' ? WHOLE + percents : WHOLE;
    for (const [at, rate] of rates.entries()) {
      // Not reduced: lines of one rate share their denominator, and adding them stays cheap.
      const exact = exacts?.[at] ?? rational(amount.numerator * rate.percent, amount.denominator * base);
      const group = groups.get(rate.id);
      if (group === undefined) groups.set(rate.id, { rate, entries: [{ line, exact }] });
      else group.entries.push({ line, exact });
    }
  }
  return [...groups.values()];
}

function totalOf(exacts: readonly Rational[]): Rational {
  return exacts.reduce(addRational, RATIONAL_ZERO);
}

function sumOf(amounts: readonly bigint[]): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}
