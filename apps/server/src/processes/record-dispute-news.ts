import { currencyCode } from '@billhook/core/money/currency';
import { decideDispute } from '@billhook/core/payments/decide-dispute';
import type { Dispute } from '@billhook/core/payments/dispute';
import { lockCustomer } from '../modules/customers/api.ts';
import {
  type AttemptRow,
  coreDispute,
  findAttemptByObject,
  findDisputeByObject,
  type ProviderDispute,
  putDispute,
} from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { applySharedChanges, emitCoreEvents } from './apply-decision.ts';

/**
 * Takes what a provider says of a dispute at present: its row, the books and what is published, in one transaction.
 * Repeats change nothing. False if it is about no payment of ours.
 */
export async function recordDisputeNews(
  ctx: CommandCtx,
  provider: string,
  told: ProviderDispute,
): Promise<boolean> {
  const payment =
    told.intentId === null ? undefined : await findAttemptByObject(ctx, provider, told.intentId);
  if (payment === undefined) return false;
  await lockCustomer(ctx, payment.customerId);
  const known = await findDisputeByObject(ctx, provider, told.id);
  const dispute = known === undefined ? freshDispute(ctx.newId(), payment, told) : coreDispute(known);
  const decision = decideDispute({ now: ctx.now, dispute, isNew: known === undefined, news: told });
  if (!decision.ok || told.currency !== payment.currency) {
    await openCase(ctx, {
      kind: 'provider.mismatch',
      customerId: payment.customerId,
      subjectId: payment.id,
      detail: decision.ok ? 'A dispute is in another currency than its payment.' : decision.refusal.detail,
      facts: { provider_object_id: told.id, withdrawn_minor: `${told.withdrawnMinor}` },
    });
    return true;
  }
  const { changes, events } = decision.value;
  for (const change of changes) {
    if (change.type !== 'dispute.put') continue;
    const openedAt = known?.openedAt ?? told.createdAt;
    await putDispute(ctx, change.dispute, { providerObjectId: told.id, openedAt });
  }
  await applySharedChanges(ctx, changes);
  emitCoreEvents(ctx, events);
  if (known === undefined) await tellStaff(ctx, dispute);
  return true;
}

function freshDispute(id: string, payment: AttemptRow, told: ProviderDispute): Dispute {
  return {
    id,
    paymentId: payment.id,
    invoiceId: payment.invoiceId,
    customerId: payment.customerId,
    provider: payment.provider,
    currency: currencyCode(payment.currency),
    amountMinor: told.amountMinor,
    reason: told.reason.slice(0, 100),
    status: told.status,
    evidenceDueAt: told.evidenceDueAt,
    withdrawnMinor: 0n,
    returnedMinor: 0n,
    feeMinor: 0n,
    feeReturnedMinor: 0n,
    lostMinor: 0n,
  };
}

function tellStaff(ctx: CommandCtx, dispute: Dispute): Promise<void> {
  const isInquiry = dispute.status === 'warning';
  return openCase(ctx, {
    kind: 'dispute.opened',
    customerId: dispute.customerId,
    subjectId: dispute.id,
    detail: isInquiry
      ? 'A bank asks about a payment; an answer or a refund may end it before money is taken.'
      : 'A customer’s bank asked a payment back. Answer it before the deadline, or the money is lost.',
    facts: {
      amount_minor: `${dispute.amountMinor}`,
      currency: dispute.currency,
      reason: dispute.reason,
      evidence_due_at: dispute.evidenceDueAt,
    },
  });
}
