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

/** The tax of every line by hand, in the order of the lines. A line of the simulation has one rate or none. */
export function taxByHand(
  lines: readonly InvoiceLine[],
  choice: TaxChoice,
  policy: BillingSettings['tax'],
): bigint[] {
  const taxes = lines.map(() => 0n);
  const groups = new Map<string, { rate: TaxRate; places: number[] }>();
  for (const [place, line] of lines.entries()) {
    const rate = choice.ratesByTaxCode[line.taxCode] ?? choice.standardRate;
    if (rate === null) continue;
    const group = groups.get(rate.id) ?? { rate, places: [] };
    group.places.push(place);
    groups.set(rate.id, group);
  }
  const amountAt = (place: number) => lines[place]?.amountMinor ?? 0n;
  const sums = [...groups.values()].map(({ rate, places }) => {
    const exacts = places.map((place) => exactTax(amountAt(place), rate, choice.mode));
    let baseMinor = 0n;
    for (const place of places) baseMinor += amountAt(place);
    return { exacts, places, baseMinor, exact: exacts.reduce(plus, ZERO) };
  });
  const round = (exact: Fraction, baseMinor: bigint) =>
    choice.mode === 'inclusive' && policy.inclusive === 'round_net'
      ? baseMinor - roundBy(minus(whole(baseMinor), exact), 'half_away_from_zero')
      : roundBy(exact, 'half_away_from_zero');
  let totals = sums.map(({ exact, baseMinor }) => round(exact, baseMinor));
  if (policy.rounding === 'precise_once') {
    let allMinor = 0n;
    for (const { baseMinor } of sums) allMinor += baseMinor;
    const exact = sums.map((sum) => sum.exact).reduce(plus, ZERO);
    totals = wholeParts(
      round(exact, allMinor),
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

function exactTax(amountMinor: bigint, rate: TaxRate, mode: TaxChoice['mode']): Fraction {
  const percent: Fraction = { n: rate.percent, d: E12 };
  const base = mode === 'inclusive' ? plus(whole(100n), percent) : whole(100n);
  return over(times(whole(amountMinor), percent), base);
}
