import { newsOfPrice } from '@billhook/core/mirror/follow-catalogue';
import type { PriceAtStripe, ProductAtStripe } from '@billhook/core/mirror/import-catalogue';
import { hasPrice } from '../modules/catalog/api.ts';
import { linkOf, putLink } from '../modules/mirror/api.ts';
import type { MeterAtStripe } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { takeInMeter } from './take-in-meter.ts';
import { takeInPrice } from './take-in-plan.ts';

/** A product with all its prices, as one look found them. */
export type LookedUpProduct = {
  product: ProductAtStripe | null;
  prices: readonly PriceAtStripe[];
  meters: readonly MeterAtStripe[];
  /** Of prices that are new here: whether some subscription has it, and whether beside a licensed one. */
  buyers: ReadonlyMap<string, { isBesideLicensed: boolean }>;
};

/** A price of a product that was looked up: known, new here, or left where it is with the reason. */
export async function meetPrice(
  ctx: CommandCtx,
  { product, buyers, meters }: LookedUpProduct,
  price: PriceAtStripe,
): Promise<'new' | 'known' | { reason: string }> {
  if (product === null || (await linkOf(ctx, 'price', price.id)) !== undefined) return 'known';
  const { ourPriceId } = price;
  const isRowHere = ourPriceId !== null && (await hasPrice(ctx, ourPriceId));
  const news = newsOfPrice(price, isRowHere, buyers.has(price.id));
  switch (news.action) {
    case 'leave':
      return news;
    case 'link': {
      // Sent from here, and the answer is not written down yet, or was lost.
      const objectId = ourPriceId as string;
      return (await putLink(ctx, 'price', { stripeId: price.id, objectId })) ? 'new' : 'known';
    }
    case 'take_in': {
      const meter = meters.find(({ id }) => id === price.meterId);
      if (meter !== undefined) await takeInMeter(ctx, meter);
      const isBeside = buyers.get(price.id)?.isBesideLicensed ?? false;
      const became = await takeInPrice(ctx, price, product, isBeside);
      return became === undefined ? 'new' : { reason: became.reason };
    }
  }
}
