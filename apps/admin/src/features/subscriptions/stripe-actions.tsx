import type { AskStripe, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { usePlans } from '../catalog/queries.ts';
import { planOptions } from './plan-options.ts';
import { StripeTerms } from './stripe-terms.tsx';

const STATUS = {
  created: 'is being sent to Stripe',
  sent: 'was sent, Stripe has not confirmed it yet',
  confirmed: 'was confirmed by Stripe',
  refused: 'was refused by Stripe',
} as const;

/** That Stripe computes it, where to find it there, and what may be asked of Stripe. */
export function StripeActions({ subscription, may }: { subscription: Subscription; may: boolean }) {
  const { tenant } = useScope();
  const { stripeId } = subscription;
  const address = `https://dashboard.stripe.com/${tenant.kind === 'live' ? '' : 'test/'}subscriptions/${stripeId}`;
  return (
    <div className="mt-4 flex flex-col gap-3 border-t border-line pt-4">
      <p>
        Billed at Stripe. {stripeId === null ? null : <TextLink href={address}>Open it at Stripe</TextLink>}
      </p>
      <StripeTerms subscription={subscription} />
      {may && subscription.status !== 'canceled' ? <Ask subscription={subscription} /> : null}
      <Asked subscription={subscription} />
    </div>
  );
}

function Ask({ subscription }: { subscription: Subscription }) {
  const { api, tenant } = useScope();
  const plans = usePlans(false);
  const [plan, setPlan] = useState(subscription.plan.id);
  const [quantity, setQuantity] = useState<number | null>(subscription.quantity);
  const wish: AskStripe = { action: 'change', plan, quantity: quantity ?? 1 };
  const differs = plan !== subscription.plan.id || quantity !== subscription.quantity;
  const preview = useQuery({
    queryKey: [tenant.id, 'stripe-preview', subscription.id, wish],
    queryFn: ({ signal }) => api.stripeChanges.preview(subscription.id, wish, { signal }),
    enabled: differs && quantity !== null,
    retry: false,
  });
  const ask = useCommand(
    (body: AskStripe) => api.stripeChanges.ask(subscription.id, body),
    () => toast('Stripe was asked.', { detail: 'Its word confirms the change.' }),
  );
  const failed = ask.error ?? (differs ? preview.error : null);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Select
          label="Plan"
          value={plan}
          options={planOptions(plans.data?.data ?? [], subscription.currency)}
          onValueChange={(value) => setPlan(value ?? subscription.plan.id)}
        />
        <NumberField label="Seats" name="quantity" min={1} value={quantity} onValueChange={setQuantity} />
        <Button disabled={!differs} busy={ask.busy} onClick={() => ask.run(wish)}>
          Ask Stripe for the change
        </Button>
        {subscription.cancelAt === null ? (
          <Button
            variant="quiet"
            busy={ask.busy}
            onClick={() => ask.run({ action: 'cancel', when: 'period_end' })}
          >
            Cancel at the end of the period
          </Button>
        ) : (
          <Button variant="quiet" busy={ask.busy} onClick={() => ask.run({ action: 'keep' })}>
            Keep it running
          </Button>
        )}
      </div>
      {differs && preview.data ? (
        <p className="text-sm">
          Stripe says that the next invoice would be{' '}
          <Money amountMinor={preview.data.total} currency={preview.data.currency} />.
        </p>
      ) : null}
      {failed ? <ProblemText error={failed} /> : null}
    </div>
  );
}

function Asked({ subscription }: { subscription: Subscription }) {
  const { api, tenant } = useScope();
  const { data } = useQuery({
    queryKey: [tenant.id, 'stripe-changes', subscription.id],
    queryFn: ({ signal }) => api.stripeChanges.list(subscription.id, { signal }),
  });
  const [latest] = data?.data ?? [];
  if (latest === undefined) return null;
  return (
    <p className="text-sm text-muted">
      The change asked for on <DateText value={latest.createdAt} as="weekday-time" /> {STATUS[latest.status]}
      {latest.failure === null ? '.' : `: ${latest.failure}`}
    </p>
  );
}
