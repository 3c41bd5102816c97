import type { ErasurePreview, PrivacySettings } from '@billhook/sdk/generated/types';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

/** Looked at anew every second while an erasure is carried out. */
export function useErasurePreview(customer: string) {
  const { api, tenant } = useScope();
  return useQuery<ErasurePreview>({
    queryKey: [tenant.id, 'erasure', customer],
    queryFn: ({ signal }) => api.erasures.preview(customer, { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.erasure?.status === 'queued' || data?.erasure?.status === 'running' ? 1_000 : false,
  });
}

export function usePrivacySettings() {
  const { api, tenant } = useScope();
  return useQuery<PrivacySettings>({
    queryKey: [tenant.id, 'privacy-settings'],
    queryFn: ({ signal }) => api.privacySettings.get({ signal }),
  });
}
