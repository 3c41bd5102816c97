import { createHash } from 'node:crypto';
import type { Decision } from '@billhook/core/decision/change';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { applySubscriptionChange } from '@billhook/core/subscriptions/apply-change';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import {
  getPlans,
  getPlanVersion,
  latestVersionByPlanKey,
  type StoredPlan,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import { getCustomer, lockCustomer } from '../modules/customers/api.ts';
import {
  cancelSubscription,
  changeSubscription,
  getSubscription,
  previewChange,
  type StoredSubscription,
  undoScheduled,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { billCustomers, billOrRefuse } from './bill-due.ts';
import { draftIds, refuseParked } from './start-subscription.ts';

export type ChangeInput = {
  /** Key or TypeID; null keeps the plan, in the version that the customer has. */
  plan: string | null;
  /** Null keeps the quantity. */
  quantity: number | null;
  when: 'now' | 'period_end';
  /** Of a preview; the change is refused if anything it rests on has moved since. */
  previewToken: string | null;
};

export type PlannedChange = {
  subscription: StoredSubscription;
  currentPlan: StoredPlan;
  currentVersion: StoredPlanVersion;
  newPlan: StoredPlan;
  newVersion: StoredPlanVersion;
  decision: Decision;
  /** The subscription as the change would leave it. */
  after: StoredSubscription;
  token: string;
};

/** Changes plan or seats. A change now is billed in the same transaction: credit for the rest, charge for the new. */
export async function changePlan(
  ctx: CommandCtx,
  id: string,
  input: ChangeInput,
): Promise<StoredSubscription> {
  const subscription = await lockSubscription(ctx, id);
  refuseParked(await getCustomer(ctx, subscription.customerId));
  const request = await requestOf(ctx, subscription, input);
  if (
    input.previewToken !== null &&
    input.previewToken !== tokenOf(subscription, request.newVersion, input)
  ) {
    refuse('preview.stale', 'The subscription or the plan has changed since the preview. Make a new one.');
  }
  await changeSubscription(ctx, request);
  // Billing also sets when to look again, so it runs after every change.
  await billOrRefuse(ctx, subscription.customerId);
  return getSubscription(ctx, id);
}

/** Beats one and two of a change. */
export async function planChange(ctx: QueryCtx, id: string, input: ChangeInput): Promise<PlannedChange> {
  const subscription = await getSubscription(ctx, id);
  const request = await requestOf(ctx, subscription, input);
  const decision = previewChange(ctx, request, draftIds());
  const after = {
    ...subscription,
    ...decision.changes.reduce<Subscription>(applySubscriptionChange, subscription),
  };
  const currentVersion = await getPlanVersion(ctx, subscription.planVersionId);
  const token = tokenOf(subscription, request.newVersion, input);
  return { ...request, subscription, currentVersion, decision, after, token };
}

/** Cancels now, with credit and the last usage billed at once, or at the end of the period. */
export async function cancelAndBill(
  ctx: CommandCtx,
  id: string,
  input: { when: 'now' | 'period_end'; reason: string },
): Promise<StoredSubscription> {
  const subscription = await lockSubscription(ctx, id);
  await cancelSubscription(ctx, { subscription, ...input });
  return billAndGet(ctx, subscription);
}

/** Takes back what is scheduled. */
export async function undo(ctx: CommandCtx, id: string): Promise<StoredSubscription> {
  const subscription = await lockSubscription(ctx, id);
  await undoScheduled(ctx, subscription);
  return billAndGet(ctx, subscription);
}

/** Who leaves, or stays after all, is never kept from it by a bill: one that cannot be made waits for staff. */
async function billAndGet(
  ctx: CommandCtx,
  { id, customerId }: StoredSubscription,
): Promise<StoredSubscription> {
  await billCustomers(ctx, [customerId]);
  return getSubscription(ctx, id);
}

/** The customer is locked first; what was read before is read again under the lock. */
async function lockSubscription(ctx: CommandCtx, id: string): Promise<StoredSubscription> {
  const seen = await getSubscription(ctx, id);
  await lockCustomer(ctx, seen.customerId);
  return getSubscription(ctx, id);
}

async function requestOf(ctx: QueryCtx, subscription: StoredSubscription, input: ChangeInput) {
  const currentPlan = (await getPlans(ctx, [subscription.planId])).get(subscription.planId);
  if (currentPlan === undefined) throw new Error('a subscription names a plan that exists');
  const target =
    input.plan === null
      ? { plan: currentPlan, version: await getPlanVersion(ctx, subscription.planVersionId) }
      : await latestVersionByPlanKey(ctx, input.plan);
  return {
    subscription,
    currentPlan,
    newPlan: target.plan,
    newVersion: target.version,
    quantity: input.quantity,
    when: input.when,
  };
}

/** Names the state that a preview rests on. It says nothing of the moment, so a customer may think it over. */
function tokenOf(subscription: StoredSubscription, version: StoredPlanVersion, input: ChangeInput): string {
  const state = canonicalJson({
    subscription: subscription.id,
    status: subscription.status,
    version: subscription.planVersionId,
    seats: `${subscription.seats}`,
    items: subscription.items.map((item) => `${item.id}/${item.activeTo ?? ''}`),
    schedule: subscription.schedule.map((step) => `${step.id}/${step.at}`),
    to: version.id,
    quantity: input.quantity,
    when: input.when,
  });
  return `pv_${createHash('sha256').update(state, 'utf8').digest('base64url')}`;
}
