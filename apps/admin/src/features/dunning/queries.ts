import type {
  BackTestCampaign,
  CampaignBackTest,
  CampaignPreview,
  DunningCampaign,
  DunningFunnel,
  DunningRun,
  PreviewCampaign,
} from '@billhook/sdk/generated/types';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

export function useCampaigns() {
  const { api } = useScope();
  return useCursorList<DunningCampaign>(['dunning', 'campaigns'], (page, signal) =>
    api.dunning.campaigns(page, { signal }),
  );
}

export function useCampaign(id: string) {
  const { api, tenant } = useScope();
  return useQuery<DunningCampaign>({
    queryKey: [tenant.id, 'dunning', 'campaign', id],
    queryFn: ({ signal }) => api.dunning.campaign(id, { signal }),
  });
}

export function useFunnel() {
  const { api, tenant } = useScope();
  return useQuery<DunningFunnel>({
    queryKey: [tenant.id, 'dunning', 'funnel'],
    queryFn: ({ signal }) => api.dunning.funnel({}, { signal }),
  });
}

/** What is done about the unpaid invoices of a customer, or about one. */
export function useRuns(filter: { customer?: string; invoice?: string }) {
  const { api, tenant } = useScope();
  return useQuery<readonly DunningRun[]>({
    queryKey: [tenant.id, 'dunning', 'runs', filter],
    queryFn: async ({ signal }) => (await api.dunning.runs({ ...filter, limit: 10 }, { signal })).data,
  });
}

/** What the campaign on the screen would do, asked anew as it is changed. */
export function usePreview(body: PreviewCampaign) {
  const { api, tenant } = useScope();
  return useQuery<CampaignPreview>({
    queryKey: [tenant.id, 'dunning', 'preview', body],
    queryFn: ({ signal }) => api.dunning.preview(body, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function useBackTest(body: BackTestCampaign | null) {
  const { api, tenant } = useScope();
  return useQuery<CampaignBackTest>({
    queryKey: [tenant.id, 'dunning', 'back-test', body],
    queryFn: ({ signal }) => api.dunning.backTest(body as BackTestCampaign, { signal }),
    enabled: body !== null,
  });
}
