import type { Subscription } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import { KeyValue } from '@billhook/ui/key-value';
import { Money, Quantity } from '@billhook/ui/money';
import { Card, PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Package } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDashboard } from '../features/dashboard/use-dashboard.ts';
import { AddOns } from '../features/plan/add-ons.tsx';
import { BetterPlan } from '../features/plan/better-plan.tsx';
import { PauseCard } from '../features/plan/pause-card.tsx';
import { PlanPrices } from '../features/plan/plan-prices.tsx';
import { ScheduleNotes } from '../features/plan/schedule-notes.tsx';
import { StripePlan } from '../features/plan/stripe-plan.tsx';
import { PausedNote, StripeDiscounts } from '../features/plan/stripe-terms.tsx';
import { SubscriptionStatus } from '../features/plan/subscription-status.tsx';
import { useCatalogue } from '../features/pricing/use-catalogue.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded } from '../lib/read.tsx';

export function PlanScreen() {
  const { base, session, mayPay } = useMembership();
  usePageTitle('Plan', session.seller.name);
  const dashboard = useDashboard();
  const held = dashboard.data?.subscription ?? null;
  const running = held !== null && held.billingAuthority === 'billhook' && mayChange(held);
  return (
    <>
      <PageHeader
        title="Plan"
        mark={held ? <SubscriptionStatus subscription={held} /> : undefined}
        actions={
          running && mayPay ? (
            <LinkButton variant="primary" href={`${base}/plan/change`}>
              Change plan
            </LinkButton>
          ) : undefined
        }
      />
      <Loaded query={dashboard} skeleton={<Skeleton className="h-56 w-full" />}>
        {({ subscription, nextCharge }) =>
          subscription === null ? (
            <NoPlan />
          ) : (
            <div className="flex flex-col gap-6">
              <PausedNote subscription={subscription} />
              <ScheduleNotes subscription={subscription} />
              <Facts
                subscription={subscription}
                next={
                  nextCharge ? (
                    <>
                      <Money amountMinor={nextCharge.due} currency={nextCharge.currency} /> on{' '}
                      <DateText value={nextCharge.at} as="weekday" />
                      {nextCharge.isEstimate ? <span className="text-faint"> (estimate)</span> : null}
                    </>
                  ) : subscription.billingAuthority === 'stripe' && subscription.status !== 'canceled' ? (
                    'Billed by Stripe'
                  ) : (
                    'None'
                  )
                }
              />
              {running ? <BetterPlan /> : null}
              {subscription.billingAuthority === 'stripe' ? (
                <>
                  <StripeDiscounts subscription={subscription} />
                  <StripePlan subscription={subscription} />
                </>
              ) : (
                <>
                  <AddOns subscription={subscription} />
                  <PauseCard subscription={subscription} />
                  {subscription.status === 'canceled' ? null : <Ways subscription={subscription} />}
                </>
              )}
              {subscription.status === 'canceled' ? <Again /> : null}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

/** What is paused goes on first, and what ends is kept first. */
function mayChange({ status, cancelAt }: Subscription): boolean {
  return status !== 'canceled' && status !== 'paused' && cancelAt === null;
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

function Again() {
  const { base } = useMembership();
  return (
    <div>
      <LinkButton variant="primary" href={`${base}/pricing`}>
        Choose a plan again
      </LinkButton>
    </div>
  );
}

function Facts({ subscription, next }: { subscription: Subscription; next: ReactNode }) {
  const { data } = useCatalogue();
  const offered = data?.plans.find(({ versionId }) => versionId === subscription.plan.versionId);
  const prices = offered ? <PlanPrices plan={offered} /> : null;
  const { plan, quantity, currentPeriodStart, currentPeriodEnd, startedAt, trialEndAt } = subscription;
  const paused = subscription.pauses.find(({ to }) => to === null);
  return (
    <Card>
      <KeyValue
        items={[
          { label: 'Plan', value: <span className="font-medium">{plan.name}</span> },
          ...(quantity > 1 ? [{ label: 'Seats', value: <Quantity value={`${quantity}`} /> }] : []),
          ...discountsOf(subscription),
          ...(prices === null ? [] : [{ label: 'Price', value: prices }]),
          ...(paused
            ? [{ label: 'Paused since', value: <DateText value={paused.from} as="weekday-time" /> }]
            : []),
          { label: 'Next charge', value: next },
          {
            label: 'Current period',
            value: <PeriodText start={currentPeriodStart} end={currentPeriodEnd} />,
          },
          ...(trialEndAt && subscription.status === 'trialing'
            ? [{ label: 'Trial until', value: <DateText value={trialEndAt} as="weekday-time" /> }]
            : []),
          { label: 'Since', value: <DateText value={startedAt} /> },
          {
            label: 'Payment',
            value: subscription.collection === 'automatic' ? 'By card, automatically' : 'By invoice',
          },
        ]}
      />
    </Card>
  );
}

function discountsOf({ discounts }: Subscription) {
  const running = discounts.filter((discount) => discount.running);
  if (running.length === 0) return [];
  const value = (
    <ul>
      {running.map(({ id, coupon, endsAt }) => (
        <li key={id}>
          {coupon.name}
          {endsAt === null ? null : (
            <>
              , for periods before <DateText value={endsAt} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
  return [{ label: 'Discounts', value }];
}

function Ways({ subscription }: { subscription: Subscription }) {
  const { base, mayPay } = useMembership();
  if (!mayPay)
    return <p className="text-muted">Owners and admins of your company can change or cancel the plan.</p>;
  if (subscription.cancelAt !== null) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-4 border-t border-line pt-4">
      <p className="text-muted">
        You can cancel at any time. The plan then lasts to the end of what is paid.
      </p>
      <LinkButton href={`${base}/plan/cancel`}>Cancel plan</LinkButton>
    </div>
  );
}
