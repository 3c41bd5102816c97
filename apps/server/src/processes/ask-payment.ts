import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { currencyCode } from '@billhook/core/money/currency';
import { decideRelease } from '@billhook/core/payments/deposit';
import { unfinishedOfRequest } from '../modules/checkout/api.ts';
import { changeCreditBalance, lockCustomer, lockStandingCustomer } from '../modules/customers/api.ts';
import { post } from '../modules/ledger/api.ts';
import {
  cancelRequestRow,
  customersWithMethod,
  findRequest,
  insertAttempts,
  insertRequest,
  isRequestCollecting,
  lockRequest,
  type RefundRow,
  type RequestRow,
  takeHeld,
} from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { applySharedChanges } from './apply-decision.ts';
import { refundSale } from './return-credits.ts';

export type AskedPayment = Pick<
  RequestRow,
  'customerId' | 'kind' | 'currency' | 'amountMinor' | 'description'
> & {
  /** Whether the customer is told by mail where to pay. */
  sendMail: boolean;
};

/** Asks a customer for an amount beside invoices: money on account, or a deposit. Nothing is charged by this alone. */
export async function askPayment(ctx: CommandCtx, asked: AskedPayment): Promise<RequestRow> {
  await lockStandingCustomer(ctx, asked.customerId);
  const id = ctx.newId();
  const { sendMail, ...row } = asked;
  await insertRequest(ctx, { ...row, id });
  const facts = { kind: asked.kind, amount_minor: `${asked.amountMinor}`, currency: asked.currency };
  ctx.emit({
    type: 'payment_request.created',
    objectId: id,
    customerId: asked.customerId,
    payload: { ...facts, description: asked.description, send_mail: sendMail },
  });
  ctx.audit({
    action: 'payment_request.create',
    objectKind: 'payment_request',
    objectId: encodeTypeId('preq', id),
    details: facts,
  });
  return (await findRequest(ctx, id)) ?? notFound();
}

/**
 * Plans a charge of the customer's default method for a request; it is sent after the commit.
 * Refusals: `payment_request.not_open`, `payment_request.collecting`, `subscription.payment_method_missing`.
 */
export async function chargeRequest(ctx: CommandCtx, id: string): Promise<void> {
  const request = await openRequest(ctx, id);
  const [page] = await unfinishedOfRequest(ctx, id);
  if (page !== undefined || (await isRequestCollecting(ctx, id))) {
    return refuse('payment_request.collecting', 'A page or a charge for this is open already.');
  }
  if (!(await customersWithMethod(ctx, [request.customerId])).has(request.customerId)) {
    return refuse('subscription.payment_method_missing', 'The customer has no payment method on file.');
  }
  const attemptId = ctx.newId();
  await insertAttempts(ctx, [
    {
      id: attemptId,
      customerId: request.customerId,
      invoiceId: null,
      purpose: 'request',
      requestId: id,
      refundedPaymentId: null,
      provider: null,
      paymentMethodId: null,
      idempotencyKey: `attempt:${attemptId}`,
      status: 'created',
      attemptNumber: 1,
      currency: request.currency,
      amountMinor: request.amountMinor,
      providerObjectId: null,
      dueAt: ctx.now,
    },
  ]);
}

/** Takes a request back. Refuses with `payment_request.not_open` and `payment_request.collecting`. */
export async function cancelRequest(ctx: CommandCtx, id: string): Promise<RequestRow> {
  await openRequest(ctx, id);
  const [page] = await unfinishedOfRequest(ctx, id);
  if (page !== undefined || (await isRequestCollecting(ctx, id))) {
    return refuse('payment_request.collecting', 'A page or a charge for this is open; it may still be paid.');
  }
  await cancelRequestRow(ctx, id);
  ctx.audit({
    action: 'payment_request.cancel',
    objectKind: 'payment_request',
    objectId: encodeTypeId('preq', id),
    details: {},
  });
  return (await findRequest(ctx, id)) ?? notFound();
}

/**
 * Makes a deposit, or a part of it, credit of its customer: it pays open invoices at once and lowers later ones.
 * Refusals: `payment_request.not_found`, `deposit.exceeds_held`.
 */
export async function applyDeposit(
  ctx: CommandCtx,
  id: string,
  amountMinor: bigint | null,
): Promise<RequestRow> {
  const released = await release(ctx, id, amountMinor);
  await applySharedChanges(ctx, released.changes);
  return published(ctx, released.request, 'applied', released.amountMinor);
}

/**
 * Sends a deposit, or a part of it, back to the method it came from.
 * Refusals: those of `applyDeposit` and of a refund.
 */
export async function refundDeposit(
  ctx: CommandCtx,
  id: string,
  input: { amountMinor: bigint | null; reason: string },
): Promise<{ request: RequestRow; refund: RefundRow }> {
  const { request, changes, amountMinor } = await release(ctx, id, input.amountMinor);
  // It does not pay what is open on its way back: the balance is raised and set aside in one transaction.
  for (const change of changes) {
    if (change.type === 'customer_credit.add') await changeCreditBalance(ctx, change.customerId, change);
    if (change.type === 'ledger.post') await post(ctx, [change.transaction]);
  }
  const refund = await refundSale(ctx, {
    paymentId: request.paymentId ?? '',
    amountMinor,
    reason: input.reason,
    isDeposit: true,
  });
  return { request: await published(ctx, request, 'refunded', amountMinor), refund };
}

async function release(ctx: CommandCtx, id: string, amountMinor: bigint | null) {
  const seen = await findRequest(ctx, id);
  if (seen === undefined) return notFound();
  await lockCustomer(ctx, seen.customerId);
  const request = (await lockRequest(ctx, id)) ?? notFound();
  const { customerId, currency, heldMinor } = request;
  const decision = decideRelease({
    releaseId: ctx.newId(),
    now: ctx.now,
    deposit: { id, customerId, currency: currencyCode(currency), heldMinor },
    amountMinor,
  });
  if (!decision.ok) {
    return refuse('deposit.exceeds_held', decision.refusal.detail, {
      faults: [{ pointer: '/amount', code: 'out_of_range', detail: `must be from 1 to ${heldMinor}` }],
    });
  }
  await takeHeld(ctx, id, decision.value.amountMinor);
  return { request, ...decision.value };
}

async function published(
  ctx: CommandCtx,
  request: RequestRow,
  what: 'applied' | 'refunded',
  amountMinor: bigint,
): Promise<RequestRow> {
  const facts = { amount_minor: `${amountMinor}`, currency: request.currency };
  const { id, customerId } = request;
  ctx.emit({ type: `deposit.${what}`, objectId: id, customerId, payload: facts });
  ctx.audit({
    action: `deposit.${what}`,
    objectKind: 'payment_request',
    objectId: encodeTypeId('preq', id),
    details: facts,
  });
  return (await findRequest(ctx, id)) ?? notFound();
}

async function openRequest(ctx: CommandCtx, id: string): Promise<RequestRow> {
  const seen = await findRequest(ctx, id);
  if (seen === undefined) return notFound();
  await lockCustomer(ctx, seen.customerId);
  const request = await lockRequest(ctx, id);
  if (request?.status !== 'open')
    return refuse('payment_request.not_open', `This request is ${request?.status ?? 'gone'}.`);
  return request;
}

function notFound(): never {
  return refuse('payment_request.not_found', 'There is no such payment request.');
}
