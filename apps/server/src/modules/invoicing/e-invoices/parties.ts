import type { EAddress, EContact, SchemedId } from '@billhook/core/einvoice/model';
import type { SourceParty } from '@billhook/core/einvoice/source';
import type { JsonObject } from '@billhook/core/kernel/json';

/** A stored party as e-invoices want it. What nobody gave is null, and is named when a file is asked for. */
export function partyOfEInvoice(party: JsonObject): SourceParty {
  const identity = objectOf(party.identity) ?? {};
  const taxId = textOf(party.tax_id)?.replaceAll(' ', '') ?? null;
  const email = textOf(party.email);
  return {
    name: textOf(identity.legal_name) ?? textOf(party.legal_name) ?? textOf(party.name) ?? '',
    address: addressOf(party, identity),
    vatId: textOf(identity.vat_id) ?? (isVatId(taxId) ? taxId : null),
    taxNumber: textOf(identity.tax_number) ?? (isVatId(taxId) ? null : taxId),
    registration: schemedOf(identity.registration),
    // A mail address is an electronic address too, where the network knows it (EM of the list EAS).
    endpoint: schemedOf(identity.endpoint) ?? (email === null ? null : { scheme: 'EM', value: email }),
    contact: contactOf(identity.contact),
  };
}

/** Reads what the customer wishes and is called by, of the buyer as copied at issue. */
export function wishesOf(buyer: JsonObject) {
  const identity = objectOf(buyer.identity) ?? {};
  return {
    buyerReference: textOf(identity.buyer_reference),
    orderReference: textOf(identity.order_reference),
  };
}

/** The address by its parts where they were copied; else the lines that are printed, without a town. */
function addressOf(party: JsonObject, identity: JsonObject): EAddress {
  const place = objectOf(identity.address) ?? {};
  const [line1, line2] = Array.isArray(party.address) ? party.address : [];
  const isGiven = Object.keys(place).length > 0;
  return {
    line1: textOf(isGiven ? place.line1 : line1),
    line2: textOf(isGiven ? place.line2 : line2),
    city: textOf(place.city),
    postCode: textOf(place.postal_code),
    region: textOf(place.region),
    country: textOf(identity.country) ?? textOf(party.country) ?? '',
  };
}

function contactOf(value: unknown): EContact | null {
  const contact = objectOf(value);
  if (contact === null) return null;
  return { name: textOf(contact.name), phone: textOf(contact.phone), email: textOf(contact.email) };
}

function schemedOf(value: unknown): SchemedId | null {
  const found = objectOf(value);
  const id = textOf(found?.id);
  return id === null ? null : { scheme: textOf(found?.scheme), value: id };
}

/** A VAT number begins with its country; other tax numbers begin with a figure. */
function isVatId(taxId: string | null): boolean {
  return taxId !== null && /^[A-Z]{2}/.test(taxId);
}

function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
