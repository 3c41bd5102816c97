import type { Price } from '../catalog/price.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import type { DayRules } from './cut-item.ts';
import { draftOf, withEvent, withFields } from './draft.ts';
import { planItems } from './items.ts';
import { refusePrice, refuseStripe } from './refusals.ts';
import { isLive, type Subscription } from './subscription.ts';
import { withItemsSwapped } from './swap-items.ts';

/** What may be agreed with one customer: the figures of a price, never its meter, timing or periods. */
export type PriceOverride = Pick<Price, 'model' | 'terms'>;

export interface OverrideInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly priceKey: string;
  readonly override: PriceOverride;
  readonly itemId: string;
  readonly isProrated: boolean;
  readonly days: DayRules;
}

/**
 * Changes one price for this subscription alone, from now on. It holds until the plan changes; a newer version of the
 * same plan keeps it.
 * Refusals: `subscription.not_live`, `subscription.paused`, `subscription.price_not_found`, `price.invalid`,
 * `subscription.authority_stripe`.
 */
export function decideOverride(input: OverrideInput): Result<Decision> {
  const { now, subscription, priceKey, isProrated, days } = input;
  const refusal = refuseStripe(subscription);
  if (refusal !== null) return refusal;
  if (subscription.status === 'paused')
    return refuse('subscription.paused', 'Resume the subscription first.');
  if (!isLive(subscription)) return refuse('subscription.not_live', 'The subscription does not run.');
  const current = planItems(subscription).find((item) => item.price.key === priceKey);
  if (current === undefined)
    return refuse('subscription.price_not_found', 'The plan has no price with this key.', {
      price_key: priceKey,
    });
  const price = { ...current.price, ...input.override };
  const badPrice = refusePrice(price);
  if (badPrice !== null) return badPrice;
  const swapped = withItemsSwapped(draftOf(subscription), {
    step: { id: input.itemId, at: now, itemIds: [input.itemId], isProrated },
    days,
    matches: (item) => item.id === current.id,
    next: () => ({ price, isOverridden: true }),
  });
  const moved = withFields(swapped, { nextActionAt: now });
  return ok(withEvent(moved, 'subscription.price_overridden', { price_key: priceKey, at: now }).decision);
}

/** The prices of a version with what was agreed for one subscription put in. */
export function overridePrices(
  prices: readonly Price[],
  overrides: Readonly<Record<string, PriceOverride>>,
): readonly Price[] {
  return prices.map((price) => ({ ...price, ...overrides[price.key] }));
}
