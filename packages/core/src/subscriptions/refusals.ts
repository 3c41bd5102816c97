import { checkPrice } from '../catalog/check-price.ts';
import type { Fault } from '../catalog/fault.ts';
import type { Price } from '../catalog/price.ts';
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

/** A price that was agreed with one customer is held to what every price is held to. */
export function refusePrice(price: Price): Refused | null {
  const faults: Fault[] = [];
  const meters = price.quantity.kind === 'meter' ? [{ id: price.quantity.meterId }] : [];
  checkPrice(price, '', meters, (pointer, code, detail) => faults.push({ pointer, code, detail }));
  const first = faults[0];
  if (first === undefined) return null;
  return refuse('price.invalid', first.detail, {
    price_key: price.key,
    faults: faults.map(({ pointer, code, detail }) => ({ pointer, code, detail })),
  });
}
