import { BillhookError } from '@billhook/sdk/error';
import { QueryCache, QueryClient } from '@tanstack/react-query';

/** The client repeats what may be repeated by itself, so queries do not. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false } },
  queryCache: new QueryCache({
    onError(error, query) {
      // A session that has ended shows on any request; the session query then leads to the sign-in page.
      const ended = error instanceof BillhookError && error.status === 401;
      if (ended && query.queryKey[0] !== 'session')
        void queryClient.invalidateQueries({ queryKey: ['session'] });
    },
  }),
});
