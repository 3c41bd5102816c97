import type { OperatorInput } from '@billhook/contract/routes';
import type { RefundInput } from './commands/refund.ts';

type AskedRefund = OperatorInput<'refundPayment'>['body'];

/** What is asked to go back, and how. */
export function readRefund({ amount, reason, way, to }: AskedRefund): Omit<RefundInput, 'paymentId'> {
  return {
    amountMinor: amount === undefined ? null : BigInt(amount),
    reason,
    byTransfer: way === 'transfer',
    ...(to === undefined ? {} : { to }),
  };
}
