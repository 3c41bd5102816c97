import type { PreviewChange, PreviewSubscription } from '@billhook/sdk/generated/types';
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

/** What a change would cost, with the token that the change presents. */
export function useChangePreview(id: string, body: PreviewChange | null) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'change-preview', id, body],
    queryFn:
      body === null ? skipToken : ({ signal }) => api.subscriptions.previewChange(id, body, { signal }),
    placeholderData: keepPreviousData,
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
