import type { Draft } from '../draft.ts';
import { notFound, unprocessable } from '../error.ts';
import { readMoney } from '../money.ts';
import { refundResource, showCapture, showRefund } from '../present.ts';
import type { CaptureRecord } from '../records.ts';
import { type Call, get, post, type Route, reading } from '../route.ts';

const DAY_MS = 86_400_000;
/** How long PayPal keeps the request id of a refund. */
const KEY_LIFE_MS = 45 * DAY_MS;
/** A payment can be given back for this long. */
const REFUNDABLE_MS = 180 * DAY_MS;

export const paymentRoutes: readonly Route[] = [
  get('/v2/payments/captures/:id', ({ draft, id }) => {
    const found = findCapture(draft, id);
    return { ...showCapture(draft, found), supplementary_data: { related_ids: { order_id: found.orderId } } };
  }),
  post('/v2/payments/captures/:id/refund', KEY_LIFE_MS, refundCapture),
  get('/v2/payments/refunds/:id', ({ draft, id }) => {
    const refund = draft.get('refund', id);
    if (refund === undefined) throw notFound();
    return showRefund(draft, refund);
  }),
];

function findCapture(draft: Draft, id: string): CaptureRecord {
  const found = draft.get('capture', id);
  if (found === undefined) throw notFound();
  return found;
}

function refundCapture({ draft, id, body }: Call) {
  const found = findCapture(draft, id);
  const input = reading(body, (fields) => {
    const amount = fields.raw('amount');
    return {
      amount: amount === undefined ? null : readMoney(amount, '/amount'),
      customId: fields.text('custom_id', 127),
      invoiceId: fields.text('invoice_id', 127),
      note: fields.text('note_to_payer', 255),
    };
  });
  const { customId, invoiceId, note } = input;
  const refund = giveBack(draft, found, input.amount, { customId, invoiceId, note });
  return { status: 201, body: showRefund(draft, refund) };
}

/** Gives money of a capture back; null gives back what is left. */
export function giveBack(
  draft: Draft,
  found: CaptureRecord,
  amount: { currency: string; amountMinor: number } | null,
  about: { customId: string | null; invoiceId: string | null; note: string | null },
) {
  const leftMinor = found.amountMinor - found.refundedMinor;
  if (found.status !== 'COMPLETED' && found.status !== 'PARTIALLY_REFUNDED') {
    throw leftMinor === 0
      ? unprocessable('CAPTURE_FULLY_REFUNDED', 'The capture has already been fully refunded.')
      : unprocessable('REFUND_NOT_ALLOWED', 'A payment that is not completed cannot be refunded.');
  }
  if (draft.nowMs - found.createdMs > REFUNDABLE_MS) {
    throw unprocessable(
      'REFUND_TIME_LIMIT_EXCEEDED',
      'The time in which this payment can be refunded is over.',
    );
  }
  if (amount !== null && amount.currency !== found.currency) {
    throw unprocessable(
      'REFUND_CAPTURE_CURRENCY_MISMATCH',
      'The refund must be in the currency of the capture.',
    );
  }
  const amountMinor = amount?.amountMinor ?? leftMinor;
  if (amountMinor > leftMinor) {
    throw unprocessable(
      'REFUND_AMOUNT_EXCEEDED',
      'The refund amount must be less than or equal to the capture amount that has not yet been refunded.',
    );
  }
  const refundedMinor = found.refundedMinor + amountMinor;
  const refund = draft.put('refund', {
    id: draft.id(),
    createdMs: draft.nowMs,
    captureId: found.id,
    status: 'COMPLETED',
    currency: found.currency,
    amountMinor,
    totalRefundedMinor: refundedMinor,
    ...about,
  });
  draft.put('capture', {
    ...found,
    refundedMinor,
    status: refundedMinor === found.amountMinor ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
    updatedMs: draft.nowMs,
  });
  draft.put('transaction', {
    id: refund.id,
    createdMs: draft.nowMs,
    code: 'T1107',
    currency: found.currency,
    amountMinor: -amountMinor,
    feeMinor: 0,
    status: 'S',
    referenceId: found.id,
    referenceType: 'TXN',
    customId: about.customId,
    invoiceId: about.invoiceId,
    subject: null,
  });
  draft.emit('PAYMENT.CAPTURE.REFUNDED', 'A payment was refunded.', refundResource(draft, refund));
  return refund;
}
