/** The tables that this module alone writes. */
export const ownedTables = [
  'number_series',
  'invoices',
  'invoice_lines',
  'credit_notes',
  'credit_note_lines',
  'usage_adjustments',
  'customer_documents',
] as const;
