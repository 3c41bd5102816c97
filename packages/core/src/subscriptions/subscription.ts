import type { Price } from '../catalog/price.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';

export type SubscriptionStatus = 'scheduled' | 'trialing' | 'active' | 'past_due' | 'canceled';

/** What a customer has bought. `timeZone` and `currency` are fixed at the start, so that no bill moves with a setting. */
export interface Subscription {
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly planVersionId: string;
  readonly status: SubscriptionStatus;
  readonly currency: CurrencyCode;
  readonly timeZone: string;
  /** Who computes its invoices; never changes. For `stripe` nothing is proposed here. */
  readonly billingAuthority: 'billhook' | 'stripe';
  readonly seats: bigint;
  readonly startAt: Instant;
  /** End of the trial, also after it has passed; null if there was none. */
  readonly trialEndAt: Instant | null;
  /** The date that periods are laid out from: the end of the trial or the start. */
  readonly anchorAt: Instant;
  /** Set while a cancellation lies ahead. */
  readonly cancelAt: Instant | null;
  /** When service ended; set exactly if the status is `canceled`. */
  readonly endedAt: Instant | null;
  readonly scheduledChange: ScheduledChange | null;
  /** When billing must look at this subscription again; null if never. */
  readonly nextActionAt: Instant | null;
  readonly items: readonly SubscriptionItem[];
}

/**
 * One price of a subscription over one stretch of time. An item is never edited, only ended: a change of plan or of
 * seats ends items and starts others, so that every line rests on facts that stand still.
 */
export interface SubscriptionItem {
  readonly id: string;
  readonly planVersionId: string;
  readonly price: Price;
  /** Units that a price by seats is charged for; 1 for other prices. */
  readonly quantity: bigint;
  /** Periods of this item are counted from here, in the subscription's time zone. */
  readonly anchorAt: Instant;
  /** Charged from here on. */
  readonly activeFrom: Instant;
  /** Charged up to here, exclusive; null while it runs. */
  readonly activeTo: Instant | null;
  /** Whether what was charged in advance for the time after `activeTo` is credited. */
  readonly creditUnused: boolean;
}

export interface ScheduledChange {
  readonly at: Instant;
  readonly planId: string;
  readonly planVersionId: string;
  readonly seats: bigint;
  readonly prices: readonly Price[];
  /** Ids for the items that the change will start, one a price. */
  readonly itemIds: readonly string[];
}

export function isLive(subscription: Subscription): boolean {
  return (
    subscription.status === 'trialing' ||
    subscription.status === 'active' ||
    subscription.status === 'past_due'
  );
}
