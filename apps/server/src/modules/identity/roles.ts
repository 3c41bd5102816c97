import type { OperatorRole } from '@billhook/contract/scopes';

export type Role = OperatorRole;

/** Whether one operator may give or take these roles: only an owner makes or unmakes owners. */
export function mayGrant(granter: Role, ...roles: readonly Role[]): boolean {
  if (granter === 'owner') return true;
  return granter === 'admin' && !roles.includes('owner');
}
