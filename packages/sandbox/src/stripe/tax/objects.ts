import type { TaxCalculationRecord, TaxLine, TaxTransactionRecord } from '../../state/tax-records.ts';
import { listAnswer } from '../list.ts';

function customerDetails({ address, taxIds, override }: TaxCalculationRecord | TaxTransactionRecord): object {
  return {
    address,
    address_source: 'billing',
    ip_address: null,
    tax_ids: taxIds,
    taxability_override: override,
  };
}

/** A calculation as Stripe's API shows it. */
export function renderTaxCalculation(record: TaxCalculationRecord): object {
  const taxOf = (behavior: TaxLine['taxBehavior']) =>
    record.lines.reduce((sum, line) => sum + (line.taxBehavior === behavior ? line.amountTax : 0), 0);
  const exclusive = taxOf('exclusive');
  return {
    id: record.id,
    object: 'tax.calculation',
    amount_total: record.lines.reduce((sum, { amount }) => sum + amount, 0) + exclusive,
    currency: record.currency,
    customer: null,
    customer_details: customerDetails(record),
    expires_at: record.expiresAt,
    livemode: false,
    ship_from_details: null,
    shipping_cost: null,
    tax_amount_exclusive: exclusive,
    tax_amount_inclusive: taxOf('inclusive'),
    tax_breakdown: record.lines.flatMap((line) =>
      line.parts.map((part) => ({
        amount: part.amount,
        inclusive: line.taxBehavior === 'inclusive',
        tax_rate_details: {
          country: part.jurisdiction.country,
          flat_amount: null,
          percentage_decimal: part.tax_rate_details?.percentage_decimal ?? '0.0',
          rate_type: part.tax_rate_details === null ? null : 'percentage',
          state: part.jurisdiction.state,
          tax_type: part.tax_rate_details?.tax_type ?? null,
        },
        taxability_reason: part.taxability_reason,
        taxable_amount: part.taxable_amount,
      })),
    ),
    tax_date: record.taxDate,
  };
}

const FIRST_LINES = 10;

/** Lines come in their order; ten of them where no more are asked for. */
function linesAnswer(url: string, lines: readonly { readonly id: string }[], page: LinePage): object {
  const from = page.after === null ? 0 : lines.findIndex(({ id }) => id === page.after) + 1;
  const end = from + (page.limit ?? FIRST_LINES);
  return listAnswer(url, lines.slice(from, end), end < lines.length);
}

/** Which lines are asked for. */
export interface LinePage {
  readonly after: string | null;
  readonly limit: number | null;
}

const FROM_FIRST: LinePage = { after: null, limit: null };

/** The lines of a calculation; who takes what of each is shown where it is asked for. */
export function taxCalculationLines(record: TaxCalculationRecord, page: LinePage = FROM_FIRST): object {
  const data = record.lines.map((line) => ({
    id: line.id,
    object: 'tax.calculation_line_item',
    amount: line.amount,
    amount_tax: line.amountTax,
    livemode: false,
    metadata: line.metadata,
    performance_location: null,
    product: null,
    quantity: line.quantity,
    reference: line.reference,
    tax_behavior: line.taxBehavior,
    tax_code: line.taxCode,
  }));
  return linesAnswer(`/v1/tax/calculations/${record.id}/line_items`, data, page);
}

/** A transaction as Stripe's API shows it. */
export function renderTaxTransaction(record: TaxTransactionRecord): object {
  return {
    id: record.id,
    object: 'tax.transaction',
    created: record.created,
    currency: record.currency,
    customer: null,
    customer_details: customerDetails(record),
    livemode: false,
    metadata: record.metadata,
    posted_at: record.postedAt,
    reference: record.reference,
    reversal: record.reverses === null ? null : { original_transaction: record.reverses.transaction },
    ship_from_details: null,
    shipping_cost: null,
    tax_date: record.taxDate,
    type: record.reverses === null ? 'transaction' : 'reversal',
  };
}

export function taxTransactionLines(record: TaxTransactionRecord, page: LinePage = FROM_FIRST): object {
  const data = record.lines.map((line, at) => ({
    id: line.id,
    object: 'tax.transaction_line_item',
    amount: line.amount,
    amount_tax: line.amountTax,
    livemode: false,
    metadata: line.metadata,
    product: null,
    quantity: line.quantity,
    reference: line.reference,
    reversal: record.reverses === null ? null : { original_line_item: record.reverses.lines[at] ?? null },
    tax_behavior: line.taxBehavior,
    tax_code: line.taxCode,
    type: record.reverses === null ? 'transaction' : 'reversal',
  }));
  return linesAnswer(`/v1/tax/transactions/${record.id}/line_items`, data, page);
}
