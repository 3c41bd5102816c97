import { usePathParam } from '@billhook/ui/address';
import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { MapPinOff } from 'lucide-react';

export function NotFound() {
  const slug = usePathParam('slug');
  return (
    <main className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        isPage
        icon={MapPinOff}
        title="There is no page at this address"
        action={<LinkButton href={slug ? `/p/${slug}` : '/'}>To the overview</LinkButton>}
      >
        The link may be old, or a letter got lost on the way.
      </EmptyState>
    </main>
  );
}
