import type { Decision } from '@billhook/core/decision/change';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { AuditEntry, CommandCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { discountId } from '../../catalog/api.ts';
import type { Action } from '../actions.ts';
import { applyChanges } from '../changes.ts';
import { decideAction } from '../decide-action.ts';
import { planId, stepId, subscriptionId } from '../ids.ts';
import { publish } from '../publish.ts';

/** Does something to a subscription whose customer is locked. What it costs is billed by whoever calls. */
export async function act(ctx: CommandCtx, subscription: Subscription, action: Action): Promise<void> {
  const decision = decideAction(ctx, subscription, action, () => ctx.newId());
  await applyActions(ctx, [{ subscription, action, decision }]);
}

export type DecidedAction = { subscription: Subscription; action: Action; decision: Decision };

/** Writes what was decided about many subscriptions, set-wise, each with a row in the audit log. */
export async function applyActions(ctx: CommandCtx, decided: readonly DecidedAction[]): Promise<void> {
  await applyChanges(
    ctx,
    decided.flatMap(({ decision }) => decision.changes),
  );
  publish(
    ctx,
    decided.flatMap(({ decision }) => decision.events),
  );
  ctx.audit(...decided.map(auditOf));
}

function auditOf({ subscription, action }: DecidedAction): AuditEntry {
  return {
    action: `subscription.${action.kind}`,
    objectKind: 'subscription',
    objectId: subscriptionId(subscription.id),
    details: detailsOf(action, subscription),
  };
}

const timeOf = (when: string | { at: number }) =>
  typeof when === 'string' ? when : iso(when.at as Parameters<typeof iso>[0]);

function detailsOf(action: Action, subscription: Subscription): Record<string, unknown> {
  switch (action.kind) {
    case 'change': {
      const quantity = action.seats === null ? null : Number(action.seats);
      return { plan: action.newPlan.key, quantity, when: timeOf(action.when) };
    }
    case 'migrate':
      return { version: action.newVersion.number, when: action.when };
    case 'seats':
      return { quantity: Number(action.seats), when: timeOf(action.when) };
    case 'cancel':
      return { when: timeOf(action.when), credit: action.creditUnused, reason: action.reason };
    case 'renewal':
      return { renews: action.isOn };
    case 'pause':
      return { mode: action.mode, from: momentOf(action.from), until: momentOf(action.until) };
    case 'resume':
      return { at: momentOf(action.at) };
    case 'undo': {
      const step = subscription.schedule.find(({ id }) => id === action.stepId);
      return { undone: step?.kind ?? null, step: stepId(action.stepId) };
    }
    case 'price':
      return { price: action.priceKey };
    case 'trial':
      return { end_at: momentOf(action.endAt) };
    case 'discount':
      return { coupon: action.coupon.key };
    case 'end_discount': {
      const discount = subscription.discounts.find(({ id }) => id === action.discountId);
      return { coupon: discount?.coupon.key ?? null, discount: discountId(action.discountId) };
    }
    case 'add_on':
      return { add_on: action.addOn.key, quantity: Number(action.quantity) };
    case 'add_on_quantity':
      return {
        add_on: planId(action.addOnId),
        quantity: Number(action.quantity),
        when: timeOf(action.when),
      };
    case 'end_add_on':
      return { add_on: planId(action.addOnId), when: timeOf(action.when), credit: action.creditUnused };
    case 'charge':
      return { description: action.price.name, quantity: Number(action.quantity) };
  }
}

const momentOf = (at: Parameters<typeof iso>[0] | null) => (at === null ? null : iso(at));
