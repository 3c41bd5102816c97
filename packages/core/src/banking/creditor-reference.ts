import { remainder97 } from './iban.ts';

/** ISO 11649: `RF`, two check digits, then up to 21 letters and digits. */
const LONGEST_BODY = 21;

/** What of a document's number banks carry: letters and digits, in capitals. */
export function referenceBody(number: string): string {
  return number.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/**
 * The structured creditor reference of an invoice, from its number: the same number gives the same reference, and
 * numbers of one seller that differ give references that differ. Null where the number is too long for one.
 */
export function creditorReference(invoiceNumber: string): string | null {
  const body = referenceBody(invoiceNumber);
  if (body === '' || body.length > LONGEST_BODY) return null;
  const check = 98 - remainder97(`RF00${body}`);
  return `RF${`${check}`.padStart(2, '0')}${body}`;
}

/** The body of a creditor reference as a bank or a person wrote it; null for what is none, or was mistyped. */
export function readCreditorReference(text: string): string | null {
  const reference = text.replaceAll(/\s/g, '').toUpperCase();
  if (!/^RF[0-9]{2}[A-Z0-9]{1,21}$/.test(reference) || remainder97(reference) !== 1) return null;
  return reference.slice(4);
}

/** Groups of four, as it is printed. */
export function formatReference(reference: string): string {
  return reference.replaceAll(/(.{4})(?=.)/g, '$1 ');
}
