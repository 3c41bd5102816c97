import type { Change } from '@billhook/core/decision/change';
import { invariant } from '@billhook/core/kernel/invariant';
import { nextLookUpAt } from '@billhook/core/payments/look-up';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { findInvoice } from '../invoicing/api.ts';
import { cancelPlanned, findAttempt, insertAttempts, isCollecting, moveAttempt } from './attempts.ts';
import type { ProviderIntent } from './provider.ts';
import * as repo from './repo.ts';

/** What the provider said beside the news itself. */
export type PaymentNewsFacts = {
  providerObjectId: string | null;
  failureMessage: string | null;
  /** The provider's id of what was charged, or tried. */
  methodId?: string | null;
  chargeId?: string | null;
  riskLevel?: ProviderIntent['riskLevel'];
  riskOutcome?: string | null;
};

export const NO_FACTS: PaymentNewsFacts = { providerObjectId: null, failureMessage: null };

/** Moves an attempt; a success also writes the payment. False if the attempt has another status by now. */
export async function applyPaymentChange(
  ctx: CommandCtx,
  change: Extract<Change, { type: 'payment.update' }>,
  facts: PaymentNewsFacts,
): Promise<boolean> {
  const attempt = await findAttempt(ctx, change.paymentId);
  invariant(attempt !== undefined, 'A payment that moves exists.');
  const openStatus =
    change.status === 'unknown' || change.status === 'processing' || change.status === 'requires_action'
      ? change.status
      : null;
  const isMoved = await moveAttempt(ctx, {
    id: change.paymentId,
    fromStatus: change.fromStatus,
    status: change.status,
    failureCode: change.failureCode,
    ...facts,
    lookUpAt: openStatus === null ? null : nextLookUpAt(ctx.now, attempt.lookUpCount, openStatus),
  });
  if (isMoved && change.status === 'succeeded') {
    const providerObjectId = facts.providerObjectId ?? attempt.providerObjectId;
    invariant(providerObjectId !== null, 'A success names its object at the provider.');
    await repo.insertPayment(ctx, attempt, { ...change, providerObjectId });
  }
  if (isMoved && change.status === 'reversed') await repo.markPaymentReversed(ctx, attempt.id);
  return isMoved;
}

/** Plans the next try at its time, or takes back what is planned when there is to be none. */
export async function planRetry(
  ctx: CommandCtx,
  change: Extract<Change, { type: 'payment.retry' }>,
): Promise<void> {
  await cancelPlanned(ctx, change.invoiceId);
  if (change.at === null) return;
  const invoice = await findInvoice(ctx, change.invoiceId);
  if (invoice === undefined || invoice.status !== 'open') return;
  // What is under way plans the next try itself once it has failed.
  if (await isCollecting(ctx, invoice.id)) return;
  await scheduleCollection(ctx, [{ ...invoice, failureCount: change.failureCount }], change.at);
}

/** An open invoice that is to be collected by us. */
export type Collectable = {
  id: string;
  customerId: string;
  currency: string;
  dueMinor: bigint;
  /** Tries that failed before. */
  failureCount: number;
  /** The method that is to be tried; left out, the default. */
  methodId?: string | null;
};

/** Writes the intent to collect, one attempt each with its own key; the provider is called after the commit. */
export async function scheduleCollection(
  ctx: CommandCtx,
  invoices: readonly Collectable[],
  at: Instant = ctx.now,
): Promise<void> {
  const attempts = invoices.map((invoice) => {
    const id = ctx.newId();
    return {
      id,
      customerId: invoice.customerId,
      invoiceId: invoice.id,
      purpose: 'invoice' as const,
      refundedPaymentId: null,
      provider: null,
      paymentMethodId: null,
      wantedMethodId: invoice.methodId ?? null,
      idempotencyKey: `attempt:${id}`,
      status: 'created' as const,
      attemptNumber: invoice.failureCount + 1,
      currency: invoice.currency,
      amountMinor: invoice.dueMinor,
      providerObjectId: null,
      dueAt: at,
    };
  });
  await insertAttempts(ctx, attempts);
}

/**
 * Moves a refund and keeps the payment's sums: a refund that failed or came back gives its amount free again. Answers what of it
 * reverses the invoice that was paid.
 */
export async function applyRefundChange(
  ctx: CommandCtx,
  change: Extract<Change, { type: 'refund.update' }>,
  facts: PaymentNewsFacts,
): Promise<{ invoiceId: string | null; salesMinor: bigint }> {
  const refund = await repo.findRefund(ctx, change.refundId);
  invariant(refund !== undefined, 'A refund that moves exists.');
  const isMoved = await repo.moveRefund(ctx, {
    id: refund.id,
    fromStatus: change.fromStatus,
    status: change.status,
    providerObjectId: facts.providerObjectId,
  });
  invariant(isMoved, 'A refund moves under the lock of its customer.');
  const { amountMinor, creditMinor } = refund;
  if (change.status === 'failed' || change.status === 'returned') {
    const delta = { amountMinor: -amountMinor, creditMinor: -creditMinor };
    await repo.addRefunded(ctx, refund.paymentId, delta);
  }
  const payment = await findAttempt(ctx, refund.paymentId);
  return { invoiceId: payment?.invoiceId ?? null, salesMinor: amountMinor - creditMinor };
}
