import type { Dashboard, Subscription } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Package } from 'lucide-react';
import { useDashboard } from '../features/dashboard/use-dashboard.ts';
import { HeldPlan, mayChange } from '../features/plan/held-plan.tsx';
import { SubscriptionStatus } from '../features/plan/subscription-status.tsx';
import { hrefOf } from '../lib/address.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded } from '../lib/read.tsx';

export function PlanScreen() {
  const { session } = useMembership();
  usePageTitle('Plan', session.seller.name);
  const dashboard = useDashboard();
  const held = dashboard.data?.subscriptions ?? [];
  const only = held.length === 1 ? held[0] : undefined;
  return (
    <>
      <PageHeader
        title={held.length > 1 ? 'Plans' : 'Plan'}
        mark={only ? <SubscriptionStatus subscription={only} /> : undefined}
        actions={only ? <ChangeLink subscription={only} /> : undefined}
      />
      <Loaded query={dashboard} skeleton={<Skeleton className="h-56 w-full" />}>
        {(data) =>
          only ? (
            <HeldPlan subscription={only} data={data} />
          ) : data.subscriptions.length === 0 ? (
            <NoPlan />
          ) : (
            <SeveralPlans data={data} />
          )
        }
      </Loaded>
    </>
  );
}

function ChangeLink({ subscription }: { subscription: Subscription }) {
  const { base, mayPay } = useMembership();
  if (!mayPay || !mayChange(subscription)) return null;
  return (
    <LinkButton variant="primary" href={hrefOf(`${base}/plan/change`, { subscription: subscription.id })}>
      Change plan
    </LinkButton>
  );
}

/** Each plan under its own name, so that nothing is pressed for the wrong one. */
function SeveralPlans({ data }: { data: Dashboard }) {
  return (
    <div className="flex flex-col gap-12">
      {data.subscriptions.map((subscription) => (
        <section key={subscription.id} aria-labelledby={subscription.id}>
          <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
            <div className="flex flex-wrap items-center gap-x-3">
              <h2 id={subscription.id} className="text-md font-semibold">
                {subscription.plan.name}
              </h2>
              <SubscriptionStatus subscription={subscription} />
            </div>
            <ChangeLink subscription={subscription} />
          </div>
          <HeldPlan subscription={subscription} data={data} />
        </section>
      ))}
    </div>
  );
}

function NoPlan() {
  const { base } = useMembership();
  return (
    <EmptyState
      icon={Package}
      title="You have no plan yet"
      action={
        <LinkButton variant="primary" href={`${base}/pricing`}>
          See plans and prices
        </LinkButton>
      }
    >
      Choose one; what it costs is shown before you pay.
    </EmptyState>
  );
}
