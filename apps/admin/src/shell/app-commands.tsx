import { useGo } from '@billhook/ui/address';
import { type CommandGroup, CommandMenu } from '@billhook/ui/command-menu';
import { useLater } from '@billhook/ui/later';
import { setTheme } from '@billhook/ui/theme';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { FileText, Keyboard, Monitor, Moon, Sun, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { useScope } from '../lib/scope.tsx';
import { allPlaces } from './places.ts';

export interface AppCommandsProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onHelp: () => void;
}

/** Customers and invoices by name or number, places, and acts: one box, opened by Ctrl or Cmd K. */
export function AppCommands({ open, onOpenChange, onHelp }: AppCommandsProps) {
  const { tenant } = useScope();
  const go = useGo();
  const [query, setQuery] = useState('');
  const found = useFound(open ? query.trim() : '');
  const groups: CommandGroup[] = [
    ...found.groups.map(({ title, items }) => ({
      title,
      items: items.map(({ href, ...item }) => ({ ...item, onSelect: () => go(href) })),
    })),
    {
      title: 'Go to',
      items: allPlaces(tenant.kind).map(({ label, href, icon, keys }) => ({
        id: href,
        label,
        icon,
        keys,
        onSelect: () => go(href),
      })),
    },
    {
      title: 'Act',
      items: [
        {
          id: 'new-customer',
          label: 'Create customer',
          icon: UserPlus,
          onSelect: () => go('/customers?new=1'),
        },
        { id: 'theme-light', label: 'Theme: light', icon: Sun, onSelect: () => setTheme('light') },
        { id: 'theme-dark', label: 'Theme: dark', icon: Moon, onSelect: () => setTheme('dark') },
        {
          id: 'theme-system',
          label: 'Theme: as the system',
          icon: Monitor,
          onSelect: () => setTheme('system'),
        },
        { id: 'help', label: 'Keyboard help', icon: Keyboard, keys: '?', onSelect: onHelp },
      ],
    },
  ];
  return (
    <CommandMenu
      open={open}
      onOpenChange={(next) => {
        onOpenChange(next);
        if (!next) setQuery('');
      }}
      groups={groups}
      query={query}
      onQueryChange={setQuery}
      searching={found.searching}
    />
  );
}

/** What the server finds for the typed text, a moment after the last key. */
function useFound(typed: string) {
  const { api, tenant } = useScope();
  const q = useLater(typed, 150);
  const customers = useQuery({
    queryKey: [tenant.id, 'found-customers', q],
    queryFn: ({ signal }) => api.customers.list({ q, limit: 6 }, { signal }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  const invoices = useQuery({
    queryKey: [tenant.id, 'found-invoices', q],
    queryFn: ({ signal }) => api.invoices.list({ q, limit: 4 }, { signal }),
    enabled: q.length > 1 && /\d/.test(q),
    placeholderData: keepPreviousData,
  });
  const none = q === '';
  return {
    searching: typed !== '' && (customers.isFetching || invoices.isFetching || q !== typed),
    groups: [
      {
        title: 'Customers',
        items: (none ? [] : (customers.data?.data ?? [])).map((row) => ({
          id: row.id,
          label: row.name,
          detail: row.planName ?? row.email ?? '',
          icon: Users,
          keywords: [q, row.email ?? '', row.externalId ?? ''],
          href: `/customers/${row.id}`,
        })),
      },
      {
        title: 'Invoices',
        items: (none || !/\d/.test(q) ? [] : (invoices.data?.data ?? [])).map((row) => ({
          id: row.id,
          label: row.number,
          detail: row.customerName,
          icon: FileText,
          keywords: [q],
          href: `/invoices/${row.id}`,
        })),
      },
    ],
  };
}
