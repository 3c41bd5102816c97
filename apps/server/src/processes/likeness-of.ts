import type { Customer } from '../modules/customers/api.ts';
import type { BilledLikeness, TaxFacts } from '../modules/invoicing/api.ts';
import type { SubscriptionLikeness } from '../modules/subscriptions/api.ts';
import type { TenantSettings } from '../platform/context.ts';

/**
 * Two such texts are equal where everything is equal but the ids, and these sort alike: what is decided may rest on which
 * of them comes first, but on nothing else of them. Null where ids do not tell one thing from another.
 */
export function likenessOf(
  own: readonly string[],
  { itemIds, discountIds, digest }: SubscriptionLikeness,
  billed: BilledLikeness | null | undefined,
): string | null {
  if (billed === null) return null;
  const sorted = own.toSorted();
  if (sorted.some((id, index) => id === sorted[index - 1])) return null;
  const ranks = own.map((id) => sorted.indexOf(id));
  const shape = `${itemIds.length}/${discountIds.length}/${ranks.join()}/${digest}`;
  if (billed === undefined) return shape;
  const items = billed.itemIds.map((id) => itemIds.indexOf(id));
  if (items.includes(-1)) return null;
  const discounts = billed.discountIds.map((id) => {
    const place = id === null ? -1 : discountIds.indexOf(id);
    return place < 0 ? id : place;
  });
  return `${shape}/${items.join()}/${discounts.join()}/${billed.digest}`;
}

/** Columns of customers that are compared, and those that no decision rests on: they only tell people apart, or stand on the document. */
export const CUSTOMER_COLUMNS = {
  compared: [
    'address',
    'country',
    'credit_balances',
    'currency',
    'invoice_consolidation',
    'payment_terms_days',
    'pays_by_transfer',
    'tax_exempt',
    'tax_id',
    'time_zone',
  ],
  leftOut: [
    'created_at',
    'e_invoice',
    'email',
    'erased_at',
    'external_id',
    'id',
    'locale',
    'metadata',
    'name',
    'parked_at',
    'tenant_id',
    'updated_at',
  ],
};

/** What of a customer's own data a decision rests on; null where it rests on more than that. */
export function customerText(
  { taxRules }: TenantSettings,
  customer: Customer,
  { kept, certificates }: TaxFacts,
): string | null {
  const { currency, timeZone, country, taxId, taxExempt, address } = customer;
  const { paymentTermsDays, paysByTransfer, invoiceConsolidation } = customer;
  // What the registry said about a number, what says where a customer is and what frees it of tax are no part of the customer.
  if (taxRules !== null && (taxId !== null || kept.length > 0)) return null;
  if (certificates.length > 0) return null;
  const credit = [...customer.creditBalances].map(([code, minor]) => `${code}${minor}`).sort();
  const place = taxRules === null ? [] : [address.postal_code ?? null, address.region ?? null];
  return JSON.stringify([
    currency,
    timeZone,
    country,
    taxId,
    taxExempt,
    paymentTermsDays,
    paysByTransfer,
    ...place,
    invoiceConsolidation,
    ...credit,
  ]);
}
