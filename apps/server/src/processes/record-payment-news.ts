import { isNeverAgain } from '@billhook/core/dunning/failure-kind';
import { invariant } from '@billhook/core/kernel/invariant';
import type { AttemptNews } from '@billhook/core/payments/decide-attempt-outcome';
import { decideAttemptOutcome } from '@billhook/core/payments/decide-attempt-outcome';
import { decideBackup } from '@billhook/core/payments/decide-backup';
import { mayMovePayment } from '@billhook/core/payments/transitions';
import { creditIn, getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { failingElsewhere, findInvoice, linesOf, lockInvoice } from '../modules/invoicing/api.ts';
import {
  type AttemptRow,
  backupOf,
  blockMethod,
  coreAttempt,
  findAttempt,
  lockAttempt,
  lockRequest,
  markRequestPaid,
  methodAt,
  NO_FACTS,
  nameMethod,
  type PaymentNewsFacts,
  type ProviderIntent,
  type RequestRow,
  scheduleCollection,
} from '../modules/payments/api.ts';
import { dayRules, loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { applyPaymentDecision, settleCredit } from './apply-decision.ts';
import { chooseOther, followFailure } from './dunning-after-failure.ts';

/** A provider's word about a payment in core's terms. */
export function newsOf(intent: ProviderIntent): AttemptNews {
  switch (intent.status) {
    case 'succeeded':
      return { status: 'succeeded', capturedMinor: intent.capturedMinor, feeMinor: intent.feeMinor };
    case 'failed':
      return { status: 'failed', failureCode: intent.failureCode ?? 'declined' };
    default:
      return { status: intent.status };
  }
}

export function factsOf(intent: ProviderIntent): PaymentNewsFacts {
  return {
    providerObjectId: intent.id,
    failureMessage: intent.failureMessage,
    methodId: intent.methodId,
    chargeId: intent.chargeId,
    riskLevel: intent.riskLevel,
    riskOutcome: intent.outcome,
  };
}

/**
 * Takes news of an attempt, from an answer, a webhook or a look-up, in one transaction: attempt, payment, invoice,
 * subscriptions, credit and books. Repeated and late news change nothing.
 */
export async function recordPaymentNews(
  ctx: CommandCtx,
  attemptId: string,
  news: AttemptNews,
  facts: PaymentNewsFacts = NO_FACTS,
): Promise<void> {
  const seen = await findAttempt(ctx, attemptId);
  if (seen === undefined || seen.purpose === 'refund') return;
  const customer = await lockCustomer(ctx, seen.customerId);
  const locked = await lockAttempt(ctx, attemptId);
  invariant(locked !== undefined, 'An attempt is never deleted.');
  const attempt = await namedMethod(ctx, locked, facts);
  await noteGoneMethod(ctx, attempt, news);
  if (attempt.lookUpCount > 0 && isOutcome(news)) await endUnknown(ctx, attempt.id);
  const request = await openRequestOf(ctx, seen.requestId);
  const billed = seen.invoiceId === null ? null : await loadBilled(ctx, seen.invoiceId);
  if (news.status === 'failed' && (await triesBackup(ctx, attempt, billed?.invoice ?? null, news, facts)))
    return;
  const afterFailure =
    news.status === 'failed' && billed?.stored.status === 'open' && mayMovePayment(attempt.status, 'failed')
      ? await followFailure(ctx, { customer, attempt, invoice: billed.stored, failureCode: news.failureCode })
      : null;
  const decision = decideAttemptOutcome({
    now: ctx.now,
    attempt: coreAttempt(attempt),
    invoice: billed?.invoice ?? null,
    subscriptions: billed?.subscriptions ?? [],
    failingElsewhere: billed?.failingElsewhere ?? [],
    afterFailure,
    days: dayRules(ctx.tenant.settings),
    news,
    isDeposit: request?.kind === 'deposit',
  });
  if (!decision.ok) {
    return openCase(ctx, {
      kind: 'provider.mismatch',
      customerId: customer.id,
      subjectId: attempt.id,
      detail: decision.refusal.detail,
      facts: { code: decision.refusal.code, provider_object_id: facts.providerObjectId },
    });
  }
  await applyPaymentDecision(ctx, decision.value, facts);
  if (billed !== null && afterFailure !== null) await chooseOther(ctx, billed.stored, afterFailure);
  await settleHeldCredit(ctx, attempt, news);
  if (request !== null && news.status === 'succeeded' && attempt.status !== 'succeeded')
    await payRequest(ctx, request, attempt.id, news.capturedMinor);
  if (billed !== null) await flagSurplus(ctx, attempt.id, news, billed.invoice.remainingMinor, customer.id);
}

function isOutcome({ status }: AttemptNews): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'canceled';
}

/** Nobody has to look any more for what is known now. */
export function endUnknown(ctx: CommandCtx, attemptId: string): Promise<void> {
  return settleCases(ctx, 'payment.unknown', [attemptId], 'The provider told the outcome.');
}

/** What somebody chose on a page of the provider is known once there is news of it; dunning and mails go by its kind. */
async function namedMethod(
  ctx: CommandCtx,
  attempt: AttemptRow,
  { methodId = null }: PaymentNewsFacts,
): Promise<AttemptRow> {
  if (attempt.paymentMethodId !== null || methodId === null) return attempt;
  const paymentMethodId = await methodAt(ctx, attempt.provider, methodId);
  if (paymentMethodId === null) return attempt;
  await nameMethod(ctx, attempt.id, paymentMethodId);
  return { ...attempt, paymentMethodId };
}

/** I301: what the bank says of a card holds for whatever is charged to it, also where a backup pays what was to be paid. */
async function noteGoneMethod(ctx: CommandCtx, attempt: AttemptRow, news: AttemptNews): Promise<void> {
  if (news.status !== 'failed' || !mayMovePayment(attempt.status, 'failed')) return;
  const { paymentMethodId } = attempt;
  if (paymentMethodId !== null && isNeverAgain(news.failureCode))
    await blockMethod(ctx, paymentMethodId, news.failureCode);
}

/** Credit that waited while this try was under way pays now that it has come to nothing. */
async function settleHeldCredit(ctx: CommandCtx, attempt: AttemptRow, news: AttemptNews): Promise<void> {
  if (attempt.invoiceId === null || (news.status !== 'failed' && news.status !== 'canceled')) return;
  const { currency, customerId, id } = attempt;
  if (creditIn(await getCustomer(ctx, customerId), currency) === 0n) return;
  await settleCredit(ctx, { customerId, currency }, { type: 'payment', id, when: 'after_failure' });
}

/** Tries the customer's backup at once where the default failed; true if nothing else follows from the failure. */
async function triesBackup(
  ctx: CommandCtx,
  attempt: AttemptRow,
  invoice: Parameters<typeof decideBackup>[0]['invoice'],
  { failureCode }: Extract<AttemptNews, { status: 'failed' }>,
  facts: PaymentNewsFacts,
): Promise<boolean> {
  if (attempt.purpose !== 'invoice' || ctx.tenant.settings.backupMethod === 'never') return false;
  const backupMethodId = await backupOf(ctx, attempt.customerId);
  const isBackupTry = attempt.wantedMethodId !== null || attempt.paymentMethodId === backupMethodId;
  const decision = decideBackup({
    attempt: coreAttempt(attempt),
    failureCode,
    invoice,
    isBackupTry,
    backupMethodId,
  });
  if (decision === null || attempt.invoiceId === null) return false;
  await applyPaymentDecision(ctx, decision, facts);
  const open = await findInvoice(ctx, attempt.invoiceId);
  if (open !== undefined) await scheduleCollection(ctx, [{ ...open, methodId: backupMethodId }]);
  return true;
}

/** The request that an attempt pays, while it is not paid: what comes twice is credit as any surplus. */
async function openRequestOf(ctx: CommandCtx, requestId: string | null): Promise<RequestRow | null> {
  const request = requestId === null ? undefined : await lockRequest(ctx, requestId);
  return request === undefined || request.status === 'paid' ? null : request;
}

async function payRequest(
  ctx: CommandCtx,
  request: RequestRow,
  paymentId: string,
  capturedMinor: bigint,
): Promise<void> {
  const { id, kind, customerId, currency } = request;
  await markRequestPaid(ctx, id, { id: paymentId, heldMinor: kind === 'deposit' ? capturedMinor : 0n });
  ctx.emit({
    type: 'payment_request.paid',
    objectId: id,
    customerId,
    payload: { kind, amount_minor: `${capturedMinor}`, currency },
  });
}

/** The invoice that an attempt collects, locked, with the subscriptions that it bills. */
async function loadBilled(ctx: CommandCtx, invoiceId: string) {
  const invoice = await lockInvoice(ctx, invoiceId);
  invariant(invoice !== undefined, 'An attempt names an invoice that exists.');
  const lines = await linesOf(ctx, [invoice.id]);
  const subscriptionIds = [...new Set(lines.map((line) => line.subscriptionId))];
  return {
    stored: invoice,
    invoice: {
      id: invoice.id,
      status: invoice.status,
      remainingMinor: invoice.dueMinor,
      failureCount: invoice.failureCount,
    },
    subscriptions: await loadSubscriptionsForBilling(ctx, subscriptionIds),
    failingElsewhere: await failingElsewhere(ctx, invoice.id, subscriptionIds),
  };
}

/** Money beyond what was due is a visible credit, and somebody should know why it came. */
async function flagSurplus(
  ctx: CommandCtx,
  attemptId: string,
  news: AttemptNews,
  dueMinor: bigint,
  customerId: string,
): Promise<void> {
  const before = await findAttempt(ctx, attemptId);
  if (news.status !== 'succeeded' || before?.creditedMinor === undefined || before.creditedMinor === 0n)
    return;
  await openCase(ctx, {
    kind: 'payment.surplus',
    customerId,
    subjectId: attemptId,
    detail: 'A payment was more than was due; the rest is credit of the customer.',
    facts: { captured_minor: `${news.capturedMinor}`, due_minor: `${dueMinor}` },
  });
}
