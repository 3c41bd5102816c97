import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { BareLink } from './link.tsx';
import { useLocale } from './locale.tsx';

export interface NavItem {
  readonly label: string;
  readonly href: string;
  readonly icon: LucideIcon;
  /** How many wait there. */
  readonly count?: number | undefined;
  /** Marks the place only on exactly this path, as for a home page. */
  readonly exact?: boolean | undefined;
}

export interface NavGroup {
  readonly title?: ReactNode;
  readonly items: readonly NavItem[];
}

/** Whether `path` is this place or below it. */
export function isCurrent(item: NavItem, path: string): boolean {
  if (item.exact || item.href === '/') return path === item.href;
  return path === item.href || path.startsWith(`${item.href}/`);
}

export interface RailLinkProps {
  readonly item: NavItem;
  readonly path: string;
  readonly collapsed: boolean;
  readonly onNavigate?: (() => void) | undefined;
}

/** One place in the rail. Collapsed, its name is in the title and for screen readers. */
export function RailLink({ item, path, collapsed, onNavigate }: RailLinkProps) {
  const current = isCurrent(item, path);
  const Icon = item.icon;
  return (
    <BareLink
      href={item.href}
      onClick={onNavigate}
      title={collapsed ? item.label : undefined}
      aria-current={current ? 'page' : undefined}
      className={cx(
        'flex h-8 items-center gap-2.5 rounded-md px-2.5',
        current ? 'bg-accent-soft font-medium text-accent-text' : 'text-muted hover:bg-hover hover:text-text',
        collapsed && 'justify-center px-0',
      )}
    >
      <Icon aria-hidden="true" size={16} strokeWidth={1.75} className="shrink-0" />
      <span className={collapsed ? 'sr-only' : 'min-w-0 grow truncate'}>{item.label}</span>
      {item.count && !collapsed ? <span className="num text-xs text-faint">{item.count}</span> : null}
    </BareLink>
  );
}

export interface BottomBarProps {
  readonly places: readonly NavItem[];
  readonly path: string;
  readonly className?: string | undefined;
}

/** The phone's four places, in reach of the thumb. */
export function BottomBar({ places, path, className }: BottomBarProps) {
  const { words } = useLocale();
  return (
    <nav
      aria-label={words.places}
      className={cx(
        'no-print fixed inset-x-0 bottom-0 z-20 grid auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]',
        className,
      )}
    >
      {places.map((item) => {
        const current = isCurrent(item, path);
        const Icon = item.icon;
        return (
          <BareLink
            key={item.href}
            href={item.href}
            aria-current={current ? 'page' : undefined}
            className={cx(
              'ring-inside flex h-14 min-w-0 flex-col items-center justify-center gap-0.5 px-1 text-xs',
              current ? 'font-medium text-accent-text' : 'text-muted',
            )}
          >
            <Icon aria-hidden="true" size={20} strokeWidth={1.75} />
            <span className="max-w-full truncate">{item.label}</span>
          </BareLink>
        );
      })}
    </nav>
  );
}
