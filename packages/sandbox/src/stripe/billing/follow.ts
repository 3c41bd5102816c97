import type { Draft } from '../../state/draft.ts';
import { markPaid, noteFailure } from './collect.ts';
import { followInvoice } from './follow-invoice.ts';
import { startFromSession } from './start-from-session.ts';
import { updateSubscription } from './subscription-state.ts';

/**
 * Carries what became of a payment to the invoice that it collects, however the payment came about: charged by
 * the clock, confirmed through the API, on a hosted page or after a bank's days.
 */
export function followPayment(type: string, id: string, draft: Draft): void {
  if (type === 'setup_intent.succeeded') followSetup(id, draft);
  if (!type.startsWith('payment_intent.')) return;
  const intent = draft.get('payment_intent', id);
  const invoice = intent?.invoice === undefined ? undefined : draft.get('invoice', intent.invoice);
  if (invoice === undefined) return;
  if (type === 'payment_intent.succeeded') {
    if (invoice.status === 'open' || invoice.status === 'uncollectible') {
      markPaid(draft, invoice, { outside: false });
    }
  } else if (type === 'payment_intent.payment_failed') {
    if (invoice.status === 'open') noteFailure(draft, invoice);
  } else if (type === 'payment_intent.requires_action') {
    draft.emit('invoice.payment_action_required', 'invoice', invoice);
  } else if (type === 'payment_intent.processing') {
    followInvoice(draft, invoice, 'under_way');
  }
}

/** A card that was kept on the page of a session starts the subscription that the session is for. */
function followSetup(id: string, draft: Draft): void {
  const intent = draft.get('setup_intent', id);
  const session = intent?.session == null ? undefined : draft.get('checkout_session', intent.session);
  if (session?.setsDefault === true && intent?.paymentMethod != null)
    makeDefault(draft, intent.paymentMethod);
  if (session?.subscribes === undefined || session.subscribes.subscription !== null) return;
  startFromSession(draft, session, intent?.paymentMethod ?? null);
}

/** What a customer pays with from now on: their default, and that of each subscription. */
function makeDefault(draft: Draft, method: string): void {
  const owner = draft.get('payment_method', method)?.customer ?? null;
  const customer = owner === null ? undefined : draft.get('customer', owner);
  if (customer === undefined) return;
  const after = draft.put('customer', { ...customer, defaultPaymentMethod: method });
  draft.emit('customer.updated', 'customer', after, {
    invoice_settings: { default_payment_method: customer.defaultPaymentMethod },
  });
  for (const subscription of draft.all('subscription')) {
    if (subscription.customer !== customer.id || subscription.endedAt !== null) continue;
    updateSubscription(draft, subscription, { ...subscription, defaultPaymentMethod: method });
  }
}
