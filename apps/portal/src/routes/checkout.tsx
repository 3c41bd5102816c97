import type { PublicPlan } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Banner } from '@billhook/ui/status';
import { Tags } from 'lucide-react';
import { CheckoutSummary } from '../features/checkout/checkout-summary.tsx';
import { useDashboard } from '../features/dashboard/use-dashboard.ts';
import { CurrencyPicker } from '../features/pricing/currency-picker.tsx';
import { hasSeats } from '../features/pricing/offers.ts';
import { useCatalogue } from '../features/pricing/use-catalogue.ts';
import { hrefOf } from '../lib/address.ts';
import { useCommand } from '../lib/command.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { ProblemBox } from '../lib/problem.tsx';
import { Loaded } from '../lib/read.tsx';
import { Redirect } from '../lib/redirect.tsx';

/** What is bought and what it costs today, before the page where it is paid. */
export function CheckoutScreen() {
  const { base, session, customer, mayPay } = useMembership();
  const [search] = useFilters();
  usePageTitle('Checkout', session.seller.name);
  const catalogue = useCatalogue();
  const dashboard = useDashboard();
  const held = dashboard.data?.subscriptions;
  if (held?.some(({ status }) => status !== 'canceled')) {
    return <Redirect href={hrefOf(`${base}/plan/change`, { plan: search.plan })} />;
  }
  return (
    <div className="mx-auto max-w-xl">
      <PageHeader title="Check what you buy" parents={[{ label: 'Plans', href: `${base}/pricing` }]} />
      {search.back === '1' ? (
        <div className="mb-4">
          <Banner tone="info" title="You came back without paying">
            Nothing was charged. Go on whenever you like.
          </Banner>
        </div>
      ) : null}
      <Loaded query={catalogue} skeleton={<Skeleton className="h-80 w-full" />}>
        {({ plans }) => {
          const plan = plans.find(({ key }) => key === search.plan);
          if (plan === undefined) return <NoPlan />;
          return (
            <>
              {mayPay && held?.length === 0 ? (
                <div className="mb-4 flex flex-wrap items-center justify-end gap-3">
                  <CurrencyPicker plans={[plan]} value={customer.currency} customer={customer} />
                </div>
              ) : null}
              {plan.currency === customer.currency ? (
                <Chosen plan={plan} />
              ) : (
                <OtherCurrency
                  plan={plan}
                  currency={customer.currency}
                  mayChange={mayPay && held?.length === 0}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

function Chosen({ plan }: { plan: PublicPlan }) {
  const [search, setSearch] = useFilters();
  const asked = Number(search.quantity ?? '1');
  const quantity = hasSeats(plan) && Number.isSafeInteger(asked) && asked > 0 ? asked : 1;
  return (
    <CheckoutSummary
      plan={plan}
      quantity={quantity}
      coupon={search.coupon ?? ''}
      onCouponChange={(code) => setSearch({ coupon: code === '' ? undefined : code })}
      onQuantityChange={hasSeats(plan) ? (next) => setSearch({ quantity: `${next}` }) : undefined}
    />
  );
}

function OtherCurrency({
  plan,
  currency,
  mayChange,
}: {
  plan: PublicPlan;
  currency: string;
  mayChange: boolean;
}) {
  const { base, api } = useMembership();
  const change = useCommand((next: string, options) =>
    api.customers.changeCurrency({ currency: next }, options),
  );
  return (
    <EmptyState
      icon={Tags}
      title={`${plan.name} is not sold in ${currency}`}
      action={
        mayChange ? (
          <Button variant="primary" busy={change.busy} onClick={() => change.run(plan.currency)}>
            Buy in {plan.currency}
          </Button>
        ) : (
          <LinkButton href={`${base}/pricing`}>See the plans</LinkButton>
        )
      }
    >
      It is sold in {plan.currencies.join(', ')}. Nothing was charged.
      <ProblemBox error={change.error} />
    </EmptyState>
  );
}

function NoPlan() {
  const { base } = useMembership();
  return (
    <EmptyState
      icon={Tags}
      title="This plan is not on sale"
      action={<LinkButton href={`${base}/pricing`}>See the plans</LinkButton>}
    >
      It may have been replaced. Nothing was charged.
    </EmptyState>
  );
}
