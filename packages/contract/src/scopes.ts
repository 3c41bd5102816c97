export const OPERATOR_ROLES = ['owner', 'admin', 'finance', 'support', 'developer', 'viewer'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export const MEMBER_ROLES = ['owner', 'admin', 'manager', 'employee'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** What an API key may be allowed. */
export const SCOPES = [
  'customers:read',
  'customers:write',
  'catalog:read',
  'catalog:write',
  'subscriptions:read',
  'subscriptions:write',
  'usage:read',
  'usage:write',
  'entitlements:read',
  'credits:read',
  'credits:write',
  'entitlements:write',
  'invoices:read',
  'invoices:write',
  'payments:read',
  'payments:write',
  'ledger:read',
  'ledger:write',
  'clock:read',
  'clock:write',
  'files:read',
  'files:write',
  'analytics:read',
  'mailbox:read',
  'settings:read',
  'settings:write',
  'exports:read',
  'exports:write',
  'imports:read',
  'imports:write',
  'privacy:read',
  'privacy:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** A publishable key is seen by everyone, so it may only do what shows nothing of a customer. */
export const PUBLISHABLE_SCOPES: readonly Scope[] = ['catalog:read'];

/** Role sets that the routes share. The owner may do everything. */
export const ANYONE: readonly OperatorRole[] = [...OPERATOR_ROLES];
export const OWNER_ONLY = ['owner'] as const;
export const ADMINS = ['owner', 'admin'] as const;
export const BUILDERS = ['owner', 'admin', 'developer'] as const;
export const MONEY_STAFF = ['owner', 'admin', 'finance'] as const;
export const CUSTOMER_STAFF = ['owner', 'admin', 'finance', 'support'] as const;
