import { DEBIT_WAYS } from '../stripe/debit.ts';
import { settleDebit } from '../stripe/debit-settlement.ts';
import type { JsonObject, TriggerApi } from './trigger.ts';

const PERSON = { name: 'Ada Lovelace', email: 'ada@example.com' };

/** The customer that was asked for, or a new one. */
export function newCustomer(api: TriggerApi, isAlwaysNew = false): string {
  if (api.options.customer !== undefined && !isAlwaysNew) return api.options.customer;
  return api.post('/v1/customers', PERSON).id;
}

/** A customer with a card of a test token. */
export function paidCard(api: TriggerApi, token: string): { customer: string; method: string } {
  const customer = newCustomer(api);
  return { customer, method: api.post(`/v1/payment_methods/${token}/attach`, { customer }).id };
}

/** Charges a card of a test token. The answer of a decline has no id. */
export function pay(api: TriggerApi, token: string, more = {}): JsonObject & { id: string } {
  const { customer, method } = paidCard(api, token);
  return api.post('/v1/payment_intents', {
    ...money(api),
    customer,
    payment_method: method,
    confirm: true,
    ...more,
  });
}

export const money = ({ options }: TriggerApi) => ({
  amount: options.amount ?? 2_000,
  currency: options.currency ?? 'eur',
});

/** A customer with an account that may be debited. */
export function setUpDebit(api: TriggerApi, iban: string): { customer: string; method: string } {
  const customer = newCustomer(api);
  const { id: method } = api.post('/v1/payment_methods', {
    type: 'sepa_debit',
    sepa_debit: { iban },
    billing_details: PERSON,
  });
  api.post('/v1/setup_intents', { customer, payment_method: method, confirm: true });
  return { customer, method };
}

/** A debit, left under way, settled or sent back, as it is asked for. */
export function newBalance(api: TriggerApi, end: 'processing' | 'settled' | 'sent_back'): string {
  const { customer, method } = setUpDebit(api, end === 'sent_back' ? DEBIT_WAYS.fails : DEBIT_WAYS.settles);
  const { id } = api.post('/v1/payment_intents', {
    ...money(api),
    currency: 'eur',
    customer,
    payment_method: method,
    confirm: true,
    off_session: true,
  });
  if (end !== 'processing') settleNow(api, id);
  return id;
}

/** Lets the bank speak at once, instead of days later. */
export function settleNow(api: TriggerApi, intentId: string): void {
  api.act((draft) => {
    const charge = draft.get('charge', draft.get('payment_intent', intentId)?.latestCharge ?? '');
    if (charge?.status === 'pending') settleDebit(draft, charge);
  });
}
