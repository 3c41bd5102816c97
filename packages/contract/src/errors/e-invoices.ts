import { refusal } from './kind.ts';

/** Documents as files for machines. */
export const eInvoiceErrors = {
  'e_invoice.incomplete': refusal(
    422,
    'The document lacks what this kind of e-invoice must have',
    'The member `missing` lists each rule with its business term. Give it in the settings of the seller or of the customer; documents that are issued from then on have it.',
  ),
  'e_invoice.not_possible': refusal(
    422,
    'This document cannot be an e-invoice',
    'Send it as PDF: the standard holds one VAT rate a line and at most two decimals, and documents of Stripe are made there.',
  ),
  'delivery.not_found': refusal(404, 'There is no such delivery', 'List the deliveries of the document.'),
  'delivery.not_refused': refusal(
    409,
    'This delivery was not refused',
    'Only what Peppol refused is sent again; what waits is sent by itself.',
  ),
};
