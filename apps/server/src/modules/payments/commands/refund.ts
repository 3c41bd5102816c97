import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { decideRefund, refundableMinor } from '@billhook/core/payments/decide-refund';
import { needsSecondPerson } from '@billhook/core/payments/second-person';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { creditIn, lockCustomer } from '../../customers/api.ts';
import { type AttemptRow, findAttempt, insertAttempts, lockAttempt } from '../attempts.ts';
import { isDisputed } from '../disputes.ts';
import { notedCredit, refundedFrom, succeeded, withNoted } from '../noted-credit.ts';
import { putRefundAccount, type RefundAccount } from '../refund-accounts.ts';
import { applyRefundIntent } from '../refund-intent.ts';
import type { RefundRow } from '../repo.ts';
import { heldOf } from '../requests.ts';

export type RefundInput = {
  /** A payment has the id of the attempt that took it; one that took nothing cannot be refunded. */
  paymentId: string;
  amountMinor: bigint | null;
  reason: string;
  /** A second person has agreed; without one the seller's limit holds. */
  isApproved?: boolean;
  /** A person sends it from the seller's bank, because it cannot go back the way it came. */
  byTransfer?: boolean;
  /** Where a person sends it to. */
  to?: RefundAccount;
  /** What goes back was taken out of a deposit for it. */
  isDeposit?: boolean;
};

/**
 * Writes the intent to give money back, all that is left unless an amount is named, under the customer's lock: two
 * refunds at once can never exceed what was captured. What had become credit goes back first, as far as the customer
 * still has it. The provider is asked after the commit.
 * Refusals: `payment.not_found`, `payment.not_refundable`, `payment.refund_exceeds`, `payment.refund_needs_approval`,
 * `request.invalid` for an account that is mistyped, or given for a refund that a provider sends.
 */
export async function refundPayment(ctx: CommandCtx, input: RefundInput): Promise<RefundRow> {
  return refundWith(ctx, input, 0n);
}

/**
 * Sends back what a credit note, which is being written, made into credit, by the payments of its invoice in order.
 * The customer is locked. Answers how much of it can go back.
 */
export async function refundNoted(
  ctx: CommandCtx,
  note: { invoiceId: string; amountMinor: bigint; reason: string },
): Promise<bigint> {
  const noted = await notedCredit(ctx, note.invoiceId, note.amountMinor);
  let left = note.amountMinor;
  for (const payment of await succeeded(ctx, note.invoiceId)) {
    const customer = await lockCustomer(ctx, payment.customerId);
    const most = refundableMinor(withNoted(payment, noted), creditIn(customer, payment.currency));
    const part = most < left ? most : left;
    if (part <= 0n) continue;
    const refund = { paymentId: payment.id, amountMinor: part, reason: note.reason };
    await refundWith(ctx, refund, note.amountMinor);
    left -= part;
  }
  return note.amountMinor - left;
}

/** A payment under the lock of its customer, and what of it may go back. Refusals as of a refund, but for the limit. */
export async function refundableOf(
  ctx: CommandCtx,
  input: Pick<RefundInput, 'paymentId' | 'amountMinor' | 'isDeposit'>,
  grantedNowMinor = 0n,
) {
  const seen = await findAttempt(ctx, input.paymentId);
  if (seen === undefined || seen.purpose === 'refund')
    return refuse('payment.not_found', 'There is no such payment.');
  const creditBalanceMinor = creditIn(await lockCustomer(ctx, seen.customerId), seen.currency);
  const attempt = await lockAttempt(ctx, input.paymentId);
  if (attempt === undefined) return refuse('payment.not_found', 'There is no such payment.');
  if (attempt.status !== 'succeeded')
    return refuse('payment.not_refundable', 'Only a payment that succeeded can be refunded.');
  if (await isDisputed(ctx, attempt.id))
    return refuse('payment.disputed', 'The customer’s bank took this payment back; nothing is sent as well.');
  if (input.isDeposit !== true && (await heldOf(ctx, attempt.id)) > 0n)
    return refuse(
      'payment.deposit_held',
      'This payment is held as a deposit; send the deposit back instead.',
    );
  const refunded = await refundedFrom(ctx, attempt, grantedNowMinor);
  const refundable = refundableMinor(refunded, creditBalanceMinor);
  const amountMinor = input.amountMinor ?? refundable;
  if (amountMinor <= 0n || amountMinor > refundable) {
    return refuse(
      'payment.refund_exceeds',
      `At most ${refundable} minor units of this payment are left to refund.`,
      {
        faults: [{ pointer: '/amount', code: 'out_of_range', detail: `must be from 1 to ${refundable}` }],
        facts: { refundable: `${refundable}` },
      },
    );
  }
  return { attempt, refunded, creditBalanceMinor, amountMinor };
}

