import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookVerifier } from '../../modules/payments/provider.ts';
import type { ProviderNews } from '../../modules/payments/provider-events.ts';

const TOLERANCE_SECONDS = 300;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const PART = /^([a-z][a-z0-9]*)=(.*)$/s;
/** Room for dozens of signatures; while a secret is rotated there are two. */
const MOST_CHARACTERS = 4_096;

/**
 * Stripe's scheme: `t=<seconds>,v1=<hex>` with HMAC-SHA-256 over `<t>.<raw body>`. Stricter than the official
 * library: the time is digits only and given once, a time ahead is refused like one behind (300 s each), signatures are
 * lower-case hexadecimal of full length, and the header holds nothing but named parts.
 */
export function isGenuine(rawBody: Uint8Array, header: string, secret: string, wallNowMs: number): boolean {
  if (secret === '' || header.length > MOST_CHARACTERS) return false;
  const times: string[] = [];
  const signatures: string[] = [];
  for (const part of header.split(',')) {
    const [, name, value] = PART.exec(part) ?? [];
    if (name === undefined || value === undefined) return false;
    if (name === 't') times.push(value);
    if (name === 'v1') signatures.push(value);
  }
  const [time] = times;
  if (times.length !== 1 || time === undefined || !TIMESTAMP.test(time)) return false;
  if (Math.abs(Math.floor(wallNowMs / 1000) - Number(time)) > TOLERANCE_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(rawBody).digest();
  let isMatch = false;
  for (const signature of signatures) {
    if (!SIGNATURE.test(signature)) continue;
    if (timingSafeEqual(expected, Buffer.from(signature, 'hex'))) isMatch = true;
  }
  return isMatch;
}

/** Checks the signature, then reads the few members that are needed. The content is never believed: it is looked up. */
export const verifyStripeWebhook: WebhookVerifier = async ({ rawBody, headers, secret, wallNow }) => {
  const header = headers['stripe-signature'];
  if (typeof header !== 'string' || !isGenuine(rawBody, header, secret, wallNow)) return 'refused';
  return readStripeEvent(rawBody) ?? 'unreadable';
};

/** What an event is about; null for a body that is no event. */
export function readStripeEvent(rawBody: Uint8Array): ProviderNews | null {
  try {
    return newsOfEvent(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)));
  } catch {
    return null;
  }
}

/** What a parsed event is about; null for anything else. */
export function newsOfEvent(event: unknown): ProviderNews | null {
  const { id, type, livemode, data, account } = members(event);
  const object = lookedUpAs(type, members(members(data).object));
  if (!isName(id) || !isName(type) || !isName(object.id)) return null;
  return {
    id,
    type,
    about: aboutWhat(type),
    objectId: object.id,
    intentId: isName(object.payment_intent) ? object.payment_intent : null,
    isLive: livemode === true,
    // Only what happened in an account that is connected to a platform carries its name.
    otherAccount: isName(account) ? account : null,
    saysPaid: SAYS_PAID.has(type),
  };
}

/** A discount cannot be looked up by itself; the subscription that has it can. */
function lookedUpAs(type: unknown, object: Record<string, unknown>): Record<string, unknown> {
  const isDiscount = typeof type === 'string' && type.startsWith('customer.discount.');
  return isDiscount && isName(object.subscription) ? { id: object.subscription } : object;
}

const SAYS_PAID: ReadonlySet<string> = new Set([
  'payment_intent.succeeded',
  'checkout.session.async_payment_succeeded',
]);

const ABOUT: readonly (readonly [prefix: string, about: ProviderNews['about']])[] = [
  ['payment_intent.', 'intent'],
  ['checkout.session.', 'session'],
  ['charge.dispute.', 'dispute'],
  ['charge.refund', 'refund'],
  ['refund.', 'refund'],
  ['payout.', 'payout'],
  ['customer.subscription.', 'subscription'],
  ['customer.discount.', 'subscription'],
  ['invoice.', 'invoice'],
  ['payment_method.', 'method'],
  ['product.', 'product'],
  ['price.', 'price'],
  ['credit_note.', 'credit_note'],
  ['coupon.', 'coupon'],
  ['subscription_schedule.', 'schedule'],
];

function aboutWhat(type: string): ProviderNews['about'] {
  return ABOUT.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other';
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 255;
}
