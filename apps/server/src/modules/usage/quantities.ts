import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { type Instant, instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { hourOf } from './rollup.ts';

export type PeriodRequest = { customerId: string; meterId: string; start: Instant; end: Instant };

export type PeriodQuantity = {
  quantity: Decimal12;
  eventCount: bigint;
  /** Reserved for an archive's proof of the readings; none is computed yet. */
  digest: null;
};

type Stretch = { position: number; request: PeriodRequest; start: Instant; end: Instant };

/**
 * Measured usage of half-open periods, exactly, for any number of requests in two statements: whole hours come from
 * the hourly sums, what lies before the first and after the last whole hour from the events themselves.
 */
export async function measure(ctx: QueryCtx, requests: readonly PeriodRequest[]): Promise<PeriodQuantity[]> {
  const hours: Stretch[] = [];
  const edges: Stretch[] = [];
  for (const [position, request] of requests.entries()) {
    const { start, end } = request;
    if (end <= start) continue;
    const firstHour = ceilHour(start);
    const lastHour = hourOf(end);
    if (firstHour >= lastHour) {
      edges.push(...stretch(position, request, start, end));
      continue;
    }
    hours.push({ position, request, start: firstHour, end: lastHour });
    edges.push(...stretch(position, request, start, firstHour), ...stretch(position, request, lastHour, end));
  }
  const sums = requests.map(() => ({ quantity: 0n, eventCount: 0n, digest: null }));
  for (const row of [...(await sumHours(ctx, hours)), ...(await sumEvents(ctx, edges))]) {
    const sum = sums[row.position];
    invariant(sum !== undefined, 'A sum answers a request.');
    sum.quantity += parseNumeric(row.quantity);
    sum.eventCount += row.event_count;
  }
  return sums as PeriodQuantity[];
}

type SumRow = { position: number; quantity: string; event_count: bigint };

function sumHours(ctx: QueryCtx, stretches: readonly Stretch[]): Promise<SumRow[]> {
  if (stretches.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<SumRow>(
    `select q.position, s.quantity, s.event_count
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
       as q (position, customer_id, meter_id, start_at, end_at)
     cross join lateral (
       select coalesce(sum(r.quantity), 0) as quantity, coalesce(sum(r.event_count), 0)::bigint as event_count
       from usage_rollups r
       where r.tenant_id = $1 and r.customer_id = q.customer_id and r.meter_id = q.meter_id
         and r.hour >= q.start_at and r.hour < q.end_at
     ) as s`,
    parameters(ctx, stretches),
  );
}

function sumEvents(ctx: QueryCtx, stretches: readonly Stretch[]): Promise<SumRow[]> {
  if (stretches.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<SumRow>(
    `select q.position, s.quantity, s.event_count
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
       as q (position, customer_id, meter_id, start_at, end_at)
     cross join lateral (
       select coalesce(sum(c.quantity), 0) as quantity, count(c.meter_id) as event_count
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
    stretches.map(({ request }) => request.meterId),
    stretches.map(({ start }) => iso(start)),
    stretches.map(({ end }) => iso(end)),
  ];
}

function stretch(position: number, request: PeriodRequest, start: Instant, end: Instant): Stretch[] {
  return start < end ? [{ position, request, start, end }] : [];
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
