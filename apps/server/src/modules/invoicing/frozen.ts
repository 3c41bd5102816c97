import type { DiffedInvoice } from '@billhook/core/invoicing/diff-invoices';
import type { CreditedInvoice } from '@billhook/core/invoicing/documents/credit-note';
import type { InvoicePolicies, InvoiceTotals } from '@billhook/core/invoicing/invoice';
import type { LineKind } from '@billhook/core/invoicing/line';
import type { LineTax, TaxJurisdiction, TaxMode, TaxRate } from '@billhook/core/invoicing/tax';
import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { currencyCode } from '@billhook/core/money/currency';

type TaxJson = { rate_id: string; tax_minor: string; taxable_minor?: string };

/** The members of a frozen document that are read back. */
type FrozenJson = {
  id: string;
  customer_id: string;
  currency: string;
  tax_mode: TaxMode;
  policies: InvoicePolicies;
  tax_quote?: object;
  lines: {
    position: number;
    key: string;
    kind: LineKind;
    description: string;
    quantity: string;
    gross_minor: string;
    amount_minor: string;
    net_minor: string;
    taxes: TaxJson[];
    explanation: { plan_version_id: string; price_key: string; readings: { meter_id: string } | null };
  }[];
  adjustments: { position: number; description: string; amount_minor: string; taxes: TaxJson[] }[];
  taxes: {
    rate_id: string;
    name: string;
    percent: string;
    category: TaxRate['category'];
    country: string | null;
    exemption?: { code: string | null; text: string };
    jurisdiction?: TaxJurisdiction;
  }[];
  totals: Record<
    'net_minor' | 'tax_minor' | 'total_minor' | 'credit_applied_minor' | 'credit_granted_minor' | 'due_minor',
    string
  >;
};

/** Whether a provider of taxes worked out its tax. */
type FrozenTax = { readonly isQuoted: boolean };

/** What credit notes, debit notes and comparisons need of an invoice, read from the text that was frozen at issue. */
export function readFrozen(canonical: string): CreditedInvoice & DiffedInvoice & FrozenTax {
  const frozen = JSON.parse(canonical) as FrozenJson;
  const rates = new Map(
    frozen.taxes.map(({ rate_id: id, name, percent, category, country, ...more }): [string, TaxRate] => {
      const rate = { id, name, percent: decimalOf(percent), category, country };
      const { exemption, jurisdiction } = more;
      return [
        id,
        {
          ...rate,
          ...(exemption === undefined ? {} : { exemption }),
          ...(jurisdiction === undefined ? {} : { jurisdiction }),
        },
      ];
    }),
  );
  const taxesOf = (taxes: readonly TaxJson[]): LineTax[] =>
    taxes.map(({ rate_id, tax_minor, taxable_minor }) => {
      const rate = rates.get(rate_id);
      invariant(rate !== undefined, 'Every tax of a line stands in the table of taxes.');
      const tax = { rate, taxMinor: BigInt(tax_minor) };
      return taxable_minor === undefined ? tax : { ...tax, taxableMinor: BigInt(taxable_minor) };
    });
  return {
    id: frozen.id,
    customerId: frozen.customer_id,
    currency: currencyCode(frozen.currency),
    taxMode: frozen.tax_mode,
    policies: frozen.policies,
    isQuoted: frozen.tax_quote !== undefined,
    totals: totalsOf(frozen.totals),
    lines: frozen.lines.map((line) => ({
      position: line.position,
      key: line.key,
      kind: line.kind,
      description: line.description,
      quantity: decimalOf(line.quantity),
      grossMinor: BigInt(line.gross_minor),
      amountMinor: BigInt(line.amount_minor),
      netMinor: BigInt(line.net_minor),
      taxes: taxesOf(line.taxes),
      meterId: line.explanation.readings?.meter_id ?? null,
      explanation: {
        planVersionId: line.explanation.plan_version_id,
        priceKey: line.explanation.price_key,
      },
    })),
    adjustments: frozen.adjustments.map(({ position, description, amount_minor, taxes }) => ({
      position,
      description,
      amountMinor: BigInt(amount_minor),
      taxes: taxesOf(taxes),
    })),
  };
}

function totalsOf(totals: FrozenJson['totals']): InvoiceTotals {
  return {
    netMinor: BigInt(totals.net_minor),
    taxMinor: BigInt(totals.tax_minor),
    totalMinor: BigInt(totals.total_minor),
    creditAppliedMinor: BigInt(totals.credit_applied_minor),
    creditGrantedMinor: BigInt(totals.credit_granted_minor),
    dueMinor: BigInt(totals.due_minor),
  };
}

function decimalOf(text: string): Decimal12 {
  const value = parseDecimal12(text);
  invariant(value.ok, 'A frozen figure is a decimal.');
  return value.value;
}
