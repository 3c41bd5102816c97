import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { requireMembership } from '../modules/customers/members/api.ts';
import { type StoredSubscription, subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';

/** All that a customer has, the oldest first; where everything has ended, what ended last. */
export async function heldSubscriptions(ctx: QueryCtx, customerId: string): Promise<StoredSubscription[]> {
  const all = await subscriptionsOfCustomers(ctx, [customerId]);
  const running = all.filter(({ status }) => status !== 'canceled');
  return running.length > 0 ? running : all.slice(-1);
}

/** The latest subscription that runs, or else the latest one. */
export async function currentSubscription(
  ctx: QueryCtx,
  customerId: string,
): Promise<StoredSubscription | undefined> {
  return (await heldSubscriptions(ctx, customerId)).at(-1);
}

/**
 * A subscription of the customer that the member acts for: the one that is named, else the current one. One of somebody
 * else is as unknown as one that is not there.
 */
export async function mySubscription(ctx: QueryCtx, named: string | undefined): Promise<StoredSubscription> {
  const { customerId } = await requireMembership(ctx);
  if (named === undefined)
    return (
      (await currentSubscription(ctx, customerId)) ??
      refuse('subscription.not_found', 'There is no subscription yet.')
    );
  return ownSubscription(ctx, customerId, named);
}

/** The subscription of this customer with this id. */
export async function ownSubscription(
  ctx: QueryCtx,
  customerId: string,
  named: string,
): Promise<StoredSubscription> {
  const id = decodeTypeId('sub', named);
  const own = await subscriptionsOfCustomers(ctx, [customerId]);
  return (
    (id.ok ? own.find((one) => one.id === id.value) : undefined) ??
    refuse('subscription.not_found', 'There is no such subscription.')
  );
}
