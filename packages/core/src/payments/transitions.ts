import type { PaymentStatus } from './payment.ts';
import type { RefundStatus } from './refund.ts';

/**
 * Which status may follow which. Final states stay, with one exception that is no step back: money that a provider
 * reports as taken after we gave up (`failed`, `canceled` to `succeeded`) is a fact that the books must show. Only a person takes back what came
 * (`succeeded` to `reversed`); no news of a provider does.
 */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  created: ['sending', 'requires_action', 'processing', 'unknown', 'succeeded', 'failed', 'canceled'],
  sending: ['requires_action', 'processing', 'unknown', 'succeeded', 'failed', 'canceled'],
  requires_action: ['processing', 'unknown', 'succeeded', 'failed', 'canceled'],
  processing: ['requires_action', 'unknown', 'succeeded', 'failed', 'canceled'],
  unknown: ['requires_action', 'processing', 'succeeded', 'failed', 'canceled'],
  succeeded: ['reversed'],
  failed: ['succeeded'],
  canceled: ['succeeded'],
  reversed: [],
};

export const REFUND_TRANSITIONS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  pending: ['unknown', 'succeeded', 'failed'],
  unknown: ['succeeded', 'failed'],
  succeeded: ['returned'],
  failed: [],
  returned: [],
};

export function mayMovePayment(from: PaymentStatus, to: PaymentStatus): boolean {
  return PAYMENT_TRANSITIONS[from].includes(to);
}

export function mayMoveRefund(from: RefundStatus, to: RefundStatus): boolean {
  return REFUND_TRANSITIONS[from].includes(to);
}

/** Nothing more is expected from the provider. */
export function isTerminalPayment(status: PaymentStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'canceled' || status === 'reversed';
}
