import { submitCard } from '../checkout/complete.ts';
import type { Draft } from '../state/draft.ts';
import type { RefundRecord, SessionRecord } from '../state/records.ts';
import { cardByToken, cardOfToken } from '../stripe/cards.ts';
import { rememberIban } from '../stripe/debit.ts';
import { close, openDispute, submitDispute } from '../stripe/dispute.ts';
import { NO_BILLING, newPaymentMethod } from '../stripe/methods.ts';
import { arrivePayout, createPayout, returnPayout } from '../stripe/payout.ts';
import { failRefund, settleRefund } from '../stripe/refund.ts';
import { money, newCustomer, paidCard, pay, settleNow } from './steps.ts';
import type { TriggerApi, Triggers } from './trigger.ts';

const DETAILS = { email: 'ada@example.com', name: 'Ada Lovelace', country: 'DE' };

/** The newest record of a kind, which the step before has made. */
function newest<T>(records: readonly T[]): T {
  const record = records.at(-1);
  if (record === undefined) throw new Error('the step before has made nothing');
  return record;
}

function refund(api: TriggerApi, token: string): string {
  return api.post('/v1/refunds', { payment_intent: pay(api, token).id }).id;
}

function withRefund(
  api: TriggerApi,
  token: string,
  deed: (draft: Draft, refund: RefundRecord) => void,
): void {
  const id = refund(api, token);
  api.act((draft) => {
    const record = draft.get('refund', id);
    if (record !== undefined) deed(draft, record);
  });
}

function disputed(api: TriggerApi, end: 'won' | 'lost' | 'answered' | null): void {
  pay(api, 'pm_card_visa');
  api.act((draft) => {
    const dispute = openDispute(draft, newest(draft.all('charge')), { reason: 'fraudulent' });
    if (end === 'answered') submitDispute(draft, dispute);
    else if (end !== null) close(draft, dispute, end);
  });
}

function payout(api: TriggerApi, end: 'paid' | 'failed' | 'canceled' | null): void {
  pay(api, 'pm_card_bypassPending', { amount: 10_000 });
  api.act((draft) => {
    const { amount = 1_000, currency = 'eur' } = api.options;
    const made = createPayout(draft, { amount, currency, automatic: false, description: 'Payout' });
    if (end === 'paid') arrivePayout(draft, made);
    else if (end === 'failed') returnPayout(draft, made, 'failed', 'account_closed');
    else if (end === 'canceled') returnPayout(draft, made, 'canceled', null);
  });
}

function openSession(api: TriggerApi): string {
  const { amount, currency } = money(api);
  return api.post('/v1/checkout/sessions', {
    mode: 'payment',
    customer: newCustomer(api),
    success_url: 'https://example.com/thanks',
    allowed_payment_method_types: ['card', 'sepa_debit'],
    line_items: [
      { quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: 'Thing' } } },
    ],
  }).id;
}

/** Fills in the hosted page: with a card, or with an account whose debit ends as asked. */
function fillIn(api: TriggerApi, iban: string | null): SessionRecord {
  const id = openSession(api);
  api.act((draft) => {
    const session = draft.get('checkout_session', id);
    const test = cardByToken('pm_card_visa');
    if (session === undefined || test === undefined) throw new Error('a page or card that was made is gone');
    const instrument = iban === null ? cardOfToken(test, '', draft.nowMs) : rememberIban(iban);
    submitCard(draft, session, newPaymentMethod(draft, instrument, { ...NO_BILLING, ...PERSON }), DETAILS);
  });
  let session: SessionRecord | undefined;
  api.act((draft) => {
    session = draft.get('checkout_session', id);
  });
  if (session === undefined) throw new Error('a page that was filled in is gone');
  if (iban !== null) settleNow(api, session.paymentIntent ?? '');
  return session;
}

const PERSON = { email: DETAILS.email, name: DETAILS.name };

/** Triggers of refunds, disputes, payouts and hosted pages, and of what banks do by themselves. */
export const moneyTriggers: Triggers = {
  'charge.refunded': (api) => void refund(api, 'pm_card_visa'),
  'charge.updated': (api) => disputed(api, null),
  'charge.refund.updated': (api) =>
    withRefund(api, 'pm_card_visa', (draft, one) => void failRefund(draft, one, 'lost_or_stolen_card')),
  'refund.created': (api) => void refund(api, 'pm_card_visa'),
  'refund.updated': (api) => withRefund(api, 'pm_card_pendingRefund', settleRefund),
  'refund.failed': (api) =>
    withRefund(api, 'pm_card_visa', (draft, one) => void failRefund(draft, one, 'lost_or_stolen_card')),
  'charge.dispute.created': (api) => disputed(api, null),
  'charge.dispute.funds_withdrawn': (api) => disputed(api, null),
  'charge.dispute.updated': (api) => disputed(api, 'answered'),
  'charge.dispute.closed': (api) => disputed(api, 'lost'),
  'charge.dispute.funds_reinstated': (api) => disputed(api, 'won'),
  'payout.created': (api) => payout(api, null),
  'payout.paid': (api) => payout(api, 'paid'),
  'payout.failed': (api) => payout(api, 'failed'),
  'payout.canceled': (api) => payout(api, 'canceled'),
  'checkout.session.completed': (api) => void fillIn(api, null),
  'checkout.session.expired': (api) => void api.post(`/v1/checkout/sessions/${openSession(api)}/expire`),
  'checkout.session.async_payment_succeeded': (api) => void fillIn(api, 'DE89370400440532013000'),
  'checkout.session.async_payment_failed': (api) => void fillIn(api, 'DE62370400440532013001'),
  'payment_method.automatically_updated': (api) => {
    const { method } = paidCard(api, 'pm_card_visa_expiresSoon');
    api.act((draft) => {
      const before = draft.get('payment_method', method);
      if (before?.card == null) throw new Error('a card that was made is gone');
      const { expMonth, expYear } = before.card;
      const card = { ...before.card, expYear: expYear + 4, last4: '1881' };
      const after = draft.put('payment_method', { ...before, card });
      draft.emit('payment_method.automatically_updated', 'payment_method', after, {
        card: { exp_month: expMonth, exp_year: expYear, last4: before.card.last4 },
      });
    });
  },
};
