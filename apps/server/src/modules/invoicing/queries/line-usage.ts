import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import { listMeters, type StoredMeter } from '../../catalog/api.ts';
import { measureUsage } from '../../usage/api.ts';
import type { StoredExplanation } from '../stored-explanation.ts';
import { findInvoice, findLine, type StoredLine } from './read.ts';

type Point = Awaited<ReturnType<typeof measureUsage>>['points'][number];

/** The days with usage that a line rests on, and whether more came in since. */
export type UsageByDay = { meter: StoredMeter; timeZone: string; days: readonly Point[]; hasLater: boolean };

/** Null where a line rests on no meter. */
export async function usageByDay(
  ctx: QueryCtx,
  customerId: string,
  { explanation }: Pick<StoredLine, 'explanation'>,
): Promise<UsageByDay | null> {
  const { readings, time_zone: timeZone } = explanation as unknown as StoredExplanation;
  const meter = (await listMeters(ctx)).find(({ id }) => id === readings?.meter_id);
  if (!readings || meter === undefined) return null;
  const { total, points } = await measureUsage(ctx, {
    customerId,
    meter,
    timeZone,
    from: instant(Date.parse(readings.period.start)),
    to: instant(Date.parse(readings.period.end)),
    granularity: 'day',
  });
  return {
    meter,
    timeZone,
    days: points.filter(({ eventCount }) => eventCount > 0n),
    hasLater: total.eventCount > BigInt(readings.event_count),
  };
}

/**
 * The same of a line by id, as it is sent.
 *
 * @param customerId whose line it must be; null for anybody's
 * Refusals: `invoice_line.not_found`, `invoice_line.not_metered`.
 */
export async function presentLineUsage(ctx: QueryCtx, lineId: string | null, customerId: string | null) {
  const line = lineId === null ? undefined : await findLine(ctx, lineId);
  const invoice = line === undefined ? undefined : await findInvoice(ctx, line.invoiceId);
  if (
    line === undefined ||
    invoice === undefined ||
    (customerId !== null && invoice.customerId !== customerId)
  )
    return refuse('invoice_line.not_found', 'There is no such invoice line.');
  const usage = await usageByDay(ctx, invoice.customerId, line);
  const { readings } = line.explanation as unknown as StoredExplanation;
  if (usage === null || !readings)
    return refuse('invoice_line.not_metered', 'The line rests on a price that counts no usage.');
  return {
    object: 'line_usage' as const,
    line: encodeTypeId('il', line.id),
    customer: encodeTypeId('cus', invoice.customerId),
    meter: usage.meter.key,
    meter_name: usage.meter.name,
    event_type: usage.meter.eventType,
    unit: line.unit,
    time_zone: usage.timeZone,
    start: readings.period.start,
    end: readings.period.end,
    days: usage.days.map(({ start, end, quantity, eventCount }) => ({
      start: iso(start),
      end: iso(end),
      quantity: formatDecimal12(quantity),
      event_count: Number(eventCount),
    })),
    has_later: usage.hasLater,
  };
}
