import { conventionsOf } from '@billhook/core/documents/language';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { TenantContext } from '../../platform/context.ts';
import type { DocumentParty } from './document.ts';

/** The customer's data that an invoice copies at issue. */
export type BuyerData = {
  name: string;
  email: string | null;
  country: string | null;
  taxId: string | null;
  address: Readonly<Record<string, unknown>>;
  /** BCP 47: the language of the document. */
  locale?: string;
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
export function buyerOf(customer: BuyerData): JsonObject {
  return {
    name: customer.name,
    address: addressLines(customer.address, customer.country),
    country: customer.country,
    tax_id: customer.taxId,
    email: customer.email,
    ...(customer.locale === undefined ? {} : { locale: customer.locale }),
  };
}

/** The seller as copied onto the document, with what stands on it by law in the language of the reader. */
export function sellerOf(tenant: TenantContext, locale?: string | null): JsonObject {
  const { seller, documents } = tenant.settings;
  const { language } = conventionsOf(locale);
  const legalText = documents.legalText[language] ?? documents.legalText.en ?? '';
  const footer = documents.footer[language] ?? documents.footer.en ?? '';
  return {
    legal_name: seller.legalName,
    address: seller.address,
    tax_id: seller.taxId,
    email: seller.email,
    ...(legalText === '' ? {} : { legal_text: legalText }),
    ...(footer === '' ? {} : { footer }),
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
