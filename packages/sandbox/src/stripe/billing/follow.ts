import type { Draft } from '../../state/draft.ts';
import { markPaid } from './collect.ts';
import { followInvoice } from './follow-invoice.ts';

/**
 * Carries what became of a payment to the invoice that it collects, however the payment came about: charged by
 * the clock, confirmed through the API, on a hosted page or after a bank's days.
 */
export function followPayment(type: string, id: string, draft: Draft): void {
  if (!type.startsWith('payment_intent.')) return;
  const intent = draft.get('payment_intent', id);
  const invoice = intent?.invoice === undefined ? undefined : draft.get('invoice', intent.invoice);
  if (invoice === undefined) return;
  if (type === 'payment_intent.succeeded') {
    if (invoice.status === 'open' || invoice.status === 'uncollectible') {
      markPaid(draft, invoice, { outside: false });
    }
  } else if (type === 'payment_intent.payment_failed') {
    draft.emit('invoice.payment_failed', 'invoice', invoice);
    followInvoice(draft, invoice, 'failed');
  } else if (type === 'payment_intent.requires_action') {
    draft.emit('invoice.payment_action_required', 'invoice', invoice);
  }
}
