import type { Dashboard } from '@billhook/sdk/generated/types';
import type { UseQueryResult } from '@tanstack/react-query';
import { useRead } from '../../lib/read.tsx';

/** Plan, next charge, meters, open invoices and notices; asked for anew each minute while it is looked at. */
export function useDashboard(): UseQueryResult<Dashboard> {
  return useRead(['dashboard'], (api, signal) => api.dashboard.get({ signal }), { refetchMs: 60_000 });
}
