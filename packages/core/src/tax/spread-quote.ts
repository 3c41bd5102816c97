import type { LineTax, TaxableAmount, TaxRate } from '../invoicing/tax.ts';
import { DECIMAL12_ZERO, formatDecimal12 } from '../kernel/decimal.ts';
import { grouped } from '../kernel/grouped.ts';
import { spreadRounding } from '../money/allocate.ts';
import { type Rational, rational } from '../money/rational.ts';
import { EXEMPTIONS, type ExemptionKind } from './exemptions.ts';
import { type QuotedLine, type QuotedPart, quoteReference, type TaxQuote } from './tax-quote.ts';

/**
 * Gives what was quoted for each tax code to the lines that have it, so that they add up to it to the unit: the lines of
 * one tax code share every tax in proportion to their amounts. In the order of the lines.
 */
export function quotedTaxes(
  lines: readonly TaxableAmount[],
  quote: TaxQuote,
): readonly (readonly LineTax[])[] {
  const answers = new Map(quote.lines.map((line) => [line.reference, line]));
  const places = lines.map((line, place) => ({ line, place }));
  const taxes: LineTax[][] = lines.map(() => []);
  for (const [reference, members] of grouped(places, ({ line }) => quoteReference(line))) {
    const answer = answers.get(reference);
    if (answer === undefined) continue;
    for (const { rate, taxMinor, taxableMinor } of taxesOfLine(quote.provider, answer)) {
      const share = (minor: bigint) =>
        spreadRounding(
          minor,
          members.map(({ line }): Rational => rational(minor * line.amountMinor, answer.amountMinor)),
        );
      const taxParts = share(taxMinor);
      const taxableParts = share(taxableMinor);
      for (const [at, { place }] of members.entries()) {
        taxes[place]?.push({
          rate,
          taxMinor: taxParts[at] as bigint,
          taxableMinor: taxableParts[at] as bigint,
        });
      }
    }
  }
  return taxes;
}

/** One tax for each rate; where nothing is collected none stands on the document. */
function taxesOfLine(provider: string, { parts }: QuotedLine): readonly Required<LineTax>[] {
  const byRate = new Map<string, Required<LineTax>>();
  for (const part of parts) {
    if (part.taxMinor === 0n && (part.reason === 'not_collecting' || part.reason === 'other')) continue;
    const rate = rateOf(provider, part);
    const known = byRate.get(rate.id);
    byRate.set(rate.id, {
      rate,
      taxMinor: (known?.taxMinor ?? 0n) + part.taxMinor,
      taxableMinor: (known?.taxableMinor ?? 0n) + part.taxableMinor,
    });
  }
  return [...byRate.values()];
}

const EXEMPT: Partial<Record<QuotedPart['reason'], ExemptionKind>> = {
  reverse_charge: 'reverse_charge',
  customer_exempt: 'exempt_customer',
  product_exempt: 'exempt_product',
};

const MOST_CHARACTERS = 100;

/** The rate as the document shows it: `California: Sales tax`. */
function rateOf(provider: string, { jurisdiction, name, percent, reason, taxMinor }: QuotedPart): TaxRate {
  const { country, region, level } = jurisdiction;
  const place = region === null ? country : `${country}-${region}`;
  const kind = taxMinor === 0n ? EXEMPT[reason] : undefined;
  const shown = kind === undefined ? percent : DECIMAL12_ZERO;
  const what = [jurisdiction.name, name, kind ?? formatDecimal12(shown)].join('/');
  const rate = {
    id: `${provider}/${place}/${level}/${what}`,
    name: `${jurisdiction.name}: ${name}`.slice(0, MOST_CHARACTERS),
    percent: shown,
    country,
    jurisdiction,
  };
  if (kind === undefined) return { ...rate, category: shown === DECIMAL12_ZERO ? 'Z' : 'S' };
  const { category, code, text } = EXEMPTIONS[kind];
  return { ...rate, category, exemption: { code, text } };
}
