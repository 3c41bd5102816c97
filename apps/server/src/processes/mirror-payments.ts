import type { CoreEvent } from '@billhook/core/decision/event';
import type { Customer } from '../modules/customers/api.ts';
import { findInvoice, setRetry } from '../modules/invoicing/api.ts';
import {
  findAttempt,
  findAttemptByKey,
  insertAttempts,
  methodAt,
  type NewAttempt,
} from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { applyPaymentDecision } from './apply-decision.ts';
import { followFailure } from './dunning-after-failure.ts';
import type { LookedUpInvoice } from './mirror-invoice.ts';
import { factsOf, recordPaymentNews } from './record-payment-news.ts';

/** Money that came beside Stripe, as somebody told Stripe. */
const ELSEWHERE = 'manual';

/** Records what Stripe took for an invoice, each payment once. The customer is locked. */
export async function recordMirroredPayments(
  ctx: CommandCtx,
  { facts, intents }: Pick<LookedUpInvoice, 'facts' | 'intents'>,
  invoiceId: string,
  customerId: string,
): Promise<void> {
  let namedMinor = 0n;
  for (const payment of facts.payments) {
    if (!payment.isPaid) continue;
    namedMinor += payment.amountMinor;
    const intent = payment.intentId === null ? undefined : intents.get(payment.intentId);
    if (intent !== undefined && intent.status !== 'succeeded') continue;
    const objectId = intent?.id ?? payment.id;
    const amountMinor = intent?.capturedMinor ?? payment.amountMinor;
    const attemptId = await addAttempt(ctx, {
      key: `stripe:${objectId}`,
      provider: intent === undefined ? ELSEWHERE : 'stripe',
      invoiceId,
      customerId,
      currency: facts.currency,
      amountMinor,
      objectId,
      ...(intent === undefined ? {} : { number: Math.max(facts.attemptCount, 1) }),
    });
    if (attemptId === null) continue;
    await recordPaymentNews(
      ctx,
      attemptId,
      { status: 'succeeded', capturedMinor: amountMinor, feeMinor: intent?.feeMinor ?? 0n },
      intent === undefined ? undefined : factsOf(intent),
    );
  }
  await recordElsewhere(ctx, facts.amountPaidMinor - namedMinor, { facts }, invoiceId, customerId);
}

/** What Stripe counts as paid and names no payment for was paid beside it. */
async function recordElsewhere(
  ctx: CommandCtx,
  amountMinor: bigint,
  { facts }: Pick<LookedUpInvoice, 'facts'>,
  invoiceId: string,
  customerId: string,
): Promise<void> {
  if (amountMinor <= 0n || facts.status !== 'paid') return;
  const objectId = `${facts.id}:elsewhere`;
  const attemptId = await addAttempt(ctx, {
    key: `stripe:${objectId}`,
    provider: ELSEWHERE,
    invoiceId,
    customerId,
    currency: facts.currency,
    amountMinor,
    objectId,
  });
  if (attemptId === null) return;
  await recordPaymentNews(ctx, attemptId, { status: 'succeeded', capturedMinor: amountMinor, feeMinor: 0n });
}

/**
 * Records that a try of Stripe failed, with when it tries again. The campaign that fits speaks, limits and suspends as
 * for an invoice of ours; nothing is planned here: the next try is Stripe's. The try names no payment at Stripe, which
 * may still succeed. Of what failed before it came here (`isHistory`) nobody is reminded.
 */
export async function recordFailedTry(
  ctx: CommandCtx,
  { facts, intents }: Pick<LookedUpInvoice, 'facts' | 'intents'>,
  invoiceId: string,
  customer: Customer,
  isHistory: boolean,
): Promise<void> {
  const customerId = customer.id;
  const invoice = await findInvoice(ctx, invoiceId);
  if (invoice === undefined || invoice.status !== 'open' || facts.status !== 'open') return;
  const { attemptCount, nextAttemptAt } = facts;
  const failed = [...intents.values()].find(
    ({ status }) => status === 'failed' || status === 'requires_action',
  );
  if (attemptCount === 0 || failed === undefined) return;
  if (invoice.failureCount >= attemptCount) {
    if (invoice.retryAt !== nextAttemptAt)
      await setRetry(ctx, { invoiceId, at: nextAttemptAt, failureCount: invoice.failureCount });
    return;
  }
  const attemptId = await addAttempt(ctx, {
    key: `stripe:${facts.id}:try:${attemptCount}`,
    provider: 'stripe',
    invoiceId,
    customerId,
    currency: facts.currency,
    amountMinor: invoice.dueMinor,
    objectId: null,
    number: attemptCount,
    methodId: failed.methodId,
  });
  await setRetry(ctx, { invoiceId, at: nextAttemptAt, failureCount: attemptCount });
  if (attemptId === null) return;
  const failureCode = failed.failureCode ?? 'declined';
  const attempt = isHistory ? undefined : await findAttempt(ctx, attemptId);
  const after =
    attempt === undefined ? null : await followFailure(ctx, { customer, attempt, invoice, failureCode });
  const event: CoreEvent = {
    type: 'payment.failed',
    subjectId: attemptId,
    customerId,
    data: {
      invoice_id: invoiceId,
      failure_code: failureCode,
      failure_count: attemptCount,
      retry_at: nextAttemptAt,
      ...(after?.tellsCustomer === false ? { quiet: true } : {}),
    },
  };
  const update = {
    type: 'payment.update' as const,
    paymentId: attemptId,
    fromStatus: 'processing' as const,
    status: 'failed' as const,
    capturedMinor: 0n,
    creditedMinor: 0n,
    feeMinor: 0n,
    failureCode,
  };
  const about = { ...factsOf(failed), providerObjectId: null };
  await applyPaymentDecision(ctx, { changes: [update], events: [event] }, about);
}

type Try = {
  key: string;
  provider: string;
  invoiceId: string;
  customerId: string;
  currency: string;
  amountMinor: bigint;
  objectId: string | null;
  number?: number;
  /** The provider's id of what was charged, where it names one. */
  methodId?: string | null;
};

/** The try's id; null for one that is written already. */
async function addAttempt(ctx: CommandCtx, tried: Try): Promise<string | null> {
  if ((await findAttemptByKey(ctx, tried.key)) !== undefined || tried.amountMinor <= 0n) return null;
  const id = ctx.newId();
  const { provider, methodId = null } = tried;
  const attempt: NewAttempt = {
    id,
    customerId: tried.customerId,
    invoiceId: tried.invoiceId,
    purpose: 'invoice',
    refundedPaymentId: null,
    provider,
    // Dunning and mails go by what was tried: a debit that came back is no declined card.
    paymentMethodId: methodId === null ? null : await methodAt(ctx, provider, methodId),
    idempotencyKey: tried.key,
    status: 'processing',
    attemptNumber: tried.number ?? 1,
    currency: tried.currency,
    amountMinor: tried.amountMinor,
    providerObjectId: tried.objectId,
    dueAt: ctx.now,
  };
  await insertAttempts(ctx, [attempt]);
  return id;
}
