import { DEFAULT_PRICE_TERMS, type Price } from '@billhook/core/catalog/price';
import { type CurrencyCode, currencyCode, minorUnitsPerMajor } from '@billhook/core/money/currency';
import {
  formatRational,
  multiplyRational,
  type Rational,
  rational,
  subtractRational,
} from '@billhook/core/money/rational';
import { convertUnits } from '@billhook/core/rating/convert-units';
import type { RatingPolicy } from '@billhook/core/rating/policy';
import { rateReading } from '@billhook/core/rating/rate-reading';
import type { Rating } from '@billhook/core/rating/trace';
import { formatUnits } from '@billhook/core/rating/trace-json';
import { verifyTrace } from '@billhook/core/rating/verify-trace';
import { commitment } from './commitment.ts';
import { type Adapter, type CaseOutcome, type CaseRecord, compared, unsupported } from './outcome.ts';
import {
  conversionOf,
  decimal,
  modelOf,
  type PricingConfig,
  type PricingInput,
  readingOf,
  termsOf,
} from './pricing-translation.ts';
import { ratingPolicyOf } from './rating-policies.ts';

export interface PricingCase extends CaseRecord {
  readonly model: string;
  readonly currency: string;
  readonly config: PricingConfig;
  readonly input: PricingInput;
  readonly expected: {
    readonly amount: string;
    readonly rounded: boolean;
    readonly breakdown?: readonly string[];
    readonly gross?: string;
    readonly discount?: string;
    readonly error?: string;
  };
}

/** Cases of `pricing-models.json`: a quantity or events under a price give an amount. */
export const pricingModels: Adapter = (entry, policies) => {
  const record = entry as PricingCase;
  const policy = ratingPolicyOf(policies);
  if (typeof policy === 'string') return unsupported(record.expected.amount, policy);
  switch (record.model) {
    case 'unit_conversion':
      return convertedUnits(record);
    case 'free_units_across_lines':
      return freeUnits(record);
    case 'minimum_commitment':
      return commitment(record);
    default:
      return rated(record, policy);
  }
};

function convertedUnits({ config, input, expected }: PricingCase): CaseOutcome {
  const quantity = convertUnits(decimalFraction(input.quantity ?? '0'), conversionOf(config));
  return compared(plain(expected.amount), formatUnits(quantity));
}

/** Units at one of the smallest unit of a currency each, beyond those that are free: the amount is the number. */
function freeUnits({ config, input, expected }: PricingCase): CaseOutcome {
  const price = {
    model: { kind: 'per_unit', unitPrice: decimal('1'), per: 1n },
    terms: { ...DEFAULT_PRICE_TERMS, includedUnits: decimal(config.free_units ?? '0') },
  } as const;
  const before = { quantity: decimal(input.pre_line_quantity ?? '0'), billedMinor: 0n };
  const quantity = decimal(input.quantity ?? '0');
  const rating = rateReading(price, { quantity, line: { position: 'mid', before } }, currencyCode('JPY'));
  if (!rating.ok) return compared(plain(expected.amount), rating.refusal.code);
  return compared(plain(expected.amount), formatUnits(rating.value.exactMinor));
}

function rated(record: PricingCase, policy: RatingPolicy): CaseOutcome {
  const { config, input, expected } = record;
  const currency = currencyCode(record.currency);
  const model = modelOf(record.model, config, currency);
  if (model === null) return unsupported(expected.amount, `There is no model ${record.model}.`);
  const price: Pick<Price, 'model' | 'terms'> = { model, terms: termsOf(config, currency) };
  const rating = rateReading(price, readingOf(input, currency), currency, policy);
  if (!rating.ok) return compared(expected.error === undefined ? expected.amount : 'rejected', 'rejected');
  if (expected.error !== undefined) return compared('rejected', `${rating.value.amountMinor}`);
  const verdict = verifyTrace(rating.value.trace);
  if (!verdict.ok)
    return { ...compared('a trace that holds', `another figure at ${verdict.at}`), status: 'failed' };
  return compared(expectedText(expected, currency), seenText(expected, rating.value));
}

/** The amount in minor units, exact or rounded as the source states it, with the parts that the source shows. */
function expectedText(
  { amount, breakdown, gross, discount }: PricingCase['expected'],
  currency: CurrencyCode,
): string {
  const parts = breakdown?.map((part) => inMinor(part, currency)).join(' + ');
  return [
    inMinor(amount, currency),
    ...(parts === undefined ? [] : [`as ${parts}`]),
    ...(gross === undefined ? [] : [`gross ${inMinor(gross, currency)}`]),
    ...(discount === undefined ? [] : [`discount ${inMinor(discount, currency)}`]),
  ].join(', ');
}

function seenText(expected: PricingCase['expected'], rating: Rating): string {
  const { slices, amountSteps } = rating.trace;
  const steps = amountSteps.map((step) => subtractRational(step.to, step.from));
  const parts = [...slices.map((slice) => slice.exactMinor), ...steps].filter(
    (part) => part.numerator !== 0n,
  );
  const cap = amountSteps.find((step) => step.step === 'maximum');
  const amount = expected.rounded ? `${rating.amountMinor}` : formatRational(rating.exactMinor);
  return [
    amount,
    ...(expected.breakdown === undefined ? [] : [`as ${parts.map(formatRational).join(' + ')}`]),
    ...(expected.gross === undefined || cap === undefined ? [] : [`gross ${formatRational(cap.from)}`]),
    ...(expected.discount === undefined || cap === undefined
      ? []
      : [`discount ${formatRational(subtractRational(cap.from, cap.to))}`]),
  ].join(', ');
}

/** An amount in currency units as an exact number of minor units. */
function inMinor(text: string, currency: CurrencyCode): string {
  const exact = multiplyRational(decimalFraction(text), rational(minorUnitsPerMajor(currency), 1n));
  return formatRational(exact);
}

function decimalFraction(text: string): Rational {
  return rational(decimal(text), 10n ** 12n);
}

/** A decimal in its shortest form. */
function plain(text: string): string {
  return formatUnits(decimalFraction(text));
}
