import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Gauge } from 'lucide-react';
import { MeterDetail } from '../features/usage/meter-detail.tsx';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded, useRead } from '../lib/read.tsx';

export function UsageScreen() {
  const { base, session, customer } = useMembership();
  usePageTitle('Usage', session.seller.name);
  const usage = useRead(['usage'], (api, signal) => api.usage.list({ signal }), { refetchMs: 60_000 });
  return (
    <>
      <PageHeader
        title="Usage"
        description={`The current period, day by day, in ${customer.timeZone}.`}
        actions={<LinkButton href={`${base}/credits`}>Credits</LinkButton>}
      />
      <Loaded query={usage} skeleton={<Places />}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState
              icon={Gauge}
              title="Nothing is counted"
              action={<LinkButton href={`${base}/pricing`}>See what plans count</LinkButton>}
            >
              You have no plan yet, or yours costs the same however much you use.
            </EmptyState>
          ) : (
            <div className="flex flex-col gap-12">
              {data.map((one) => (
                <MeterDetail key={one.meter} usage={one} />
              ))}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function Places() {
  return (
    <div className="flex flex-col gap-4">
      <Skeleton className="h-6 w-40" />
      <Skeleton className="h-28 w-full" />
      <Skeleton className="h-52 w-full" />
    </div>
  );
}
