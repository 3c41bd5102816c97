import { newBalance, newCustomer, paidCard, pay, setUpDebit } from './steps.ts';
import type { TriggerApi, Triggers } from './trigger.ts';

const intentOf = (api: TriggerApi, token: string, more = {}): string =>
  pay(api, token, more).id || newestIntent(api);

/** The intent that a decline left behind. */
function newestIntent(api: TriggerApi): string {
  let id = '';
  api.act((draft) => {
    id = draft.all('payment_intent').at(-1)?.id ?? '';
  });
  return id;
}

/** Triggers of customers, methods, intents and charges. */
export const paymentTriggers: Triggers = {
  'customer.created': (api) => void newCustomer(api),
  'customer.updated': (api) => void api.post(`/v1/customers/${newCustomer(api)}`, { description: 'Changed' }),
  'customer.deleted': (api) => void api.remove(`/v1/customers/${newCustomer(api, true)}`),
  'payment_method.attached': (api) => void paidCard(api, 'pm_card_visa'),
  'payment_method.updated': (api) =>
    void api.post(`/v1/payment_methods/${paidCard(api, 'pm_card_visa').method}`, {
      billing_details: { name: 'Ada' },
    }),
  'payment_method.detached': (api) =>
    void api.post(`/v1/payment_methods/${paidCard(api, 'pm_card_visa').method}/detach`),
  'setup_intent.created': (api) => void api.post('/v1/setup_intents', { customer: newCustomer(api) }),
  'setup_intent.succeeded': (api) => void setUpDebit(api, 'DE89370400440532013000'),
  'setup_intent.requires_action': (api) =>
    void api.post('/v1/setup_intents', {
      customer: newCustomer(api),
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
    }),
  'setup_intent.setup_failed': (api) =>
    void api.post('/v1/setup_intents', {
      customer: newCustomer(api),
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
    }),
  'setup_intent.canceled': (api) => {
    const { id } = api.post('/v1/setup_intents', { customer: newCustomer(api) });
    api.post(`/v1/setup_intents/${id}/cancel`);
  },
  'payment_intent.created': (api) =>
    void api.post('/v1/payment_intents', { ...amountOf(api), customer: newCustomer(api) }),
  'payment_intent.canceled': (api) => {
    const { id } = api.post('/v1/payment_intents', { ...amountOf(api), customer: newCustomer(api) });
    api.post(`/v1/payment_intents/${id}/cancel`);
  },
  'payment_intent.requires_action': (api) =>
    void intentOf(api, 'pm_card_authenticationRequired', { off_session: false }),
  'payment_intent.processing': (api) => void newBalance(api, 'processing'),
  'payment_intent.succeeded': (api) => void intentOf(api, 'pm_card_visa'),
  'payment_intent.payment_failed': (api) => void intentOf(api, 'pm_card_chargeCustomerFail'),
  'charge.succeeded': (api) => void intentOf(api, 'pm_card_visa'),
  'charge.failed': (api) => void intentOf(api, 'pm_card_chargeCustomerFail'),
  'charge.pending': (api) => void newBalance(api, 'processing'),
};

function amountOf({ options }: TriggerApi) {
  return { amount: options.amount ?? 2_000, currency: options.currency ?? 'eur' };
}
