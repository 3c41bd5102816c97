import type { AskStripe, PublicPlan, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { NumberField } from '@billhook/ui/number-field';
import { Card } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useHostedPage } from '../../lib/leave.ts';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox } from '../../lib/problem.tsx';
import { useRead } from '../../lib/read.tsx';
import { hasSeats } from '../pricing/offers.ts';
import { useCatalogue } from '../pricing/use-catalogue.ts';

const WORDS = {
  created: 'is on its way',
  sent: 'is on its way',
  confirmed: 'was made',
  refused: 'could not be made',
} as const;

/** A plan that Stripe bills: changes are passed on, and shown once they are confirmed. */
export function StripePlan({ subscription }: { subscription: Subscription }) {
  const { api, mayPay } = useMembership();
  const { data: catalogue } = useCatalogue();
  const changes = useRead(['stripe-changes', subscription.id], (portal, signal) =>
    portal.stripeChanges.list({ subscription: subscription.id }, { signal }),
  );
  const page = useHostedPage(() => api.stripePortal.open({ returnUrl: window.location.href }));
  const [latest] = changes.data?.data ?? [];
  if (!mayPay || subscription.status === 'canceled') return null;
  return (
    <Card>
      <div className="flex flex-col gap-4">
        {latest === undefined ? null : (
          <p className="text-muted" role="status">
            The change of <DateText value={latest.createdAt} as="weekday-time" /> {WORDS[latest.status]}.
          </p>
        )}
        <Wishes subscription={subscription} plans={catalogue?.plans ?? []} />
        <div>
          <Button onClick={() => page.run(undefined)} busy={page.busy}>
            Card and invoices at Stripe
          </Button>
        </div>
        <ProblemBox error={page.error} />
      </div>
    </Card>
  );
}

function Wishes({ subscription, plans }: { subscription: Subscription; plans: readonly PublicPlan[] }) {
  const { api } = useMembership();
  const [plan, setPlan] = useState(subscription.plan.key);
  const [quantity, setQuantity] = useState<number | null>(subscription.quantity);
  const chosen = plans.find(({ key }) => key === plan);
  const differs = plan !== subscription.plan.key || quantity !== subscription.quantity;
  const wish: AskStripe = { action: 'change', plan, quantity: quantity ?? 1 };
  const preview = useRead(
    ['stripe-preview', subscription.id, JSON.stringify(wish)],
    (portal, signal) => portal.stripeChanges.preview(wish, { subscription: subscription.id }, { signal }),
    { enabled: differs && quantity !== null },
  );
  const ask = useCommand((body: AskStripe, options) =>
    api.stripeChanges.ask(body, { subscription: subscription.id }, options),
  );
  const others = plans.some(({ key }) => key === subscription.plan.key)
    ? plans
    : [{ key: subscription.plan.key, name: subscription.plan.name }, ...plans];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Select
          label="Plan"
          value={plan}
          options={others.map(({ key, name }) => ({ value: key, label: name }))}
          onValueChange={(value) => setPlan(value ?? subscription.plan.key)}
        />
        {chosen !== undefined && hasSeats(chosen) ? (
          <NumberField label="Seats" name="quantity" min={1} value={quantity} onValueChange={setQuantity} />
        ) : null}
        <Button variant="primary" disabled={!differs} busy={ask.busy} onClick={() => ask.run(wish)}>
          Change plan
        </Button>
        {subscription.cancelAt === null ? (
          <Button busy={ask.busy} onClick={() => ask.run({ action: 'cancel', when: 'period_end' })}>
            Cancel plan
          </Button>
        ) : (
          <Button busy={ask.busy} onClick={() => ask.run({ action: 'keep' })}>
            Keep the plan
          </Button>
        )}
      </div>
      {differs && preview.data ? (
        <p>
          Your next invoice would be{' '}
          <Money amountMinor={preview.data.total} currency={preview.data.currency} />, as Stripe computes it.
        </p>
      ) : null}
      <ProblemBox error={ask.error} />
    </div>
  );
}
