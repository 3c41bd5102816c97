import { useGo } from '@billhook/ui/address';
import { IconButton } from '@billhook/ui/button';
import { Menu, type MenuAction } from '@billhook/ui/menu';
import { ThemeToggle } from '@billhook/ui/theme';
import { Building2, CircleUser, Coins, CreditCard, LogOut, Settings, Tags, Users } from 'lucide-react';
import { hrefOf } from '../lib/address.ts';
import { useMembership } from '../lib/portal.tsx';
import { useSignOut } from './use-sign-out.ts';

/** Who is signed in, for which company, and what has no room in the bar on a phone. */
export function AccountMenu() {
  const { base, session, customer } = useMembership();
  const go = useGo();
  const leave = useSignOut();
  const others: MenuAction[] = session.customers
    .filter(({ id }) => id !== customer.id)
    .map(({ id, name }) => ({
      label: `Switch to ${name}`,
      icon: Building2,
      onSelect: () => go(hrefOf(base, { customer: id })),
    }));
  const actions: (MenuAction | null)[] = [
    { label: 'Credits', icon: Coins, onSelect: () => go(`${base}/credits`) },
    { label: 'Payment methods', icon: CreditCard, onSelect: () => go(`${base}/payment-methods`) },
    { label: 'Team', icon: Users, onSelect: () => go(`${base}/team`) },
    { label: 'Settings', icon: Settings, onSelect: () => go(`${base}/settings`) },
    { label: 'All plans and prices', icon: Tags, onSelect: () => go(`${base}/pricing`) },
    ...(others.length > 0 ? [null, ...others] : []),
    null,
    { label: 'Sign out', icon: LogOut, onSelect: leave.run },
  ];
  return (
    // The icon, and not the room around it, ends where the page ends.
    <span className="-me-2 flex items-center gap-1">
      <ThemeToggle />
      <Menu
        trigger={<IconButton icon={CircleUser} label={`Account of ${customer.name}`} />}
        actions={actions}
      />
    </span>
  );
}
