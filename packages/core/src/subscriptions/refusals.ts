import { type Refused, refuse } from '../kernel/result.ts';
import { MAX_SEATS } from './items.ts';
import type { Subscription } from './subscription.ts';

/** A subscription that Stripe computes is not changed here. */
export function refuseStripe(subscription: Pick<Subscription, 'billingAuthority'>): Refused | null {
  if (subscription.billingAuthority !== 'stripe') return null;
  return refuse(
    'subscription.authority_stripe',
    'Stripe computes this subscription; the change is an intent that it confirms.',
  );
}

export function refuseSeats(seats: bigint): Refused | null {
  if (seats >= 1n && seats <= MAX_SEATS) return null;
  return refuse('subscription.seats_out_of_range', `Seats are a whole number from 1 to ${MAX_SEATS}.`);
}
