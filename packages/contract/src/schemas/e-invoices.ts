import { Type } from 'typebox';
import { count, country, email, id, line, nullable, obj, timestamp } from '../common.ts';

/** Kinds of files: Factur-X and ZUGFeRD (CII, EN 16931), XRechnung in both syntaxes, Peppol BIS Billing 3.0 (UBL). */
export const eInvoiceProfile = Type.Enum(['factur_x', 'xrechnung_cii', 'xrechnung_ubl', 'peppol_bis']);

/** A code of the list EAS, such as 0204 for a Leitweg-ID or 9930 for a German VAT number. */
const addressScheme = Type.String({ pattern: '^(?:[0-9]{4}|[A-Z]{2})$', examples: ['0204'] });

/** An electronic address (BT-34, BT-49). */
const endpoint = obj({ scheme: addressScheme, id: line(100) });

/** An entry in a register (BT-30, BT-47); the scheme is a code of ISO 6523 where there is one. */
const registration = obj({ scheme: nullable(Type.String({ pattern: '^[0-9]{4}$' })), id: line(100) });

/** What e-invoices say of the seller beside name and printed address. */
export const sellerIdentity = obj({
  line1: line(200),
  line2: nullable(line(200)),
  postal_code: line(20),
  city: line(100),
  region: nullable(line(100)),
  country,
  vat_id: nullable(line(20)),
  tax_number: nullable(line(50)),
  registration: nullable(registration),
  endpoint: nullable(endpoint),
  /** Whom to ask; XRechnung wants all three. */
  contact: nullable(obj({ name: line(100), phone: line(50), email })),
});

/** What e-invoices say of a customer, and the form in which documents are sent. */
export const customerEInvoice = obj({
  /** `factur_x`: the PDF with the file inside. The others are sent beside the PDF; `peppol_bis` by the network Peppol. */
  format: eInvoiceProfile,
  legal_name: nullable(line(200)),
  registration: nullable(registration),
  endpoint: nullable(endpoint),
  /** BT-10; for authorities in Germany the Leitweg-ID. */
  buyer_reference: nullable(line(100)),
  /** BT-13: the customer's own order. */
  order_reference: nullable(line(100)),
});

export const documentDelivery = obj({
  id: id('dlv'),
  object: Type.Literal('document_delivery'),
  channel: Type.Enum(['mail', 'download', 'peppol']),
  format: Type.Enum(['pdf', 'factur_x', 'xrechnung_cii', 'xrechnung_ubl', 'peppol_bis']),
  recipient: line(400),
  /** By Peppol: `queued`, then `sent` to the access point, then `accepted` or `refused`. Else `done`. */
  status: Type.Enum(['queued', 'sent', 'accepted', 'refused', 'done']),
  /** What the access point calls it. */
  reference: nullable(Type.String()),
  /** Why it was refused, or what it waits for. */
  detail: nullable(Type.String()),
  times: count,
  first_at: timestamp,
  last_at: timestamp,
});
