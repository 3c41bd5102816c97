import { isSentFromHere } from '@billhook/core/mirror/follow-catalogue';
import type { PriceAtStripe } from '@billhook/core/mirror/import-catalogue';
import { changePlan, listOffers } from '../modules/catalog/api.ts';
import {
  holdCatalogue,
  isNewest,
  linkFor,
  linkOf,
  listLinks,
  noteLookUp,
  soldPrices,
  stripeIdsOf,
  takeTicket,
} from '../modules/mirror/api.ts';
import type { ProviderBilling } from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import type { SidesFrom } from './both-sides.ts';
import { bothSidesOf } from './catalogue-faces.ts';
import { followSides, settleConflict } from './follow-sides.ts';
import { type LookedUpProduct, meetPrice } from './meet-price.ts';
import type { MirrorWork } from './mirror-subscription.ts';

/** A look that changed something here is followed by another one; this many end it, and later news bring the rest. */
const MOST_LOOKS = 5;

/** Whether what is sold follows Stripe without being asked. */
export function followsCatalogue(work: Pick<MirrorWork, 'query'>): Promise<boolean> {
  return work.query(async (ctx) => ctx.tenant.settings.newSubscriptions === 'stripe');
}

/**
 * Looks a product up at Stripe with its prices, until a look changes nothing here: what is new becomes plans, and what
 * Stripe alone changed is followed. True if it is sold here.
 */
export async function followProduct(work: MirrorWork, productId: string): Promise<boolean> {
  let isKnown = false;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const became = await lookOnce(work, productId);
    isKnown = became !== 'foreign';
    if (became !== 'changed') break;
  }
  return isKnown;
}

/** News of a price are news of its product; one that is gone is sold no more. */
export async function followPrice(work: MirrorWork, priceId: string): Promise<boolean> {
  const price = await work.billing.retrievePrice(priceId);
  if (price !== null) return followProduct(work, price.productId);
  // Others of the same plan may still stand: what becomes of the plan is seen at all of them together.
  for (const otherId of await work.query((ctx) => besideInPlan(ctx, priceId))) {
    const other = await work.billing.retrievePrice(otherId);
    if (other !== null) return followProduct(work, other.productId);
  }
  return work.command((ctx) => endGonePrice(ctx, priceId));
}

/** What is sold now of the plan that a price at Stripe stands for; undefined where it stands for nothing that is. */
async function soldNow(ctx: QueryCtx, priceId: string) {
  const sold = (await soldPrices(ctx, [priceId])).get(priceId);
  const offer = (await listOffers(ctx)).find(({ plan }) => plan.id === sold?.planId);
  const prices = offer?.versions.flatMap((version) => version.prices) ?? [];
  const isSold = offer?.plan.archivedAt === null && prices.some(({ id }) => id === sold?.price.id);
  return { isKnown: sold !== undefined, planId: isSold ? offer.plan.id : null, prices };
}

/** Stripe's ids of the other prices of its plan. */
async function besideInPlan(ctx: QueryCtx, priceId: string): Promise<string[]> {
  const { planId, prices } = await soldNow(ctx, priceId);
  if (planId === null) return [];
  const ids = await stripeIdsOf(
    ctx,
    'price',
    prices.map(({ id }) => id),
  );
  return [...ids.values()].filter((id) => id !== priceId).sort();
}

/** Stripe lets go only of prices that nobody ever had. */
async function endGonePrice(ctx: CommandCtx, priceId: string): Promise<boolean> {
  await holdCatalogue(ctx);
  const { isKnown, planId } = await soldNow(ctx, priceId);
  if (planId === null) return isKnown;
  await changePlan(ctx, planId, { archived: true });
  await settleConflict(ctx, (await linkFor(ctx, 'product', planId))?.stripeId ?? priceId);
  return isKnown;
}

async function lookOnce(work: MirrorWork, productId: string): Promise<'changed' | 'same' | 'foreign'> {
  const ticket = await work.command((ctx) => takeTicket(ctx, 'product', productId));
  const product = await work.billing.retrieveProduct(productId);
  const prices = product === null ? [] : await work.billing.listPrices(productId);
  const unlinked = await work.query(async (ctx) => {
    const fresh: PriceAtStripe[] = [];
    for (const price of prices)
      if ((await linkOf(ctx, 'price', price.id)) === undefined && !isSentFromHere(price)) fresh.push(price);
    return fresh;
  });
  const looked: LookedUpProduct = {
    product,
    prices,
    meters: unlinked.some(({ meterId }) => meterId !== null) ? await work.billing.listMeters() : [],
    buyers: await buyersOf(work.billing, unlinked),
  };
  return work.command((ctx) => applyProduct(ctx, productId, looked, ticket));
}

/** Who has a price says what it is, where the price itself does not. */
async function buyersOf(
  billing: ProviderBilling,
  prices: readonly PriceAtStripe[],
): Promise<LookedUpProduct['buyers']> {
  const buyers = new Map<string, { isBesideLicensed: boolean }>();
  for (const { id, figures, isActive } of prices) {
    if (figures === null || (isActive && figures.usage === 'licensed')) continue;
    const subscriptions = await billing.listSubscriptions(id);
    if (subscriptions.length === 0) continue;
    const isBesideLicensed = subscriptions.some(({ items }) =>
      items.some(({ quantity }) => quantity !== null),
    );
    buyers.set(id, { isBesideLicensed });
  }
  return buyers;
}

async function applyProduct(
  ctx: CommandCtx,
  productId: string,
  looked: LookedUpProduct,
  ticket: bigint,
): Promise<'changed' | 'same' | 'foreign'> {
  await holdCatalogue(ctx);
  if (!(await isNewest(ctx, 'product', productId, ticket))) return 'same';
  let isChanged = false;
  let reason: string | null = null;
  for (const price of looked.prices) {
    const became = await meetPrice(ctx, looked, price);
    if (became === 'new') isChanged = true;
    else if (became !== 'known') reason = became.reason;
  }
  const from = await sidesFrom(ctx, productId, looked);
  const sides = (await listOffers(ctx)).flatMap((offer) => bothSidesOf(offer, from) ?? []);
  for (const side of sides) if (await followSides(ctx, side)) isChanged = true;
  const isKnown = sides.length > 0 || from.sold.size > 0;
  await noteLookUp(ctx, 'product', productId, {
    state: isKnown ? 'mirrored' : 'foreign',
    reason: isKnown ? null : (reason ?? 'Nothing of it is sold here.'),
  });
  if (isChanged) return 'changed';
  return isKnown ? 'same' : 'foreign';
}

async function sidesFrom(
  ctx: CommandCtx,
  productId: string,
  { product, prices }: LookedUpProduct,
): Promise<SidesFrom> {
  return {
    products: new Map([[productId, product]]),
    prices: new Map(prices.map((price) => [price.id, price])),
    productLinks: new Map((await listLinks(ctx, 'product')).map((link) => [link.objectId, link])),
    priceLinks: new Map((await listLinks(ctx, 'price')).map((link) => [link.stripeId, link])),
    sold: await soldPrices(
      ctx,
      prices.map(({ id }) => id),
    ),
  };
}
