import { Type } from 'typebox';
import { line, nullable, obj } from '../common.ts';
import { methodKind } from './invoices.ts';

export const paymentAccount = obj({
  object: Type.Literal('payment_account'),
  provider: line(40),
  title: line(100),
  /** Null while no account is set up at this provider. */
  mode: nullable(Type.Enum(['sandbox', 'test', 'live'])),
  /** What identifies the account and is no secret. */
  public_id: nullable(line(255)),
  /** Where its keys are set; null where it has none of the seller's. Those of the server come back with each start. */
  keys_from: nullable(Type.Enum(['server', 'settings'])),
  /** The one that new checkouts go to. */
  is_default: Type.Boolean(),
  /** The kinds of methods that are offered on its hosted pages. */
  method_kinds: Type.Array(methodKind),
  /** The kinds that it can offer. */
  supported_kinds: Type.Array(methodKind),
});

export const updatePaymentAccount = obj({
  is_default: Type.Optional(Type.Literal(true)),
  method_kinds: Type.Optional(Type.Array(methodKind, { minItems: 1, maxItems: 3, uniqueItems: true })),
});

/** What is left out stays as it is, so that one of the two is replaced alone. */
export const putStripeAccount = obj({
  secret_key: Type.Optional(Type.String({ pattern: '^(sk|rk)_(test|live)_[A-Za-z0-9]{8,240}$' })),
  webhook_secret: Type.Optional(Type.String({ pattern: '^whsec_[A-Za-z0-9+/=_-]{8,240}$' })),
});

export const paymentProvider = obj({
  object: Type.Literal('payment_provider'),
  provider: Type.Literal('stripe'),
  mode: Type.Union([Type.Enum(['sandbox', 'test', 'live']), Type.Null()], {
    description: 'Null while no account is set up.',
  }),
  webhook_url: Type.String({
    maxLength: 2000,
    description: 'Enter it at the provider as the address of a webhook endpoint; it stays the same.',
  }),
  webhook_events: Type.Array(line(100), { description: 'The events that the endpoint must be sent.' }),
});

const providerMode = Type.Enum(['sandbox', 'test', 'live']);

export const payPalAccount = obj({
  object: Type.Literal('paypal_account'),
  mode: nullable(providerMode),
  client_id: nullable(line(255)),
  webhook_url: Type.String({
    maxLength: 2000,
    description: 'Enter it at PayPal as the address of a webhook; it stays the same.',
  }),
  webhook_events: Type.Array(line(100), { description: 'The events that the webhook must be sent.' }),
});

/**
 * The keys of an app at PayPal; what is left out stays as it is. A sandbox needs none: its payments go to the built-in
 * stand-in.
 */
export const putPayPalAccount = obj({
  mode: providerMode,
  client_id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{8,120}$' })),
  client_secret: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{8,200}$' })),
  webhook_id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{5,60}$' })),
});
