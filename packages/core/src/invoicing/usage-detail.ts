import type { Price } from '../catalog/price.ts';
import type { FullPeriod, ShareRule } from '../proration/share.ts';
import { needsSingleEvents } from '../rating/event-slices.ts';
import type { RatingPolicy } from '../rating/policy.ts';
import type { Period } from '../time/period.ts';
import { zoneNamed } from '../time/zone.ts';

/** What a price needs to know of the usage of a period beside its sum. */
export type UsageDetail =
  | { readonly kind: 'none' }
  /** The reading of every event, in order of time. */
  | { readonly kind: 'amounts' }
  /** Sums by the values of these properties of the events. */
  | { readonly kind: 'by_value'; readonly properties: readonly string[] }
  /** Sums by the unit that the meter tells apart. */
  | { readonly kind: 'by_unit' }
  /** The highest reading of every unit. */
  | { readonly kind: 'peaks' }
  /** Every move of a level, with its part of the full period: `proratedUnits` works it out. */
  | { readonly kind: 'prorated'; readonly whole: FullPeriod; readonly rule: ShareRule };

const NONE: UsageDetail = { kind: 'none' };

/** What of the subscription and the seller's settings says what must be loaded. */
export interface DetailScope extends Pick<ShareRule, 'days'>, Pick<RatingPolicy, 'eventInput'> {
  readonly timeZone: string;
}

/** What must be loaded for the usage of a price in a period. Where a meter cannot supply it, billing parks the customer. */
export function usageDetailOf(
  { model, cadence, proration: basis }: Pick<Price, 'model' | 'cadence' | 'proration'>,
  period: Period,
  { timeZone, days, eventInput }: DetailScope,
): UsageDetail {
  switch (model.kind) {
    case 'matrix':
      return { kind: 'by_value', properties: model.dimensions };
    case 'block_tiers':
      return { kind: 'by_unit' };
    case 'capacity_tiers':
      return { kind: 'peaks' };
    case 'prorated_graduated':
      return {
        kind: 'prorated',
        whole: { period, zone: zoneNamed(timeZone), cadence },
        rule: { basis, days },
      };
    case 'percentage':
      return needsSingleEvents(model) ? { kind: 'amounts' } : NONE;
    case 'graduated_percentage':
      return eventInput === 'each_event' ? { kind: 'amounts' } : NONE;
    default:
      return NONE;
  }
}
