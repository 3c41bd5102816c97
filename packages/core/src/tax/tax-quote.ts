import type { TaxableAmount, TaxJurisdiction, TaxMode } from '../invoicing/tax.ts';
import { DECIMAL12_SCALE, type Decimal12 } from '../kernel/decimal.ts';
import { grouped } from '../kernel/grouped.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';

/** What a provider of taxes is asked about: all lines of one tax code together. More than 0 in minor units. */
export interface QuoteLine {
  readonly reference: string;
  readonly taxCode: string;
  readonly amountMinor: bigint;
}

/** Why a jurisdiction taxes a line as it does; what a provider says beside these is `other`. */
export const QUOTE_REASONS = [
  'standard_rated',
  'reduced_rated',
  'zero_rated',
  'reverse_charge',
  'customer_exempt',
  'product_exempt',
  'not_collecting',
  'other',
] as const;

export type QuoteReason = (typeof QUOTE_REASONS)[number];

/** What one jurisdiction takes of one line. */
export interface QuotedPart {
  readonly jurisdiction: TaxJurisdiction;
  /** As it is called there, such as `Sales tax`. */
  readonly name: string;
  readonly percent: Decimal12;
  readonly taxableMinor: bigint;
  readonly taxMinor: bigint;
  readonly reason: QuoteReason;
}

export interface QuotedLine {
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly taxMinor: bigint;
  readonly parts: readonly QuotedPart[];
}

/** What a provider answered. `calculationId` names it there, until `expiresAt` in milliseconds; null for no end. */
export interface TaxQuote {
  readonly provider: string;
  readonly calculationId: string;
  readonly currency: CurrencyCode;
  readonly mode: TaxMode;
  readonly expiresAt: number | null;
  readonly lines: readonly QuotedLine[];
}

/** What stands in for a price without a tax code. */
const NO_CODE = 'standard';

/** The name under which lines of a tax code are asked about. */
export function quoteReference({ taxCode }: Pick<TaxableAmount, 'taxCode'>): string {
  return taxCode === '' ? NO_CODE : taxCode;
}

/**
 * What to ask about these lines, in order of the names; empty where nothing is to be taxed. What is credited lowers what
 * is charged under the same tax code, since a provider taxes sales and no credits.
 * Refusal: `tax_quote.negative_amount`, where more is credited under a tax code than is charged.
 */
export function quoteLinesOf(lines: readonly TaxableAmount[]): Result<readonly QuoteLine[]> {
  const asked: QuoteLine[] = [];
  for (const [reference, members] of grouped(lines, quoteReference)) {
    let amountMinor = 0n;
    for (const member of members) amountMinor += member.amountMinor;
    if (amountMinor < 0n) {
      return refuse(
        'tax_quote.negative_amount',
        'More is credited than charged under one tax code. A provider of taxes takes that back by a credit note only.',
        { tax_code: reference, amount_minor: `${amountMinor}` },
      );
    }
    if (amountMinor > 0n) asked.push({ reference, taxCode: members[0]?.taxCode ?? '', amountMinor });
  }
  return ok(asked.sort((left, right) => (left.reference < right.reference ? -1 : 1)));
}

/** So far may a provider's own rounding be from that of its rate. */
const ROUNDING_MINOR = 1n;

/**
 * Whether an answer may be charged: it is in the currency and mode that was asked for, names every line with its amount,
 * takes nothing below zero, adds up, and each tax is that of its rate on what is taxed, but for rounding.
 * Refusal: `tax_quote.unfit`, with what does not fit.
 */
export function judgeQuote(
  asked: { readonly currency: CurrencyCode; readonly mode: TaxMode; readonly lines: readonly QuoteLine[] },
  quote: TaxQuote,
): Result<TaxQuote> {
  const unfit = (why: string, reference: string | null = null): Result<TaxQuote> =>
    refuse('tax_quote.unfit', `The provider’s answer about tax does not fit: ${why}.`, { reference });
  if (quote.currency !== asked.currency) return unfit('it is in another currency');
  if (quote.mode !== asked.mode) return unfit('prices include tax in one and not in the other');
  if (quote.lines.length !== asked.lines.length) return unfit('it has other lines');
  for (const { reference, amountMinor } of asked.lines) {
    const line = quote.lines.find((one) => one.reference === reference);
    if (line === undefined) return unfit('a line is missing', reference);
    if (line.amountMinor !== amountMinor) return unfit('a line has another amount', reference);
    const why = faultOf(line, asked.mode);
    if (why !== null) return unfit(why, reference);
  }
  return ok(quote);
}

function faultOf({ amountMinor, taxMinor, parts }: QuotedLine, mode: TaxMode): string | null {
  let sumMinor = 0n;
  for (const part of parts) {
    if (part.taxMinor < 0n || part.percent < 0n) return 'a tax is negative';
    if (part.taxableMinor < 0n || part.taxableMinor > amountMinor) return 'more is taxed than was sold';
    const exact = rational(part.taxableMinor * part.percent, DECIMAL12_SCALE * 100n);
    const byRate = roundRational(exact, 'half_away_from_zero');
    const apart = byRate < part.taxMinor ? part.taxMinor - byRate : byRate - part.taxMinor;
    if (apart > ROUNDING_MINOR) return 'a tax is not that of its rate';
    sumMinor += part.taxMinor;
  }
  if (sumMinor !== taxMinor) return 'the parts of a tax do not add up to it';
  if (mode === 'inclusive' && taxMinor > amountMinor)
    return 'the tax is more than the price that includes it';
  return null;
}
