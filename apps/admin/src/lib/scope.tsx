import type { Session, Tenant } from '@billhook/sdk/generated/types';
import type { Billhook } from '@billhook/sdk/operator';
import { createContext, type ReactNode, useContext } from 'react';

type Role = Session['role'];

/** What every screen works with: who is signed in, for which tenant, and the client for it. */
export interface Scope {
  readonly session: Session;
  readonly tenant: Tenant;
  readonly api: Billhook;
}

const ScopeContext = createContext<Scope | null>(null);

export function ScopeProvider({ scope, children }: { scope: Scope; children: ReactNode }) {
  return <ScopeContext value={scope}>{children}</ScopeContext>;
}

export function useScope(): Scope {
  const scope = useContext(ScopeContext);
  if (scope === null) throw new Error('This screen needs someone who is signed in.');
  return scope;
}

/** Sets of roles as the API has them. They decide only what is offered; the server decides what is done. */
export const ROLES = {
  owner: ['owner'],
  admins: ['owner', 'admin'],
  builders: ['owner', 'admin', 'developer'],
  money: ['owner', 'admin', 'finance'],
  staff: ['owner', 'admin', 'finance', 'support', 'developer'],
  care: ['owner', 'admin', 'finance', 'support'],
} as const satisfies Record<string, readonly Role[]>;

/** Whether the person who is signed in has one of these roles. */
export function useMay(roles: readonly Role[]): boolean {
  return roles.includes(useScope().session.role);
}
