import { keyOf } from '@billhook/core/mirror/import-catalogue';
import { addMeter, listMeters } from '../modules/catalog/api.ts';
import { holdCatalogue, linkOf, putLink } from '../modules/mirror/api.ts';
import type { MeterAtStripe } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/** Whether Stripe joins the values of a meter in a way that hours add up to. */
export const addsUpAtStripe = ({ aggregation }: Pick<MeterAtStripe, 'aggregation'>): boolean =>
  aggregation === 'sum' || aggregation === 'count';

/** A meter here of one at Stripe: events of its name, by their value. One of the same key and event stands for it. */
export async function takeInMeter(ctx: CommandCtx, meter: MeterAtStripe): Promise<undefined> {
  await holdCatalogue(ctx);
  if (!addsUpAtStripe(meter) || (await linkOf(ctx, 'meter', meter.id)) !== undefined) return undefined;
  const key = keyOf(meter.eventName) ?? 'stripe-meter';
  const meters = await listMeters(ctx);
  const same = meters.find((one) => one.key === key || one.eventType === meter.eventName);
  const made =
    same ??
    (await addMeter(ctx, {
      key,
      name: meter.name.slice(0, 200),
      event_type: meter.eventName,
      aggregation: meter.aggregation === 'count' ? 'count' : 'sum',
      value_property: meter.aggregation === 'count' ? null : 'value',
    }));
  await putLink(ctx, 'meter', { stripeId: meter.id, objectId: made.id, eventName: meter.eventName });
  return undefined;
}
