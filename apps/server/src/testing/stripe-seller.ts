import type Stripe from 'stripe';
import type { ProviderBilling } from '../modules/payments/api.ts';
import type { MirrorWork } from '../processes/mirror-subscription.ts';
import { createPaymentWorld, type PaymentWorld } from './payments.ts';
import { stripeAt } from './stripe-client.ts';

/** A seller who bills at Stripe, seen from both sides, with one price there: 20 euro a month. */
export type StripeSeller = { world: PaymentWorld; stripe: Stripe; work: MirrorWork; price: string };

export async function createStripeSeller(): Promise<StripeSeller> {
  const world = await createPaymentWorld('2027-01-31T12:00:00Z', { newSubscriptions: 'stripe' });
  const stripe = stripeAt(world.stripeUrl, world.secretKey);
  const billing = world.provider.billing as ProviderBilling;
  const work = { provider: world.provider, billing, command: world.command, query: world.query };
  const { id } = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 2000,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
  });
  return { world, stripe, work, price: id };
}
