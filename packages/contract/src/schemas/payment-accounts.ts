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

export const putStripeAccount = obj({
  secret_key: Type.String({ pattern: '^(sk|rk)_(test|live)_[A-Za-z0-9]{8,240}$' }),
  webhook_secret: Type.String({ pattern: '^whsec_[A-Za-z0-9+/=_-]{8,240}$' }),
});
