import { DEFAULT_RATING_POLICY, type RatingPolicy } from '@billhook/core/rating/policy';
import type { TenantSettings } from '../../platform/context.ts';

/**
 * What prices do where sellers differ. Only how a commitment is rounded is not a choice: in bills it rests on lines,
 * and these are rounded.
 */
export function ratingPolicy(settings: TenantSettings): RatingPolicy {
  return {
    ...DEFAULT_RATING_POLICY,
    rounding: settings.rounding,
    zeroQuantity: settings.zeroUsage,
    boundedLastTier: settings.boundedLastTier,
    negativeQuantity: settings.negativeUsage,
    perEventBounds: settings.eventBounds,
    freeEventMinimum: settings.freeEventMinimum,
    freeAllowance: settings.freeAllowance,
    zeroAmountEvent: settings.zeroAmountEvent,
    eventInput: settings.eventInput,
    minimumSpend: settings.minimumSpend,
    splitUnitRounding: settings.splitUnitRounding,
    unitDiscountOrder: settings.includedUnitsOrder,
    discountOrder: settings.priceDiscountOrder,
    proratedTiers: settings.proratedTiers,
  };
}
