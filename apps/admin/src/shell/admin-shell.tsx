import { useGo } from '@billhook/ui/address';
import { AppShell } from '@billhook/ui/app-shell';
import { useHotkeys } from '@billhook/ui/hotkeys';
import { KeyboardHelp } from '@billhook/ui/keyboard-help';
import { ThemeToggle } from '@billhook/ui/theme';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useScope } from '../lib/scope.tsx';
import { AccountMenu } from './account-menu.tsx';
import { AppCommands } from './app-commands.tsx';
import { Brand } from './brand.tsx';
import { ClockButton } from './clock-button.tsx';
import { DemoBanner } from './demo-banner.tsx';
import { allPlaces, PHONE_PLACES, railGroups } from './places.ts';
import { SecretBanner } from './secret-banner.tsx';
import { TenantMenu } from './tenant-menu.tsx';

/** Moves to the filter of the screen, if it has one. */
function focusFilter(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('#content input[type="search"]');
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

/** What is said above every screen while it holds. */
function Banners() {
  return (
    <>
      <DemoBanner />
      <SecretBanner />
    </>
  );
}

/** The frame around every screen: rail, search, tenant, clock, account, keys. */
export function AdminShell() {
  const { tenant } = useScope();
  const go = useGo();
  const path = useLocation({ select: ({ pathname }) => pathname.replace(/^\/admin(?=\/|$)/, '') || '/' });
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  const places = allPlaces(tenant.kind);
  const current = places.findLast(
    ({ href }) => path === href || (href !== '/' && path.startsWith(`${href}/`)),
  );
  useEffect(() => {
    document.title = `${current?.label ?? 'Billhook'} · ${tenant.name}`;
  }, [current?.label, tenant.name]);
  useHotkeys({
    'mod+k': (event) => {
      event.preventDefault();
      setSearching(true);
    },
    '?': () => setHelping(true),
    '/': focusFilter,
    ...Object.fromEntries(places.map((place) => [place.keys, () => go(place.href)])),
  });
  return (
    <AppShell
      brand={(collapsed) => <Brand collapsed={collapsed} />}
      groups={railGroups(tenant.kind)}
      places={PHONE_PLACES}
      path={path}
      environment={{ name: tenant.kind === 'live' ? 'Live' : 'Sandbox', kind: tenant.kind }}
      onSearch={() => setSearching(true)}
      tools={
        <>
          <TenantMenu />
          {tenant.kind === 'sandbox' ? <ClockButton /> : null}
          <span className="max-sm:hidden">
            <ThemeToggle />
          </span>
          <AccountMenu onHelp={() => setHelping(true)} />
        </>
      }
    >
      <Banners />
      <Outlet />
      <AppCommands open={searching} onOpenChange={setSearching} onHelp={() => setHelping(true)} />
      <KeyboardHelp
        open={helping}
        onOpenChange={setHelping}
        groups={[
          {
            title: 'Everywhere',
            keys: [
              { keys: 'mod+k', does: 'Search, go, act' },
              { keys: '/', does: 'Filter this list' },
              { keys: '?', does: 'This help' },
            ],
          },
          {
            title: 'In a list',
            keys: [
              { keys: 'j', does: 'Next row' },
              { keys: 'k', does: 'Row before' },
              { keys: 'Enter', does: 'Open the row' },
            ],
          },
          { title: 'Go to', keys: places.map(({ keys, label }) => ({ keys, does: label })) },
        ]}
      />
    </AppShell>
  );
}
