import type Stripe from 'stripe';
import type { PaymentProvider, ProviderMethod } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';
import { idOf, methodOf } from './objects.ts';

/** Methods that a customer keeps. */
export function methods(
  call: Call,
): Pick<PaymentProvider, 'attachMethod' | 'detachMethod' | 'retrieveMethod' | 'listMethods'> {
  return {
    attachMethod: (providerCustomerId, methodId, key) =>
      call(async (stripe) =>
        methodOf(
          await stripe.paymentMethods.attach(
            methodId,
            { customer: providerCustomerId },
            { idempotencyKey: key },
          ),
        ),
      ),
    detachMethod: (methodId) =>
      call(async (stripe) => {
        // A method that was let go never comes back, so its id alone makes the key.
        await stripe.paymentMethods.detach(methodId, {}, { idempotencyKey: `detach:${methodId}` });
      }),
    retrieveMethod: (id) =>
      call(async (stripe) => {
        const method = await stripe.paymentMethods.retrieve(id);
        return methodOf(method, method.sepa_debit === undefined ? null : await mandateOf(stripe, method));
      }),
    listMethods: (providerCustomerId) =>
      call(async (stripe) => {
        const found = await stripe.customers.listPaymentMethods(providerCustomerId, {
          limit: 100,
        });
        return found.data.filter(isCharged).map((method) => methodOf(method));
      }),
  };
}

const isCharged = ({ type }: Stripe.PaymentMethod): boolean => type === 'card' || type === 'sepa_debit';

/**
 * The leave to debit an account. It is found with the set-up or the charge that it was given for: the method does not
 * name it.
 */
async function mandateOf(stripe: Stripe, method: Stripe.PaymentMethod): Promise<ProviderMethod['mandate']> {
  const setups = await stripe.setupIntents.list({ payment_method: method.id, limit: 1 });
  let id = idOf(setups.data[0]?.mandate);
  const customer = idOf(method.customer);
  if (id === null && customer !== null) {
    const charges = await stripe.charges.list({ customer, limit: 100 });
    const charge = charges.data.find((one) => one.payment_method === method.id);
    id = charge?.payment_method_details?.sepa_debit?.mandate ?? null;
  }
  if (id === null) return null;
  const { sepa_debit: debit } = (await stripe.mandates.retrieve(id)).payment_method_details;
  return debit === undefined ? null : { reference: debit.reference, url: debit.url };
}
