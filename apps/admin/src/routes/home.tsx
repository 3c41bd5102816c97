import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Segmented } from '@billhook/ui/segmented';
import { OpenCases } from '../features/home/cases.tsx';
import { Movements, MrrChart } from '../features/home/charts.tsx';
import { LiveFeed } from '../features/home/event-feed.tsx';
import { Figures } from '../features/home/figures.tsx';
import { PlanTable } from '../features/home/plan-table.tsx';
import { useRevenue } from '../features/home/queries.ts';
import { ProblemState } from '../lib/problem.tsx';
import { useScope } from '../lib/scope.tsx';

/** How the business stands, in one look. */
export function HomeScreen() {
  const { tenant } = useScope();
  const [filters, change] = useFilters();
  const revenue = useRevenue(filters.currency);
  const currencies = revenue.data?.currencies ?? [];
  return (
    <>
      <PageHeader
        title={tenant.name}
        actions={
          currencies.length > 1 && revenue.data ? (
            <Segmented
              label="Currency"
              size="sm"
              options={currencies.map((currency) => ({ value: currency, label: currency }))}
              value={revenue.data.currency}
              onValueChange={(currency) => change({ currency })}
            />
          ) : null
        }
      />
      <OpenCases />
      {revenue.error && !revenue.data ? (
        <ProblemState
          error={revenue.error}
          onRetry={() => void revenue.refetch()}
          retrying={revenue.isFetching}
        />
      ) : (
        <Figures revenue={revenue.data} />
      )}
      <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-8">
          <MrrChart revenue={revenue.data} />
          <Movements revenue={revenue.data} />
          <PlanTable revenue={revenue.data} />
        </div>
        <LiveFeed />
      </div>
    </>
  );
}
