import type { Meter } from '@billhook/core/catalog/meter';
import { type Decimal12, decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { type Instant, instant, MIN_INSTANT, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { hourOf } from './rollup.ts';

/** What is asked of a meter: how it measures says how readings come together. */
export type AskedMeter = Pick<Meter, 'id' | 'aggregation'>;

export type PeriodRequest = { customerId: string; meter: AskedMeter; start: Instant; end: Instant };

export type PeriodQuantity = {
  quantity: Decimal12;
  eventCount: bigint;
  /** Reserved for an archive's proof of the readings; none is computed yet. */
  digest: null;
};

type Stretch = {
  position: number;
  request: PeriodRequest;
  start: Instant;
  end: Instant;
  /** Lies before the period: a level stands on it, and its events are not counted. */
  isBefore?: boolean;
};

/**
 * Measured usage of half-open periods, exactly, for any number of requests in two statements: whole hours come from
 * the hourly figures, what lies before the first and after the last whole hour from the events themselves. A level
 * rests on everything up to the end of its period.
 */
export async function measure(ctx: QueryCtx, requests: readonly PeriodRequest[]): Promise<PeriodQuantity[]> {
  const hours: Stretch[] = [];
  const edges: Stretch[] = [];
  const cover = (stretch: Stretch) => {
    const { start, end } = stretch;
    if (end <= start) return;
    const firstHour = ceilHour(start);
    const lastHour = hourOf(end);
    const parts = firstHour < lastHour ? [firstHour, lastHour] : [end, end];
    const [from, to] = parts as [Instant, Instant];
    if (start < from) edges.push({ ...stretch, end: from });
    if (from < to) hours.push({ ...stretch, start: from, end: to });
    if (to < end) edges.push({ ...stretch, start: to });
  };
  for (const [position, request] of requests.entries()) {
    const { start, end, meter } = request;
    if (meter.aggregation === 'level')
      cover({ position, request, start: MIN_INSTANT, end: start, isBefore: true });
    cover({ position, request, start, end });
  }
  const found = [...(await readHours(ctx, hours)), ...(await readEvents(ctx, edges))];
  const rows = Map.groupBy(found, ({ position }) => position);
  return requests.map(({ meter }, position) => together(meter, rows.get(position) ?? []));
}

function together({ aggregation }: AskedMeter, rows: readonly StretchRow[]): PeriodQuantity {
  let eventCount = 0n;
  const figures: bigint[] = [];
  for (const row of rows) {
    if (row.quantity !== null) figures.push(parseNumeric(row.quantity));
    if (!row.is_before) eventCount += row.event_count;
  }
  const sum = figures.reduce((total, figure) => total + figure, 0n);
  const highest = figures.reduce((top, figure) => (figure > top ? figure : top), figures[0] ?? 0n);
  const quantity = decimal12FromScaled(aggregation === 'max' ? highest : sum);
  return { quantity, eventCount, digest: null };
}

/** The quantity is null where there is no event. */
type StretchRow = { position: number; is_before: boolean; quantity: string | null; event_count: bigint };

function readHours(ctx: QueryCtx, stretches: readonly Stretch[]): Promise<StretchRow[]> {
  if (stretches.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<StretchRow>(
    `select q.position, q.is_before, s.quantity, s.event_count
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::boolean[], $8::boolean[])
       as q (position, customer_id, meter_id, start_at, end_at, is_before, takes_highest)
     cross join lateral (
       select case when q.takes_highest then max(r.quantity) else sum(r.quantity) end as quantity,
         coalesce(sum(r.event_count), 0)::bigint as event_count
       from usage_rollups r
       where r.tenant_id = $1 and r.customer_id = q.customer_id and r.meter_id = q.meter_id
         and r.hour >= q.start_at and r.hour < q.end_at
     ) as s`,
    parameters(ctx, stretches),
  );
}

function readEvents(ctx: QueryCtx, stretches: readonly Stretch[]): Promise<StretchRow[]> {
  if (stretches.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<StretchRow>(
    `select q.position, q.is_before, s.quantity, s.event_count
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::boolean[], $8::boolean[])
       as q (position, customer_id, meter_id, start_at, end_at, is_before, takes_highest)
     cross join lateral (
       select case when q.takes_highest then max(c.quantity) else sum(c.quantity) end as quantity,
         count(c.meter_id) as event_count
       from usage_events e
       cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
       where e.tenant_id = $1 and e.customer_id = q.customer_id and e.time >= q.start_at and e.time < q.end_at
         and c.meter_id = q.meter_id
     ) as s`,
    parameters(ctx, stretches),
  );
}

function parameters(ctx: QueryCtx, stretches: readonly Stretch[]): readonly unknown[] {
  return [
    ctx.tenant.id,
    stretches.map(({ position }) => position),
    stretches.map(({ request }) => request.customerId),
    stretches.map(({ request }) => request.meter.id),
    stretches.map(({ start }) => iso(start)),
    stretches.map(({ end }) => iso(end)),
    stretches.map(({ isBefore }) => isBefore === true),
    stretches.map(({ request }) => request.meter.aggregation === 'max'),
  ];
}

function ceilHour(moment: Instant): Instant {
  const hour = hourOf(moment);
  return hour === moment ? hour : instant(hour + MS_PER_HOUR);
}

/** A sum as PostgreSQL prints `numeric`, with all twelve places. */
export function parseNumeric(text: string): Decimal12 {
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  const value = parseDecimal12(trimmed === '-0' ? '0' : trimmed);
  invariant(value.ok, 'A stored quantity reads back.');
  return value.value;
}
