import type { SoldPrice } from '@billhook/core/mirror/decide-subscription';
import type { Followed, SoldFace } from '@billhook/core/mirror/follow-catalogue';
import type { PriceAtStripe, ProductAtStripe } from '@billhook/core/mirror/import-catalogue';
import type { StoredPlan } from '../modules/catalog/api.ts';
import type { Link } from '../modules/mirror/api.ts';

/** What stands at Stripe for plans here, with the links that say so. */
export type SidesFrom = {
  /** Null for a product that is gone. */
  products: ReadonlyMap<string, ProductAtStripe | null>;
  prices: ReadonlyMap<string, PriceAtStripe>;
  /** By plan here. */
  productLinks: ReadonlyMap<string, Link>;
  /** By price at Stripe. */
  priceLinks: ReadonlyMap<string, Link>;
  /** By price at Stripe. */
  sold: ReadonlyMap<string, SoldPrice>;
};

/** A plan that is sold on both sides, compared by what both last agreed on. */
export type BothSides = {
  plan: StoredPlan;
  /** The link that keeps what is agreed. */
  kept: { kind: 'product' | 'price'; stripeId: string; digest: string | null };
  /** What it is called at Stripe. */
  theirName: string;
  followed: Followed;
  /** What was changed here and can be said to Stripe. */
  sends: Partial<SoldFace>;
  productId: string;
  /** Some prices of it are not sold at Stripe any more, and others are. */
  isHalfSold: boolean;
};
