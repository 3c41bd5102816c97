import type { Pricing } from '@billhook/sdk/generated/types';
import { planNames } from '@billhook/ui/plan-names';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useScope } from '../../lib/scope.tsx';

export function usePlans(archived: boolean) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'plans', archived],
    queryFn: ({ signal }) => api.plans.list({ limit: 100, archived }, { signal }),
  });
}

export function useCoupons(archived: boolean) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'coupons', archived],
    queryFn: ({ signal }) => api.coupons.list({ limit: 100, archived }, { signal }),
  });
}

export function usePlan(id: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'plan', id],
    queryFn: ({ signal }) => api.plans.get(id, { signal }),
    enabled: id !== '',
  });
}

export function usePlanVersions(id: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'plan-versions', id],
    queryFn: ({ signal }) => api.plans.listVersions(id, { limit: 100 }, { signal }),
  });
}

export function useMeters() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'meters'],
    queryFn: ({ signal }) => api.meters.list({ limit: 100 }, { signal }),
  });
}

export function useFeatures() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'features'],
    queryFn: ({ signal }) => api.features.list({ limit: 100 }, { signal }),
  });
}

/** What a feature is called, by its key; the key itself until that is known. */
export function useFeatureNames(): (feature: string) => string {
  const features = useFeatures().data?.data;
  return (feature) => features?.find(({ key }) => key === feature)?.name ?? feature;
}

/** What a plan is called beside the others on sale, by its key; else as told, or by the key itself. */
export function usePlanNames(): (plan: string, name?: string) => string {
  const plans = usePlans(false).data?.data;
  const names = useMemo(
    () => planNames((plans ?? []).map((plan) => ({ ...plan, prices: plan.latestVersion.prices }))),
    [plans],
  );
  return (plan, name) => names.get(plan) ?? name ?? plan;
}

/** What a quantity costs under a price that may not be published yet, with every step. */
export function usePricePreview(pricing: Pricing | null, quantity: string, currency: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'price-preview', pricing, quantity, currency],
    queryFn:
      pricing !== null && /^\d{1,15}(\.\d{1,12})?$/.test(quantity)
        ? ({ signal }) => api.prices.preview({ pricing, quantity, currency }, { signal })
        : skipToken,
    placeholderData: keepPreviousData,
  });
}
