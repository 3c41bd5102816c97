import { AuthCard } from '@billhook/ui/auth-card';
import { LinkProvider } from '@billhook/ui/link';
import { ThemeToggle } from '@billhook/ui/theme';
import type { ReactNode } from 'react';
import { Brand } from '../../shell/brand.tsx';
import { RouterLink } from '../../shell/router-link.tsx';

export interface DoorProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of what can be seen without being signed in. */
export function Door({ title, description, footer, children }: DoorProps) {
  document.title = `${title} · Billhook`;
  return (
    <LinkProvider component={RouterLink}>
      <AuthCard
        brand={<Brand />}
        title={title}
        description={description}
        footer={footer}
        tools={<ThemeToggle />}
      >
        {children}
      </AuthCard>
    </LinkProvider>
  );
}
