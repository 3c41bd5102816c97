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
};
