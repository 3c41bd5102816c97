/** The words of an invoice. They follow the language of the document, which need not be that of the app. */
export interface InvoiceWords {
  readonly invoice: string;
  readonly debitNote: string;
  /** Before the number of the invoice that a debit note raises. */
  readonly forInvoice: string;
  readonly from: string;
  readonly to: string;
  readonly taxId: string;
  readonly issued: string;
  readonly due: string;
  readonly currency: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
  readonly subtotal: string;
  readonly on: string;
  readonly total: string;
  readonly amountDue: string;
  readonly beforeDiscounts: string;
  readonly explain: string;
}

export const INVOICE_ENGLISH: InvoiceWords = {
  invoice: 'Invoice',
  debitNote: 'Debit note',
  forInvoice: 'For invoice',
  from: 'From',
  to: 'To',
  taxId: 'VAT ID',
  issued: 'Issued',
  due: 'Due',
  currency: 'Currency',
  description: 'Description',
  quantity: 'Quantity',
  unitPrice: 'Unit price',
  amount: 'Amount',
  subtotal: 'Subtotal',
  on: 'on',
  total: 'Total',
  amountDue: 'Amount due',
  beforeDiscounts: 'Before discounts',
  explain: 'How this amount came to be',
};
