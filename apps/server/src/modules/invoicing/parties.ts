import { conventionsOf } from '@billhook/core/documents/language';
import type { JsonObject } from '@billhook/core/kernel/json';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { TaxCertificate } from '@billhook/core/tax/certificates';
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
  /** BCP 47: the language of the document. */
  locale?: string;
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

const ADDRESS_MEMBERS = ADDRESS_ORDER.toSorted();

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
export function buyerOf(
  customer: BuyerData,
  tax: TaxBasis | null = null,
  certificate: TaxCertificate | null = null,
): JsonObject {
  return {
    address: addressLines(customer.address, customer.country),
    country: customer.country,
    email: customer.email,
    ...buyerIdentity(customer),
    ...(customer.locale === undefined ? {} : { locale: customer.locale }),
    name: customer.name,
    ...(tax === null ? {} : { tax }),
    ...(certificate === null ? {} : { tax_certificate: certificateJson(certificate) }),
    tax_id: customer.taxId,
  };
}

function certificateJson({ id, number, reason, country, regions, from, to }: TaxCertificate): JsonObject {
  return { country, id, number, reason, regions: [...regions], valid_from: from, valid_to: to };
}

/** The terms of a certificate on the wire. */
export function presentTerms({ id, number, reason, country, regions, from, to }: TaxCertificate) {
  return {
    id: encodeTypeId('cert', id),
    reason,
    number,
    country,
    regions: [...regions],
    valid_from: from,
    valid_to: to,
  };
}

/** The certificate that an invoice rests on, as it was copied; null for none. */
export function presentUsed(copied: unknown): ReturnType<typeof presentTerms> | null {
  if (copied === undefined) return null;
  const {
    valid_from: from,
    valid_to: to,
    ...rest
  } = copied as Omit<TaxCertificate, 'from' | 'to'> & {
    valid_from: string;
    valid_to: string | null;
  };
  return presentTerms({ ...rest, from, to });
}

/** The basis of the tax as it was copied; null where there were no rules. */
export function presentBasis(tax: unknown): TaxBasis | null {
  return tax === undefined ? null : (tax as TaxBasis);
}

/**
 * The address by its parts and what e-invoices need; nothing where none of it is known. Members come in the order of
 * canonical JSON, as those of the document do.
 */
function buyerIdentity({ address, eInvoice }: BuyerData): { identity?: JsonObject } {
  const parts = Object.fromEntries(
    ADDRESS_MEMBERS.flatMap((name) => {
      const value = address[name];
      return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [];
    }),
  );
  const known = {
    ...(Object.keys(parts).length === 0 ? {} : { address: parts }),
    ...(eInvoice?.buyerReference ? { buyer_reference: eInvoice.buyerReference } : {}),
    ...(eInvoice?.endpoint ? { endpoint: schemedJson(eInvoice.endpoint) } : {}),
    ...(eInvoice?.legalName ? { legal_name: eInvoice.legalName } : {}),
    ...(eInvoice?.orderReference ? { order_reference: eInvoice.orderReference } : {}),
    ...(eInvoice?.registration ? { registration: schemedJson(eInvoice.registration) } : {}),
  };
  return Object.keys(known).length === 0 ? {} : { identity: known };
}

function schemedJson({ id, scheme }: { readonly id: string; readonly scheme: string | null }): JsonObject {
  return { id, scheme };
}

/** The seller as copied onto the document, with what stands on it by law in the language of the reader. */
export function sellerOf(tenant: TenantContext, locale?: string | null): JsonObject {
  const { seller, sellerIdentity, documents } = tenant.settings;
  const { language } = conventionsOf(locale);
  const legalText = documents.legalText[language] ?? documents.legalText.en ?? '';
  const footer = documents.footer[language] ?? documents.footer.en ?? '';
  return {
    address: seller.address,
    email: seller.email,
    ...(footer === '' ? {} : { footer }),
    ...(sellerIdentity === null ? {} : { identity: sellerIdentityJson(sellerIdentity) }),
    legal_name: seller.legalName,
    ...(legalText === '' ? {} : { legal_text: legalText }),
    tax_id: seller.taxId,
  };
}

/** The language that a document was issued in, and what the seller said on it. */
export function termsOnDocument(
  seller: JsonObject,
  buyer: JsonObject,
): { locale: string; legalText: string | null; footer: string | null } {
  return {
    locale: textOf(buyer.locale) ?? 'en',
    legalText: textOf(seller.legal_text),
    footer: textOf(seller.footer),
  };
}

function sellerIdentityJson(identity: NonNullable<TenantContext['settings']['sellerIdentity']>): JsonObject {
  const { line1, line2, postalCode, city, region, country, registration, endpoint, contact } = identity;
  return {
    address: { city, line1, line2, postal_code: postalCode, region },
    contact: contact === null ? null : { ...contact },
    country,
    endpoint: endpoint === null ? null : { ...endpoint },
    registration: registration === null ? null : { ...registration },
    tax_number: identity.taxNumber,
    vat_id: identity.vatId,
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
