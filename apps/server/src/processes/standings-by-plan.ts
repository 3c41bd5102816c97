import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { accessOf, type Right, standingsOf } from '../modules/entitlements/api.ts';
import type { StoredSubscription } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';

/**
 * How metered features stand, each with the subscription that grants it: every plan that counts a meter counts all of its
 * use against a limit of its own. Of one subscription there is nothing to tell apart.
 */
export async function standingsByPlan(
  ctx: QueryCtx,
  customerId: string,
  held: readonly StoredSubscription[],
) {
  const standings = await standingsOf(ctx, customerId);
  const [only, ...more] = held.filter(({ status }) => status !== 'canceled');
  const rights =
    more.length === 0
      ? null
      : ((await accessOf(ctx, [customerId])).get(customerId)?.rights ?? []).filter(isShown);
  return standings.map((standing, index) => {
    const right = rights?.[index];
    const known = right?.feature.key === standing.feature ? right.subscription : null;
    const id = rights === null ? only?.id : known?.id;
    return { ...standing, subscription: id === undefined ? null : encodeTypeId('sub', id) };
  });
}

/** Rights that have a standing, in the order of the standings. */
function isShown({ entitlement, meter, window, service }: Right): boolean {
  return entitlement.kind === 'metered' && meter !== null && window !== null && service?.rule !== 'block';
}
