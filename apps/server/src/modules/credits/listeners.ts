import type { Listener } from '../../platform/outbox.ts';
import { lookAtAllowances, lookAtInvoice } from './purchase-repo.ts';

const SUBSCRIPTIONS = [
  'subscription.created',
  'subscription.trial_started',
  'subscription.activated',
  'subscription.changed',
  'subscription.recovered',
  'subscription.paused',
  'subscription.resumed',
  'subscription.canceled',
];
const INVOICES = ['invoice.paid', 'invoice.voided'];

/**
 * Marks what is to be looked at, and no more: the work is done later, one customer at a time under its lock, by the
 * process `settle-credits`, which reads how things stand by then.
 */
export const creditsListener: Listener = {
  name: 'credits',
  types: [...SUBSCRIPTIONS, ...INVOICES, 'payment.failed'],
  async handle(ctx, event) {
    if (INVOICES.includes(event.type)) return lookAtInvoice(ctx, event.objectId);
    if (event.type === 'payment.failed') {
      const invoiceId = event.payload['invoice_id'];
      if (typeof invoiceId === 'string') await lookAtInvoice(ctx, invoiceId);
      return;
    }
    if (event.customerId === null) return;
    await lookAtAllowances(ctx, { id: event.objectId, customerId: event.customerId }, ctx.now);
  },
};
