import { decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import type { QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import { listMeters, type StoredMeter } from '../catalog/api.ts';
import { customerBySubject, getCustomers } from '../customers/api.ts';
import { usageByUnit } from './details.ts';
import { usageByDimension } from './queries/by-dimension.ts';
import { type Granularity, getUsage } from './queries/get-usage.ts';
import { topCustomers } from './queries/top-customers.ts';

type UsageQuery = {
  customer: string;
  meter: string;
  from: string;
  to: string;
  granularity?: Granularity | undefined;
  dimension?: string | undefined;
};

const MAX_GROUPS = 100;

/** Usage of a customer as the wire has it: the whole, by time, by unit and by the values of a property. */
export async function reportUsage(ctx: QueryCtx, query: UsageQuery) {
  const customer = await customerBySubject(ctx, query.customer);
  const meter = await meterNamed(ctx, query.meter);
  const granularity = query.granularity ?? 'none';
  const [from, to] = [readTime(query.from, '/from'), readTime(query.to, '/to')];
  const dimension = readDimension(meter, query.dimension);
  const request = { customerId: customer.id, meter, timeZone: customer.timeZone, from, to, granularity };
  const { total, points } = await getUsage(ctx, request);
  const units = await usageByUnit(ctx, { customerId: customer.id, meter, start: from, end: to });
  const { shown, leftOut } =
    dimension === null
      ? { shown: [], leftOut: 0 }
      : await groupsOf(ctx, {
          customerId: customer.id,
          meter,
          dimension,
          whole: { start: from, end: to },
          points,
        });
  return {
    object: 'usage' as const,
    customer: encodeTypeId('cus', customer.id),
    ...named(meter),
    aggregation: meter.aggregation,
    group_by: [...(meter.terms?.groupBy ?? [])],
    from: iso(from),
    to: iso(to),
    granularity,
    quantity: formatDecimal12(total.quantity),
    event_count: Number(total.eventCount),
    units: units.map(({ name, quantity }) => ({ name, quantity: formatDecimal12(quantity) })),
    points: points.map((point) => ({
      start: iso(point.start),
      end: iso(point.end),
      quantity: formatDecimal12(point.quantity),
      event_count: Number(point.eventCount),
    })),
    dimension,
    groups: shown,
    groups_left_out: leftOut,
  };
}

type Grouping = {
  customerId: string;
  meter: StoredMeter;
  dimension: string;
  whole: Period;
  points: readonly Period[];
};

async function groupsOf(ctx: QueryCtx, { customerId, meter, dimension, whole, points }: Grouping) {
  const rows = await usageByDimension(ctx, {
    customerId,
    meter,
    properties: [dimension],
    periods: [whole, ...points],
  });
  const byValue = Map.groupBy(rows, ({ values }) => values[0] ?? '');
  const groups = [...byValue].map(([value, parts]) => {
    const quantities = new Map(parts.map((part) => [part.period, part]));
    const quantityIn = (period: number) => quantities.get(period)?.quantity ?? decimal12FromScaled(0n);
    return { value, quantity: quantityIn(0), eventCount: quantities.get(0)?.eventCount ?? 0n, quantityIn };
  });
  groups.sort((left, right) =>
    left.quantity === right.quantity ? 0 : left.quantity > right.quantity ? -1 : 1,
  );
  const shown = groups.slice(0, MAX_GROUPS).map(({ value, quantity, eventCount, quantityIn }) => ({
    value,
    quantity: formatDecimal12(quantity),
    event_count: Number(eventCount),
    points: points.map((_, index) => formatDecimal12(quantityIn(index + 1))),
  }));
  return { shown, leftOut: groups.length - shown.length };
}

/** Who used most of a meter, with their names. */
export async function reportTopCustomers(
  ctx: QueryCtx,
  query: { meter: string; from: string; to: string; top?: number | undefined },
) {
  const meter = await meterNamed(ctx, query.meter);
  const [start, end] = [readTime(query.from, '/from'), readTime(query.to, '/to')];
  const found = await topCustomers(ctx, { meter, start, end, limit: query.top ?? 10 });
  const customers = await getCustomers(
    ctx,
    found.map(({ customerId }) => customerId),
  );
  return {
    object: 'top_customers' as const,
    ...named(meter),
    from: iso(start),
    to: iso(end),
    customers: found.map(({ customerId, quantity, eventCount }) => ({
      customer: encodeTypeId('cus', customerId),
      customer_name: customers.get(customerId)?.name ?? '',
      customer_external_id: customers.get(customerId)?.externalId ?? null,
      quantity: formatDecimal12(quantity),
      event_count: Number(eventCount),
    })),
  };
}

/** Ends with `meter.not_found`. */
export async function meterNamed(ctx: QueryCtx, key: string): Promise<StoredMeter> {
  const found = (await listMeters(ctx)).find((candidate) => candidate.key === key);
  return found ?? refuse('meter.not_found', `There is no meter ${key}.`);
}

/** What a report calls its meter. */
export function named(meter: StoredMeter) {
  return {
    meter: encodeTypeId('meter', meter.id),
    meter_key: meter.key,
    meter_name: meter.name,
    unit: meter.unit,
  };
}

function readDimension(meter: StoredMeter, asked: string | undefined): string | null {
  if (asked === undefined) return null;
  if (meter.terms?.groupBy.includes(asked) === true) return asked;
  const detail = `The meter ${meter.key} does not group by ${asked}.`;
  return refuse('request.invalid', detail, {
    faults: [{ pointer: '/dimension', code: 'dimension.unknown', detail }],
  });
}

export function readTime(text: string, pointer: string): Instant {
  const time = parseInstant(text);
  if (time.ok) return time.value;
  const { code, detail } = time.refusal;
  return refuse('request.invalid', detail, { faults: [{ pointer, code, detail }] });
}
