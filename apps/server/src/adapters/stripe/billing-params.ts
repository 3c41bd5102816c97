import type { PriceFiguresAtStripe, TierAtStripe } from '@billhook/core/mirror/price-at-stripe';
import type { Instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import type { NewPriceAtStripe, WishAtStripe } from '../../modules/payments/provider-billing.ts';

/** Stripe counts time in seconds. */
export const toSeconds = (at: Instant): number => Math.floor(at / 1000);

/** A price as Stripe takes it. */
export function priceParams(price: NewPriceAtStripe): Stripe.PriceCreateParams {
  const { figures } = price;
  return {
    product: price.productId,
    currency: figures.currency.toLowerCase(),
    nickname: price.nickname,
    lookup_key: price.lookupKey,
    metadata: { billhook_price_id: price.priceId },
    tax_behavior: price.taxBehaviour,
    recurring: {
      interval: figures.interval,
      interval_count: figures.intervalCount,
      usage_type: figures.usage,
      ...(price.meterId === null ? {} : { meter: price.meterId }),
    },
    ...amountParams(figures),
  };
}

function amountParams(figures: PriceFiguresAtStripe): Partial<Stripe.PriceCreateParams> {
  if (figures.tiersMode !== null) {
    return {
      billing_scheme: 'tiered',
      tiers_mode: figures.tiersMode,
      tiers: figures.tiers.map(tierParams),
    };
  }
  const { packageSize, unitAmount } = figures;
  return {
    billing_scheme: 'per_unit',
    unit_amount_decimal: (unitAmount ?? '0') as never,
    ...(packageSize === null
      ? {}
      : { transform_quantity: { divide_by: Number(packageSize), round: 'up' as const } }),
  };
}

function tierParams({ upTo, unitAmount, flatAmount }: TierAtStripe): Stripe.PriceCreateParams.Tier {
  return {
    up_to: upTo === null ? 'inf' : Number(upTo),
    ...(unitAmount === null ? {} : { unit_amount_decimal: unitAmount as never }),
    ...(flatAmount === null || flatAmount === '0' ? {} : { flat_amount_decimal: flatAmount as never }),
  };
}

/** An update that makes a subscription what is wished for; items of prices that are not wished for end. */
export function updateParams(
  subscription: Stripe.Subscription,
  wish: WishAtStripe,
): Stripe.SubscriptionUpdateParams {
  if (wish.kind === 'cancel') return { cancel_at_period_end: true };
  if (wish.kind === 'keep') {
    // An end at a moment of its own is taken back apart from one at the end of the period.
    return subscription.cancel_at_period_end || subscription.cancel_at === null
      ? { cancel_at_period_end: false }
      : { cancel_at: '' };
  }
  return { items: itemParams(subscription, wish.prices), proration_behavior: 'create_prorations' };
}

export type ItemParam = {
  id?: string;
  price?: string;
  quantity?: number;
  deleted?: boolean;
};

/** Items that stay keep their ids, so that Stripe prorates the difference alone. */
export function itemParams(
  subscription: Stripe.Subscription,
  prices: readonly { priceId: string; quantity: bigint | null }[],
): ItemParam[] {
  const items = subscription.items.data;
  const gone = items.filter(({ price }) => !prices.some(({ priceId }) => priceId === price.id));
  const fresh = prices.filter(({ priceId }) => !items.some(({ price }) => price.id === priceId));
  const kept = items.flatMap(({ id, price }): ItemParam[] => {
    const wanted = prices.find(({ priceId }) => priceId === price.id);
    return wanted === undefined || wanted.quantity === null
      ? []
      : [{ id, quantity: Number(wanted.quantity) }];
  });
  const replaced = gone.map(({ id }, index): ItemParam => {
    const next = fresh[index];
    if (next === undefined) return { id, deleted: true };
    return { id, price: next.priceId, ...quantityOf(next.quantity) };
  });
  const added = fresh
    .slice(gone.length)
    .map(({ priceId, quantity }): ItemParam => ({ price: priceId, ...quantityOf(quantity) }));
  return [...kept, ...replaced, ...added];
}

const quantityOf = (quantity: bigint | null) => (quantity === null ? {} : { quantity: Number(quantity) });
