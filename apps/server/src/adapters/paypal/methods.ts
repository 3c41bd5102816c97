import { type PaymentProvider, ProviderFault, type ProviderMethod } from '../../modules/payments/provider.ts';
import type { PayPalCall } from './client.ts';
import { methodOf } from './objects.ts';
import { list } from './read.ts';

const TOKENS = '/v3/vault/payment-tokens';
const PAGE_SIZE = 20;
const MAX_PAGES = 10;

/** PayPal accounts that buyers left with the seller. */
export function methods(
  call: PayPalCall,
): Pick<PaymentProvider, 'attachMethod' | 'detachMethod' | 'retrieveMethod' | 'listMethods'> {
  const retrieve = async (id: string): Promise<ProviderMethod> =>
    methodOf((await call({ method: 'GET', path: `${TOKENS}/${encodeURIComponent(id)}` })).body);
  return {
    // A token belongs to a customer from the day on that it is made.
    async attachMethod(providerCustomerId, methodId) {
      const method = await retrieve(methodId);
      if (method.providerCustomerId === providerCustomerId) return method;
      throw new ProviderFault('refused', 'other_customer', 'This PayPal account was left by somebody else.');
    },
    async detachMethod(methodId) {
      try {
        await call({ method: 'DELETE', path: `${TOKENS}/${encodeURIComponent(methodId)}` });
      } catch (error) {
        const isGone = error instanceof ProviderFault && error.code === 'invalid_resource_id';
        if (!isGone) throw error;
      }
    },
    retrieveMethod: retrieve,
    async listMethods(providerCustomerId) {
      const found: ProviderMethod[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const query = new URLSearchParams({
          customer_id: providerCustomerId,
          page_size: `${PAGE_SIZE}`,
          page: `${page}`,
        });
        const { body } = await call({ method: 'GET', path: `${TOKENS}?${query}` });
        const tokens = list(body.payment_tokens);
        found.push(...tokens.map(methodOf));
        if (tokens.length < PAGE_SIZE) break;
      }
      return found;
    },
  };
}
