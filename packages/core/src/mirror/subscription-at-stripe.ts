import type { SubscriptionStatus } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';

/** What Stripe says of a subscription at one look-up, as far as anything here follows it. Ids are Stripe's. */
export interface SubscriptionAtStripe {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  /** Three capital letters. */
  readonly currency: string;
  readonly startAt: Instant;
  readonly anchorAt: Instant;
  readonly trialEndAt: Instant | null;
  /** When it will end; null while no end is planned. */
  readonly cancelAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Whether Stripe charges by itself, or sends invoices to be paid. */
  readonly collection: 'automatic' | 'manual';
  readonly items: readonly ItemAtStripe[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ItemAtStripe {
  readonly id: string;
  readonly priceId: string;
  /** Null for metered prices. */
  readonly quantity: bigint | null;
}

/**
 * The status here. `not_begun`: the first payment is still open, or never came, so nothing was bought yet. `unpaid` is
 * past due with Stripe's retries used up. Null for a word that is not known.
 */
export function mirroredStatus(status: string): SubscriptionStatus | 'not_begun' | null {
  switch (status) {
    case 'trialing':
    case 'active':
    case 'past_due':
    case 'paused':
    case 'canceled':
      return status;
    case 'unpaid':
      return 'past_due';
    case 'incomplete':
    case 'incomplete_expired':
      return 'not_begun';
    default:
      return null;
  }
}
