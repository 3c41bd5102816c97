import type { Meter } from '@billhook/sdk/generated/types';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

/** How the running period of a meter goes for a customer. */
export function useOutlook(customer: string, meter: string | undefined) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'outlook', customer, meter],
    queryFn:
      meter === undefined ? skipToken : ({ signal }) => api.usage.outlook({ customer, meter }, { signal }),
  });
}

export interface Stretch {
  readonly from: string;
  readonly to: string;
}

export type Grain = 'hour' | 'day' | 'month';

/** Usage of a stretch of time by hour, day or month, and by a property of its events. */
export function useHistory(
  asked:
    | (Stretch & { customer: string; meter: string; granularity: Grain; dimension?: string | undefined })
    | null,
) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'usage-history', asked],
    queryFn: asked === null ? skipToken : ({ signal }) => api.usage.get(asked, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** Who used most of a meter. */
export function useTopCustomers(meter: string | undefined, { from, to }: Stretch) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'top-customers', meter, from, to],
    queryFn:
      meter === undefined
        ? skipToken
        : ({ signal }) => api.usage.topCustomers({ meter, from, to, top: 25 }, { signal }),
    placeholderData: keepPreviousData,
  });
}

const BUSY_DAYS = 31;

/** The meter with most events of a customer in the last days. What meters count differs, events are comparable. */
export function useBusiestMeter(customer: string, meters: readonly Meter[] | undefined) {
  const { api, tenant } = useScope();
  const to = Math.ceil(Date.parse(tenant.now) / 3_600_000) * 3_600_000;
  const stretch = {
    from: new Date(to - BUSY_DAYS * 86_400_000).toISOString(),
    to: new Date(to).toISOString(),
  };
  return useQuery({
    queryKey: [tenant.id, 'busiest-meter', customer, meters?.map(({ key }) => key), stretch.to],
    queryFn:
      meters === undefined
        ? skipToken
        : async ({ signal }) => {
            const reports = await Promise.all(
              meters.map(({ key }) =>
                api.usage.get({ customer, meter: key, granularity: 'none', ...stretch }, { signal }),
              ),
            );
            const most = Math.max(...reports.map(({ eventCount }) => eventCount));
            return meters[reports.findIndex(({ eventCount }) => eventCount === most)] ?? null;
          },
  });
}
