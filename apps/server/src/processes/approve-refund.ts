import { lockCustomer } from '../modules/customers/api.ts';
import {
  type ApprovalRow,
  askApproval,
  closeApproved,
  findApproval,
  openApproval,
} from '../modules/identity/api.ts';
import {
  askedAccounts,
  dropAskedAccount,
  isTransferred,
  keepAskedAccount,
  type RefundInput,
  refundableOf,
  refuseAccount,
} from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { refundSale } from './return-credits.ts';

/**
 * Asks a second person for a refund; nothing goes back before somebody else approves. Where it is to be transferred can be
 * said at once.
 * Refusals: those of a refund of this amount now, `approval.already_waiting`, and `request.invalid` for the account.
 */
export async function askRefund(
  ctx: CommandCtx,
  input: Omit<RefundInput, 'isApproved'>,
): Promise<ApprovalRow> {
  const { attempt, amountMinor } = await refundableOf(ctx, input);
  if (input.to !== undefined && !isTransferred(attempt, input.byTransfer === true)) return refuseAccount();
  const approval = await askApproval(ctx, {
    kind: 'refund',
    objectId: attempt.id,
    customerId: attempt.customerId,
    currency: attempt.currency,
    amountMinor,
    reason: input.reason,
    byTransfer: input.byTransfer === true,
  });
  if (input.to !== undefined) await keepAskedAccount(ctx, approval, input.to);
  return approval;
}

/**
 * Approves a refund and carries it out in the same transaction, by what the payment has left now.
 * Refusals: `approval.not_found`, `approval.closed`, `approval.own_request`, and those of a refund.
 */
export async function approveRefund(ctx: CommandCtx, id: string): Promise<ApprovalRow> {
  const seen = await findApproval(ctx, id);
  if (seen === undefined) return refuse('approval.not_found', 'There is no such request.');
  await lockCustomer(ctx, seen.customerId);
  const approval = await openApproval(ctx, id);
  const to = (await askedAccounts(ctx, [id])).get(id);
  const refund = await refundSale(ctx, {
    paymentId: approval.objectId,
    amountMinor: approval.amountMinor,
    reason: approval.reason,
    byTransfer: approval.byTransfer,
    isApproved: true,
    ...(to === undefined ? {} : { to }),
  });
  await dropAskedAccount(ctx, id);
  return closeApproved(ctx, approval, refund.id);
}
