import Stripe from 'stripe';

/** What Stripe's own library reads of a webhook. @throws if it does not take the signature */
export function readByStripe(body: string, header: string, secret: string): { id: string } {
  return Stripe.webhooks.constructEvent(body, header, secret);
}
