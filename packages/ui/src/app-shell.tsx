import { Dialog } from '@base-ui/react/dialog';
import { Menu as MenuIcon, PanelLeftClose, PanelLeftOpen, Search, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';
import { scrimClass } from './dialog.tsx';
import { Keys } from './keyboard-help.tsx';
import { useLocale } from './locale.tsx';
import { BottomBar, type NavGroup, type NavItem, RailLink } from './navigation.tsx';
import { Badge } from './status.tsx';

export interface AppShellProps {
  /** The mark and name at the top of the rail. `collapsed` leaves room for the mark alone. */
  readonly brand: (collapsed: boolean) => ReactNode;
  readonly groups: readonly NavGroup[];
  /** The four places of the phone's bottom bar. */
  readonly places: readonly NavItem[];
  /** The path shown now. */
  readonly path: string;
  /** Which data this is. A sandbox says so in words and colour. */
  readonly environment: { readonly name: string; readonly kind: 'live' | 'sandbox' };
  readonly onSearch: () => void;
  /** Beside the search: the clock, the theme, the account. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

const RAIL_KEY = 'billhook-rail';

function readCollapsed(): boolean {
  try {
    return localStorage.getItem(RAIL_KEY) === 'icons';
  } catch {
    return false;
  }
}

/** The frame of the admin app: rail, header with search, content up to 1,280 px; drawer and bottom bar on a phone. */
export function AppShell(props: AppShellProps) {
  const { brand, groups, places, path, children } = props;
  const { words } = useLocale();
  const [collapsed, setCollapsed] = useState(readCollapsed);
  function toggle() {
    setCollapsed(!collapsed);
    try {
      localStorage.setItem(RAIL_KEY, collapsed ? 'names' : 'icons');
    } catch {
      // The rail then keeps its width as long as the page lasts.
    }
  }
  return (
    <div className="flex min-h-dvh">
      <SkipLink />
      <aside
        className={cx(
          'no-print sticky top-0 hidden h-dvh shrink-0 flex-col border-e border-line bg-sunk md:flex',
          collapsed ? 'w-14' : 'w-56',
        )}
      >
        <div className="flex h-14 shrink-0 items-center px-4">{brand(collapsed)}</div>
        <NavList groups={groups} path={path} collapsed={collapsed} />
        <div className="shrink-0 p-2">
          <IconButton
            icon={collapsed ? PanelLeftOpen : PanelLeftClose}
            label={collapsed ? words.expandNavigation : words.collapseNavigation}
            onClick={toggle}
            className="mx-1 rtl:-scale-x-100"
          />
        </div>
      </aside>
      <div className="flex min-w-0 grow flex-col">
        <ShellHeader {...props} />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[1280px] grow [--sticky-top:3.5rem] px-4 pt-6 pb-24 outline-none md:px-8 md:pb-10"
        >
          {children}
        </main>
      </div>
      <BottomBar places={places} path={path} className="md:hidden" />
    </div>
  );
}

export function SkipLink() {
  const { words } = useLocale();
  return (
    <a
      href="#content"
      className="no-print fixed start-4 top-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
    >
      {words.skipToContent}
    </a>
  );
}

interface NavListProps {
  readonly groups: readonly NavGroup[];
  readonly path: string;
  readonly collapsed: boolean;
  readonly onNavigate?: (() => void) | undefined;
}

function NavList({ groups, path, collapsed, onNavigate }: NavListProps) {
  const { words } = useLocale();
  return (
    <nav
      aria-label={words.mainNavigation}
      className="min-h-0 grow overflow-y-auto px-2 pb-4 [scrollbar-width:thin]"
    >
      {groups.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one app never change places.
        <div key={index} className={index > 0 ? 'mt-4' : ''}>
          {group.title ? (
            <p className={collapsed ? 'sr-only' : 'px-2.5 pb-1 text-xs text-faint'}>{group.title}</p>
          ) : null}
          <ul className="flex flex-col gap-0.5">
            {group.items.map((item) => (
              <li key={item.href}>
                <RailLink item={item} path={path} collapsed={collapsed} onNavigate={onNavigate} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function ShellHeader({ brand, groups, path, environment, onSearch, tools }: AppShellProps) {
  const { words } = useLocale();
  return (
    <header className="no-print sticky top-0 z-10 flex h-14 shrink-0 items-center gap-1 border-b border-line bg-bg px-2 sm:gap-2 sm:px-4 md:px-8">
      <Drawer brand={brand} groups={groups} path={path} />
      <button
        type="button"
        onClick={onSearch}
        className="flex h-8 min-w-8 items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-faint hover:bg-hover sm:w-72 sm:px-2.5"
      >
        <Search aria-hidden="true" size={16} className="shrink-0" />
        <span className="grow truncate text-start max-sm:sr-only">{words.searchPlaceholder}</span>
        <span aria-hidden="true" className="max-sm:hidden">
          <Keys keys="mod+k" />
        </span>
      </button>
      <span className="ms-auto flex min-w-0 items-center gap-1">
        <span className="min-w-0 truncate sm:me-1">
          <Badge tone={environment.kind === 'live' ? 'ok' : 'attention'}>{environment.name}</Badge>
        </span>
        {tools}
      </span>
    </header>
  );
}

function Drawer({ brand, groups, path }: Pick<AppShellProps, 'brand' | 'groups' | 'path'>) {
  const { words } = useLocale();
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => setOpen(next)}>
      <Dialog.Trigger
        render={<IconButton icon={MenuIcon} label={words.openNavigation} className="md:hidden" />}
      />
      <Dialog.Portal>
        <Dialog.Backdrop className={scrimClass} />
        <Dialog.Viewport className="fixed inset-y-0 start-0 z-40 flex w-72 max-w-[85vw]">
          <Dialog.Popup
            data-modal=""
            aria-label={words.mainNavigation}
            className="edge-forced flex w-full flex-col bg-raised shadow-float outline-none"
          >
            <div className="flex h-14 shrink-0 items-center justify-between ps-4 pe-2">
              {brand(false)}
              <Dialog.Close render={<IconButton icon={X} label={words.close} />} />
            </div>
            <NavList groups={groups} path={path} collapsed={false} onNavigate={() => setOpen(false)} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
