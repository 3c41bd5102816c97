import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type Instant, later } from '../time/instant.ts';
import { draftOf, withEvent, withFields, withItemsEnded, withItemsStarted } from './draft.ts';
import { MAX_SEATS, openItems } from './items.ts';
import { isLive, type Subscription, type SubscriptionItem } from './subscription.ts';

export interface SeatsInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly seats: bigint;
  /** Ids for the new items, one for each running price by seats. */
  readonly itemIds: readonly string[];
}

/**
 * Changes the number of seats at once. The unused time of the old number is credited and the rest of the period is
 * charged for the new one, so that tiers by seats come out right.
 * Refusals: `subscription.not_live`, `subscription.no_seats`, `subscription.no_change`,
 * `subscription.seats_out_of_range`, `subscription.authority_stripe`.
 */
export function decideSeats(input: SeatsInput): Result<Decision> {
  const { now, subscription, seats } = input;
  if (subscription.billingAuthority === 'stripe') {
    return refuse(
      'subscription.authority_stripe',
      'Stripe computes this subscription; the change is an intent that it confirms.',
    );
  }
  if (!isLive(subscription))
    return refuse('subscription.not_live', 'Seats can be changed while the subscription runs.');
  const bySeats = openItems(subscription).filter(isSeatItem);
  if (bySeats.length === 0) return refuse('subscription.no_seats', 'No price of this plan depends on seats.');
  if (seats < 1n || seats > MAX_SEATS) {
    return refuse('subscription.seats_out_of_range', `Seats are a whole number from 1 to ${MAX_SEATS}.`);
  }
  if (seats === subscription.seats)
    return refuse('subscription.no_change', `The subscription already has ${seats} seats.`);
  const next = bySeats.map(
    (item, index): SubscriptionItem => ({
      ...item,
      id: input.itemIds[index] as string,
      quantity: seats,
      activeFrom: later(now, item.activeFrom),
    }),
  );
  const swapped = withItemsStarted(withItemsEnded(draftOf(subscription), now, true, isSeatItem), next);
  const scheduled = subscription.scheduledChange;
  const moved = withFields(swapped, {
    seats,
    scheduledChange: scheduled === null ? null : { ...scheduled, seats },
    nextActionAt: now,
  });
  return ok(
    withEvent(moved, 'subscription.seats_changed', { from: `${subscription.seats}`, to: `${seats}`, at: now })
      .decision,
  );
}

function isSeatItem(item: SubscriptionItem): boolean {
  return item.price.quantity.kind === 'seats';
}
