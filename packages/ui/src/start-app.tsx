import { BillhookError } from '@billhook/sdk/error';
import { QueryCache, QueryClient, QueryClientProvider, type QueryKey } from '@tanstack/react-query';
import { type AnyRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LocaleProvider, viewerTimeZone } from './locale.tsx';
import { restoreTheme } from './theme.tsx';
import { Toaster } from './toast.tsx';

/**
 * Keeps what the server said. The SDK repeats what may be repeated by itself, so queries do not. A session that has
 * ended shows on any request; `sessionOf` says which query is then asked again, and that leads to the sign-in page.
 */
function queryClientOf(sessionOf: (failed: QueryKey) => QueryKey): QueryClient {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false } },
    queryCache: new QueryCache({
      onError(error, { queryKey }) {
        if (!(error instanceof BillhookError) || error.status !== 401) return;
        const session = sessionOf(queryKey);
        const isSession = session.every((part, index) => queryKey[index] === part);
        if (!isSession) void client.invalidateQueries({ queryKey: session });
      },
    }),
  });
  return client;
}

export interface AppOptions {
  readonly router: AnyRouter;
  /** The key of the query that knows who is signed in, for the key of a query that was refused. */
  readonly sessionOf: (failed: QueryKey) => QueryKey;
}

/** Shows an app in `<div id="root">`, in the reader's time zone and theme. */
export function startApp({ router, sessionOf }: AppOptions): void {
  restoreTheme();
  const root = document.getElementById('root');
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <LocaleProvider locale="en" timeZone={viewerTimeZone()}>
        <QueryClientProvider client={queryClientOf(sessionOf)}>
          <RouterProvider router={router} />
          <Toaster />
        </QueryClientProvider>
      </LocaleProvider>
    </StrictMode>,
  );
}
