import { TAX_LEVELS, type TaxLevel } from '@billhook/core/invoicing/tax';
import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { parseCurrency } from '@billhook/core/money/currency';
import type { QuotedPart, QuoteReason, TaxQuote } from '@billhook/core/tax/tax-quote';
import { parseVatNumber } from '@billhook/core/tax/vat-number';
import type Stripe from 'stripe';
import type {
  TakenBack,
  TaxAnswer,
  TaxProvider,
  TaxQuestion,
} from '../../modules/invoicing/tax-provider/port.ts';
import { ProviderFault } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';

/** What Stripe calls the numbers that say that a customer is a business; others are not sent. */
const NUMBER_TYPES: Readonly<Record<string, string>> = { GB: 'gb_vat', CH: 'ch_vat', NO: 'no_vat' };

/** Stripe's reasons beside those of ours; one that is not here is `other`. */
const REASONS: Readonly<Record<string, QuoteReason>> = {
  standard_rated: 'standard_rated',
  portion_standard_rated: 'standard_rated',
  taxable_basis_reduced: 'standard_rated',
  proportionally_rated: 'standard_rated',
  portion_product_exempt: 'standard_rated',
  reduced_rated: 'reduced_rated',
  portion_reduced_rated: 'reduced_rated',
  zero_rated: 'zero_rated',
  reverse_charge: 'reverse_charge',
  customer_exempt: 'customer_exempt',
  product_exempt: 'product_exempt',
  product_exempt_holiday: 'product_exempt',
  not_collecting: 'not_collecting',
};

/** Stripe Tax: calculations before an invoice, transactions of them after it, and reversals. */
export function tax(call: Call): TaxProvider {
  return {
    name: 'stripe_tax',
    quote: (question) =>
      answered(async () => {
        const made = await call((stripe) => stripe.tax.calculations.create(calculationOf(question)));
        return readCalculation(made, await linesOf(call, made), question);
      }),
    commit: ({ calculationId, reference }, key) =>
      answered(async () => {
        const { id } = await call((stripe) =>
          stripe.tax.transactions.createFromCalculation(
            { calculation: calculationId, reference },
            { idempotencyKey: key },
          ),
        );
        return { transactionId: id };
      }),
    reverse: ({ transactionId, reference, lines }, key) =>
      answered(async () => {
        const head = { original_transaction: transactionId, reference };
        const params =
          lines === 'rest'
            ? { ...head, mode: 'full' }
            : { ...head, mode: 'partial', line_items: await linesBack(call, transactionId, lines) };
        const { id } = await call((stripe) =>
          stripe.tax.transactions.createReversal(params, { idempotencyKey: key }),
        );
        return { transactionId: id };
      }),
  };
}

async function answered<T>(act: () => Promise<T>): Promise<TaxAnswer<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    const { kind, code, message } = error;
    return { ok: false, fault: { kind, code, message } };
  }
}

function calculationOf(question: TaxQuestion): Stripe.Tax.CalculationCreateParams {
  const { customer, currency, mode, lines } = question;
  const number = customer.taxId === null ? null : parseVatNumber(customer.taxId);
  const type = number?.ok ? (NUMBER_TYPES[number.value.prefix] ?? 'eu_vat') : null;
  return {
    currency: currency.toLowerCase(),
    tax_date: Math.floor(question.taxedAt / 1000),
    customer_details: {
      address: {
        country: customer.country,
        ...(customer.region === null ? {} : { state: customer.region }),
        ...(customer.postalCode === null ? {} : { postal_code: customer.postalCode }),
        ...(customer.city === null ? {} : { city: customer.city }),
        ...(customer.line1 === null ? {} : { line1: customer.line1 }),
      },
      address_source: 'billing',
      ...(type === null || customer.taxId === null ? {} : { tax_ids: [{ type, value: customer.taxId }] }),
      ...(customer.isExempt ? { taxability_override: 'customer_exempt' as const } : {}),
    },
    line_items: lines.map(({ reference, taxCode, amountMinor }) => ({
      reference,
      amount: Number(amountMinor),
      tax_behavior: mode,
      ...(taxCode === '' ? {} : { tax_code: taxCode }),
    })),
    expand: ['line_items', 'line_items.data.tax_breakdown'],
  };
}

