import { cardBrand } from './card-brand.ts';

/** What is shown of a payment method, as the API gives it. */
type Method = { kind: string; brand: string | null; last4: string | null; label?: string | null };

/** A method as its owner knows it: "Visa ending in 4242", "SEPA debit ending in 3000", "PayPal, ada@example.com". */
export function methodName({ kind, brand, last4, label }: Method): string {
  const name = brand === null ? kindName(kind) : cardBrand(brand);
  if (last4 !== null) return `${name} ending in ${last4}`;
  return label ? `${name}, ${label}` : name;
}

/** A kind of method in words. */
export function kindName(kind: string): string {
  if (kind === 'sepa_debit') return 'SEPA debit';
  return kind === 'paypal' ? 'PayPal' : cardBrand(kind);
}
