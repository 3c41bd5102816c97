import { type SubscriptionDraft, withFields } from './draft.ts';
import type { Pause, Subscription } from './subscription.ts';

/** Whether everything is paid, or an invoice was not. */
export type PaymentStanding = Pause['resumesAs'];

/** Of a subscription that runs or is paused; null for all others. */
export function paymentStanding(subscription: Subscription): PaymentStanding | null {
  const { status, pauses } = subscription;
  if (status === 'active' || status === 'past_due') return status;
  return status === 'paused' ? (pauses.at(-1)?.resumesAs ?? null) : null;
}

/** Says that something is unpaid, or paid again. A pause goes on; what is said holds when it is over. */
export function withStanding(draft: SubscriptionDraft, standing: PaymentStanding): SubscriptionDraft {
  const { status, pauses } = draft.subscription;
  if (status !== 'paused') return withFields(draft, { status: standing });
  return withFields(draft, {
    pauses: pauses.map((pause) => (pause.to === null ? { ...pause, resumesAs: standing } : pause)),
  });
}
