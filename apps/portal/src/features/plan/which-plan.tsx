import type { Dashboard, Subscription } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { Card } from '@billhook/ui/page-header';
import { SubscriptionStatus } from './subscription-status.tsx';

/** The subscription that an address names, or the only one; null where several are there and none is named. */
export function namedSubscription(
  { subscriptions }: Pick<Dashboard, 'subscriptions'>,
  named: string | undefined,
): Subscription | null {
  const [first, ...more] = subscriptions;
  return subscriptions.find(({ id }) => id === named) ?? (more.length === 0 ? (first ?? null) : null);
}

/** The plan of a subscription in its words; undefined where none is named. */
export function planNameOf(
  { subscriptions }: Pick<Dashboard, 'subscriptions'>,
  named: string | null,
): string | undefined {
  return subscriptions.find(({ id }) => id === named)?.plan.name;
}

export interface WhichPlanProps {
  readonly subscriptions: readonly Subscription[];
  readonly hrefFor: (subscription: Subscription) => string;
}

/** Asks whoever has several plans which one is to be changed. */
export function WhichPlan({ subscriptions, hrefFor }: WhichPlanProps) {
  return (
    <div className="flex flex-col gap-4">
      <p>You have several plans. Which one do you want to change?</p>
      {subscriptions.map((subscription) => (
        <Card key={subscription.id}>
          <div className="flex flex-wrap items-center justify-between gap-4">
            <span className="inline-flex flex-wrap gap-x-3">
              <span className="font-medium">{subscription.plan.name}</span>
              <SubscriptionStatus subscription={subscription} />
            </span>
            <LinkButton href={hrefFor(subscription)} aria-label={`Change ${subscription.plan.name}`}>
              Change plan
            </LinkButton>
          </div>
        </Card>
      ))}
    </div>
  );
}
