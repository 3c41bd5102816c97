import { instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import type {
  ProviderIntent,
  ProviderMethod,
  ProviderRefund,
  ProviderSession,
} from '../../modules/payments/provider.ts';
import { ProviderFault } from '../../modules/payments/provider.ts';

/** What to ask for with a payment intent, so that one answer carries the fee. */
export const INTENT_EXPAND = ['latest_charge.balance_transaction'];

export const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id that we wrote into the metadata. The seller may have written other things there; those name nothing of ours. */
export const ourId = (value: string | undefined): string | null =>
  value !== undefined && UUID.test(value) ? value : null;

export function intentOf(intent: Stripe.PaymentIntent): ProviderIntent {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const fault = intent.last_payment_error;
  return {
    id: intent.id,
    status: statusOf(intent),
    capturedMinor: BigInt(intent.amount_received),
    feeMinor: feeOf(charge, intent.currency),
    currency: intent.currency.toUpperCase(),
    failureCode: fault === null ? null : failureCodeOf(fault, charge),
    failureMessage: fault?.message ?? null,
    attemptId: ourId(intent.metadata.attempt_id),
    // A failed one lets its method go; what was tried stands in the fault.
    methodId: idOf(intent.payment_method) ?? idOf(fault?.payment_method),
    chargeId: idOf(intent.latest_charge),
    riskLevel: riskOf(charge?.outcome?.risk_level),
    outcome: charge?.outcome?.type ?? null,
  };
}

/**
 * The words of the bank, the most telling first. Of a debit that came back only the charge has them: the fault of the intent says
 * that the attempt failed.
 */
function failureCodeOf(
  fault: Stripe.PaymentIntent.LastPaymentError,
  charge: Stripe.Charge | null,
): string | null {
  const isDebit = charge !== null && charge.payment_method_details?.type === 'sepa_debit';
  const returned = isDebit ? (charge.failure_code ?? null) : null;
  return fault.decline_code ?? returned ?? fault.code ?? null;
}

function riskOf(level: string | undefined): ProviderIntent['riskLevel'] {
  return level === 'normal' || level === 'elevated' || level === 'highest' ? level : null;
}

function statusOf(intent: Stripe.PaymentIntent): ProviderIntent['status'] {
  switch (intent.status) {
    case 'succeeded':
      return 'succeeded';
    case 'canceled':
      return 'canceled';
    case 'requires_action':
      return 'requires_action';
    case 'requires_payment_method':
      // Without a fault nothing was tried yet, so nothing has failed.
      return intent.last_payment_error === null ? 'processing' : 'failed';
    default:
      return 'processing';
  }
}

/** A fee in another currency belongs to the seller's payout currency and is not booked against this payment. */
function feeOf(charge: Stripe.Charge | null, currency: string): bigint {
  const transaction = charge?.balance_transaction;
  if (typeof transaction !== 'object' || transaction === null || transaction.currency !== currency) return 0n;
  return BigInt(transaction.fee);
}

export function refundOf(refund: Stripe.Refund): ProviderRefund {
  return {
    id: refund.id,
    intentId: idOf(refund.payment_intent) ?? '',
    status:
      refund.status === 'succeeded'
        ? 'succeeded'
        : refund.status === 'failed' || refund.status === 'canceled'
          ? 'failed'
          : 'pending',
    amountMinor: BigInt(refund.amount),
    currency: refund.currency.toUpperCase(),
    refundId: ourId(refund.metadata?.refund_id),
  };
}

/** @throws ProviderFault for a method of a kind that we do not charge */
export function methodOf(
  method: Stripe.PaymentMethod,
  mandate: ProviderMethod['mandate'] = null,
): ProviderMethod {
  const { card, sepa_debit: debit } = method;
  const shared = { id: method.id, providerCustomerId: idOf(method.customer), mandate };
  if (card !== undefined) {
    return {
      ...shared,
      kind: 'card',
      brand: card.brand,
      last4: card.last4,
      expMonth: card.exp_month,
      expYear: card.exp_year,
      wallet: card.wallet?.type ?? null,
      label: null,
      fingerprint: card.fingerprint ?? null,
      country: card.country,
    };
  }
  if (debit === undefined) {
    throw new ProviderFault('refused', 'method_not_supported', 'Only cards and SEPA debits can be charged.');
  }
  return {
    ...shared,
    kind: 'sepa_debit',
    brand: null,
    last4: debit.last4,
    expMonth: null,
    expYear: null,
    wallet: null,
    label: debit.bank_code,
    fingerprint: debit.fingerprint,
    country: debit.country,
  };
}

export function sessionOf(session: Stripe.Checkout.Session): ProviderSession {
  const payment = typeof session.payment_intent === 'object' ? session.payment_intent : null;
  const setup = typeof session.setup_intent === 'object' ? session.setup_intent : null;
  return {
    id: session.id,
    url: session.url,
    status: closedAs(session.status),
    checkoutId: ourId(session.metadata?.checkout_id),
    expiresAt: instant(session.expires_at * 1000),
    intentId: idOf(session.payment_intent),
    methodId:
      session.status === 'complete' ? (idOf(payment?.payment_method) ?? idOf(setup?.payment_method)) : null,
  };
}

function closedAs(status: Stripe.Checkout.Session['status']): ProviderSession['status'] {
  if (status === 'complete') return 'complete';
  return status === 'expired' ? 'expired' : 'open';
}
