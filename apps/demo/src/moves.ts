import { type Api, ApiRefusal } from './api.ts';
import type { DemoMove } from './story.ts';
import type { Actor } from './tell.ts';

const CARDS = { good: 'pm_card_visa', failing: 'pm_card_chargeCustomerFail' };

/** Does one move of the story through the API, as the seller's staff or the customer would. */
export async function move(api: Api, actor: Actor, step: DemoMove): Promise<void> {
  switch (step.do) {
    case 'change':
      await api.send('POST', `/v1/subscriptions/${actor.subscription}/change`, {
        plan: step.plan,
        when: step.when,
        ...(step.quantity ? { quantity: step.quantity } : {}),
      });
      actor.plan = step.plan;
      return;
    case 'cancel':
      await api.send('POST', `/v1/subscriptions/${actor.subscription}/cancel`, {
        when: step.when,
        reason: 'Moved to another product',
      });
      actor.gone = true;
      return;
    case 'card':
      await api.send('POST', `/v1/customers/${actor.id}/payment_methods`, {
        provider_method_id: CARDS[step.card],
      });
      return;
    case 'retry_open_invoice':
      await retryOpen(api, actor);
      return;
    case 'refund_last_payment':
      await refundLast(api, actor, step.amountMinor, step.reason);
      return;
  }
}

async function retryOpen(api: Api, actor: Actor): Promise<void> {
  const open = await api.get<{ data: { id: string }[] }>(`/v1/invoices?customer=${actor.id}&status=open`);
  for (const invoice of open.data) {
    try {
      await api.send('POST', `/v1/invoices/${invoice.id}/collect`, {});
    } catch (error) {
      // A retry may be under way already; then it does the same.
      if (!(error instanceof ApiRefusal && error.status === 409)) throw error;
    }
  }
}

async function refundLast(api: Api, actor: Actor, amountMinor: string, reason: string): Promise<void> {
  const paid = await api.get<{ data: { id: string; amount: string; refunded: string }[] }>(
    `/v1/payments?customer=${actor.id}&status=succeeded`,
  );
  const payment = paid.data.find(
    (candidate) => BigInt(candidate.amount) - BigInt(candidate.refunded) >= BigInt(amountMinor),
  );
  if (payment) await api.send('POST', `/v1/payments/${payment.id}/refund`, { amount: amountMinor, reason });
}
