import { AuthCard } from '@billhook/ui/auth-card';
import { ThemeToggle } from '@billhook/ui/theme';
import type { ReactNode } from 'react';
import { usePageTitle } from '../lib/page-title.ts';
import { useVisit } from '../lib/portal.tsx';
import { SellerBrand } from './seller-brand.tsx';

export interface DoorProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** One card on a quiet page, under the seller's name: sign-in, sign-up, reset, invitation. */
export function Door({ title, ...props }: DoorProps) {
  const { base, session } = useVisit();
  usePageTitle(title, session.seller.name);
  return (
    <AuthCard
      brand={<SellerBrand seller={session.seller} href={`${base}/pricing`} />}
      title={title}
      tools={<ThemeToggle />}
      {...props}
    />
  );
}
