import { invariant } from '@billhook/core/kernel/invariant';
import { instant } from '@billhook/core/time/instant';
import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';
import { newsOfEvent } from './verify-webhook.ts';

// Everything that changes what we know; each says where to look, so more of them do no harm.
export const WEBHOOK_EVENTS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.canceled',
  'payment_method.attached',
  'payment_method.updated',
  'payment_method.automatically_updated',
  'payment_method.detached',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'payout.paid',
  'payout.failed',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'invoice.updated',
  'product.created',
  'product.updated',
  'product.deleted',
  'price.created',
  'price.updated',
  'price.deleted',
  'credit_note.created',
  'credit_note.updated',
  'credit_note.voided',
  'customer.discount.created',
  'customer.discount.updated',
  'customer.discount.deleted',
  'coupon.updated',
  'coupon.deleted',
  'subscription_schedule.created',
  'subscription_schedule.updated',
  'subscription_schedule.released',
  'subscription_schedule.canceled',
  'subscription_schedule.completed',
  'subscription_schedule.aborted',
];

/** What happened, asked for instead of being sent. */
export function events(call: Call): Required<Pick<PaymentProvider, 'listEvents'>> {
  return {
    listEvents: ({ since, cursor }) =>
      call(async (stripe) => {
        const page = await stripe.events.list({
          created: { gte: Math.floor(since / 1000) },
          limit: 100,
          ...(cursor === null ? {} : { starting_after: cursor }),
        });
        const items = page.data.flatMap((event) => {
          const news = newsOfEvent(event);
          if (news === null) return [];
          const body = new TextEncoder().encode(JSON.stringify(event));
          return [{ news, createdAt: instant(event.created * 1000), body }];
        });
        const last = page.data.at(-1);
        invariant(!page.has_more || last !== undefined, 'A page with more behind it is not empty.');
        return { items, cursor: page.has_more && last !== undefined ? last.id : null };
      }),
  };
}
