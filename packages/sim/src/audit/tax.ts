import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { TaxChoice, TaxRate } from '@billhook/core/invoicing/tax';
import {
  E12,
  type Fraction,
  minus,
  over,
  plus,
  roundBy,
  times,
  whole,
  wholeParts,
  ZERO,
} from './fraction.ts';

/** An amount to tax; one of the simulation has one rate or none. */
export interface Taxed {
  readonly amount: Fraction;
  readonly rate: TaxRate | null;
}

/** The tax of every line by hand, in the order of the lines. */
export function taxByHand(
  lines: readonly InvoiceLine[],
  choice: TaxChoice,
  policy: BillingSettings['tax'],
): bigint[] {
  const taxed = lines.map(({ amountMinor, taxCode }) => ({
    amount: whole(amountMinor),
    rate: rateOf(taxCode, choice),
  }));
  return taxOf(taxed, choice.mode, policy);
}

export function rateOf(taxCode: string, choice: TaxChoice): TaxRate | null {
  return choice.ratesByTaxCode[taxCode] ?? choice.standardRate;
}

/** The tax of exact amounts, rounded by policy and spread over them. */
export function taxOf(
  lines: readonly Taxed[],
  mode: TaxChoice['mode'],
  policy: BillingSettings['tax'],
): bigint[] {
  const taxes = lines.map(() => 0n);
  const groups = new Map<string, { rate: TaxRate; places: number[] }>();
  for (const [place, { rate }] of lines.entries()) {
    if (rate === null) continue;
    const group = groups.get(rate.id) ?? { rate, places: [] };
    group.places.push(place);
    groups.set(rate.id, group);
  }
  const amountAt = (place: number) => lines[place]?.amount ?? ZERO;
  const sums = [...groups.values()].map(({ rate, places }) => {
    const exacts = places.map((place) => exactTax(amountAt(place), rate, mode));
    const base = places.map(amountAt).reduce(plus, ZERO);
    return { exacts, places, base, exact: exacts.reduce(plus, ZERO) };
  });
  const round = (exact: Fraction, base: Fraction) => {
    if (mode === 'exclusive' || policy.inclusive !== 'round_net')
      return roundBy(exact, 'half_away_from_zero');
    // A base that is no whole amount is rounded first: it is what the note says.
    const baseMinor = roundBy(base, 'half_away_from_zero');
    return baseMinor - roundBy(minus(whole(baseMinor), exact), 'half_away_from_zero');
  };
  let totals = sums.map(({ exact, base }) => round(exact, base));
  if (policy.rounding === 'precise_once') {
    const base = sums.map((sum) => sum.base).reduce(plus, ZERO);
    const exact = sums.map((sum) => sum.exact).reduce(plus, ZERO);
    totals = wholeParts(
      round(exact, base),
      sums.map((sum) => sum.exact),
    );
  }
  for (const [index, { exacts, places }] of sums.entries()) {
    const parts =
      policy.rounding === 'per_line'
        ? exacts.map((exact, at) => round(exact, amountAt(places[at] as number)))
        : wholeParts(totals[index] ?? 0n, exacts);
    for (const [at, place] of places.entries()) taxes[place] = parts[at] ?? 0n;
  }
  return taxes;
}

function exactTax(amount: Fraction, rate: TaxRate, mode: TaxChoice['mode']): Fraction {
  const percent: Fraction = { n: rate.percent, d: E12 };
  const base = mode === 'inclusive' ? plus(whole(100n), percent) : whole(100n);
  return over(times(amount, percent), base);
}
