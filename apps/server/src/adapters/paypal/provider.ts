import type { PaymentProvider, ProviderAccount } from '../../modules/payments/provider.ts';
import { charges } from './charges.ts';
import { createPayPalClients, type PayPalOptions } from './client.ts';
import { disputes } from './disputes.ts';
import { events } from './events.ts';
import { packCustomer } from './ids.ts';
import { inspect } from './inspect.ts';
import { methods } from './methods.ts';
import { refunds } from './refunds.ts';
import { sessions } from './sessions.ts';
import { transactions } from './transactions.ts';

/** The calls of the port; each that the adapter has. */
export type PayPalCalls = Required<
  Omit<
    PaymentProvider,
    'name' | 'capabilities' | 'resendWindowMs' | 'subscribeEvents' | 'billing' | 'deleteCustomer' | 'tax'
  >
>;

/** Opens accounts; their clients keep access tokens. */
export function createPayPalProviders(options: PayPalOptions): (account: ProviderAccount) => PayPalCalls {
  const callOf = createPayPalClients(options);
  return (account) => {
    const call = callOf(account);
    return {
      createCustomer: async ({ customerId }) => packCustomer(customerId),
      ...sessions(call),
      ...charges(call),
      ...refunds(call),
      ...methods(call),
      ...disputes(call),
      ...transactions(call),
      ...events(call),
      inspect: () => inspect(call, account),
    };
  };
}
