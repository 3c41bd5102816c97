import type { TaxLevel, TaxMode } from '../invoicing/tax.ts';
import { formatDecimal12, parseDecimal12 } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import type { JsonObject } from '../kernel/json.ts';
import { currencyCode } from '../money/currency.ts';
import type { QuotedPart, QuoteReason, TaxQuote } from './tax-quote.ts';

/** What a provider said, as it is kept and frozen: amounts as texts, in the order of canonical JSON. */
export function quoteJson(quote: TaxQuote): JsonObject {
  return {
    calculation_id: quote.calculationId,
    currency: quote.currency,
    expires_at_ms: quote.expiresAt,
    lines: quote.lines.map(({ reference, amountMinor, taxMinor, parts }) => ({
      amount_minor: `${amountMinor}`,
      parts: parts.map(partJson),
      reference,
      tax_minor: `${taxMinor}`,
    })),
    mode: quote.mode,
    provider: quote.provider,
  };
}

function partJson({ jurisdiction, name, percent, reason, taxableMinor, taxMinor }: QuotedPart): JsonObject {
  const { country, level, region } = jurisdiction;
  return {
    jurisdiction: { country, level, name: jurisdiction.name, region },
    name,
    percent: formatDecimal12(percent),
    reason,
    tax_minor: `${taxMinor}`,
    taxable_minor: `${taxableMinor}`,
  };
}

interface KeptQuote {
  readonly calculation_id: string;
  readonly currency: string;
  readonly expires_at_ms: number | null;
  readonly mode: TaxMode;
  readonly provider: string;
  readonly lines: readonly {
    readonly amount_minor: string;
    readonly reference: string;
    readonly tax_minor: string;
    readonly parts: readonly {
      readonly jurisdiction: {
        readonly country: string;
        readonly level: TaxLevel;
        readonly name: string;
        readonly region: string | null;
      };
      readonly name: string;
      readonly percent: string;
      readonly reason: QuoteReason;
      readonly tax_minor: string;
      readonly taxable_minor: string;
    }[];
  }[];
}

/** What `quoteJson` wrote. */
export function readQuote(json: unknown): TaxQuote {
  const kept = json as KeptQuote;
  return {
    calculationId: kept.calculation_id,
    currency: currencyCode(kept.currency),
    expiresAt: kept.expires_at_ms,
    mode: kept.mode,
    provider: kept.provider,
    lines: kept.lines.map((line) => ({
      reference: line.reference,
      amountMinor: BigInt(line.amount_minor),
      taxMinor: BigInt(line.tax_minor),
      parts: line.parts.map(({ percent: text, tax_minor, taxable_minor, ...part }) => {
        const percent = parseDecimal12(text);
        invariant(percent.ok, 'A kept percentage is a decimal.');
        const taxes = { taxMinor: BigInt(tax_minor), taxableMinor: BigInt(taxable_minor) };
        return { ...part, ...taxes, percent: percent.value };
      }),
    })),
  };
}
