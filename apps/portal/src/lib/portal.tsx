import type { MyCustomer, PortalSession } from '@billhook/sdk/generated/types';
import { createPortal, type Portal } from '@billhook/sdk/portal';
import { createContext, type ReactNode, useContext, useMemo } from 'react';

/** The seller whose portal this is, and who looks at it. */
export interface Visit {
  readonly slug: string;
  /** `/p/<slug>`, the start of every address here. */
  readonly base: string;
  readonly session: PortalSession;
  readonly api: Portal;
}

/** A visit of someone who is signed in and acts for a customer. */
export interface Membership extends Visit {
  readonly customer: MyCustomer;
  readonly user: NonNullable<PortalSession['user']>;
  /** Owners and admins decide what the company pays. */
  readonly mayPay: boolean;
}

const VisitContext = createContext<Visit | null>(null);
const MembershipContext = createContext<Membership | null>(null);

/** The client of one portal, acting for a customer where one is named. */
export function portalFor(slug: string, customer?: string): Portal {
  return createPortal({ baseUrl: location.origin, slug, ...(customer === undefined ? {} : { customer }) });
}

export function VisitProvider({ visit, children }: { visit: Visit; children: ReactNode }) {
  return <VisitContext value={visit}>{children}</VisitContext>;
}

interface MembershipProviderProps {
  readonly customer: MyCustomer;
  readonly user: NonNullable<PortalSession['user']>;
  readonly children: ReactNode;
}

export function MembershipProvider({ customer, user, children }: MembershipProviderProps) {
  const visit = useVisit();
  const membership = useMemo<Membership>(
    () => ({
      ...visit,
      customer,
      user,
      api: portalFor(visit.slug, customer.id),
      mayPay: customer.role === 'owner' || customer.role === 'admin',
    }),
    [visit, customer, user],
  );
  return <MembershipContext value={membership}>{children}</MembershipContext>;
}

export function useVisit(): Visit {
  const visit = useContext(VisitContext);
  if (visit === null) throw new Error('This part belongs inside a portal.');
  return visit;
}

export function useMembership(): Membership {
  const membership = useContext(MembershipContext);
  if (membership === null) throw new Error('This part is for people who are signed in.');
  return membership;
}
