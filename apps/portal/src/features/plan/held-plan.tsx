import type { Dashboard, Subscription } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Quantity } from '@billhook/ui/money';
import { Card } from '@billhook/ui/page-header';
import { hrefOf } from '../../lib/address.ts';
import { useMembership } from '../../lib/portal.tsx';
import { useCatalogue } from '../pricing/use-catalogue.ts';
import { AddOns } from './add-ons.tsx';
import { BetterPlan } from './better-plan.tsx';
import { ChargeOf } from './charge-words.tsx';
import { PauseCard } from './pause-card.tsx';
import { PlanPrices } from './plan-prices.tsx';
import { ScheduleNotes } from './schedule-notes.tsx';
import { StripePlan } from './stripe-plan.tsx';
import { PausedNote, StripeDiscounts } from './stripe-terms.tsx';

/** What is paused goes on first, and what ends is kept first; what Stripe bills is changed further below. */
export function mayChange({ status, cancelAt, billingAuthority }: Subscription): boolean {
  return billingAuthority === 'billhook' && status !== 'canceled' && status !== 'paused' && cancelAt === null;
}

interface HeldPlanProps {
  readonly subscription: Subscription;
  readonly data: Dashboard;
}

/** One subscription with all that lies ahead of it, and what may be done to it. */
export function HeldPlan({ subscription, data }: HeldPlanProps) {
  const isOver = subscription.status === 'canceled';
  return (
    <div className="flex flex-col gap-6">
      <PausedNote subscription={subscription} />
      <ScheduleNotes subscription={subscription} />
      <Facts subscription={subscription} data={data} />
      {mayChange(subscription) ? (
        <BetterPlan subscription={subscription} oneOfSeveral={data.subscriptions.length > 1} />
      ) : null}
      {subscription.billingAuthority === 'stripe' ? (
        <>
          <StripeDiscounts subscription={subscription} />
          <StripePlan subscription={subscription} />
        </>
      ) : (
        <>
          <AddOns subscription={subscription} />
          <PauseCard subscription={subscription} />
          {isOver ? null : <Ways subscription={subscription} />}
        </>
      )}
      {isOver ? <Again /> : null}
    </div>
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

function Facts({ subscription, data }: HeldPlanProps) {
  const { data: catalogue } = useCatalogue();
  const offered = catalogue?.plans.find(({ versionId }) => versionId === subscription.plan.versionId);
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
          { label: 'Next charge', value: <ChargeOf subscription={subscription} data={data} /> },
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
        You can cancel at any time. The plan then lasts to the end of the current period.
      </p>
      <LinkButton href={hrefOf(`${base}/plan/cancel`, { subscription: subscription.id })}>
        Cancel plan
      </LinkButton>
    </div>
  );
}
