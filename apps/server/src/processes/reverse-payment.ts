import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { decideReversal } from '@billhook/core/payments/decide-reversal';
import { findReceived, markReversed } from '../modules/banking/api.ts';
import { creditIn, lockCustomer } from '../modules/customers/api.ts';
import { grantedByNotes, lockInvoice } from '../modules/invoicing/api.ts';
import { coreAttempt, findAttempt, lockAttempt, lockAttemptsOf, NO_FACTS } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { applyPaymentDecision } from './apply-decision.ts';

/**
 * Takes back a payment that came outside of a provider, in one transaction under the customer's lock: the books are
 * reversed, its invoice is owed again and, where it is collected automatically, is tried again.
 * Refuses with `payment.not_found`, `payment.not_reversible`.
 */
export async function reversePayment(ctx: CommandCtx, paymentId: string, reason: string): Promise<void> {
  const seen = await findAttempt(ctx, paymentId);
  if (seen === undefined || seen.purpose === 'refund')
    return refuse('payment.not_found', 'There is no such payment.');
  if ((await findReceived(ctx, paymentId)) === undefined)
    return refuse('payment.not_reversible', 'A payment that a provider took is refunded instead.');
  const customer = await lockCustomer(ctx, seen.customerId);
  if (seen.invoiceId !== null) await lockAttemptsOf(ctx, seen.invoiceId);
  const attempt = await lockAttempt(ctx, paymentId);
  const invoice = seen.invoiceId === null ? undefined : await lockInvoice(ctx, seen.invoiceId);
  if (attempt === undefined) return refuse('payment.not_found', 'There is no such payment.');
  const decided = decideReversal({
    now: ctx.now,
    payment: coreAttempt(attempt),
    invoice:
      invoice === undefined
        ? null
        : {
            id: invoice.id,
            status: invoice.status,
            failureCount: invoice.failureCount,
            isAutomatic: invoice.collection === 'automatic',
            refundedMinor: invoice.refundedMinor,
            notedMinor: await grantedByNotes(ctx, invoice.id),
            paidMinor: invoice.paidMinor,
          },
    creditBalanceMinor: creditIn(customer, attempt.currency),
    reason,
  });
  if (!decided.ok)
    return refuse('payment.not_reversible', decided.refusal.detail, { facts: decided.refusal.facts });
  await applyPaymentDecision(ctx, decided.value, NO_FACTS);
  await markReversed(ctx, paymentId, { actor: ctx.actor.id, reason });
  ctx.audit({
    action: 'payment.reverse',
    objectKind: 'payment',
    objectId: encodeTypeId('pay', paymentId),
    details: { reason, amount_minor: `${attempt.capturedMinor}` },
  });
}
