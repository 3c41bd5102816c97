import type { Draft } from '../../../state/draft.ts';
import { listAnswer } from '../../list.ts';
import { renderInvoicePayment } from './invoice.ts';
import { renderCurrencyOptions, renderTiers } from './price.ts';
import { renderSubscription } from './subscription.ts';

type Extra = (id: string, draft: Draft) => object | null;

function paymentsOf(id: string, draft: Draft): object {
  const payments = draft.all('invoice_payment').filter(({ invoice }) => invoice === id);
  return listAnswer(
    `/v1/invoice_payments?invoice=${id}`,
    payments.reverse().map(renderInvoicePayment),
    false,
  );
}

function confirmationSecretOf(id: string, draft: Draft): object | null {
  const invoice = draft.get('invoice', id);
  const payment = invoice?.payment == null ? undefined : draft.get('invoice_payment', invoice.payment);
  const intent = payment === undefined ? undefined : draft.get('payment_intent', payment.paymentIntent);
  return intent === undefined ? null : { client_secret: intent.clientSecret, type: 'payment_intent' };
}

function subscriptionsOf(id: string, draft: Draft): object {
  const own = draft
    .all('subscription')
    .filter(({ customer, endedAt }) => customer === id && endedAt === null);
  const data = own.reverse().map((subscription) => renderSubscription(subscription, draft));
  return listAnswer(`/v1/customers/${id}/subscriptions`, data, false);
}

/** What objects of Stripe Billing only show when it is asked for. */
export const BILLING_EXTRAS: Readonly<Record<string, Readonly<Record<string, Extra>>>> = {
  customer: { subscriptions: subscriptionsOf },
  invoice: { payments: paymentsOf, confirmation_secret: confirmationSecretOf },
  price: {
    tiers: (id, draft) => renderTiers(draft.get('price', id)?.amounts.tiers ?? null),
    currency_options: (id, draft) => {
      const price = draft.get('price', id);
      return price === undefined ? null : renderCurrencyOptions(price);
    },
  },
  coupon: {
    applies_to: (id, draft) => ({ products: draft.get('coupon', id)?.products ?? [] }),
  },
};
