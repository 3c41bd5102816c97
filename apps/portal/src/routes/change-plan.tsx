import type { PublicPlan, Subscription } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { useDashboard } from '../features/dashboard/use-dashboard.ts';
import { ChangeChoices } from '../features/plan/change-choices.tsx';
import { ChangePreview } from '../features/plan/change-preview.tsx';
import { mayChange } from '../features/plan/held-plan.tsx';
import { PlanComparison } from '../features/plan/plan-comparison.tsx';
import { namedSubscription, WhichPlan } from '../features/plan/which-plan.tsx';
import { hasSeats } from '../features/pricing/offers.ts';
import { useCatalogue } from '../features/pricing/use-catalogue.ts';
import { hrefOf } from '../lib/address.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded } from '../lib/read.tsx';
import { Redirect } from '../lib/redirect.tsx';

/** Another plan or another number of seats: all plans beside what the choice costs. */
export function ChangePlanScreen() {
  const { base, session } = useMembership();
  usePageTitle('Change plan', session.seller.name);
  const dashboard = useDashboard();
  const catalogue = useCatalogue();
  const [search] = useFilters();
  return (
    <>
      <PageHeader
        title="Change plan"
        parents={[{ label: 'Plan', href: `${base}/plan` }]}
        description="You see what it costs before anything changes."
      />
      <Loaded query={dashboard} skeleton={<Skeleton className="h-80 w-full" />}>
        {(data) => {
          const subscription = namedSubscription(data, search.subscription);
          if (subscription === null && data.subscriptions.length > 1)
            return (
              <WhichPlan
                subscriptions={data.subscriptions.filter(mayChange)}
                hrefFor={({ id }) => hrefOf(`${base}/plan/change`, { ...search, subscription: id })}
              />
            );
          return subscription === null || subscription.status === 'canceled' ? (
            <Redirect href={`${base}/pricing`} />
          ) : (
            <Loaded query={catalogue} skeleton={<Skeleton className="h-80 w-full" />}>
              {({ plans }) => <Change plans={plans} subscription={subscription} />}
            </Loaded>
          );
        }}
      </Loaded>
    </>
  );
}

function Change({ plans, subscription }: { plans: readonly PublicPlan[]; subscription: Subscription }) {
  const [search, setSearch] = useFilters();
  const held = plans.find(({ key }) => key === subscription.plan.key);
  const chosen = plans.find(({ key }) => key === search.plan) ?? null;
  const seats = Number(search.quantity);
  const counted = hasSeats(chosen ?? held ?? { prices: [] });
  const quantity = counted && Number.isSafeInteger(seats) && seats > 0 ? seats : subscription.quantity;
  const smaller = chosen !== null && held !== undefined && chosen.rank < held.rank;
  // What is given up is kept to the end of what was paid, unless one says otherwise.
  const when =
    search.when === 'now' || search.when === 'period_end' ? search.when : smaller ? 'period_end' : 'now';
  const differs =
    (chosen !== null && chosen.key !== subscription.plan.key) || quantity !== subscription.quantity;
  return (
    <div className="grid items-start gap-8 md:grid-cols-2">
      <ChangeChoices
        plans={plans}
        held={subscription}
        chosen={chosen?.key ?? subscription.plan.key}
        quantity={counted ? quantity : null}
        when={when}
        onChange={setSearch}
      />
      <ChangePreview
        subscription={subscription}
        wish={differs ? { plan: chosen?.key ?? subscription.plan.key, quantity, when } : null}
        comparison={
          chosen !== null && held !== undefined && chosen.key !== held.key ? (
            <PlanComparison held={held} chosen={chosen} />
          ) : undefined
        }
      />
    </div>
  );
}
