import type { Meter } from '@billhook/core/catalog/meter';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { listSubjectFeatures } from '../catalog/api.ts';
import { recountCounters } from './counters.ts';
import { dropWaiting } from './drop-waiting-sums.ts';
import { hourOf } from './rollup.ts';
import type { Touched } from './types.ts';

/** Hours of customers' meters, as columns of a statement. */
type Hours = { customerIds: string[]; meterIds: string[]; hours: string[] };

/**
 * Works everything that is kept beside the events out again from the events themselves, for these moments: hourly
 * figures, sets of values, figures of members and devices, and the counters that units are taken from. The customers
 * must be under the caller's whole lock, so that nobody adds to them meanwhile. An hour without any event has no figure.
 */
export async function recomputeHours(
  ctx: CommandCtx,
  touched: readonly Touched[],
  meters: readonly Meter[],
): Promise<void> {
  const byHour = new Map(
    touched.map((one) => [`${one.customerId}/${one.meterId}/${hourOf(one.at)}`, one] as const),
  );
  if (byHour.size === 0) return;
  const rows = [...byHour].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const asked: Hours = {
    customerIds: rows.map(({ customerId }) => customerId),
    meterIds: rows.map(({ meterId }) => meterId),
    hours: rows.map(({ at }) => iso(hourOf(at))),
  };
  await dropWaiting(ctx, asked);
  await recomputeFigures(ctx, asked, meters);
  await recomputeValues(
    ctx,
    asked,
    meters.filter(({ aggregation }) => aggregation === 'unique'),
  );
  await recomputeSubjects(ctx, asked, meters);
  await recountCounters(ctx, asked.customerIds, meters);
}

const ASKED = `asked as (
    select * from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as a (customer_id, meter_id, hour)
  )`;
const EVENTS = `from asked a
    cross join lateral (
      select e.time, e.data, e.meter_ids, e.quantities from usage_events e
      where e.tenant_id = $1 and e.customer_id = a.customer_id and e.time >= a.hour and e.time < a.hour + interval '1 hour'
      offset 0
    ) as e
    cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)`;

const columns = (ctx: CommandCtx, { customerIds, meterIds, hours }: Hours) => [
  ctx.tenant.id,
  customerIds,
  meterIds,
  hours,
];

async function recomputeFigures(ctx: CommandCtx, asked: Hours, meters: readonly Meter[]): Promise<void> {
  await ctx.sql.run(
    `with ${ASKED}, kinds as (
       select * from unnest($5::uuid[], $6::text[]) as k (meter_id, aggregation)
     ), found as (
       select a.customer_id, a.meter_id, a.hour, count(*) as event_count,
         case k.aggregation
           when 'max' then max(c.quantity)
           when 'latest' then (array_agg(c.quantity order by e.time desc, c.quantity desc))[1]
           else sum(c.quantity) end as quantity,
         case when k.aggregation = 'latest' then max(e.time) end as latest_at,
         case when k.aggregation = 'weighted_sum' then
           sum(c.quantity * (extract(epoch from e.time) - extract(epoch from a.hour)) * 1000) end as moment
       ${EVENTS}
       left join kinds k on k.meter_id = a.meter_id
       where c.meter_id = a.meter_id
       group by a.customer_id, a.meter_id, a.hour, k.aggregation
     ), gone as (
       delete from usage_rollups r using asked a
       where r.tenant_id = $1 and r.customer_id = a.customer_id and r.meter_id = a.meter_id and r.hour = a.hour
         and not exists (select 1 from found f
           where f.customer_id = a.customer_id and f.meter_id = a.meter_id and f.hour = a.hour)
     )
     insert into usage_rollups (tenant_id, customer_id, meter_id, hour, event_count, quantity, latest_at, moment)
     select $1, customer_id, meter_id, hour, event_count, quantity, latest_at, moment from found
     order by customer_id, meter_id, hour
     on conflict (tenant_id, customer_id, meter_id, hour) do update
       set event_count = excluded.event_count, quantity = excluded.quantity, latest_at = excluded.latest_at,
         moment = excluded.moment`,
    [...columns(ctx, asked), meters.map(({ id }) => id), meters.map(({ aggregation }) => aggregation)],
  );
}

async function recomputeValues(ctx: CommandCtx, asked: Hours, meters: readonly Meter[]): Promise<void> {
  if (meters.length === 0) return;
  await ctx.sql.run(
    `with ${ASKED}, properties as (
       select * from unnest($5::uuid[], $6::text[]) as p (meter_id, property)
     ), found as (
       select distinct a.customer_id, a.meter_id, a.hour, e.data ->> p.property as value
       ${EVENTS}
       join properties p on p.meter_id = a.meter_id
       where c.meter_id = a.meter_id
     ), gone as (
       delete from usage_values v using asked a
       where v.tenant_id = $1 and v.customer_id = a.customer_id and v.meter_id = a.meter_id and v.hour = a.hour
         and not exists (select 1 from found f where f.customer_id = v.customer_id and f.meter_id = v.meter_id
           and f.hour = v.hour and f.value = v.value)
     )
     insert into usage_values (tenant_id, customer_id, meter_id, hour, value)
     select $1, customer_id, meter_id, hour, value from found order by customer_id, meter_id, hour, value
     on conflict do nothing`,
    [
      ...columns(ctx, asked),
      meters.map(({ id }) => id),
      meters.map(({ valueProperty }) => valueProperty ?? ''),
    ],
  );
}

/** Figures of hours before a feature was counted by hour are never read, so nothing is lost by writing them. */
async function recomputeSubjects(ctx: CommandCtx, asked: Hours, meters: readonly Meter[]): Promise<void> {
  const features = await listSubjectFeatures(ctx);
  if (features.length === 0) return;
  const highest = new Set(meters.filter(({ aggregation }) => aggregation === 'max').map(({ id }) => id));
  await ctx.sql.run(
    `with ${ASKED}, features as (
       select * from unnest($5::uuid[], $6::uuid[], $7::text[], $8::boolean[])
         as f (feature_id, meter_id, property, takes_highest)
     ), found as (
       select a.customer_id, f.feature_id, e.data ->> f.property as subject, a.hour, count(*) as event_count,
         case when f.takes_highest then max(c.quantity) else sum(c.quantity) end as quantity
       ${EVENTS}
       join features f on f.meter_id = a.meter_id
       where c.meter_id = a.meter_id and jsonb_typeof(e.data -> f.property) = 'string'
         and length(e.data ->> f.property) between 1 and 200
       group by a.customer_id, f.feature_id, e.data ->> f.property, a.hour, f.takes_highest
     ), gone as (
       delete from usage_subject_rollups r using asked a join features f on f.meter_id = a.meter_id
       where r.tenant_id = $1 and r.customer_id = a.customer_id and r.feature_id = f.feature_id and r.hour = a.hour
         and not exists (select 1 from found o where o.customer_id = r.customer_id and o.feature_id = r.feature_id
           and o.subject = r.subject and o.hour = r.hour)
     )
     insert into usage_subject_rollups (tenant_id, customer_id, feature_id, subject, hour, event_count, quantity)
     select $1, customer_id, feature_id, subject, hour, event_count, quantity from found
     order by customer_id, feature_id, subject, hour
     on conflict (tenant_id, customer_id, feature_id, subject, hour) do update
       set event_count = excluded.event_count, quantity = excluded.quantity`,
    [
      ...columns(ctx, asked),
      features.map(({ id }) => id),
      features.map(({ meterId }) => meterId),
      features.map(({ subjectProperty }) => subjectProperty),
      features.map(({ meterId }) => highest.has(meterId ?? '')),
    ],
  );
}
