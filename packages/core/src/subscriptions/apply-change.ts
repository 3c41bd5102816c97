import type { Change } from '../decision/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Subscription } from './subscription.ts';
import { assertSubscriptionMove } from './transitions.ts';

/**
 * The subscription after one change; changes about anything else leave it as it is.
 *
 * @throws InvariantError if the change rests on another status, or would edit an item that has ended
 */
export function applySubscriptionChange(subscription: Subscription, change: Change): Subscription {
  if (!('subscriptionId' in change) || change.subscriptionId !== subscription.id) return subscription;
  switch (change.type) {
    case 'subscription.update': {
      invariant(
        change.fromStatus === subscription.status,
        'The subscription has another status than the decision rests on.',
      );
      const next = { ...subscription, ...change.fields };
      assertSubscriptionMove(subscription.status, next.status, subscription.billingAuthority);
      return next;
    }
    case 'subscription_item.create':
      invariant(!subscription.items.some((item) => item.id === change.item.id), 'An item is created once.');
      return { ...subscription, items: [...subscription.items, change.item] };
    case 'subscription_item.end':
      return {
        ...subscription,
        items: subscription.items.map((item) => {
          if (item.id !== change.itemId) return item;
          invariant(item.activeTo === null, 'An item ends once.');
          invariant(change.at >= item.activeFrom, 'An item does not end before it begins.');
          return { ...item, activeTo: change.at, creditUnused: change.creditUnused };
        }),
      };
    case 'subscription_charge.create':
      invariant(
        !subscription.charges.some((charge) => charge.id === change.charge.id),
        'A charge is made once.',
      );
      return { ...subscription, charges: [...subscription.charges, change.charge] };
    case 'subscription_discount.create':
      invariant(
        !subscription.discounts.some((discount) => discount.id === change.discount.id),
        'A discount is given once.',
      );
      return { ...subscription, discounts: [...subscription.discounts, change.discount] };
    case 'subscription_discount.end':
      return {
        ...subscription,
        discounts: subscription.discounts.map((discount) =>
          discount.id === change.discountId ? { ...discount, until: change.until } : discount,
        ),
      };
    case 'subscription_discount.move': {
      const { discountId, from, until, periods } = change;
      return {
        ...subscription,
        discounts: subscription.discounts.map((discount) =>
          discount.id === discountId ? { ...discount, from, until, periods } : discount,
        ),
      };
    }
    default:
      return subscription;
  }
}
