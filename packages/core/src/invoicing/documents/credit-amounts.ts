import {
  addRational,
  RATIONAL_ZERO,
  type Rational,
  rational,
  subtractRational,
} from '../../money/rational.ts';
import { roundRational } from '../../money/round.ts';
import { type RatedAmount, spreadTaxes } from '../spread-taxes.ts';
import type { LineTax, TaxMode, TaxRate } from '../tax.ts';
import type { TaxPolicy } from '../tax-policy.ts';
import { spreadTo } from './spread-to.ts';

/** What of one line of an invoice is credited. */
export interface CreditedPart {
  /** The line before discounts; more than 0. */
  readonly grossMinor: bigint;
  /** What discounts took off it. */
  readonly discountMinor: bigint;
  readonly rates: readonly TaxRate[];
  /** What is credited now, before discounts: 0 to the gross. */
  readonly creditMinor: bigint;
  /**
   * What earlier credits have left of the line after its discounts; of the sign of the line. Each note rounds the discounts for
   * itself, so the notes of one line may have given back a unit more than the discounts left it.
   */
  readonly leftAmountMinor?: bigint;
  /** What a provider taxed of the line after discounts: it goes back in proportion, whatever the rates are now. */
  readonly quoted?: { readonly amountMinor: bigint; readonly taxes: readonly LineTax[] };
}

/** The seller's choices about credit notes. */
export interface CreditNotePolicy {
  /** How its tax is rounded: as on the invoice, or as what is left of the exact total, rounded down, less the net. */
  readonly rounding: 'as_invoice' | 'total_minus_subtotal';
  /** Whether all notes together stay within the invoice to the unit, or only the lines within their lines. */
  readonly bound: 'invoice' | 'lines';
}

export const DEFAULT_CREDIT_NOTE_POLICY: CreditNotePolicy = { rounding: 'as_invoice', bound: 'invoice' };

export interface CreditBase {
  readonly parts: readonly CreditedPart[];
  readonly mode: TaxMode;
  readonly policy: TaxPolicy;
  readonly notePolicy: CreditNotePolicy;
  /** What earlier notes have left of the invoice. */
  readonly left: { readonly netMinor: bigint | null; readonly totalMinor: bigint };
  /** Whether nothing is left to credit after this note. It then takes whatever is left, and with it the rounding. */
  readonly isLast: boolean;
}

