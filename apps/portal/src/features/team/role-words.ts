import type { MemberRole } from '@billhook/sdk/generated/types';

/** What the roles are called, and what they may do. */
export const ROLE_WORDS: Record<MemberRole, { readonly name: string; readonly may: string }> = {
  owner: { name: 'Owner', may: 'Plan, payment, invoices and team.' },
  admin: { name: 'Admin', may: 'Plan, payment, invoices and team.' },
  manager: { name: 'Manager', may: 'Sees plan, usage and invoices.' },
  employee: { name: 'Employee', may: 'Sees plan, usage and invoices.' },
};
