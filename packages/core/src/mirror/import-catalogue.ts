import { ok, type Result, refuse } from '../kernel/result.ts';
import { descriptionFromStripe, nameFromStripe } from './follow-catalogue.ts';
import { type PriceFigures, type PriceFiguresAtStripe, priceFromStripe } from './price-at-stripe.ts';

export interface ProductAtStripe {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isActive: boolean;
  /** The plan here that it was made for, as written into the metadata. */
  readonly planId: string | null;
}

export interface PriceAtStripe {
  readonly id: string;
  readonly productId: string;
  readonly isActive: boolean;
  /** Null for a price that is charged once. */
  readonly figures: PriceFiguresAtStripe | null;
  /** Stripe's id of the meter; null for licensed prices. */
  readonly meterId: string | null;
  readonly nickname: string | null;
  readonly lookupKey: string | null;
  /** The price here that it was made for, as written into the metadata. */
  readonly ourPriceId: string | null;
}

/** A plan or an add-on that stands for one price of Stripe. */
export interface PlanDraftFromStripe {
  readonly priceId: string;
  readonly productId: string;
  readonly kind: 'plan' | 'add_on';
  readonly key: string;
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly currency: string;
  readonly figures: PriceFigures;
  readonly meterId: string | null;
  readonly isActive: boolean;
}

/**
 * What a price of Stripe becomes here. Each recurring price is a plan of its own, in the family of its product. A metered
 * one that is sold beside licensed ones is an add-on to these. Refusals: `mirror.charged_once`,
 * `mirror.product_unknown`, `mirror.not_expressible`.
 *
 * @param soldBeside prices that some subscription has beside a licensed one
 * @param taken keys that plans here have already
 */
export function planFromStripe(
  price: PriceAtStripe,
  product: ProductAtStripe | undefined,
  soldBeside: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): Result<PlanDraftFromStripe> {
  if (price.figures === null)
    return refuse('mirror.charged_once', 'A price that is charged once belongs to no subscription.');
  if (product === undefined)
    return refuse('mirror.product_unknown', 'The product of the price is not in the account.');
  const figures = priceFromStripe(price.figures);
  if (!figures.ok) return figures;
  const { interval, intervalCount, currency, usage } = price.figures;
  const rhythm = intervalCount === 1 ? interval : `${intervalCount}-${interval}`;
  const family = keyOf(product.name) ?? keyOf(product.id) ?? 'stripe';
  const wished =
    keyOf(price.lookupKey ?? '') ??
    keyOf(`${product.name} ${price.nickname ?? ''} ${rhythm} ${currency}`) ??
    family;
  return ok({
    priceId: price.id,
    productId: product.id,
    kind: usage === 'metered' && soldBeside.has(price.id) ? 'add_on' : 'plan',
    key: freeKey(wished, taken),
    name: nameFromStripe(product, price),
    family,
    description: descriptionFromStripe(product),
    currency,
    figures: figures.value,
    meterId: price.meterId,
    isActive: price.isActive && product.isActive,
  });
}

/** A text as a key of the catalogue; null where nothing of it is left. */
export function keyOf(text: string): string | null {
  const key = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replaceAll(/-+$/g, '');
  return key === '' ? null : key;
}

function freeKey(wished: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wished)) return wished;
  for (let number = 2; ; number += 1) {
    const key = `${wished.slice(0, 56)}-${number}`;
    if (!taken.has(key)) return key;
  }
}

/** Metered prices that some subscription has beside a licensed one. */
export function soldBesideLicensed(
  prices: readonly PriceAtStripe[],
  subscriptions: readonly { readonly priceIds: readonly string[] }[],
): ReadonlySet<string> {
  const metered = new Set(prices.filter(({ figures }) => figures?.usage === 'metered').map(({ id }) => id));
  const beside = new Set<string>();
  for (const { priceIds } of subscriptions) {
    if (!priceIds.some((id) => !metered.has(id))) continue;
    for (const id of priceIds) if (metered.has(id)) beside.add(id);
  }
  return beside;
}
