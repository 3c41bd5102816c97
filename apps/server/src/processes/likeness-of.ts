import type { Customer } from '../modules/customers/api.ts';
import type { BilledLikeness } from '../modules/invoicing/api.ts';
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

/** What of a customer's own data a decision rests on; null where it rests on more than that. */
export function customerText({ taxRules }: TenantSettings, customer: Customer): string | null {
  const { currency, country, taxId, taxExempt, paymentTermsDays, paysByTransfer, address } = customer;
  const { invoiceConsolidation } = customer;
  // What the registry said about a number is no part of the customer.
  if (taxRules !== null && taxId !== null) return null;
  const credit = [...customer.creditBalances].map(([code, minor]) => `${code}${minor}`).sort();
  const place = taxRules === null ? null : (address.postal_code ?? null);
  return JSON.stringify([
    currency,
    country,
    taxId,
    taxExempt,
    paymentTermsDays,
    paysByTransfer,
    place,
    invoiceConsolidation,
    ...credit,
  ]);
}
