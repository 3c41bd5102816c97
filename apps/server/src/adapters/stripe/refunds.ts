import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';
import { refundOf } from './objects.ts';

/** Money given back to the method that it came from. */
export function refunds(
  call: Call,
): Pick<PaymentProvider, 'refund' | 'retrieveRefund' | 'listRefunds' | 'findRefund'> {
  return {
    refund: ({ refundId, intentId, amountMinor }, key) =>
      call(async (stripe) =>
        refundOf(
          await stripe.refunds.create(
            { payment_intent: intentId, amount: Number(amountMinor), metadata: { refund_id: refundId } },
            { idempotencyKey: key },
          ),
        ),
      ),
    retrieveRefund: (id) => call(async (stripe) => refundOf(await stripe.refunds.retrieve(id))),
    listRefunds: (intentId) =>
      call(async (stripe) => {
        const found = await stripe.refunds.list({ payment_intent: intentId, limit: 100 });
        return found.data.map(refundOf);
      }),
    findRefund: ({ intentId, refundId }) =>
      call(async (stripe) => {
        for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: 100 })) {
          if (refund.metadata?.refund_id === refundId) return refundOf(refund);
        }
        return null;
      }),
  };
}
