import type { ReactNode } from 'react';
import { SkipLink } from './app-shell.tsx';
import { cx } from './cx.ts';
import { BareLink } from './link.tsx';
import { useLocale } from './locale.tsx';
import { BottomBar, isCurrent, type NavItem } from './navigation.tsx';

export interface PortalShellProps {
  /** The seller's mark and name. */
  readonly brand: ReactNode;
  readonly items: readonly NavItem[];
  /** The four places of the phone's bottom bar. */
  readonly places: readonly NavItem[];
  readonly path: string;
  readonly tools?: ReactNode;
  /** A `Banner` that concerns the whole account. */
  readonly notice?: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of the customer's app: top bar, one column up to 960 px, bottom bar on a phone. */
export function PortalShell(props: PortalShellProps) {
  const { brand, items, places, path, tools, notice, footer, children } = props;
  const { words } = useLocale();
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="no-print sticky top-0 z-10 border-b border-line bg-bg">
        <div className="mx-auto flex h-14 max-w-[1008px] items-center gap-4 px-4 sm:px-6">
          <div className="min-w-0 shrink truncate">{brand}</div>
          <nav aria-label={words.mainNavigation} className="hidden min-w-0 grow md:block">
            <ul className="flex gap-1">
              {items.map((item) => (
                <li key={item.href}>
                  <BareLink
                    href={item.href}
                    aria-current={isCurrent(item, path) ? 'page' : undefined}
                    className={cx(
                      'flex h-8 items-center whitespace-nowrap rounded-md px-2.5',
                      isCurrent(item, path)
                        ? 'bg-accent-soft font-medium text-accent-text'
                        : 'text-muted hover:bg-hover hover:text-text',
                    )}
                  >
                    {item.label}
                  </BareLink>
                </li>
              ))}
            </ul>
          </nav>
          <div className="ms-auto flex shrink-0 items-center gap-1">{tools}</div>
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className={cx(
          'mx-auto w-full max-w-[1008px] grow [--sticky-top:3.5rem] px-4 pt-6 outline-none sm:px-6 md:pb-16',
          places.length ? 'pb-24' : 'pb-16',
        )}
      >
        {notice ? <div className="mb-6">{notice}</div> : null}
        {children}
      </main>
      {footer ? (
        <footer className="no-print mx-auto w-full max-w-[1008px] px-4 pb-20 text-sm text-faint sm:px-6 md:pb-8">
          {footer}
        </footer>
      ) : null}
      {places.length ? <BottomBar places={places} path={path} className="md:hidden" /> : null}
    </div>
  );
}

/** Cards two by two, one under the other on a phone. One alone takes the whole width. */
export function CardGrid({ children }: { children: ReactNode }) {
  return <div className="grid gap-4 md:grid-cols-2 md:[&>:only-child]:col-span-2">{children}</div>;
}
