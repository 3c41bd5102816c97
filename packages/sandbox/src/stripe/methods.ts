import type { Draft } from '../state/draft.ts';
import type { Debit } from '../state/money-records.ts';
import type { BillingDetails, Card, PaymentMethodRecord } from '../state/records.ts';
import { cardByToken, cardOfToken } from './cards.ts';
import { declineOf } from './declines.ts';
import { ApiError, invalid, missing } from './error.ts';

/** Billing details without content. */
export const NO_BILLING: BillingDetails = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
};

/** Writes a new payment method that belongs to nobody yet. */
export function newPaymentMethod(
  draft: Draft,
  instrument: Card | Debit,
  billing: BillingDetails,
): PaymentMethodRecord {
  return draft.put('payment_method', {
    id: draft.id('pm_'),
    created: draft.now,
    customer: null,
    ...('brand' in instrument ? { card: instrument } : { card: null, debit: instrument }),
    billing,
    metadata: {},
    authenticatedSetup: false,
  });
}

/** The payment method of an id, to be used. One that was detached cannot be. A token such as `pm_card_visa` makes a new one, as in Stripe's test mode. */
export function resolvePaymentMethod(
  draft: Draft,
  ref: string,
  status: 400 | 404 = 400,
): PaymentMethodRecord {
  if (ref.startsWith('pm_card_')) {
    const test = cardByToken(ref);
    if (test === undefined) throw missing('PaymentMethod', ref, 'payment_method', status);
    return newPaymentMethod(draft, cardOfToken(test, ref, draft.nowMs), NO_BILLING);
  }
  const method = draft.get('payment_method', ref);
  if (method === undefined) throw missing('PaymentMethod', ref, 'payment_method', status);
  if (method.detached === true) {
    throw invalid('This PaymentMethod was detached from a Customer, and may not be used again.');
  }
  return method;
}

/** Attaches a method to a customer. Cards that are always declined are declined here too, as Stripe does. */
export function attachMethod(
  draft: Draft,
  method: PaymentMethodRecord,
  customer: string,
): PaymentMethodRecord {
  requireCustomer(draft, customer);
  if (method.customer === customer) return method;
  if (method.customer !== null) {
    throw invalid('The payment method you provided has already been attached to a customer.');
  }
  const behaviour = method.card?.behaviour ?? '';
  if (behaviour.startsWith('declined:')) {
    const decline = declineOf(behaviour.slice('declined:'.length));
    throw new ApiError(402, {
      type: 'card_error',
      code: decline.code,
      decline_code: decline.declineCode,
      message: decline.message,
    });
  }
  const attached = draft.put('payment_method', { ...method, customer });
  draft.emit('payment_method.attached', 'payment_method', attached);
  return attached;
}

/** Refuses an id that names no living customer. */
export function requireCustomer(draft: Draft, id: string): void {
  const customer = draft.get('customer', id);
  if (customer === undefined || customer.deleted) throw missing('customer', id, 'customer');
}

/** Refuses a method of one customer for a payment of another, with the words of Stripe's API. */
export function requireOwner(method: PaymentMethodRecord, customer: string | null): void {
  if (method.customer === null || method.customer === customer) return;
  throw invalid(
    customer === null
      ? `The PaymentMethod ${method.id} belongs to the Customer ${method.customer}. Please include the Customer in the \`customer\` parameter.`
      : `The PaymentMethod ${method.id} does not belong to the Customer you supplied ${customer}.`,
    { param: 'payment_method' },
  );
}
