import type { PreviewSubscription, SubscriptionAction } from '@billhook/sdk/generated/types';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

/** What a start would cost, computed by the engine that will charge it. Asked while a plan is chosen. */
export function useStartPreview(body: PreviewSubscription | null) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'start-preview', body],
    queryFn: body === null ? skipToken : ({ signal }) => api.subscriptions.preview(body, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** What an action would do and cost, with the token that the command presents. */
export function useActionPreview(id: string, body: SubscriptionAction | null) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'action-preview', id, body],
    queryFn:
      body === null ? skipToken : ({ signal }) => api.subscriptions.previewAction(id, body, { signal }),
    placeholderData: keepPreviousData,
    // What is left of a period is worth less with each moment.
    staleTime: 0,
  });
}

/** The plans that can be chosen. */
export function usePlanChoices() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'plan-choices'],
    queryFn: ({ signal }) => api.plans.list({ limit: 100 }, { signal }),
  });
}

/** The coupons that can be given. */
export function useCouponChoices() {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'coupon-choices'],
    queryFn: ({ signal }) => api.coupons.list({ limit: 100 }, { signal }),
  });
}
