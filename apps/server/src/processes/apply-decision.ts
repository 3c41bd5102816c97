import type { Change, Decision } from '@billhook/core/decision/change';
import type { CoreEvent } from '@billhook/core/decision/event';
import { type CreditSettlementInput, decideCreditSettlement } from '@billhook/core/invoicing/settle-credit';
import { invariant } from '@billhook/core/kernel/invariant';
import { currencyCode } from '@billhook/core/money/currency';
import type { PaymentStatus } from '@billhook/core/payments/payment';
import { changeCreditBalance, creditIn, getCustomer } from '../modules/customers/api.ts';
import {
  addRefundedToInvoice,
  movePaymentState,
  payByCredit,
  setRetry,
  unpaidOf,
} from '../modules/invoicing/api.ts';
import { post } from '../modules/ledger/api.ts';
import type { PaymentNewsFacts } from '../modules/payments/api.ts';
import { applyPaymentChange, applyRefundChange, planRetry } from '../modules/payments/api.ts';
import { applySubscriptionChanges, loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import type { CommandCtx, OutboxEvent } from '../platform/context.ts';
import { beingCollected } from './being-collected.ts';

type Of<T extends Change['type']> = Extract<Change, { type: T }>;

const of = <T extends Change['type']>(changes: readonly Change[], type: T): Of<T>[] =>
  changes.filter((change): change is Of<T> => change.type === type);

/** Names under which core's facts are published; those that are not here keep their own. */
const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  'refund.succeeded': 'payment.refunded',
};

/** A fact of core as it is published. */
export function publicFact({ type, subjectId, customerId, data }: CoreEvent): OutboxEvent {
  return { type: PUBLIC_NAMES[type] ?? type, objectId: subjectId, customerId, payload: { ...data } };
}

/** Publishes core's facts. */
export function emitCoreEvents(ctx: CommandCtx, events: readonly CoreEvent[]): void {
  ctx.emit(...events.map(publicFact));
}

/**
 * Applies the changes that many decisions share, set-wise: subscriptions, credit, ledger. Credit that they grant pays at
 * once what its customer has open. Invoices are the caller's; what the settlement publishes is answered, so that it
 * comes after the facts that it rests on.
 */
export async function applySharedChanges(
  ctx: CommandCtx,
  changes: readonly Change[],
): Promise<readonly CoreEvent[]> {
  const aboutSubscriptions = changes.filter((change) => change.type.startsWith('subscription'));
  if (aboutSubscriptions.length > 0) await applySubscriptionChanges(ctx, aboutSubscriptions);
  for (const change of of(changes, 'customer_credit.add')) {
    await changeCreditBalance(ctx, change.customerId, change);
  }
  await post(
    ctx,
    of(changes, 'ledger.post').map(({ transaction }) => transaction),
  );
  const events: CoreEvent[] = [];
  for (const { customerId, currency, deltaMinor, sourceType, sourceId } of of(
    changes,
    'customer_credit.add',
  )) {
    if (deltaMinor <= 0n) continue;
    const source = { type: sourceType, id: sourceId };
    events.push(...(await applySettlement(ctx, { customerId, currency }, source)));
  }
  return events;
}

/** The credit of a locked customer in one currency. */
type Account = { customerId: string; currency: string };

/** Credit pays what is open in its currency, oldest first; for credit that no decision of core granted. */
export async function settleCredit(
  ctx: CommandCtx,
  account: Account,
  source: CreditSettlementInput['source'],
): Promise<void> {
  emitCoreEvents(ctx, await applySettlement(ctx, account, source));
}

async function applySettlement(
  ctx: CommandCtx,
  { customerId, currency }: Account,
  source: CreditSettlementInput['source'],
): Promise<readonly CoreEvent[]> {
  const unpaid = await unpaidOf(ctx, customerId, currency);
  // An invoice that something is taking money for is not paid by credit as well: the credit waits.
  const collected = await beingCollected(
    ctx,
    unpaid.map(({ id }) => id),
  );
  const invoices = unpaid.filter(({ id }) => !collected.has(id));
  if (invoices.length === 0) return [];
  const customer = await getCustomer(ctx, customerId);
  const subscriptionIds = new Set(invoices.flatMap((invoice) => invoice.subscriptionIds));
  const { changes, events } = decideCreditSettlement({
    now: ctx.now,
    customer: {
      id: customer.id,
      currency: currencyCode(currency),
      creditBalanceMinor: creditIn(customer, currency),
    },
    unpaid: invoices.map(({ dueMinor, ...invoice }) => ({ ...invoice, remainingMinor: dueMinor })),
    subscriptions: await loadSubscriptionsForBilling(ctx, [...subscriptionIds]),
    source,
  });
  for (const change of of(changes, 'invoice.credit')) {
    expectMoved(await payByCredit(ctx, change), change.fromStatus);
  }
  await applyRetries(ctx, changes);
  await applySharedChanges(ctx, changes);
  return events;
}

async function applyRetries(ctx: CommandCtx, changes: readonly Change[]): Promise<void> {
  for (const change of of(changes, 'payment.retry')) {
    await setRetry(ctx, change);
    await planRetry(ctx, change);
  }
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
  await applyRetries(ctx, changes);
  for (const change of changes) {
    if (change.type !== 'refund.update') continue;
    const refund = await applyRefundChange(ctx, change, facts);
    if (refund.invoiceId === null) continue;
    if (change.status === 'succeeded') await addRefundedToInvoice(ctx, refund.invoiceId, refund.salesMinor);
    if (change.status === 'returned') await addRefundedToInvoice(ctx, refund.invoiceId, -refund.salesMinor);
  }
  const settled = await applySharedChanges(ctx, changes);
  emitCoreEvents(ctx, [...decision.events, ...settled]);
}

function expectMoved(isMoved: boolean, from: PaymentStatus | string): void {
  invariant(isMoved, `A row was no longer ${from}, although its customer is locked.`);
}
