import type { CustomerRow } from '@billhook/sdk/generated/types';
import { useQuery } from '@tanstack/react-query';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

export const CUSTOMER_STATES = ['active', 'trialing', 'past_due', 'canceled', 'none', 'parked'] as const;
export type CustomerState = (typeof CUSTOMER_STATES)[number];

export function useCustomers(filters: { q?: string | undefined; status?: string | undefined }) {
  const { api } = useScope();
  const status = CUSTOMER_STATES.find((state) => state === filters.status);
  return useCursorList<CustomerRow>(['customers', filters.q ?? '', status ?? ''], (page, signal) =>
    api.customers.list({ ...page, q: filters.q || undefined, status }, { signal }),
  );
}

/** Everything about one customer that fits one page. */
export function useCustomer(id: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'customer', id],
    queryFn: ({ signal }) => api.customers.overview(id, { signal }),
  });
}
