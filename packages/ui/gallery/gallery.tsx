import type { ComponentType } from 'react';
import { AdminPage } from './admin-page.tsx';
import { BasicsPage } from './basics-page.tsx';
import { FiguresPage } from './figures-page.tsx';
import { FormsPage } from './forms-page.tsx';
import { AuthPage, PortalPage, PricingPage } from './portal-page.tsx';
import { TablesPage } from './tables-page.tsx';

/** One address each, so that a test can look at them one by one: `?page=forms&locale=de`. */
export const PAGES: Record<string, ComponentType> = {
  basics: BasicsPage,
  forms: FormsPage,
  tables: TablesPage,
  figures: FiguresPage,
  admin: AdminPage,
  portal: PortalPage,
  pricing: PricingPage,
  auth: AuthPage,
};

export function Gallery({ page }: { page: string }) {
  const Page = PAGES[page] ?? BasicsPage;
  return <Page />;
}
