/** Tables that only this module writes and reads. */
export const ownedTables = [
  'customers',
  'customer_vat_numbers',
  'customer_location_evidence',
  'customer_phones',
  'tax_certificates',
  'text_stops',
  'members',
  'member_invitations',
  'member_user',
  'member_session',
  'member_account',
  'member_verification',
] as const;
