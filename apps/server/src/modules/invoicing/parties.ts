import type { JsonObject } from '@billhook/core/kernel/json';
import type { TenantContext } from '../../platform/context.ts';
import type { DocumentParty } from './document.ts';
import type { TaxBasis } from './tax-basis.ts';

/** The customer's data that an invoice copies at issue. */
export type BuyerData = {
  name: string;
  email: string | null;
  country: string | null;
  taxId: string | null;
  address: Readonly<Record<string, unknown>>;
  taxExempt: boolean;
  /** What e-invoices need beside it. */
  eInvoice?: BuyerIdentity;
};

/** What the customer is called by in e-invoices; null where it was not given. */
export type BuyerIdentity = {
  readonly legalName: string | null;
  readonly registration: { readonly scheme: string | null; readonly id: string } | null;
  readonly endpoint: { readonly scheme: string; readonly id: string } | null;
  readonly buyerReference: string | null;
  readonly orderReference: string | null;
};

const ADDRESS_ORDER = ['line1', 'line2', 'postal_code', 'city', 'region'] as const;

/** Where the postal code stands after the region: `Austin, TX 78701`. */
const CODE_LAST = new Set(['US', 'CA', 'AU']);

function addressLines(address: BuyerData['address'], country: string | null): string[] {
  const part = (name: (typeof ADDRESS_ORDER)[number]) => {
    const value = address[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  if (country !== null && CODE_LAST.has(country)) {
    const place = [part('region'), part('postal_code')].filter((text) => text !== '').join(' ');
    const town = [part('city'), place].filter((text) => text !== '').join(', ');
    return [part('line1'), part('line2'), town].filter((text) => text !== '');
  }
  const town = [part('postal_code'), part('city')].filter((text) => text !== '').join(' ');
  return [part('line1'), part('line2'), town, part('region')].filter((text) => text !== '');
}

/** The buyer as copied onto the document: later changes of the customer do not touch it. */
export function buyerOf(customer: BuyerData, tax: TaxBasis | null = null): JsonObject {
  return {
    name: customer.name,
    address: addressLines(customer.address, customer.country),
    country: customer.country,
    tax_id: customer.taxId,
    email: customer.email,
    ...(tax === null ? {} : { tax }),
    ...buyerIdentity(customer),
  };
}

/** The address by its parts and what e-invoices need; nothing where none of it is known. */
function buyerIdentity({ address, eInvoice }: BuyerData): { identity?: JsonObject } {
  const parts = Object.fromEntries(
    ADDRESS_ORDER.flatMap((name) => {
      const value = address[name];
      return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [];
    }),
  );
  const known = {
    ...(Object.keys(parts).length === 0 ? {} : { address: parts }),
    ...(eInvoice?.legalName ? { legal_name: eInvoice.legalName } : {}),
    ...(eInvoice?.registration ? { registration: { ...eInvoice.registration } } : {}),
    ...(eInvoice?.endpoint ? { endpoint: { ...eInvoice.endpoint } } : {}),
    ...(eInvoice?.buyerReference ? { buyer_reference: eInvoice.buyerReference } : {}),
    ...(eInvoice?.orderReference ? { order_reference: eInvoice.orderReference } : {}),
  };
  return Object.keys(known).length === 0 ? {} : { identity: known };
}

/** The basis of the tax as it was copied; null where there were no rules. */
export function presentBasis(tax: unknown): TaxBasis | null {
  return tax === undefined ? null : (tax as TaxBasis);
}

/** The seller as copied onto the document. */
export function sellerOf(tenant: TenantContext): JsonObject {
  const { seller, sellerIdentity } = tenant.settings;
  return {
    legal_name: seller.legalName,
    address: seller.address,
    tax_id: seller.taxId,
    email: seller.email,
    ...(sellerIdentity === null ? {} : { identity: sellerIdentityJson(sellerIdentity) }),
  };
}

function sellerIdentityJson(identity: NonNullable<TenantContext['settings']['sellerIdentity']>): JsonObject {
  const { line1, line2, postalCode, city, region, country, registration, endpoint, contact } = identity;
  return {
    address: { line1, line2, postal_code: postalCode, city, region },
    country,
    vat_id: identity.vatId,
    tax_number: identity.taxNumber,
    registration: registration === null ? null : { ...registration },
    endpoint: endpoint === null ? null : { ...endpoint },
    contact: contact === null ? null : { ...contact },
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A stored party as the renderer wants it. */
export function partyOnDocument(party: Readonly<Record<string, unknown>>): DocumentParty {
  const lines = Array.isArray(party.address) ? party.address : [];
  return {
    name: textOf(party.legal_name) ?? textOf(party.name) ?? '',
    addressLines: lines.filter((line): line is string => typeof line === 'string'),
    country: textOf(party.country),
    taxId: textOf(party.tax_id),
    email: textOf(party.email),
  };
}
