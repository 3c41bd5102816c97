import type { ReactNode } from 'react';
import { TextLink } from '../src/link.tsx';
import { PageHeader } from '../src/page-header.tsx';
import { ThemeToggle } from '../src/theme.tsx';

const PAGES = ['basics', 'forms', 'tables', 'figures', 'admin', 'portal', 'pricing', 'auth'];

export function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex max-w-5xl flex-col gap-8 px-4 py-6 sm:px-8">
      <PageHeader title={title} actions={<ThemeToggle />} />
      <nav aria-label="Gallery" className="flex flex-wrap gap-3">
        {PAGES.map((page) => (
          <TextLink key={page} href={`?page=${page}`}>
            {page}
          </TextLink>
        ))}
      </nav>
      {children}
    </main>
  );
}

export function Row({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>;
}
