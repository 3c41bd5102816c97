import { ciiDocument } from './cii.ts';
import type { EInvoice, EInvoiceProfile } from './model.ts';
import { PROFILES } from './profiles.ts';
import { ublDocument } from './ubl.ts';
import { xmlText } from './xml.ts';

/** The file of a document in the syntax of its kind. The same document gives the same text. */
export function eInvoiceText(invoice: EInvoice, profile: EInvoiceProfile): string {
  return xmlText(PROFILES[profile].syntax === 'cii' ? ciiDocument(invoice) : ublDocument(invoice));
}
