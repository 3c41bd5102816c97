import { useFilters } from '@billhook/ui/address';
import { Select } from '@billhook/ui/select';
import { Skeleton } from '@billhook/ui/skeleton';
import { ProblemState } from '../../lib/problem.tsx';
import { useMeters } from '../catalog/queries.ts';
import { History } from './history.tsx';
import { Outlook } from './outlook.tsx';
import { useBusiestMeter, useOutlook } from './queries.ts';

/** What one customer used of one meter: the running period, its outlook, and the history. */
export function CustomerUsage({ customer }: { customer: string }) {
  const [filters, change] = useFilters();
  const meters = useMeters().data?.data;
  const chosen = meters?.find(({ key }) => key === filters.meter);
  const busiest = useBusiestMeter(customer, chosen === undefined ? meters : undefined);
  const meter =
    chosen ?? (busiest.data === undefined && !busiest.isError ? undefined : (busiest.data ?? meters?.[0]));
  const outlook = useOutlook(customer, meter?.key);
  if (meters?.length === 0) return <p className="text-muted">There are no meters yet.</p>;
  return (
    <div className="flex flex-col gap-8">
      <Select
        label="Meter"
        className="max-w-72"
        options={meters?.map(({ key, name }) => ({ value: key, label: name, detail: key })) ?? []}
        value={meter?.key ?? null}
        onValueChange={(key) => change({ meter: key })}
      />
      {outlook.error ? (
        <ProblemState error={outlook.error} onRetry={() => void outlook.refetch()} />
      ) : outlook.data === undefined || meter === undefined ? (
        <Skeleton className="h-80 w-full" />
      ) : (
        <>
          <Outlook outlook={outlook.data} />
          <History key={meter.key} customer={customer} meter={meter} now={outlook.data.asOf} />
        </>
      )}
    </div>
  );
}
