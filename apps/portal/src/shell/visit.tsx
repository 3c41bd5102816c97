import { BillhookError } from '@billhook/sdk/error';
import { usePathParam } from '@billhook/ui/address';
import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { Skeleton } from '@billhook/ui/skeleton';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { Store } from 'lucide-react';
import { useMemo } from 'react';
import { portalFor, type Visit, VisitProvider } from '../lib/portal.tsx';
import { ProblemState } from '../lib/problem.tsx';

/** Everything below one seller's address: finds out whose portal it is and who is there. */
export function VisitFrame() {
  const slug = usePathParam('slug');
  const api = useMemo(() => portalFor(slug), [slug]);
  const query = useQuery({
    queryKey: [slug, 'session'],
    queryFn: ({ signal }) => api.session.get({ signal }),
    staleTime: 30_000,
  });
  const visit = useMemo<Visit | null>(
    () => (query.data ? { slug, base: `/p/${slug}`, session: query.data, api } : null),
    [slug, query.data, api],
  );
  if (visit === null && query.error) {
    return <Failed error={query.error} retrying={query.isFetching} onRetry={() => void query.refetch()} />;
  }
  if (visit === null) return <Loading />;
  return (
    <VisitProvider visit={visit}>
      <Outlet />
    </VisitProvider>
  );
}

function Loading() {
  return (
    <div aria-busy="true" className="min-h-dvh">
      <span className="sr-only">Loading</span>
      <div className="h-14 border-b border-line" />
      <div className="mx-auto flex max-w-[1008px] flex-col gap-4 px-4 pt-6 sm:px-6">
        <Skeleton className="h-7 w-48" />
        <Skeleton className="h-40 w-full" />
      </div>
    </div>
  );
}

interface FailedProps {
  readonly error: Error;
  readonly retrying: boolean;
  readonly onRetry: () => void;
}

function Failed({ error, retrying, onRetry }: FailedProps) {
  const unknown = error instanceof BillhookError && error.status === 404;
  return (
    <main className="grid min-h-dvh place-items-center">
      {unknown ? (
        <EmptyState
          isPage
          icon={Store}
          title="There is no portal at this address"
          action={<LinkButton href="/">All portals here</LinkButton>}
        >
          Check the address in the mail or on the page that led you here.
        </EmptyState>
      ) : (
        <ProblemState error={error} retrying={retrying} onRetry={onRetry} />
      )}
    </main>
  );
}
