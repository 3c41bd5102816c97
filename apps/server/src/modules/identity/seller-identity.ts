import type { sellerIdentity } from '@billhook/contract/schemas/e-invoices';
import type { Static } from 'typebox';
import type { SellerIdentity } from '../../platform/context.ts';

type Sent = Static<typeof sellerIdentity>;

export function readSellerIdentity(sent: Sent | null): SellerIdentity | null {
  if (sent === null) return null;
  const { postal_code: postalCode, vat_id: vatId, tax_number: taxNumber, ...rest } = sent;
  return { ...rest, postalCode, vatId, taxNumber };
}

export function presentSellerIdentity(identity: SellerIdentity | null): Sent | null {
  if (identity === null) return null;
  const { postalCode, vatId, taxNumber, ...rest } = identity;
  return { ...rest, postal_code: postalCode, vat_id: vatId, tax_number: taxNumber };
}
