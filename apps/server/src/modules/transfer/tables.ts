/** The tables that this module alone writes. */
export const ownedTables = [
  'exports',
  'export_parts',
  'accounting_settings',
  'imports',
  'import_lines',
  'imported_subscriptions',
  'privacy_settings',
  'legal_holds',
  'erasures',
] as const;
