import type { AppliedDiscount } from '../catalog/coupon.ts';
import type { Price } from '../catalog/price.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import type { ScheduledStep } from './schedule.ts';

export type SubscriptionStatus = 'scheduled' | 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled';

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
  /** What the end of the trial does. */
  readonly trialEnd: TrialEnd;
  /** The date that periods are laid out from: the end of the trial or the start. */
  readonly anchorAt: Instant;
  /** A day of the month, 1 to 31, on which periods begin, chosen apart from the anchor; null to follow the anchor. */
  readonly billingDay: number | null;
  /** When service ended; set exactly if the status is `canceled`. */
  readonly endedAt: Instant | null;
  /** Everything that lies ahead, in order of time. Each step may be undone until it happens. */
  readonly schedule: readonly ScheduledStep[];
  /** In order of time; the last one has no end while the subscription is paused. */
  readonly pauses: readonly Pause[];
  readonly discounts: readonly AppliedDiscount[];
  /** One-off charges, in the order they were made. */
  readonly charges: readonly OneOffCharge[];
  /** Goes before the seller's threshold for billing usage inside a period; left out where that holds. */
  readonly ownThreshold?: OwnThreshold;
  /** When billing must look at this subscription again; null if never. */
  readonly nextActionAt: Instant | null;
  readonly items: readonly SubscriptionItem[];
}

/** What unbilled usage must reach to be billed inside its period, in minor units; null for never. */
export interface OwnThreshold {
  readonly amountMinor: bigint | null;
}

/**
 * `convert`: the first period begins. `cancel`: the subscription ends. `cancel_without_payment_method`: it ends unless
 * there is a way to collect by then.
 */
export type TrialEnd = 'convert' | 'cancel' | 'cancel_without_payment_method';

/**
 * One price of a subscription over one stretch of time. An item is never edited, only ended: a change of plan or of
 * seats ends items and starts others, so that every line rests on facts that stand still.
 */
export interface SubscriptionItem {
  readonly id: string;
  readonly planId: string;
  readonly planVersionId: string;
  /** As sold: a price that was changed for this subscription alone is changed here, and `isOverridden` says so. */
  readonly price: Price;
  readonly isOverridden: boolean;
  readonly source: ItemSource;
  /** Units that a price by seats is charged for, and of an add-on; 1 for other prices. */
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

/**
 * What brought an item: the plan, or an add-on that was taken beside it. An add-on goes with the plans it is offered
 * with (empty means all): a change to another plan ends it.
 */
export type ItemSource =
  | { readonly kind: 'plan' }
  | { readonly kind: 'add_on'; readonly addOnId: string; readonly planIds: readonly string[] };

export const FROM_PLAN: ItemSource = { kind: 'plan' };

/**
 * `keep_period`: what was paid stands and its period runs on; periods that begin while paused are not charged.
 * `stop_period`: unused time is credited, and a new period begins with the resumption.
 */
export type PauseMode = 'keep_period' | 'stop_period';

export interface Pause {
  readonly from: Instant;
  /** Null while it lasts. */
  readonly to: Instant | null;
  readonly mode: PauseMode;
  /** The items that ran when it began: they are what resumes. */
  readonly itemIds: readonly string[];
  /** The status after it: whether everything was paid when it began, or by what became known of payments since. */
  readonly resumesAs: 'active' | 'past_due';
}

/** A charge that is made once: an add-on without periods, a set-up fee, work by the hour. */
export interface OneOffCharge {
  readonly id: string;
  readonly at: Instant;
  readonly description: string;
  readonly price: Price;
  readonly quantity: bigint;
  readonly addOnId: string | null;
}

/** Whether nothing is charged yet: the start or the end of the trial lies ahead. */
export function isWaiting({ status }: Pick<Subscription, 'status'>): boolean {
  return status === 'scheduled' || status === 'trialing';
}

export function isLive(subscription: Pick<Subscription, 'status'>): boolean {
  const { status } = subscription;
  return status === 'trialing' || status === 'active' || status === 'past_due' || status === 'paused';
}

/** Whether a moment, also one in the past, lies in a pause: from its beginning up to the resumption. */
export function isPausedAt({ pauses }: Pick<Subscription, 'pauses'>, at: Instant): boolean {
  return pauses.some(({ from, to }) => from <= at && (to === null || at < to));
}
