import type { Change, Decision } from '@billhook/core/decision/change';
import { invariant } from '@billhook/core/kernel/invariant';
import type { CommandCtx } from '../../platform/context.ts';
import { changeCreditBalance } from '../customers/api.ts';
import { post } from '../ledger/api.ts';
import * as repo from './repo.ts';

/**
 * Writes a refund as core decided it: its row, the payment's sums, and what leaves the customer's credit. The customer
 * is locked.
 *
 * @param links the attempt that will send it, or the provider's object for one that was made there
 */
export async function applyRefundIntent(
  ctx: CommandCtx,
  { changes }: Decision,
  links: { attemptId: string | null; providerObjectId: string | null; byTransfer: boolean },
): Promise<repo.RefundRow> {
  const of = <T extends Change['type']>(type: T) =>
    changes.filter((change): change is Extract<Change, { type: T }> => change.type === type);
  const [create] = of('refund.create');
  invariant(create !== undefined, 'The intent of a refund creates it.');
  const { id, paymentId, status, currency, amountMinor, creditMinor, reason } = create.refund;
  const row = { id, paymentId, status, currency, amountMinor, creditMinor, reason, ...links };
  await repo.insertRefund(ctx, row);
  await repo.addRefunded(ctx, paymentId, { amountMinor, creditMinor });
  for (const change of of('customer_credit.add')) await changeCreditBalance(ctx, change.customerId, change);
  await post(
    ctx,
    of('ledger.post').map(({ transaction }) => transaction),
  );
  return { ...row, createdAt: ctx.now, finishedAt: null, returnedAt: null };
}
