import type { Change, Decision } from '@billhook/core/decision/change';
import type { CoreEvent } from '@billhook/core/decision/event';
import { invariant } from '@billhook/core/kernel/invariant';
import type { PaymentStatus } from '@billhook/core/payments/payment';
import { changeCreditBalance } from '../modules/customers/api.ts';
import { addRefundedToInvoice, movePaymentState, setRetry } from '../modules/invoicing/api.ts';
import { post } from '../modules/ledger/api.ts';
import type { PaymentNewsFacts } from '../modules/payments/api.ts';
import { applyPaymentChange, applyRefundChange, planRetry } from '../modules/payments/api.ts';
import { applySubscriptionChanges } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';

type Of<T extends Change['type']> = Extract<Change, { type: T }>;

const of = <T extends Change['type']>(changes: readonly Change[], type: T): Of<T>[] =>
  changes.filter((change): change is Of<T> => change.type === type);

/** Names under which core's facts are published; those that are not here keep their own. */
const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  'refund.succeeded': 'payment.refunded',
};

/** Publishes core's facts. */
export function emitCoreEvents(ctx: CommandCtx, events: readonly CoreEvent[]): void {
  ctx.emit(
    ...events.map((event) => ({
      type: PUBLIC_NAMES[event.type] ?? event.type,
      objectId: event.subjectId,
      customerId: event.customerId,
      payload: { ...event.data },
    })),
  );
}

/** Applies the changes that many decisions share, set-wise: subscriptions, credit, ledger. Invoices are the caller's. */
export async function applySharedChanges(ctx: CommandCtx, changes: readonly Change[]): Promise<void> {
  const aboutSubscriptions = changes.filter((change) => change.type.startsWith('subscription'));
  if (aboutSubscriptions.length > 0) await applySubscriptionChanges(ctx, aboutSubscriptions);
  for (const change of of(changes, 'customer_credit.add')) {
    await changeCreditBalance(ctx, change.customerId, change.deltaMinor);
  }
  await post(
    ctx,
    of(changes, 'ledger.post').map(({ transaction }) => transaction),
  );
}

/** Applies what was decided about a payment or a refund, and publishes it. The customer is locked. */
export async function applyPaymentDecision(
  ctx: CommandCtx,
  decision: Decision,
  facts: PaymentNewsFacts,
): Promise<void> {
  const { changes } = decision;
  for (const change of of(changes, 'payment.update')) {
    expectMoved(await applyPaymentChange(ctx, change, facts), change.fromStatus);
  }
  for (const change of of(changes, 'invoice.update')) {
    expectMoved(await movePaymentState(ctx, change), change.fromStatus);
  }
  for (const change of of(changes, 'payment.retry')) {
    await setRetry(ctx, change);
    await planRetry(ctx, change);
  }
  for (const change of changes) {
    if (change.type !== 'refund.update') continue;
    const refund = await applyRefundChange(ctx, change, facts);
    if (change.status === 'succeeded' && refund.invoiceId !== null) {
      await addRefundedToInvoice(ctx, refund.invoiceId, refund.amountMinor);
    }
  }
  await applySharedChanges(ctx, changes);
  emitCoreEvents(ctx, decision.events);
}

function expectMoved(isMoved: boolean, from: PaymentStatus | string): void {
  invariant(isMoved, `A row was no longer ${from}, although its customer is locked.`);
}
