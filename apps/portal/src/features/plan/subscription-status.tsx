import type { SubscriptionStatus as StatusName, Subscription } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { Status, type Tone } from '@billhook/ui/status';

const WORDS: Record<StatusName, readonly [Tone, string]> = {
  scheduled: ['info', 'Starts soon'],
  trialing: ['info', 'Trial'],
  active: ['ok', 'Active'],
  past_due: ['problem', 'Payment overdue'],
  paused: ['attention', 'Paused'],
  canceled: ['neutral', 'Ended'],
};

/** The state in one word; a cancellation ahead says its day, unless the plan is paused until then. */
export function SubscriptionStatus({ subscription }: { subscription: Subscription }) {
  const { status, cancelAt, trialEndAt } = subscription;
  const [tone, word] = WORDS[status];
  if (cancelAt !== null && status !== 'canceled' && status !== 'paused') {
    return (
      <Status tone="attention">
        Ends on <DateText value={cancelAt} as="weekday" />
      </Status>
    );
  }
  if (status === 'trialing' && trialEndAt !== null) {
    return (
      <Status tone={tone}>
        Trial until <DateText value={trialEndAt} as="weekday" />
      </Status>
    );
  }
  return <Status tone={tone}>{word}</Status>;
}
