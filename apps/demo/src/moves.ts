import { type Api, ApiRefusal } from './api.ts';
import type { DemoMove } from './story.ts';
import type { Actor } from './tell.ts';

/** Test cards of the payment stand-in that succeed. */
const CARDS = ['visa', 'mastercard', 'visa_debit', 'amex', 'mastercard_debit'];
const FAILING_CARD = 'chargeCustomerFail';

/** Does one move of the story through the API, as the seller's staff or the customer would. */
export async function move(api: Api, actor: Actor, step: DemoMove, creditType?: string): Promise<void> {
  switch (step.do) {
    case 'change': {
      if (!actor.hasCard) await addCard(api, actor);
      const changed = await api.send<{ anchor_at: string }>(
        'POST',
        `/v1/subscriptions/${actor.subscription}/change`,
        { plan: step.plan, when: step.when },
      );
      Object.assign(actor, { plan: step.plan, anchor: Date.parse(changed.anchor_at) });
      return;
    }
    case 'cancel':
      await api.send('POST', `/v1/subscriptions/${actor.subscription}/cancel`, {
        when: step.when,
        reason: 'Moved to another product',
      });
      actor.gone = true;
      return;
    case 'card_fails':
      await addCard(api, actor, FAILING_CARD);
      actor.cardFails = true;
      return;
    case 'card_fails_once':
      await addCard(api, actor, FAILING_CARD);
      actor.bringsAnotherCard = true;
      return;
    case 'refund_last_payment':
      return refundLast(api, actor, step.amountMinor, step.reason);
    default:
      return moveCredits(api, actor, step, creditType);
  }
}

type CreditMove = Extract<DemoMove, { do: 'buy_credits' | 'reload_credits' | 'give_credits' }>;

async function moveCredits(api: Api, actor: Actor, step: CreditMove, type = ''): Promise<void> {
  const credits = `/v1/customers/${actor.id}/credits`;
  switch (step.do) {
    case 'buy_credits':
      await api.send('POST', `${credits}/purchases`, { pack: step.pack });
      return;
    case 'reload_credits':
      await api.send('PUT', `${credits}/reload`, {
        credit_type: type,
        enabled: true,
        pack: step.pack,
        threshold: step.threshold,
        monthly_maximum: step.monthlyMaximumMinor,
      });
      return;
    case 'give_credits':
      await api.send('POST', credits, { credit_type: type, amount: step.amount, reason: step.reason });
      return;
  }
}

/** Gives the customer a card, which becomes the one that is charged. */
export async function addCard(api: Api, actor: Actor, card?: string): Promise<void> {
  await api.send('POST', `/v1/customers/${actor.id}/payment_methods`, {
    provider_method_id: `pm_card_${card ?? CARDS[actor.index % CARDS.length]}`,
  });
  actor.hasCard = true;
}

/** A customer whose bill could not be paid brings another card, and the bill is collected again. */
export async function recover(api: Api, actor: Actor): Promise<void> {
  const open = await api.get<{ data: { id: string }[] }>(`/v1/invoices?customer=${actor.id}&status=open`);
  if (open.data.length === 0) return;
  await addCard(api, actor);
  for (const invoice of open.data) {
    try {
      await api.send('POST', `/v1/invoices/${invoice.id}/collect`, {});
    } catch (error) {
      // A retry may be under way already; then it does the same.
      if (!(error instanceof ApiRefusal && error.status === 409)) throw error;
    }
  }
  actor.bringsAnotherCard = false;
}

/** A customer whose bills stayed unpaid until the subscription ended uses the product no more. */
export async function notice(api: Api, actor: Actor): Promise<void> {
  const { status } = await api.get<{ status: string }>(`/v1/subscriptions/${actor.subscription}`);
  actor.gone = status === 'canceled';
}

async function refundLast(api: Api, actor: Actor, amountMinor: string, reason: string): Promise<void> {
  const paid = await api.get<{ data: { id: string; amount: string; refunded: string }[] }>(
    `/v1/payments?customer=${actor.id}&status=succeeded`,
  );
  const payment = paid.data.find(
    (candidate) => BigInt(candidate.amount) - BigInt(candidate.refunded) >= BigInt(amountMinor),
  );
  if (!payment) throw new Error(`customer ${actor.index} has no payment to refund ${amountMinor} of`);
  await api.send('POST', `/v1/payments/${payment.id}/refund`, { amount: amountMinor, reason });
}
