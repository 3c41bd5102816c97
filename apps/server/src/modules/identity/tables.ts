/** Tables that only this module writes. */
export const ownedTables = [
  'organizations',
  'auth.user',
  'auth.session',
  'auth.account',
  'auth.verification',
  'operator_roles',
  'operator_invitations',
  'api_keys',
  'api_key_lookup',
  'approvals',
] as const;
