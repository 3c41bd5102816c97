import { ControlError } from '../control/read-input.ts';
import type { Draft } from './draft.ts';
import { refundResource } from './present.ts';

/** Sends a refund back: its money is the seller's again, and the capture can be refunded by as much. */
export function failRefund(draft: Draft, refundId: string): string {
  const refund = draft.get('refund', refundId);
  if (refund?.status !== 'COMPLETED') throw new ControlError(409, 'There is no such refund that was made.');
  const taken = draft.get('capture', refund.captureId);
  if (taken === undefined) throw new Error('a refund has no capture');
  const failed = draft.put('refund', { ...refund, status: 'FAILED' });
  const refundedMinor = taken.refundedMinor - refund.amountMinor;
  draft.put('capture', {
    ...taken,
    refundedMinor,
    status: refundedMinor === 0 ? 'COMPLETED' : 'PARTIALLY_REFUNDED',
    updatedMs: draft.nowMs,
  });
  draft.put('transaction', {
    id: draft.id(),
    createdMs: draft.nowMs,
    code: 'T1107',
    currency: refund.currency,
    amountMinor: refund.amountMinor,
    feeMinor: 0,
    status: 'S',
    referenceId: refund.id,
    referenceType: 'TXN',
    customId: refund.customId,
    invoiceId: refund.invoiceId,
    subject: null,
  });
  draft.emit('PAYMENT.REFUND.FAILED', 'A refund failed.', refundResource(draft, failed));
  return failed.id;
}
