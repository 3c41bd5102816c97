import { missingSellerData, type SellerDatum } from '@billhook/core/documents/seller-data';
import type { TenantContext } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';

const NAMES: Readonly<Record<SellerDatum, string>> = {
  legal_name: 'the legal name',
  address: 'the address',
  tax_id: 'the VAT ID',
};

/** What the law wants on an invoice of this seller and is not there. */
export function missingOfSeller({ settings }: Pick<TenantContext, 'settings'>): readonly SellerDatum[] {
  const { seller, taxRates } = settings;
  return missingSellerData({ ...seller, chargesTax: Object.keys(taxRates).length > 0 });
}

/** One sentence for who has to fill it in; null where invoices may be issued. A sandbox is only warned. */
export function whyNotIssued(tenant: Pick<TenantContext, 'kind' | 'settings'>): string | null {
  const missing = missingOfSeller(tenant);
  if (tenant.kind === 'sandbox' || missing.length === 0) return null;
  return `No invoice can be issued while ${missing.map((one) => NAMES[one]).join(' and ')} of the seller is missing.`;
}

/** Refuses with `billing.refused`, whose facts list what is missing. */
export function requireSellerData(tenant: TenantContext): void {
  const reason = whyNotIssued(tenant);
  if (reason === null) return;
  refuse('billing.refused', `${reason} Nothing was changed.`, {
    facts: { reason: 'seller.data_missing', missing: missingOfSeller(tenant).join(', ') },
  });
}
