import { counted } from '@billhook/core/kernel/counted';
import type { PublicCatalogue, PublicPlan } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { EmptyState } from '@billhook/ui/empty-state';
import { type Interval, IntervalToggle, PlanGrid } from '@billhook/ui/plan-card';
import { Skeleton } from '@billhook/ui/skeleton';
import { useQuery } from '@tanstack/react-query';
import { Tags } from 'lucide-react';
import { BillEstimate } from '../features/pricing/bill-estimate.tsx';
import { CurrencyPicker } from '../features/pricing/currency-picker.tsx';
import { FeatureMatrix } from '../features/pricing/feature-matrix.tsx';
import { OfferCard } from '../features/pricing/offer-card.tsx';
import { highlightedFamily, monthsFree, offersOf, planFor } from '../features/pricing/offers.ts';
import { StripeTable } from '../features/pricing/stripe-table.tsx';
import { useCatalogue } from '../features/pricing/use-catalogue.ts';
import { hrefOf } from '../lib/address.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { portalFor, useVisit } from '../lib/portal.tsx';
import { Loaded } from '../lib/read.tsx';
import { PublicFrame } from '../shell/public-frame.tsx';

export function PricingScreen() {
  const { session } = useVisit();
  usePageTitle('Plans and prices', session.seller.name);
  const catalogue = useCatalogue();
  return (
    <PublicFrame>
      <Loaded query={catalogue} skeleton={<Places />}>
        {(data) =>
          data.stripePricingTable === null ? (
            <Pricing catalogue={data} />
          ) : (
            <StripeTable {...data.stripePricingTable} />
          )
        }
      </Loaded>
    </PublicFrame>
  );
}

function Places() {
  return (
    <>
      <div className="flex h-40 flex-col items-center justify-center gap-4">
        <Skeleton className="h-9 w-72 max-w-full" />
        <Skeleton className="h-9 w-48" />
      </div>
      <PlanGrid>
        {[1, 2, 3].map((place) => (
          <Skeleton key={place} className="h-96 w-full" />
        ))}
      </PlanGrid>
    </>
  );
}

/** The company of the visitor and the plan that it has: its card leads to a change and not to a second purchase. */
function useBuyer() {
  const { slug, session } = useVisit();
  const [search] = useFilters();
  const customer = session.customers.find(({ id }) => id === search.customer) ?? session.customers[0] ?? null;
  const query = useQuery({
    queryKey: [slug, 'dashboard', customer?.id],
    queryFn: ({ signal }) => portalFor(slug, customer?.id ?? '').dashboard.get({ signal }),
    enabled: customer !== null,
  });
  const held = query.data?.subscriptions ?? [];
  return {
    customer,
    held: held.filter(({ status }) => status !== 'canceled').map(({ plan }) => plan.key),
    // Who has bought something is billed in the currency of that.
    choosesCurrency:
      customer === null ||
      ((customer.role === 'owner' || customer.role === 'admin') && query.data?.subscriptions.length === 0),
  };
}

function Pricing({ catalogue }: { catalogue: PublicCatalogue }) {
  const { base, session } = useVisit();
  const [search, setSearch] = useFilters();
  const { customer, held, choosesCurrency } = useBuyer();
  const interval: Interval = search.interval === 'year' ? 'year' : 'month';
  const offers = offersOf(catalogue.plans);
  const hasYears = offers.some(({ year }) => year !== undefined);
  const free = monthsFree(offers);
  const highlighted = highlightedFamily(offers);
  const shown = offers.map((offer) => planFor(offer, interval));
  const hrefFor = ({ key, currency, currencies }: PublicPlan) => {
    if (held.length > 0) return hrefOf(`${base}/plan/change`, { plan: key });
    // Who has no company yet is about to make one that buys in the currency of the price that was shown.
    const asked = customer !== null || (currencies.length < 2 && currency === session.seller.currency);
    const checkout = hrefOf(`${base}/checkout`, { plan: key, ...(asked ? {} : { currency }) });
    return session.user ? checkout : hrefOf(`${base}/sign-up`, { next: checkout });
  };
  if (offers.length === 0) {
    return (
      <EmptyState icon={Tags} title="There is nothing on sale yet">
        {session.seller.name} has not published a plan. Look in again soon.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-12">
      <div>
        <div className="flex flex-col items-center gap-4 pt-6 pb-10 text-center">
          <h1 className="text-xl font-semibold tracking-[-0.018em]">Plans and prices</h1>
          <p className="-mt-2 text-muted">What you pay, before you pay it. Change or cancel at any time.</p>
          {hasYears ? (
            <IntervalToggle
              value={interval}
              onValueChange={(value) => setSearch({ interval: value })}
              labels={{ group: 'Interval', month: 'Monthly', year: 'Yearly' }}
              saving={free === null ? undefined : `${counted(free, 'month')} free by the year`}
            />
          ) : null}
          {choosesCurrency ? (
            <CurrencyPicker plans={catalogue.plans} value={catalogue.currency} customer={customer} />
          ) : null}
        </div>
        <PlanGrid>
          {shown.map((plan) => (
            <OfferCard
              key={plan.family}
              plan={plan}
              highlighted={plan.family === highlighted}
              href={held.includes(plan.key) ? null : hrefFor(plan)}
              verb={held.includes(plan.key) ? `${base}/plan` : held.length === 0 ? 'Start with' : 'Change to'}
            />
          ))}
        </PlanGrid>
      </div>
      <BillEstimate plans={shown} seller={catalogue.seller} />
      <FeatureMatrix plans={shown} />
    </div>
  );
}
