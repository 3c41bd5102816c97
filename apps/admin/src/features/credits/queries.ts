import type { CreditEntry } from '@billhook/sdk/generated/types';
import { useQuery } from '@tanstack/react-query';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

export function useCredits(customer: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'credits', customer],
    queryFn: ({ signal }) => api.credits.get(customer, { signal }),
  });
}

export function useCreditHistory(customer: string) {
  const { api } = useScope();
  return useCursorList<CreditEntry>(['credit-history', customer], (page, signal) =>
    api.credits.history(customer, page, { signal }),
  );
}

export function useCreditTypes() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'credit-types'],
    queryFn: ({ signal }) => api.creditTypes.list({ limit: 100 }, { signal }),
  });
}

export function useCreditCosts() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'credit-costs'],
    queryFn: ({ signal }) => api.creditCosts.list({ limit: 100 }, { signal }),
  });
}

export function useCreditPacks() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'credit-packs'],
    queryFn: ({ signal }) => api.creditPacks.list({ limit: 100, archived: true }, { signal }),
  });
}

export function useCreditAllowances() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'credit-allowances'],
    queryFn: ({ signal }) => api.creditAllowances.list({ limit: 100 }, { signal }),
  });
}