/** A figure that cannot be read is no answer that may be charged. */
const unreadable = () =>
  new ProviderFault('refused', 'unreadable_answer', 'The answer about tax could not be read.');

/** An answer shows its first lines; the others are asked for. */
async function linesOf(call: Call, made: Stripe.Tax.Calculation): Promise<CalculationLine[]> {
  const first = made.line_items;
  if (made.id === null || first == null) throw unreadable();
  const { id } = made;
  const lines = [...first.data];
  let hasMore = first.has_more;
  while (hasMore) {
    const after = lines.at(-1)?.id;
    const page = { limit: 100, expand: ['data.tax_breakdown'] };
    const next = await call((stripe) =>
      stripe.tax.calculations.listLineItems(
        id,
        after === undefined ? page : { ...page, starting_after: after },
      ),
    );
    if (next.data.length === 0) throw unreadable();
    lines.push(...next.data);
    hasMore = next.has_more;
  }
  return lines;
}

type CalculationLine = Stripe.Tax.CalculationLineItem;

function readCalculation(
  made: Stripe.Tax.Calculation,
  lines: readonly CalculationLine[],
  question: TaxQuestion,
): TaxQuote {
  const currency = parseCurrency(made.currency.toUpperCase());
  if (made.id === null || !currency.ok) throw unreadable();
  return {
    provider: 'stripe_tax',
    calculationId: made.id,
    currency: currency.value,
    mode: lines.every((line) => line.tax_behavior === question.mode)
      ? question.mode
      : question.mode === 'inclusive'
        ? 'exclusive'
        : 'inclusive',
    expiresAt: made.expires_at === null ? null : made.expires_at * 1000,
    lines: lines.map((line) => ({
      reference: line.reference,
      amountMinor: BigInt(line.amount),
      taxMinor: BigInt(line.amount_tax),
      parts: (line.tax_breakdown ?? []).map(readPart),
    })),
  };
}

function readPart(part: Stripe.Tax.CalculationLineItem.TaxBreakdown): QuotedPart {
  const { jurisdiction, tax_rate_details: rate } = part;
  const level = TAX_LEVELS.find((known) => known === jurisdiction.level) ?? 'district';
  return {
    jurisdiction: {
      country: jurisdiction.country,
      region: level === 'country' ? null : jurisdiction.state,
      level: level satisfies TaxLevel,
      name: jurisdiction.display_name,
    },
    name: rate?.display_name ?? 'Tax',
    percent: percentOf(rate?.percentage_decimal ?? '0'),
    taxableMinor: BigInt(part.taxable_amount),
    taxMinor: BigInt(part.amount),
    reason: REASONS[part.taxability_reason] ?? 'other',
  };
}

function percentOf(text: string): Decimal12 {
  const percent = parseDecimal12(text);
  if (!percent.ok) throw unreadable();
  return percent.value;
}

/** Lines of a reversal name those of the transaction by their ids at Stripe. */
async function linesBack(call: Call, transactionId: string, back: readonly TakenBack[]) {
  const sold = await call((stripe) => stripe.tax.transactions.listLineItems(transactionId, { limit: 100 }));
  return back.map(({ reference, amountMinor, taxMinor }) => {
    const line = sold.data.find((one) => one.reference === reference);
    if (line === undefined)
      throw new ProviderFault('refused', 'line_unknown', `The sale has no line ${reference}.`);
    return {
      original_line_item: line.id,
      reference,
      amount: -Number(amountMinor),
      amount_tax: -Number(taxMinor),
    };
  });
}
