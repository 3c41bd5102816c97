import type Stripe from 'stripe';
import { ProviderFault } from '../../modules/payments/provider.ts';

/** Codes of Stripe that speak of the seller's account or keys, whatever their status is. */
const ACCOUNT_CODES: ReadonlySet<string> = new Set([
  'account_closed',
  'account_invalid',
  'api_key_expired',
  'livemode_mismatch',
  'platform_api_key_expired',
  'secret_key_required',
  'testmode_charges_only',
  'tls_version_unsupported',
]);

/**
 * What an error of the SDK means for the call. Only an answer that says so counts as "it did not happen": a broken
 * connection, a time-out, a 5xx and a request in progress under the same key leave the outcome unknown. Keys that are
 * wrong or may not do this are no decline: the customer's card was never looked at.
 */
export function faultOf(error: unknown): ProviderFault {
  const { type, statusCode, code, message } = error as Partial<Stripe.errors.StripeError>;
  // What stands between us and the provider may answer without any text.
  const text = message === undefined || message === '' ? 'The payment provider gave no reason.' : message;
  if (statusCode === 429) return new ProviderFault('busy', code ?? 'rate_limited', text, { cause: error });
  if (statusCode === 401 || statusCode === 403 || ACCOUNT_CODES.has(code ?? '')) {
    return new ProviderFault('denied', code ?? 'denied', text, { cause: error });
  }
  const isKnown = statusCode !== undefined && statusCode >= 400 && statusCode < 500 && statusCode !== 409;
  if (isKnown && type !== 'StripeConnectionError') {
    return new ProviderFault('refused', code ?? 'refused', text, { cause: error });
  }
  return new ProviderFault('unknown', code ?? 'no_answer', text, { cause: error });
}

/** Runs a call and turns the SDK's errors into faults. */
export async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw faultOf(error);
  }
}
