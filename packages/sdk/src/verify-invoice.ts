import {
  type InvoiceVerdict,
  verifyInvoice as verifyParsed,
} from '@billhook/core/invoicing/verify/verify-invoice';

/** Whether an exported invoice holds, and if not, every place where it differs, as a JSON pointer. */
export type { InvoiceVerdict };

/**
 * Computes an invoice again from the text of its document (`GET /v1/invoices/{id}/document`): quantities, prices, shares
 * of periods, discounts, rounding, tax and totals. It asks nobody: no server, no database, no network. A text that is
 * not JSON holds nothing.
 */
export function verifyInvoice(text: string): InvoiceVerdict {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { ok: false, differences: [{ at: '', stated: 'not JSON', found: 'an exported invoice' }] };
  }
  return verifyParsed(document);
}
