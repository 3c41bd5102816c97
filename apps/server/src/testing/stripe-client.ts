import Stripe from 'stripe';

/** The official library, talking to the stand-in at an address with a key of an account there. */
export function stripeAt(url: string, secretKey: string): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(secretKey, { host: hostname, port: Number(port), protocol: 'http', telemetry: false });
}
