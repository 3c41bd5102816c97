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
export function creditsListener(wake: (source: string) => void): Listener {
  return {
    name: 'credits',
    types: [...SUBSCRIPTIONS, ...INVOICES, 'payment.failed'],
    async handle(ctx, event) {
      const wakes = () => ctx.afterCommit(() => wake('credits'));
      if (event.type === 'payment.failed') {
        const { invoice_id: invoiceId } = event.payload;
        if (typeof invoiceId === 'string') await lookAtInvoice(ctx, invoiceId);
        wakes();
      } else if (INVOICES.includes(event.type)) {
        await lookAtInvoice(ctx, event.objectId);
        wakes();
      } else if (event.customerId !== null) {
        const subscription = { id: event.objectId, customerId: event.customerId };
        if (await lookAtAllowances(ctx, subscription, ctx.now)) wakes();
      }
    },
  };
}
