import type { Draft } from './draft.ts';
import { refusedCharge, unprocessable } from './error.ts';
import { feeOf } from './money.ts';
import { captureResource, tokenResource } from './present.ts';
import type { CaptureRecord, DisputeRecord, OrderRecord, Payer, PaymentTokenRecord } from './records.ts';

const DAY_MS = 86_400_000;
/** How long a bank transfer into the buyer's account takes. */
const SETTLE_MS = 3 * DAY_MS;

/** Takes an order's money. Throws the refusal of a buyer or a fault that declines. */
export function capture(
  draft: Draft,
  order: OrderRecord,
  payer: Payer,
  token: PaymentTokenRecord | null,
): OrderRecord {
  refuseSameInvoice(draft, order);
  const refusal = refusalOf(draft, payer, token !== null);
  if (refusal !== null) {
    // A buyer who is there may choose another way to pay; an order that charges a token was never made.
    if (token === null)
      draft.put('order', { ...order, status: 'PAYER_ACTION_REQUIRED', updatedMs: draft.nowMs });
    throw refusedCharge(refusal);
  }
  const isPending = payer.behaviour === 'pending';
  const taken = draft.put('capture', {
    id: draft.id(),
    createdMs: draft.nowMs,
    updatedMs: draft.nowMs,
    status: isPending ? 'PENDING' : 'COMPLETED',
    settlesMs: isPending ? draft.nowMs + SETTLE_MS : null,
    orderId: order.id,
    currency: order.currency,
    amountMinor: order.amountMinor,
    feeMinor: isPending ? 0 : feeOf(order.amountMinor, order.currency),
    refundedMinor: 0,
    customId: order.customId,
    invoiceId: order.invoiceId,
    payer,
  });
  const kept = order.vaultFor === null || token !== null ? null : keepBuyer(draft, order.vaultFor, payer);
  const done = draft.put('order', {
    ...order,
    status: 'COMPLETED',
    updatedMs: draft.nowMs,
    payer,
    captureId: taken.id,
    tokenId: token?.id ?? kept?.id ?? null,
  });
  if (isPending) {
    draft.emit('PAYMENT.CAPTURE.PENDING', 'Payment pending', captureResource(draft, taken));
  } else {
    book(draft, taken);
    draft.emit('PAYMENT.CAPTURE.COMPLETED', 'Payment completed', captureResource(draft, taken));
  }
  if (kept !== null) {
    draft.emit(
      'VAULT.PAYMENT-TOKEN.CREATED',
      'A payment token has been created.',
      tokenResource(draft, kept),
    );
  }
  return done;
}

/** PayPal refuses a second payment for an invoice id that was paid, unless the seller switched that off. */
function refuseSameInvoice(draft: Draft, { invoiceId }: OrderRecord): void {
  if (invoiceId === null) return;
  const other = draft
    .all('capture')
    .find((one) => one.invoiceId === invoiceId && one.status !== 'DECLINED' && one.status !== 'FAILED');
  if (other === undefined) return;
  throw unprocessable('DUPLICATE_INVOICE_ID', 'Requested invoice number has been previously captured.');
}

function refusalOf(draft: Draft, { behaviour }: Payer, isSaved: boolean): string | null {
  if (draft.strike('failCharges')) {
    const issue = draft.settings.faults.failChargesWith.toUpperCase();
    return issue === 'GENERIC_DECLINE' ? 'INSTRUMENT_DECLINED' : issue;
  }
  if (behaviour === 'declined' || (behaviour === 'declined_later' && isSaved)) return 'INSTRUMENT_DECLINED';
  return behaviour === 'closed_later' && isSaved ? 'PAYER_ACCOUNT_LOCKED_OR_CLOSED' : null;
}

/** Keeps the buyer's account for later charges. */
export function keepBuyer(
  draft: Draft,
  { customerId, usageType }: { readonly customerId: string | null; readonly usageType: string | null },
  payer: Payer,
): PaymentTokenRecord {
  const known = draft
    .all('payment_token')
    .find((one) => !one.deleted && one.customerId === customerId && one.payer.payerId === payer.payerId);
  if (known !== undefined) return known;
  return draft.put('payment_token', {
    id: draft.id().toLowerCase(),
    createdMs: draft.nowMs,
    customerId: customerId ?? draft.id().slice(0, 10),
    usageType,
    payer,
    deleted: false,
  });
}

/** Books a completed capture on the seller's balance. */
export function book(draft: Draft, one: CaptureRecord): void {
  draft.put('transaction', {
    id: one.id,
    createdMs: draft.nowMs,
    code: 'T0006',
    currency: one.currency,
    amountMinor: one.amountMinor,
    feeMinor: -one.feeMinor,
    status: 'S',
    referenceId: one.orderId,
    referenceType: 'ODR',
    customId: one.customId,
    invoiceId: one.invoiceId,
    subject: null,
  });
}

/** Books what a dispute takes, or gives back. */
export function bookDispute(draft: Draft, dispute: DisputeRecord, isTaken: boolean): void {
  draft.put('transaction', {
    id: `${isTaken ? 'H' : 'R'}${draft.id().slice(1)}`,
    createdMs: draft.nowMs,
    code: isTaken ? 'T1201' : 'T1202',
    currency: dispute.currency,
    amountMinor: isTaken ? -dispute.amountMinor : dispute.amountMinor,
    feeMinor: 0,
    status: 'S',
    referenceId: dispute.captureId,
    referenceType: 'TXN',
    customId: null,
    invoiceId: null,
    subject: null,
  });
}

/** Lets what is due at the account's time happen: pending captures settle. True when something did. */
export function settleDue(draft: Draft): boolean {
  let isChanged = false;
  for (const one of draft.all('capture')) {
    if (one.status !== 'PENDING' || one.settlesMs === null || one.settlesMs > draft.nowMs) continue;
    isChanged = true;
    const done = draft.put('capture', {
      ...one,
      status: 'COMPLETED',
      settlesMs: null,
      feeMinor: feeOf(one.amountMinor, one.currency),
      updatedMs: draft.nowMs,
    });
    book(draft, done);
    draft.emit('PAYMENT.CAPTURE.COMPLETED', 'Payment completed', captureResource(draft, done));
  }
  return isChanged;
}
