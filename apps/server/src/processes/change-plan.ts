import type { Decision } from '@billhook/core/decision/change';
import { applySubscriptionChange } from '@billhook/core/subscriptions/apply-change';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { type Customer, getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { type Foreseen, foresee } from '../modules/invoicing/api.ts';
import {
  type Action,
  type ActionKind,
  actOnSubscription,
  decideAction,
  getSubscription,
  type StoredSubscription,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { billCustomers, billOrRefuse } from './bill-due.ts';
import { digestOf, type PreviewTokens, refuseStale } from './preview-token.ts';
import { draftIds, refuseParked } from './start-subscription.ts';

/** Beats one and two of an action, and what it costs. */
export type PlannedAction = {
  customer: Customer;
  subscription: StoredSubscription;
  action: Action;
  decision: Decision;
  /** The subscription as the action would leave it. */
  after: StoredSubscription;
  effectiveAt: Instant;
  foreseen: Foreseen;
};

/** Who reads what the caller wants of a subscription; under its lock in a command. */
export type ActionReader = (ctx: QueryCtx, subscription: StoredSubscription) => Promise<Action>;

// Who leaves, or stays after all, is never kept from it: not by a hold, and not by a bill that cannot be made.
const NEVER_HELD: readonly ActionKind[] = ['cancel', 'undo', 'renewal', 'end_add_on'];

/**
 * Does something to a subscription and bills what it costs in the same transaction. With a token of a preview it does
 * it at just that price or ends with `preview.stale`, which carries the preview as it is now.
 */
export async function perform(
  ctx: CommandCtx,
  tokens: PreviewTokens,
  request: {
    id: string;
    read: ActionReader;
    token: string | undefined;
    /** The preview as it is now, for one who holds an old one. */
    again: (planned: PlannedAction) => Promise<unknown>;
  },
): Promise<StoredSubscription> {
  const subscription = await lockSubscription(ctx, request.id);
  const action = await request.read(ctx, subscription);
  const mayBeHeld = !NEVER_HELD.includes(action.kind);
  if (mayBeHeld) refuseParked(await getCustomer(ctx, subscription.customerId));
  if (request.token !== undefined) {
    const planned = await planAction(ctx, subscription, action);
    const claim = claimOf(ctx, planned);
    await refuseStale(ctx, tokens, request.token, claim, () => request.again(planned));
  }
  await actOnSubscription(ctx, subscription, action);
  // Billing also sets when to look again, so it runs after every change. Who leaves, or stays after all, is never kept
  // from it by a bill: one that cannot be made waits for staff.
  if (NEVER_HELD.includes(action.kind)) await billCustomers(ctx, [subscription.customerId]);
  else await billOrRefuse(ctx, subscription.customerId);
  return getSubscription(ctx, subscription.id);
}

/** What an action would do and cost; written nowhere. */
export async function planAction(
  ctx: QueryCtx,
  subscription: StoredSubscription,
  action: Action,
): Promise<PlannedAction> {
  const customer = await getCustomer(ctx, subscription.customerId);
  const decision = decideAction(ctx, subscription, action, draftIds());
  const changed = decision.changes.reduce<Subscription>(applySubscriptionChange, subscription);
  const after = { ...subscription, ...changed };
  const effectiveAt = effectOf(action, subscription, after) ?? ctx.now;
  const foreseen = await foresee(ctx, customer, after, effectiveAt);
  return { customer, subscription, action, decision, after, effectiveAt, foreseen };
}

/** When it takes effect; null for at once. */
function effectOf(action: Action, before: Subscription, after: Subscription): Instant | null {
  if (action.kind === 'pause') return action.from;
  if (action.kind === 'resume') return action.at;
  if (action.kind === 'undo' || action.kind === 'trial') return null;
  const known = new Set(before.schedule.map(({ id }) => id));
  return after.schedule.find(({ id }) => !known.has(id))?.at ?? null;
}

/** What a preview of an action rests on. */
export function claimOf(ctx: QueryCtx, planned: PlannedAction) {
  const { subscription, action, foreseen, effectiveAt } = planned;
  const { nextActionAt, collection, metadata, createdAt, updatedAt, ...state } = subscription;
  return {
    tenantId: ctx.tenant.publicId,
    subjectId: subscription.id,
    digest: digestOf([factsOf(action), state, amountsOf(foreseen, effectiveAt === ctx.now ? ctx.now : null)]),
  };
}

/** An action by the ids of what it names: names and descriptions may change meanwhile. */
function factsOf(action: Action): object {
  if (action.kind === 'change') {
    const { newPlan, newVersion, currentPlan, ...rest } = action;
    return {
      ...rest,
      plan: newPlan.id,
      version: newVersion.id,
      from: [currentPlan.id, currentPlan.rank, newPlan.rank],
    };
  }
  if (action.kind === 'discount') {
    const { kind, coupon } = action;
    const { id, value, duration, scope, stackOrder, isStackable } = coupon;
    return { kind, coupon: { id, value, duration, scope, stackOrder, isStackable } };
  }
  if (action.kind === 'add_on') {
    const { kind, addOn, quantity } = action;
    return { kind, addOn: [addOn.id, addOn.prices.map(({ id }) => id)], quantity };
  }
  if (action.kind !== 'migrate') return action;
  const { newVersion, currentPlan, ...rest } = action;
  return { ...rest, plan: currentPlan.id, version: newVersion.id };
}

/**
 * The sums that are agreed to. Of invoices that lie ahead only what is fixed: usage goes on while somebody thinks it
 * over.
 *
 * @param now where it takes effect at once: what begins or ends with it, on an invoice that comes later, moves with the clock
 */
function amountsOf({ today, atEffect, next }: Foreseen, now: Instant | null): unknown {
  const periodOf = ({ start, end }: Period) => [start, end].map((at) => (at === now ? 'now' : at));
  const ahead = (draft: Foreseen['next']) =>
    draft?.lines
      .filter(({ meterId }) => meterId === null)
      .map(({ kind, amountMinor, taxMinor, servicePeriod }) => [
        ...[kind, amountMinor, taxMinor],
        servicePeriod && periodOf(servicePeriod),
      ]);
  return [
    today === null
      ? null
      : [today.totals, today.lines.map(({ kind, amountMinor, taxMinor }) => [kind, amountMinor, taxMinor])],
    atEffect === today ? null : ahead(atEffect),
    ahead(next),
  ];
}

/** The customer is locked first; what was read before is read again under the lock. */
async function lockSubscription(ctx: CommandCtx, id: string): Promise<StoredSubscription> {
  const seen = await getSubscription(ctx, id);
  await lockCustomer(ctx, seen.customerId);
  return getSubscription(ctx, id);
}
