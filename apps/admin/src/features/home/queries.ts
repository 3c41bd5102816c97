import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

const REREAD_MS = 15_000;

/** Recurring revenue with its movements, and money, in one currency. */
export function useRevenue(currency: string | undefined) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'revenue', currency ?? ''],
    queryFn: ({ signal }) => api.analytics.revenue(currency ? { currency } : {}, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REREAD_MS,
  });
}

/** Business facts, newest first, read anew every few seconds. */
export function useFeed(limit: number) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'feed', limit],
    queryFn: ({ signal }) => api.feed.list({ limit }, { signal }),
    refetchInterval: 4_000,
  });
}

/** What waits for staff. */
export function useOpenCases() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'cases'],
    queryFn: ({ signal }) => api.cases.list({ open: true, limit: 20 }, { signal }),
    refetchInterval: REREAD_MS,
  });
}
