import { type Instant, instant } from '@billhook/core/time/instant';
import type { ProviderIntent, ProviderMethod, ProviderRefund } from '../../modules/payments/provider.ts';
import { ourId } from './ids.ts';
import { amountOf, needAmount, unreadable } from './money.ts';
import { linkOf, list, type Members, members, text, timeOf } from './read.ts';

/** An id that an object cannot be without. */
export function idOf(object: Members): string {
  const id = text(object.id);
  if (id === null) throw unreadable('an id');
  return id;
}

/** The first capture of an order. */
export function captureOf(order: Members): Members | null {
  const [unit] = list(order.purchase_units);
  return list(members(unit?.payments).captures)[0] ?? null;
}

/** The refunds of an order. */
export function refundsOf(order: Members): Members[] {
  const [unit] = list(order.purchase_units);
  return list(members(unit?.payments).refunds);
}

/** The token that was kept with a purchase, or that was charged. */
export function vaultedTokenOf(order: Members): string | null {
  const wallet = members(members(order.payment_source).paypal);
  return text(members(members(wallet.attributes).vault).id);
}

/** A payment is a capture: its id is what refunds, disputes and the seller's list of transactions name. */
export function intentOf(capture: Members): ProviderIntent {
  const id = idOf(capture);
  const amount = needAmount(capture.amount);
  const status = statusOf(capture);
  const fee = amountOf(members(capture.seller_receivable_breakdown).paypal_fee);
  const reason = text(members(capture.status_details).reason);
  return {
    id,
    status,
    capturedMinor: status === 'succeeded' ? amount.amountMinor : 0n,
    // A fee in another currency is not booked against this payment.
    feeMinor: fee !== null && fee.currency === amount.currency ? fee.amountMinor : 0n,
    currency: amount.currency,
    failureCode: status === 'failed' ? (reason ?? 'declined').toLowerCase() : null,
    failureMessage: status === 'failed' ? 'PayPal declined the payment.' : null,
    attemptId: ourId('attempt', capture.custom_id),
    // A capture does not name the account that it came from.
    methodId: null,
    chargeId: id,
    riskLevel: null,
    outcome: text(capture.status)?.toLowerCase() ?? null,
  };
}

function statusOf(capture: Members): ProviderIntent['status'] {
  switch (capture.status) {
    case 'COMPLETED':
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      return 'succeeded';
    case 'DECLINED':
    case 'FAILED':
      return 'failed';
    default:
      return 'processing';
  }
}

export function refundOf(refund: Members, captureId: string | null): ProviderRefund {
  const up = linkOf(refund, 'up');
  const amount = needAmount(refund.amount);
  const { status } = refund;
  return {
    id: idOf(refund),
    intentId: captureId ?? up?.split('/').at(-1) ?? '',
    status:
      status === 'COMPLETED'
        ? 'succeeded'
        : status === 'FAILED' || status === 'CANCELLED'
          ? 'failed'
          : 'pending',
    amountMinor: amount.amountMinor,
    currency: amount.currency,
    refundId: ourId('refund', refund.custom_id),
  };
}

export function methodOf(token: Members): ProviderMethod {
  const wallet = members(members(token.payment_source).paypal);
  const country = text(members(wallet.address).country_code);
  return {
    id: idOf(token),
    providerCustomerId: text(members(token.customer).id),
    kind: 'paypal',
    brand: null,
    last4: null,
    expMonth: null,
    expYear: null,
    wallet: null,
    label: text(wallet.email_address)?.slice(0, 254) ?? null,
    fingerprint: text(wallet.payer_id) ?? text(wallet.account_id),
    country: country !== null && /^[A-Z]{2}$/.test(country) ? country : null,
    mandate: null,
  };
}

export function instantOf(value: unknown): Instant | null {
  const at = timeOf(value);
  return at === null ? null : instant(at);
}
