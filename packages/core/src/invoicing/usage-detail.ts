import type { PriceModel } from '../catalog/price-model.ts';
import { needsSingleEvents } from '../rating/event-slices.ts';

/** What a price needs to know of the usage of a period beside its sum. */
export type UsageDetail =
  | { readonly kind: 'none' }
  /** The reading of every event, in order of time. */
  | { readonly kind: 'amounts' }
  /** Sums by the values of these properties of the events. */
  | { readonly kind: 'by_value'; readonly properties: readonly string[] };

const NONE: UsageDetail = { kind: 'none' };

/**
 * What must be loaded for a model. Models over blocks, peaks or prorated units need figures that no meter measures yet;
 * without them billing parks the customer.
 */
export function usageDetailOf(model: PriceModel): UsageDetail {
  if (model.kind === 'matrix') return { kind: 'by_value', properties: model.dimensions };
  if (model.kind !== 'percentage') return NONE;
  return needsSingleEvents(model) ? { kind: 'amounts' } : NONE;
}
