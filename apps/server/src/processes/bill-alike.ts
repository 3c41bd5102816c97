import type { BillingDecision } from '@billhook/core/invoicing/decide-invoice';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { renaming } from '@billhook/core/kernel/renaming';
import { type Customer, getCustomers } from '../modules/customers/api.ts';
import { type BilledLikeness, billedLikenesses } from '../modules/invoicing/api.ts';
import { type SubscriptionLikeness, subscriptionLikenesses } from '../modules/subscriptions/api.ts';
import type { CommandCtx, TenantSettings } from '../platform/context.ts';

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
  const probed = await kindsOf(ctx, locked.slice(0, PROBED));
  const following = probed.reduce((sum, { followers }) => sum + followers.length, 0);
  if (following * 2 < Math.min(PROBED, locked.length)) return [];
  const kinds = locked.length <= PROBED ? probed : await kindsOf(ctx, locked);
  return kinds.filter(({ followers }) => followers.length > 0);
}

async function kindsOf(ctx: CommandCtx, locked: readonly string[]): Promise<Alike[]> {
  const found = new Map(
    (await subscriptionLikenesses(ctx, locked)).map((likeness) => [likeness.customerId, likeness]),
  );
  const subscriptionIds = [...found.values()].map(({ subscriptionId }) => subscriptionId);
  const billed = await billedLikenesses(ctx, subscriptionIds);
  const customers = await getCustomers(ctx, [...found.keys()]);
  const kinds = new Map<string, Alike>();
  for (const id of locked) {
    const subscription = found.get(id);
    const customer = customers.get(id);
    if (subscription === undefined || customer === undefined) continue;
    const own = [id, subscription.subscriptionId, ...subscription.itemIds, ...subscription.discountIds];
    const text = likenessOf(own, subscription, billed.get(subscription.subscriptionId));
    const person = customerText(ctx.tenant.settings, customer);
    if (text === null || person === null) continue;
    const collection = customer.paysByTransfer ? 'manual' : subscription.collection;
    const named: Named = { customer, collection, names: own };
    const kind = kinds.get(`${person}${text}`);
    if (kind === undefined) kinds.set(`${person}${text}`, { leader: named, followers: [] });
    else kind.followers.push(named);
  }
  return [...kinds.values()];
}

/**
 * Two such texts are equal where everything is equal but the ids, and these sort alike: what is decided may rest on which
 * of them comes first, but on nothing else of them. Null where ids do not tell one thing from another.
 */
function likenessOf(
  own: readonly string[],
  { itemIds, discountIds, digest }: SubscriptionLikeness,
  billed: BilledLikeness | null | undefined,
): string | null {
  if (billed === null) return null;
  const sorted = own.toSorted();
  if (sorted.some((id, index) => id === sorted[index - 1])) return null;
  const ranks = own.map((id) => sorted.indexOf(id));
  const shape = `${itemIds.length}/${discountIds.length}/${ranks.join()}/${digest}`;
  if (billed === undefined) return shape;
  const items = billed.itemIds.map((id) => itemIds.indexOf(id));
  if (items.includes(-1)) return null;
  const discounts = billed.discountIds.map((id) => {
    const place = id === null ? -1 : discountIds.indexOf(id);
    return place < 0 ? id : place;
  });
  return `${shape}/${items.join()}/${discounts.join()}/${billed.digest}`;
}

/** What of a customer's own data a decision rests on; null where it rests on more than that. */
function customerText({ taxRules }: TenantSettings, customer: Customer): string | null {
  const { currency, country, taxId, taxExempt, paymentTermsDays, paysByTransfer, address } = customer;
  // What the registry said about a number is no part of the customer.
  if (taxRules !== null && taxId !== null) return null;
  const credit = [...customer.creditBalances].map(([code, minor]) => `${code}${minor}`).sort();
  const place = taxRules === null ? null : (address.postal_code ?? null);
  return JSON.stringify([
    currency,
    country,
    taxId,
    taxExempt,
    paymentTermsDays,
    paysByTransfer,
    place,
    ...credit,
  ]);
}

/** What is to be written of a decision. */
export type ToWrite = Pick<BillingDecision, 'changes' | 'events' | 'invoice'>;

/**
 * The decision about the first of a kind, for the others: worked out once, with an id for each new invoice. Its lines are
 * not made again for each: they are written as those of the first.
 */
export function decidedLike(
  { changes, events }: ToWrite,
  invoice: IssuedInvoice,
  leaderNames: readonly string[],
): (names: readonly string[]) => ToWrite {
  // The invoice is written apart from the changes.
  const others = changes.filter(({ type }) => type !== 'invoice.create');
  return renaming({ changes: others, events, invoice: { ...invoice, lines: [] } }, leaderNames);
}
