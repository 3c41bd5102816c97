import { parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { PlacedTax } from '@billhook/core/ledger/tax-accounts';
import type { StoredInvoice } from './queries/read.ts';

/** The taxes of an invoice with what says whose they are, so that what takes them back is booked where they stand. */
export function placedTaxes({ taxes, authority }: Pick<StoredInvoice, 'taxes' | 'authority'>): PlacedTax[] {
  // What Stripe computed is booked as one sum.
  if (authority !== 'billhook') return [];
  return taxes.map(({ rate_id: id, percent: text, jurisdiction, tax_minor }) => {
    const percent = parseDecimal12(text);
    invariant(percent.ok, 'A stored rate is a decimal.');
    const rate = { id, percent: percent.value, ...(jurisdiction === undefined ? {} : { jurisdiction }) };
    return { rate, taxMinor: BigInt(tax_minor) };
  });
}
