import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { currencyCode } from '@billhook/core/money/currency';
import { decideRefundOutcome, type RefundNews } from '@billhook/core/payments/decide-refund';
import { madeUpFor } from '@billhook/core/payments/given-back';
import { lockCustomer } from '../modules/customers/api.ts';
import { findInvoice, placedTaxes, promisedByNotes } from '../modules/invoicing/api.ts';
import {
  findAttempt,
  findRefund,
  NO_FACTS,
  type PaymentNewsFacts,
  type ProviderRefund,
  type RefundRow,
  refundedOfInvoice,
  refundsOf,
} from '../modules/payments/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { applyPaymentDecision } from './apply-decision.ts';
import { endUnknown } from './record-payment-news.ts';
import { followSoldCredits } from './return-credits.ts';

const RETURNED_CASE = 'refund.returned';

/** Takes news of a refund; repeated and late news change nothing. */
export async function recordRefundNews(
  ctx: CommandCtx,
  refundId: string,
  news: RefundNews,
  facts: PaymentNewsFacts = NO_FACTS,
): Promise<void> {
  const seen = await findRefund(ctx, refundId);
  const payment = seen === undefined ? undefined : await findAttempt(ctx, seen.paymentId);
  if (seen === undefined || payment === undefined) return;
  await lockCustomer(ctx, payment.customerId);
  const refund = await findRefund(ctx, refundId);
  const invoice = payment.invoiceId === null ? undefined : await findInvoice(ctx, payment.invoiceId);
  invariant(refund !== undefined, 'A refund is never deleted.');
  const decision = decideRefundOutcome({
    now: ctx.now,
    refund: {
      id: refund.id,
      paymentId: refund.paymentId,
      invoiceId: invoice?.id ?? null,
      customerId: payment.customerId,
      // Where the money leaves from.
      provider: refund.byTransfer ? 'bank_transfer' : payment.provider,
      currency: currencyCode(refund.currency),
      amountMinor: refund.amountMinor,
      creditMinor: refund.creditMinor,
      status: refund.status,
      reason: refund.reason,
    },
    invoice:
      invoice === undefined
        ? null
        : {
            netMinor: invoice.subtotalMinor,
            taxMinor: invoice.taxMinor,
            taxes: placedTaxes(invoice),
          },
    promisedMinor: invoice === undefined ? 0n : await promisedByNotes(ctx, invoice.id),
    refundedBeforeMinor: invoice === undefined ? 0n : await refundedOfInvoice(ctx, invoice.id, refund.id),
    news,
  });
  await applyPaymentDecision(ctx, decision, facts);
  if (refund.attemptId !== null && news !== 'unknown') await endUnknown(ctx, refund.attemptId);
  const isReturned = decision.events.some(({ type }) => type === 'refund.returned');
  if (isReturned) await openReturned(ctx, refund, payment.customerId);
  if (news === 'succeeded') await settleReturned(ctx, refund);
  if (invoice !== undefined && (news === 'failed' || news === 'refused'))
    await followSoldCredits(
      ctx,
      invoice.id,
      isReturned ? 'The refund came back.' : 'The refund could not be sent.',
    );
}

/** The customer has not got the money: somebody has to find another way, and the log says why the sums moved back. */
async function openReturned(ctx: CommandCtx, refund: RefundRow, customerId: string): Promise<void> {
  const { id, paymentId, amountMinor, currency } = refund;
  const facts = {
    payment: encodeTypeId('pay', paymentId),
    amount_minor: `${amountMinor}`,
    currency,
  };
  await openCase(ctx, {
    kind: RETURNED_CASE,
    customerId,
    subjectId: id,
    detail:
      'A refund came back to the payment provider, so the customer has not got the money. Send it another way, or agree on credit.',
    facts,
  });
  ctx.audit({
    action: 'refund.return',
    objectKind: 'refund',
    objectId: encodeTypeId('re', id),
    details: facts,
  });
}

/** What came back has been given back by later refunds of the same payment. */
async function settleReturned(ctx: CommandCtx, { paymentId }: RefundRow): Promise<void> {
  const ids = madeUpFor(await refundsOf(ctx, [paymentId]));
  if (ids.length > 0) await settleCases(ctx, RETURNED_CASE, ids, 'It was given back by a later refund.');
}

/** What a provider says of a refund, in core's terms; null while it is under way. */
export function refundNewsOf(refund: ProviderRefund): 'succeeded' | 'failed' | null {
  return refund.status === 'pending' ? null : refund.status;
}
