import { type Customer, getCustomers } from '../modules/customers/api.ts';
import { billedLikenesses, taxFactsOf } from '../modules/invoicing/api.ts';
import { subscriptionLikenesses } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { customerText, likenessOf } from './likeness-of.ts';

/** A customer with the ids that its billing speaks of, in an order in which those of customers like it agree. */
type Named = { customer: Customer; collection: 'automatic' | 'manual'; names: readonly string[] };

/** Customers of whom billing knows the same but for their ids: what is decided of the first holds of all. */
export type Alike = { leader: Named; followers: Named[] };

/** Below so many nothing is gained. */
const FEWEST = 8;
/** So many are looked at first: where they are all different, so are the rest. */
const PROBED = 40;

/**
 * Those among customers under lock who are like one before them. Only plain cases are told alike: one subscription due, that
 * runs, with nothing agreed or planned for it alone, and no tax that another has to answer for. All others are decided
 * one by one, and so is the first of each kind.
 */
export async function findAlike(ctx: CommandCtx, locked: readonly string[]): Promise<readonly Alike[]> {
  if (locked.length < FEWEST || ctx.tenant.settings.taxProvider !== null) return [];
  const kinds = new Map<string, Alike>();
  await addKinds(ctx, locked.slice(0, PROBED), kinds);
  if (followersIn(kinds) * 2 < Math.min(PROBED, locked.length)) return [];
  await addKinds(ctx, locked.slice(PROBED), kinds);
  return [...kinds.values()].filter(({ followers }) => followers.length > 0);
}

const followersIn = (kinds: ReadonlyMap<string, Alike>) =>
  [...kinds.values()].reduce((sum, { followers }) => sum + followers.length, 0);

/** Tells these customers apart, or of the kinds that were found so far. */
async function addKinds(
  ctx: CommandCtx,
  locked: readonly string[],
  kinds: Map<string, Alike>,
): Promise<void> {
  if (locked.length === 0) return;
  const found = new Map(
    (await subscriptionLikenesses(ctx, locked)).map((likeness) => [likeness.customerId, likeness]),
  );
  const subscriptionIds = [...found.values()].map(({ subscriptionId }) => subscriptionId);
  const billed = await billedLikenesses(ctx, subscriptionIds);
  const customers = await getCustomers(ctx, [...found.keys()]);
  const factsOf = await taxFactsOf(ctx, [...customers.values()]);
  for (const id of locked) {
    const subscription = found.get(id);
    const customer = customers.get(id);
    if (subscription === undefined || customer === undefined) continue;
    const own = [id, subscription.subscriptionId, ...subscription.itemIds, ...subscription.discountIds];
    const text = likenessOf(own, subscription, billed.get(subscription.subscriptionId));
    const person = customerText(ctx.tenant.settings, customer, factsOf(id));
    if (text === null || person === null) continue;
    const collection = customer.paysByTransfer ? 'manual' : subscription.collection;
    const named: Named = { customer, collection, names: own };
    const kind = kinds.get(`${person}${text}`);
    if (kind === undefined) kinds.set(`${person}${text}`, { leader: named, followers: [] });
    else kind.followers.push(named);
  }
}