/** In the order of the parts; `discountMinor + netMinor` is what is credited where prices are before tax. */
export interface CreditAmounts {
  readonly lines: readonly CreditedLine[];
  readonly discountMinor: bigint;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

export interface CreditedLine {
  readonly discountMinor: bigint;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly taxes: readonly LineTax[];
}

/**
 * What a note gives back: of each part, the share of its discounts comes off first and tax is on the rest. Amounts are
 * exact until the note and rounded there. All notes of an invoice never exceed it, and the last one takes the rounding.
 */
export function creditAmounts(input: CreditBase): CreditAmounts {
  const { parts, mode, policy, notePolicy, left } = input;
  const shares = parts.map(shareOfDiscount);
  const bases = parts.map((part, at) => subtractRational(whole(part.creditMinor), shares[at] as Rational));
  let creditMinor = 0n;
  for (const part of parts) creditMinor += part.creditMinor;
  const discountMinor = roundRational(shares.reduce(addRational, RATIONAL_ZERO), 'half_away_from_zero');
  const amountMinor = creditMinor - discountMinor;
  const rated = parts.map((part, at) => ratedPart(part, bases[at] as Rational));
  let taxMinor = 0n;
  if (notePolicy.rounding === 'total_minus_subtotal' && mode === 'exclusive') {
    const exactTotal = [...bases, ...rated.flatMap((line) => exactTaxes(line, mode))].reduce(addRational);
    taxMinor = roundRational(exactTotal, 'down') - amountMinor;
  } else for (const rate of spreadTaxes(rated, mode, policy).byRate) taxMinor += rate.taxMinor;
  let totalMinor = mode === 'inclusive' ? amountMinor : amountMinor + taxMinor;
  let netMinor = totalMinor - taxMinor;
  const isBeyond = notePolicy.bound === 'invoice' && totalMinor > left.totalMinor;
  if (input.isLast || isBeyond) totalMinor = left.totalMinor;
  if (input.isLast && left.netMinor !== null) netMinor = left.netMinor;
  if (netMinor > totalMinor) netMinor = totalMinor;
  taxMinor = totalMinor - netMinor;
  return {
    lines: linesOf(rated, mode, { discountMinor, netMinor, taxMinor }, shares),
    discountMinor,
    netMinor,
    taxMinor,
    totalMinor,
  };
}

/** What parts of an invoice come to, with tax and after discounts, before any rounding. */
export function exactTotalOf(parts: readonly CreditedPart[], mode: TaxMode): Rational {
  return parts
    .map((part) => {
      const amount = subtractRational(whole(part.creditMinor), shareOfDiscount(part));
      const taxes = mode === 'inclusive' ? [] : exactTaxes(ratedPart(part, amount), mode);
      return taxes.reduce(addRational, amount);
    })
    .reduce(addRational, RATIONAL_ZERO);
}

interface Sums {
  readonly discountMinor: bigint;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}

/** Gives the sums of the note to its lines, so that they add up. */
function linesOf(
  rated: readonly RatedAmount[],
  mode: TaxMode,
  sums: Sums,
  shares: readonly Rational[],
): readonly CreditedLine[] {
  const exacts = rated.map((line) => exactTaxes(line, mode));
  const lineTaxes = exacts.map((taxes) => taxes.reduce(addRational, RATIONAL_ZERO));
  const nets = rated.map(({ amount }, at) =>
    mode === 'inclusive' ? subtractRational(amount, lineTaxes[at] as Rational) : amount,
  );
  const discountMinor = spreadTo(sums.discountMinor, shares);
  const netMinor = spreadTo(sums.netMinor, nets);
  const taxMinor = spreadTo(sums.taxMinor, lineTaxes);
  return rated.map(({ rates }, at): CreditedLine => {
    const parts = spreadTo(taxMinor[at] as bigint, exacts[at] as readonly Rational[]);
    return {
      discountMinor: discountMinor[at] as bigint,
      netMinor: netMinor[at] as bigint,
      taxMinor: taxMinor[at] as bigint,
      taxes: rates.map((rate, index) => ({ rate, taxMinor: parts[index] as bigint })),
    };
  });
}

/** The credit's share of the discounts, and more where otherwise more would be given back than is left of the line. */
function shareOfDiscount({
  grossMinor,
  discountMinor,
  creditMinor,
  leftAmountMinor,
}: CreditedPart): Rational {
  if (grossMinor === 0n) return RATIONAL_ZERO;
  const share = rational(discountMinor * creditMinor, grossMinor);
  if (leftAmountMinor === undefined) return share;
  const least = creditMinor - leftAmountMinor;
  const isTooLittle = share.numerator < least * share.denominator;
  return isTooLittle === grossMinor > 0n ? whole(least) : share;
}

const PERCENT = 100n * 1_000_000_000_000n;

/** Taxes that were quoted are given back as they were charged: for a part of the line, that part of each. */
function ratedPart({ rates, quoted }: CreditedPart, amount: Rational): RatedAmount {
  if (quoted === undefined) return { amount, rates };
  const { amountMinor, taxes } = quoted;
  const exacts = taxes.map(({ taxMinor }) =>
    amountMinor === 0n
      ? RATIONAL_ZERO
      : rational(amount.numerator * taxMinor, amount.denominator * amountMinor),
  );
  return { amount, rates, exacts };
}

function exactTaxes({ amount, rates, exacts }: RatedAmount, mode: TaxMode): readonly Rational[] {
  if (exacts !== undefined) return exacts;
  let base = PERCENT;
  if (mode === 'inclusive') for (const { percent } of rates) base += percent;
  return rates.map(({ percent }) => rational(amount.numerator * percent, amount.denominator * base));
}

function whole(amountMinor: bigint): Rational {
  return rational(amountMinor, 1n);
}
