import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { LinkProvider } from '@billhook/ui/link';
import { Compass } from 'lucide-react';
import { RouterLink } from './router-link.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <LinkProvider component={RouterLink}>
      <main className="grid min-h-[60dvh] place-items-center">
        <EmptyState
          isPage
          icon={Compass}
          title="There is nothing at this address."
          action={<LinkButton href="/">Go to Home</LinkButton>}
        >
          The address may be mistyped, or belong to another environment.
        </EmptyState>
      </main>
    </LinkProvider>
  );
}
