import type { NavGroup, NavItem } from '@billhook/ui/navigation';
import {
  Activity,
  BellRing,
  BookOpenText,
  Clock,
  CreditCard,
  FileText,
  House,
  KeyRound,
  Mail,
  Package,
  ScrollText,
  Settings,
  Users,
  UsersRound,
} from 'lucide-react';

export interface Place extends NavItem {
  /** The keys that lead there: `g` and a letter. */
  readonly keys: string;
  /** Only sandboxes have it. */
  readonly sandboxOnly?: boolean;
}

const HOME: Place = { label: 'Home', href: '/', icon: House, exact: true, keys: 'g h' };
const CUSTOMERS: Place = { label: 'Customers', href: '/customers', icon: Users, keys: 'g c' };
const INVOICES: Place = { label: 'Invoices', href: '/invoices', icon: FileText, keys: 'g i' };
const PLANS: Place = { label: 'Plans', href: '/plans', icon: Package, keys: 'g p' };
const BUSINESS: readonly Place[] = [
  CUSTOMERS,
  INVOICES,
  { label: 'Payments', href: '/payments', icon: CreditCard, keys: 'g y' },
  { label: 'Dunning', href: '/dunning', icon: BellRing, keys: 'g d' },
  { label: 'Ledger', href: '/ledger', icon: BookOpenText, keys: 'g l' },
];
const CATALOGUE: readonly Place[] = [PLANS, { label: 'Usage', href: '/usage', icon: Activity, keys: 'g u' }];
const SANDBOX: readonly Place[] = [
  { label: 'Mailbox', href: '/mailbox', icon: Mail, keys: 'g m', sandboxOnly: true },
  { label: 'Clock', href: '/clock', icon: Clock, keys: 'g t', sandboxOnly: true },
];
const TEAM: readonly Place[] = [
  { label: 'API keys', href: '/api-keys', icon: KeyRound, keys: 'g k' },
  { label: 'Team', href: '/team', icon: UsersRound, keys: 'g o' },
  { label: 'Audit log', href: '/audit', icon: ScrollText, keys: 'g a' },
  { label: 'Settings', href: '/settings', icon: Settings, keys: 'g s' },
];

/** The rail, for a live environment or a sandbox. */
export function railGroups(kind: 'live' | 'sandbox'): NavGroup[] {
  return [
    { items: [HOME] },
    { title: 'Business', items: BUSINESS },
    { title: 'Catalogue', items: CATALOGUE },
    ...(kind === 'sandbox' ? [{ title: 'Sandbox', items: SANDBOX }] : []),
    { title: 'Organization', items: TEAM },
  ];
}

export function allPlaces(kind: 'live' | 'sandbox'): Place[] {
  return [HOME, ...BUSINESS, ...CATALOGUE, ...(kind === 'sandbox' ? SANDBOX : []), ...TEAM];
}

/** The four places of the phone. */
export const PHONE_PLACES: readonly NavItem[] = [HOME, CUSTOMERS, INVOICES, PLANS];
