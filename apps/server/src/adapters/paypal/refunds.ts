import type { PaymentProvider, ProviderRefund } from '../../modules/payments/provider.ts';
import type { PayPalCall } from './client.ts';
import { customId } from './ids.ts';
import { moneyOf, needAmount, unreadable } from './money.ts';
import { refundOf, refundsOf } from './objects.ts';
import { linkOf, type Members, orderIdOf } from './read.ts';

/** Money that goes back to the buyer, to the account that it came from. */
export function refunds(
  call: PayPalCall,
): Pick<PaymentProvider, 'refund' | 'retrieveRefund' | 'listRefunds' | 'findRefund'> {
  const capturePath = (id: string) => `/v2/payments/captures/${encodeURIComponent(id)}`;
  const capture = async (id: string): Promise<Members> =>
    (await call({ method: 'GET', path: capturePath(id) })).body;
  const listRefunds = async (intentId: string): Promise<ProviderRefund[]> => {
    // PayPal lists refunds with the order of the payment only.
    const orderId = orderIdOf(await capture(intentId));
    if (orderId === null) throw unreadable('the order');
    const { body } = await call({
      method: 'GET',
      path: `/v2/checkout/orders/${encodeURIComponent(orderId)}`,
    });
    return refundsOf(body)
      .filter((one) => (linkOf(one, 'up')?.split('/').at(-1) ?? intentId) === intentId)
      .map((one) => refundOf(one, intentId));
  };
  return {
    async refund({ refundId, intentId, amountMinor }, key) {
      const { currency } = needAmount((await capture(intentId)).amount);
      const { body } = await call({
        method: 'POST',
        path: `${capturePath(intentId)}/refund`,
        body: { amount: moneyOf(amountMinor, currency), custom_id: customId('refund', refundId) },
        key,
      });
      return refundOf(body, intentId);
    },
    async retrieveRefund(id) {
      const { body } = await call({ method: 'GET', path: `/v2/payments/refunds/${encodeURIComponent(id)}` });
      return refundOf(body, null);
    },
    listRefunds,
    async findRefund({ intentId, refundId }) {
      const all = await listRefunds(intentId);
      return all.find((one) => one.refundId === refundId) ?? null;
    },
  };
}
