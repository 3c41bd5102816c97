import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

/** What staff agreed on with a customer, and what was given for a time: what holds or lies ahead. */
export function useAgreements(customer: string) {
  const { api, tenant } = useScope();
  const overrides = useQuery({
    queryKey: [tenant.id, 'overrides', customer],
    queryFn: ({ signal }) => api.overrides.list(customer, { limit: 100 }, { signal }),
  });
  const grants = useQuery({
    queryKey: [tenant.id, 'right-grants', customer],
    queryFn: ({ signal }) => api.rightGrants.list(customer, { limit: 100 }, { signal }),
  });
  return { overrides, grants };
}

/** Who used how much, of a feature that is counted for each member or device. */
export function useSubjects(customer: string, feature: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'subjects', customer, feature],
    queryFn: ({ signal }) => api.entitlements.subjects(customer, feature, { signal }),
  });
}

export function usePlanSuggestions(customer: string, periods: number, subscription?: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'plan-suggestions', customer, periods, subscription],
    queryFn: ({ signal }) => api.customers.suggestPlans(customer, { periods, subscription }, { signal }),
  });
}