/** One person alone gives back no more of a payment than the seller allows. */
function keepLimit(ctx: CommandCtx, attempt: AttemptRow, amountMinor: bigint): void {
  const limit = ctx.tenant.settings.refundLimits[attempt.currency];
  const limitMinor = limit === undefined ? null : BigInt(limit);
  if (!needsSecondPerson(limitMinor, attempt.refundedMinor, amountMinor)) return;
  refuse(
    'payment.refund_needs_approval',
    `More than ${limitMinor} minor units of a payment go back only if a second person agrees. Ask for approval.`,
    { facts: { limit: `${limitMinor}`, refunded: `${attempt.refundedMinor}` } },
  );
}

/** Whether a person transfers what goes back of a payment, and no provider. */
export function isTransferred({ provider }: Pick<AttemptRow, 'provider'>, byTransfer: boolean): boolean {
  return byTransfer || provider === 'bank_transfer' || provider === 'manual';
}

export function refuseAccount(): never {
  return refuse('request.invalid', 'The payment provider sends this refund.', {
    faults: [{ pointer: '/to', code: 'invalid', detail: 'is for a refund that a person transfers' }],
  });
}

async function refundWith(ctx: CommandCtx, input: RefundInput, grantedNowMinor: bigint): Promise<RefundRow> {
  const { attempt, refunded, creditBalanceMinor, amountMinor } = await refundableOf(
    ctx,
    input,
    grantedNowMinor,
  );
  if (input.isApproved !== true) keepLimit(ctx, attempt, amountMinor);
  const refundId = ctx.newId();
  const decision = decideRefund({
    refundId,
    now: ctx.now,
    attempt: refunded,
    creditBalanceMinor,
    amountMinor,
    reason: input.reason,
  });
  if (!decision.ok) return refuse('payment.not_refundable', decision.refusal.detail);
  // Money that no provider took is transferred by a person, who then says so.
  const byTransfer = input.byTransfer === true;
  const isByHand = isTransferred(attempt, byTransfer);
  if (input.to !== undefined && !isByHand) return refuseAccount();
  const sendId = isByHand ? null : await planSending(ctx, attempt, refundId, amountMinor);
  const refund = await applyRefundIntent(ctx, decision.value, {
    attemptId: sendId,
    providerObjectId: null,
    byTransfer,
  });
  if (input.to !== undefined)
    await putRefundAccount(ctx, { id: refundId, customerId: attempt.customerId }, input.to, '/to');
  ctx.emit(
    ...decision.value.events.map((event) => ({
      type: event.type,
      objectId: event.subjectId,
      customerId: event.customerId,
      payload: { ...event.data, reason: input.reason },
    })),
  );
  ctx.audit({
    action: 'payment.refund',
    objectKind: 'payment',
    objectId: encodeTypeId('pay', attempt.id),
    details: {
      refund_id: encodeTypeId('re', refundId),
      amount_minor: `${amountMinor}`,
      reason: input.reason,
      ...(byTransfer ? { way: 'transfer' } : {}),
    },
  });
  return refund;
}

/** The intent to ask the provider, with the key of the refund. */
async function planSending(
  ctx: CommandCtx,
  attempt: AttemptRow,
  refundId: string,
  amountMinor: bigint,
): Promise<string> {
  const id = ctx.newId();
  await insertAttempts(ctx, [
    {
      id,
      customerId: attempt.customerId,
      invoiceId: attempt.invoiceId,
      purpose: 'refund',
      refundedPaymentId: attempt.id,
      provider: attempt.provider,
      paymentMethodId: null,
      idempotencyKey: `refund:${refundId}`,
      status: 'created',
      attemptNumber: 1,
      currency: attempt.currency,
      amountMinor,
      providerObjectId: null,
      dueAt: ctx.now,
    },
  ]);
  return id;
}
