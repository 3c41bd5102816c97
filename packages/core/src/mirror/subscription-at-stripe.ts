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
  /** While collecting is paused; null while it is not. */
  readonly paused: PausedCollection | null;
  /** Of the subscription itself, in their order. */
  readonly discounts: readonly DiscountAtStripe[];
  /** Phases of its schedule, those that are over too, in order of time. */
  readonly phases: readonly PhaseAtStripe[];
}

/** What becomes of invoices while collecting is paused; `resumesAt` is null until somebody resumes it. */
export interface PausedCollection {
  readonly behaviour: 'keep_as_draft' | 'mark_uncollectible' | 'void';
  readonly resumesAt: Instant | null;
}

export interface DiscountAtStripe {
  readonly id: string;
  readonly couponId: string;
  readonly name: string;
  /** The code that the customer gave; null for none. */
  readonly code: string | null;
  /** Decimal text; null for an amount of money. */
  readonly percent: string | null;
  readonly amountMinor: bigint | null;
  readonly startAt: Instant;
  readonly endAt: Instant | null;
}

export interface PhaseAtStripe {
  readonly startAt: Instant;
  readonly items: readonly Pick<ItemAtStripe, 'priceId' | 'quantity'>[];
  readonly isProrated: boolean;
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
export function mirroredStatus({
  status,
  paused,
}: Pick<SubscriptionAtStripe, 'status' | 'paused'>): SubscriptionStatus | 'not_begun' | null {
  const told = statusOf(status);
  return doesServiceRest(paused) && (told === 'active' || told === 'past_due') ? 'paused' : told;
}

/**
 * Whether the service rests with the collecting. Invoices that are voided ask nothing for the time, so nothing is given for
 * it; kept as drafts they are asked for later, and given up the service is a present: both times it goes on.
 */
export function doesServiceRest(paused: PausedCollection | null): boolean {
  return paused?.behaviour === 'void';
}

function statusOf(status: string): SubscriptionStatus | 'not_begun' | null {
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
