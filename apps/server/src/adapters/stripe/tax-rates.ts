import type { InvoiceTaxAtStripe } from '@billhook/core/mirror/invoice-at-stripe';
import type Stripe from 'stripe';

/** Tax as invoices, credit notes and their lines have it. */
export type TaxAmount = {
  amount: number;
  tax_behavior: string;
  tax_rate_details: { tax_rate: string } | null;
  taxable_amount: number | null;
};

/** The rates that a document was taxed by, by id: what they are called and how much they are. */
export async function taxRatesOf(
  stripe: Stripe,
  taxes: readonly TaxAmount[] | null,
): Promise<ReadonlyMap<string, Stripe.TaxRate>> {
  const ids = new Set((taxes ?? []).flatMap((tax) => tax.tax_rate_details?.tax_rate ?? []));
  const rates = new Map<string, Stripe.TaxRate>();
  for (const id of ids) rates.set(id, await stripe.taxRates.retrieve(id));
  return rates;
}

/** Taxes of a whole document by their rate. */
export function taxesAtStripe(
  taxes: readonly TaxAmount[] | null,
  rates: ReadonlyMap<string, Stripe.TaxRate>,
): InvoiceTaxAtStripe[] {
  return (taxes ?? []).map((tax) => {
    const rate = rates.get(tax.tax_rate_details?.tax_rate ?? '');
    return {
      name: rate?.display_name ?? 'Tax',
      percent: rate === undefined ? null : `${rate.percentage}`,
      netMinor: BigInt(tax.taxable_amount ?? 0),
      taxMinor: BigInt(tax.amount),
    };
  });
}
