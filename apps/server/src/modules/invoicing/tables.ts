/** The tables that this module alone writes. */
export const ownedTables = [
  'number_series',
  'invoices',
  'invoice_lines',
  'awaited_invoices',
  'credit_notes',
  'credit_note_lines',
  'usage_adjustments',
  'usage_deductions',
  'e_invoices',
  'document_deliveries',
  'bill_runs',
  'bill_run_batches',
  'customer_documents',
  'tax_quotes',
  'tax_bookings',
  'tax_attempts',
] as const;
