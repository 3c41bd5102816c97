import type { PublicCatalogue } from '@billhook/sdk/generated/types';
import type { UseQueryResult } from '@tanstack/react-query';
import { usePublicRead } from '../../lib/read.tsx';

/** The plans on sale. They change seldom, so they are kept for a minute. */
export function useCatalogue(): UseQueryResult<PublicCatalogue> {
  return usePublicRead(['plans'], (api, signal) => api.plans.list({ signal }), { staleTimeMs: 60_000 });
}
