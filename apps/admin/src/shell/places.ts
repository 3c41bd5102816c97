import type { NavGroup, NavItem } from '@billhook/ui/navigation';
import {
  Activity,
  BellRing,
  BookOpenText,
  Clock,
  CreditCard,
  FileText,
  HeartPulse,
  House,
  Inbox,
  KeyRound,
  Landmark,
  Mail,
  Package,
  Scale,
  ScrollText,
  Settings,
  ShieldBan,
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
  { label: 'Bank', href: '/bank', icon: Landmark, keys: 'g b' },
  { label: 'Dunning', href: '/dunning', icon: BellRing, keys: 'g d' },
  { label: 'Ledger', href: '/ledger', icon: BookOpenText, keys: 'g l' },
];
/** What watches over payments. */
const CARE: readonly Place[] = [
  { label: 'Reconciliation', href: '/reconciliation', icon: Scale, keys: 'g r' },
  { label: 'Provider messages', href: '/provider-messages', icon: Inbox, keys: 'g w' },
  { label: 'Block list', href: '/block-list', icon: ShieldBan, keys: 'g n' },
  { label: 'Health', href: '/health', icon: HeartPulse, keys: 'g x' },
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
    { title: 'Watch', items: CARE },
    ...(kind === 'sandbox' ? [{ title: 'Sandbox', items: SANDBOX }] : []),
    { title: 'Organization', items: TEAM },
  ];
}

export function allPlaces(kind: 'live' | 'sandbox'): Place[] {
  return [HOME, ...BUSINESS, ...CATALOGUE, ...CARE, ...(kind === 'sandbox' ? SANDBOX : []), ...TEAM];
}

/** The four places of the phone. */
export const PHONE_PLACES: readonly NavItem[] = [HOME, CUSTOMERS, INVOICES, PLANS];
