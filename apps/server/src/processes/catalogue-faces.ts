import {
  descriptionFromStripe,
  type Followed,
  faceFromText,
  followFace,
  isSentFromHere,
  nameFromStripe,
  type SoldFace,
} from '@billhook/core/mirror/follow-catalogue';
import type { PriceAtStripe } from '@billhook/core/mirror/import-catalogue';
import type { Offer } from '../modules/catalog/api.ts';
import type { Link } from '../modules/mirror/api.ts';
import type { BothSides, SidesFrom } from './both-sides.ts';

/**
 * A plan that came from a price of Stripe follows that price with its product; one that went to Stripe follows its
 * product. Null where what it follows is not among what was looked at.
 */
export function bothSidesOf({ plan, versions }: Offer, from: SidesFrom): BothSides | null {
  const own = [...from.prices.values()].filter(({ id }) => from.sold.get(id)?.planId === plan.id);
  const takenIn = own.find((price) => !isSentFromHere(price));
  const productLink = from.productLinks.get(plan.id);
  const kept =
    takenIn === undefined
      ? productLink && { kind: 'product' as const, ...productLink }
      : { kind: 'price' as const, ...(from.priceLinks.get(takenIn.id) as Link) };
  const productId = takenIn?.productId ?? productLink?.stripeId ?? '';
  const product = from.products.get(productId);
  if (kept === undefined || product === undefined) return null;
  const ours: SoldFace = {
    name: plan.name,
    description: plan.description,
    isSold: plan.archivedAt === null,
  };
  const newestIds = new Set(versions.flatMap(({ prices }) => prices.map(({ id }) => id)));
  const newest = own.filter(({ id }) => newestIds.has(from.sold.get(id)?.price.id ?? ''));
  const counted = newest.length > 0 ? newest : own;
  // One that stands for a price here and is not at Stripe any more is not sold there either.
  const isGone = [...from.priceLinks.values()].some(
    ({ stripeId, objectId }) => newestIds.has(objectId) && !from.prices.has(stripeId),
  );
  const isPriced = counted.length === 0 ? !isGone : counted.some(({ isActive }) => isActive);
  const theirs: SoldFace =
    product === null
      ? { ...faceFromText(kept.digest, ours), isSold: false }
      : {
          name: nameFromStripe(product, takenIn ?? null),
          description: descriptionFromStripe(product),
          isSold: product.isActive && isPriced,
        };
  const followed = followFace(faceFromText(kept.digest, theirs), ours, theirs);
  return {
    plan,
    kept,
    theirName: theirs.name,
    followed,
    sends: product === null ? {} : sentOf(followed.there, takenIn, productLink?.stripeId === product.id),
    productId,
    isHalfSold: ours.isSold && theirs.isSold && (isGone || counted.some(({ isActive }) => !isActive)),
  };
}

/** A name that Stripe makes of product and price is no product's; taking a price off sale there is for people there. */
function sentOf(
  there: Followed['there'],
  takenIn: PriceAtStripe | undefined,
  isItsProduct: boolean,
): Partial<SoldFace> {
  if (takenIn === undefined) return there;
  if (takenIn.nickname !== null || !isItsProduct) return {};
  const { isSold: _, ...words } = there;
  return words;
}
