import type { Subscription } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Money, Quantity } from '@billhook/ui/money';
import { Card } from '@billhook/ui/page-header';
import { Banner, Status } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { tell } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { SUBSCRIPTION_STATUS } from '../../lib/words.ts';

/** What is scheduled for a subscription, with the way to take it back. */
function Scheduled({ subscription }: { subscription: Subscription }) {
  const { api } = useScope();
  const mayChange = useMay(ROLES.staff);
  const undo = useCommand(
    (id: string, options) => api.subscriptions.undo(id, {}, options),
    () => toast('Undone. The subscription continues as before.'),
  );
  const { scheduledChange, cancelAt, status } = subscription;
  if (status === 'canceled' || (cancelAt === null && scheduledChange === null)) return null;
  return (
    <div className="mb-4">
      <Banner
        tone="attention"
        title={
          cancelAt !== null ? (
            <>
              Ends <DateText value={cancelAt} as="weekday-time" />
            </>
          ) : scheduledChange ? (
            <>
              Changes to {scheduledChange.plan.name} <DateText value={scheduledChange.at} as="weekday-time" />
            </>
          ) : null
        }
        action={
          mayChange ? (
            <Button size="sm" busy={undo.busy} onClick={() => undo.run(subscription.id)}>
              Undo
            </Button>
          ) : undefined
        }
      >
        {undo.error ? tell(undo.error).detail : null}
      </Banner>
    </div>
  );
}

export function SubscriptionCard({ subscription }: { subscription: Subscription }) {
  const [, change] = useFilters();
  const mayChange = useMay(ROLES.staff);
  const { tone, word } = SUBSCRIPTION_STATUS[subscription.status];
  const running = subscription.status !== 'canceled';
  return (
    <Card>
      <Scheduled subscription={subscription} />
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-3 text-md font-semibold">
            <TextLink href={`/plans/${subscription.plan.id}`} className="no-underline hover:underline">
              {subscription.plan.name}
            </TextLink>
            <span className="text-base font-normal">
              <Status tone={tone}>{word}</Status>
            </span>
          </p>
          <p className="text-sm text-faint">
            Version {subscription.plan.version} · <CopyText text={subscription.id} />
          </p>
        </div>
        {running && mayChange ? (
          <div className="flex gap-2">
            <Button size="sm" onClick={() => change({ change: subscription.id })}>
              Change plan
            </Button>
            {subscription.cancelAt === null ? (
              <Button size="sm" variant="quiet" onClick={() => change({ cancel: subscription.id })}>
                Cancel
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
      <div className="mt-4">
        <KeyValue items={factsOf(subscription, running)} />
      </div>
    </Card>
  );
}

function factsOf(subscription: Subscription, running: boolean) {
  return [
    {
      label: 'Pays',
      value: (
        <>
          <Money amountMinor={subscription.mrr} currency={subscription.currency} /> a month
        </>
      ),
    },
    { label: 'Seats', value: <Quantity value={String(subscription.quantity)} /> },
    {
      label: running ? 'Current period' : 'Last period',
      value: (
        <PeriodText
          start={subscription.currentPeriodStart}
          end={subscription.currentPeriodEnd}
          timeZone={subscription.timeZone}
        />
      ),
    },
    ...(subscription.trialEndAt && subscription.status === 'trialing'
      ? [{ label: 'Trial ends', value: <DateText value={subscription.trialEndAt} as="weekday-time" /> }]
      : []),
    ...(subscription.nextBillAt && running
      ? [{ label: 'Next invoice', value: <DateText value={subscription.nextBillAt} as="weekday-time" /> }]
      : []),
    { label: 'Started', value: <DateText value={subscription.startedAt} /> },
    ...(subscription.endedAt
      ? [{ label: 'Ended', value: <DateText value={subscription.endedAt} as="weekday-time" /> }]
      : []),
    {
      label: 'Collection',
      value:
        subscription.collection === 'automatic'
          ? 'By card, automatically'
          : 'By invoice, paid by the customer',
    },
  ];
}
