import { BillhookError } from '@billhook/sdk/error';
import { useFilters } from '@billhook/ui/address';
import { ErrorState } from '@billhook/ui/error-state';
import { LinkProvider } from '@billhook/ui/link';
import { LocaleProvider } from '@billhook/ui/locale';
import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { api, apiFor } from '../lib/api.ts';
import { tell } from '../lib/problem.tsx';
import { ScopeProvider } from '../lib/scope.tsx';
import { AdminShell } from './admin-shell.tsx';
import { useDemo } from './demo-banner.tsx';
import { RouterLink } from './router-link.tsx';

/** Everything behind the sign-in: finds out who it is and which tenant the address names, the first by default. */
export function SignedIn() {
  const [search] = useFilters();
  const demo = useDemo();
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => api.session.get(),
    staleTime: 60_000,
    refetchInterval: demo.data?.state === 'seeding' ? 5_000 : false,
  });
  if (session.error instanceof BillhookError && session.error.status === 401) {
    const here = `${location.pathname.replace(/^\/admin/, '') || '/'}${location.search}`;
    return <Navigate to="/sign-in" search={{ next: here === '/' ? undefined : here } as never} replace />;
  }
  if (session.data === undefined) {
    return session.error ? (
      <main className="grid min-h-dvh place-items-center">
        <ErrorState
          title={tell(session.error).title}
          requestId={tell(session.error).requestId}
          onRetry={() => void session.refetch()}
          retrying={session.isFetching}
        >
          {tell(session.error).detail}
        </ErrorState>
      </main>
    ) : (
      <div className="min-h-dvh" aria-busy="true" />
    );
  }
  const { tenants } = session.data;
  const named = tenants.find(({ slug, id }) => slug === search.tenant || id === search.tenant);
  if (named === undefined && demo.isPending) return <div className="min-h-dvh" aria-busy="true" />;
  // Where there is a demo, its first business is worth more to look at than an empty environment.
  const shown = tenants.find(({ slug }) => demo.data?.tenants.some((one) => one.slug === slug));
  const tenant = named ?? shown ?? tenants[0];
  if (tenant === undefined) {
    return (
      <ErrorState title="This organization has no environment yet.">Create one through the API.</ErrorState>
    );
  }
  const scope = { session: session.data, tenant, api: apiFor(tenant.id) };
  return (
    <LocaleProvider locale="en" timeZone={tenant.timeZone}>
      <LinkProvider component={RouterLink}>
        <ScopeProvider scope={scope}>
          <AdminShell key={tenant.id} />
        </ScopeProvider>
      </LinkProvider>
    </LocaleProvider>
  );
}
