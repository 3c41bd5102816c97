import type { NavItem } from '@billhook/ui/navigation';
import { PortalShell } from '@billhook/ui/portal-shell';
import { CreditCard, FileText, Gauge, House, Package } from 'lucide-react';
import type { ReactNode } from 'react';
import { AccountNotice } from '../features/dashboard/account-notice.tsx';
import { useHere } from '../lib/address.ts';
import { useMembership } from '../lib/portal.tsx';
import { AccountMenu } from './account-menu.tsx';
import { SellerBrand } from './seller-brand.tsx';

/** Team and settings are in the account menu, so that the bar fits a tablet beside a long name. */
function itemsOf(base: string) {
  const overview: NavItem = { label: 'Overview', href: base, icon: House, exact: true };
  const usage: NavItem = { label: 'Usage', href: `${base}/usage`, icon: Gauge };
  const plan: NavItem = { label: 'Plan', href: `${base}/plan`, icon: Package };
  const invoices: NavItem = { label: 'Invoices', href: `${base}/invoices`, icon: FileText };
  const cards: NavItem = { label: 'Payment', href: `${base}/payment-methods`, icon: CreditCard };
  return {
    items: [overview, usage, plan, invoices, cards],
    places: [overview, usage, plan, invoices],
  };
}

/** The frame of all pages of a customer. */
export function Shell({ children }: { children: ReactNode }) {
  const { base, session, customer } = useMembership();
  const here = useHere().split('?')[0] ?? base;
  // Credits have no place in the bar of their own; they belong to what is used.
  const path = here === `${base}/credits` ? `${base}/usage` : here;
  const { items, places } = itemsOf(base);
  return (
    <PortalShell
      brand={<SellerBrand seller={session.seller} href={base} />}
      items={items}
      places={places}
      path={path.length > 1 ? path.replace(/\/$/, '') : path}
      tools={<AccountMenu />}
      notice={<AccountNotice />}
      footer={
        <>
          {customer.name}. Times in {customer.timeZone}. Questions about a bill? Each line of an invoice says
          how it came to be.
        </>
      }
    >
      {children}
    </PortalShell>
  );
}
