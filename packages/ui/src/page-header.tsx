import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { BareLink } from './link.tsx';

export interface PageHeaderProps {
  readonly title: ReactNode;
  /** A status or badge beside the title. */
  readonly mark?: ReactNode;
  readonly description?: ReactNode;
  /** The way back up, outermost first. */
  readonly parents?: readonly { readonly label: ReactNode; readonly href: string }[] | undefined;
  /** The main action last. */
  readonly actions?: ReactNode;
}

/** What this screen is, and the one main thing to do on it. */
export function PageHeader({ title, mark, description, parents, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 pb-6">
      <div className="min-w-0">
        {parents?.length ? (
          <nav aria-label="Breadcrumb" className="no-print mb-1 flex flex-wrap items-center gap-1 text-sm">
            {parents.map((parent) => (
              <span key={parent.href} className="flex items-center gap-1">
                <BareLink href={parent.href} className="rounded-[3px] text-muted hover:text-text">
                  {parent.label}
                </BareLink>
                <ChevronRight aria-hidden="true" size={12} className="text-faint rtl:-scale-x-100" />
              </span>
            ))}
          </nav>
        ) : null}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-lg font-semibold tracking-[-0.011em]">{title}</h1>
          {mark}
        </div>
        {description ? <div className="mt-0.5 text-muted">{description}</div> : null}
      </div>
      {actions ? <div className="no-print flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}

export interface SectionProps {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** A part of a screen under its own heading, kept apart by white space. */
export function Section({ title, description, actions, children, className }: SectionProps) {
  return (
    <section className={cx('min-w-0', className)}>
      <div className="mb-3 flex flex-wrap items-end justify-between gap-2">
        <div className="min-w-0">
          <h2 className="text-md font-semibold">{title}</h2>
          {description ? <div className="text-sm text-muted">{description}</div> : null}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** A thing that stands for itself and could be lifted out. Everything else takes lines and white space. */
export function Card({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <div className={cx('print-flat min-w-0 rounded-md border border-line bg-surface p-4', className)}>
      {children}
    </div>
  );
}
