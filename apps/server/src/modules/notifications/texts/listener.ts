import type { Listener } from '../../../platform/outbox.ts';
import { queueText } from './repo.ts';

/** Queues the text of a campaign's step. Whether it may be sent is decided when it leaves. */
export const textListener: Listener = {
  name: 'notifications.texts',
  types: ['dunning.step_taken'],
  async handle(ctx, event) {
    const { action, step, invoice_id: invoiceId, imported } = event.payload;
    if (action !== 'sms' || typeof step !== 'string' || typeof invoiceId !== 'string') return;
    if (imported === true || !event.customerId) return;
    await queueText(ctx, {
      customerId: event.customerId,
      template: 'dunning.unpaid',
      subjectId: `${event.objectId}:${step}`,
      facts: { invoice_id: invoiceId },
    });
  },
};
