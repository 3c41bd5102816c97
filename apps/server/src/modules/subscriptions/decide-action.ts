import type { Decision } from '@billhook/core/decision/change';
import { unreachable } from '@billhook/core/kernel/invariant';
import type { Result } from '@billhook/core/kernel/result';
import { decideAddOn, decideCharge, decideEndAddOn } from '@billhook/core/subscriptions/decide-add-on';
import { decideAddOnQuantity } from '@billhook/core/subscriptions/decide-add-on-quantity';
import { decideAutoRenew } from '@billhook/core/subscriptions/decide-auto-renew';
import { decideCancel } from '@billhook/core/subscriptions/decide-cancel';
import { decideChange } from '@billhook/core/subscriptions/decide-change';
import { decideDiscount, decideEndDiscount } from '@billhook/core/subscriptions/decide-discount';
import { decideMigration } from '@billhook/core/subscriptions/decide-migration';
import { decideOverride } from '@billhook/core/subscriptions/decide-override';
import { decidePause, decideResume } from '@billhook/core/subscriptions/decide-pause';
import { decideSeats } from '@billhook/core/subscriptions/decide-seats';
import { decideTrial } from '@billhook/core/subscriptions/decide-trial';
import { decideUndo } from '@billhook/core/subscriptions/decide-undo';
import { refuseStripe } from '@billhook/core/subscriptions/refusals';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { QueryCtx } from '../../platform/context.ts';
import type { Action } from './actions.ts';
import { dayRules } from './day-rules.ts';
import { refuseAsCoreSays } from './publish.ts';

/** Beats one and two: what an action would do. Ends with what core refuses. */
export function decideAction(
  ctx: Pick<QueryCtx, 'now' | 'tenant'>,
  subscription: Subscription,
  action: Action,
  newId: () => string,
): Decision {
  const result = tryAction(ctx, subscription, action, newId);
  return result.ok ? result.value : refuseAsCoreSays(result.refusal);
}

/** The same with a refusal as a value, for those who decide about many at once. */
export function tryAction(
  { now, tenant }: Pick<QueryCtx, 'now' | 'tenant'>,
  subscription: Subscription,
  action: Action,
  newId: () => string,
): Result<Decision> {
  // Whatever may be done to one of ours may only be asked of Stripe for one of its own.
  const refusal = refuseStripe(subscription);
  if (refusal !== null) return refusal;
  const common = { now, subscription, days: dayRules(tenant.settings) };
  // One for every item there ever was is enough for those that follow.
  const itemIds = () => subscription.items.map(newId);
  switch (action.kind) {
    case 'change':
      return decideChange({
        ...common,
        ...action,
        itemIds: action.newVersion.prices.map(newId),
        stepId: newId(),
      });
    case 'migrate': {
      const ids = { itemIds: action.newVersion.prices.map(newId), stepId: newId() };
      return decideMigration({ ...common, ...action, ...ids, version: action.newVersion });
    }
    case 'seats':
      return decideSeats({ ...common, ...action, itemIds: itemIds(), stepId: newId() });
    case 'cancel':
      return decideCancel({ ...common, ...action, stepId: newId() });
    case 'renewal':
      return decideAutoRenew({ ...common, ...action, stepId: newId() });
    case 'pause': {
      const stepIds = { pause: newId(), resume: newId() };
      return decidePause({ ...common, ...action, from: action.from ?? now, stepIds, itemIds: itemIds() });
    }
    case 'resume':
      return decideResume({ ...common, at: action.at ?? now, stepId: newId(), itemIds: itemIds() });
    case 'undo':
      return decideUndo({ ...common, stepId: action.stepId });
    case 'price':
      return decideOverride({ ...common, ...action, itemId: newId() });
    case 'trial':
      return decideTrial({ ...common, endAt: action.endAt ?? now, itemIds: itemIds() });
    case 'discount':
      return decideDiscount({ ...common, ...action, discountId: newId() });
    case 'end_discount':
      return decideEndDiscount({ ...common, discountId: action.discountId });
    case 'add_on':
      return decideAddOn({ ...common, ...action, itemIds: action.addOn.prices.map(newId) });
    case 'add_on_quantity':
      return decideAddOnQuantity({ ...common, ...action, itemIds: itemIds(), stepId: newId() });
    case 'end_add_on':
      return decideEndAddOn({ ...common, ...action, stepId: newId() });
    case 'charge': {
      const chargeId = newId();
      const price = { ...action.price, id: chargeId };
      return decideCharge({ ...common, ...action, chargeId, price });
    }
    default:
      return unreachable(action);
  }
}
