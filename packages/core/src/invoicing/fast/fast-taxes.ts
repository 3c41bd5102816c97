import { DECIMAL12_SCALE } from '../../kernel/decimal.ts';
import type { BillingSettings } from '../settings.ts';
import { ratesOf, type TaxChoice, type TaxRate } from '../tax.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { LineSource } from './line-source.ts';
import {
  giveToLargest,
  roundedQuotient,
  SMALL_BELOW,
  type SmallFraction,
  smallFraction,
} from './small-figures.ts';

/** One rate of the invoice, with the part of an amount that it takes. */
export interface FastRate {
  readonly rate: TaxRate;
  readonly part: SmallFraction;
  /** The largest amount whose tax plain numbers compute exactly. */
  readonly limitMinor: number;
}

export interface FastTaxes {
  readonly isInclusive: boolean;
  readonly isPerLine: boolean;
  readonly rates: readonly FastRate[];
  /** The rate of each source; −1 for none. */
  readonly rateOf: Int32Array;
  /** By rate, of the last run. `count` is its number of lines. */
  readonly count: Int32Array;
  readonly netMinor: Float64Array;
  readonly taxMinor: Float64Array;
  /** The first line in the last run of each rate that has one. */
  readonly firstLine: Int32Array;
}

/** Null where a line has several rates or is taxed in a way that is not prepared here. */
export function fastTaxes(
  sources: readonly Pick<LineSource, 'facts'>[],
  choice: TaxChoice,
  { tax }: BillingSettings,
): FastTaxes | null {
  if (tax.rounding === 'precise_once' || (choice.mode === 'inclusive' && tax.inclusive === 'round_net'))
    return null;
  const rates: FastRate[] = [];
  const rateOf = new Int32Array(sources.length).fill(-1);
  for (const [at, { facts }] of sources.entries()) {
    const found = ratesOf(facts.price, choice);
    const rate = found[0];
    if (found.length > 1) return null;
    if (rate === undefined) continue;
    let place = rates.findIndex((known) => known.rate.id === rate.id);
    if (place < 0) {
      const fast = fastRate(rate, choice);
      if (fast === null) return null;
      place = rates.push(fast) - 1;
    } else if (rates[place]?.rate.percent !== rate.percent) return null;
    rateOf[at] = place;
  }
  return {
    isInclusive: choice.mode === 'inclusive',
    isPerLine: tax.rounding === 'per_line',
    rates,
    rateOf,
    count: new Int32Array(rates.length),
    netMinor: new Float64Array(rates.length),
    taxMinor: new Float64Array(rates.length),
    firstLine: new Int32Array(rates.length),
  };
}

function fastRate(rate: TaxRate, { mode }: TaxChoice): FastRate | null {
  const whole = DECIMAL12_SCALE * 100n;
  const part = smallFraction(rate.percent, mode === 'inclusive' ? whole + rate.percent : whole);
  if (part === null || part.numerator < 0) return null;
  return { rate, part, limitMinor: Math.floor((SMALL_BELOW - 1) / Math.max(1, part.numerator)) };
}

/** Taxes the lines of a run and gives the tax to them, as `taxLines` does. False if the amounts are too large for it. */
export function taxFast(taxes: FastTaxes, lines: LineBuffer): boolean {
  const { count, amountMinor, netMinor, taxMinor } = lines;
  for (let at = 0; at < count; at += 1) {
    netMinor[at] = amountMinor[at] as number;
    taxMinor[at] = 0;
  }
  for (let rate = 0; rate < taxes.rates.length; rate += 1) if (!taxOfRate(taxes, rate, lines)) return false;
  return true;
}

function taxOfRate(taxes: FastTaxes, at: number, lines: LineBuffer): boolean {
  const { rateOf, isPerLine, isInclusive } = taxes;
  const { part, limitMinor } = taxes.rates[at] as FastRate;
  const { source, amountMinor, taxMinor, netMinor, places, remainders } = lines;
  const { numerator, denominator } = part;
  let members = 0;
  let sumMinor = 0;
  let floors = 0;
  for (let line = 0; line < lines.count; line += 1) {
    if (rateOf[source[line] as number] !== at) continue;
    const amount = amountMinor[line] as number;
    if (amount > limitMinor || amount < -limitMinor) return false;
    const exact = amount * numerator;
    const taken = isPerLine
      ? roundedQuotient(exact, denominator, 'half_away_from_zero')
      : Math.floor(exact / denominator);
    taxMinor[line] = taken;
    remainders[line] = exact - taken * denominator;
    places[members] = line;
    members += 1;
    sumMinor += amount;
    floors += taken;
  }
  if (sumMinor > limitMinor || sumMinor < -limitMinor) return false;
  const totalMinor = isPerLine
    ? floors
    : roundedQuotient(sumMinor * numerator, denominator, 'half_away_from_zero');
  if (!giveToLargest(taxMinor, remainders, places, members, totalMinor - floors, denominator)) return false;
  taxes.count[at] = members;
  taxes.firstLine[at] = places[0] as number;
  taxes.taxMinor[at] = totalMinor;
  taxes.netMinor[at] = isInclusive ? sumMinor - totalMinor : sumMinor;
  if (!isInclusive) return true;
  for (let member = 0; member < members; member += 1) {
    const line = places[member] as number;
    netMinor[line] = (amountMinor[line] as number) - (taxMinor[line] as number);
  }
  return true;
}
