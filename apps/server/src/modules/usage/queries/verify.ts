import type { MeterAggregation } from '@billhook/core/catalog/meter';
import type { QueryCtx } from '../../../platform/context.ts';
import { isoOrNull } from '../../../platform/sql.ts';
import type { AskedMeter } from '../quantities.ts';
import { type HourSpan, RANKED, type BothSides as Row, tellDifferences } from './both-sides.ts';
import { compareSubjects } from './verify-subjects.ts';

/** One kept figure or value that the events do not bear out; null where one of the two does not have it. */
export type Difference = {
  customerId: string;
  meterId: string;
  hour: string;
  kind: 'figure' | 'value' | 'subject';
  /** The member or device, and the feature that is counted for each; null for figures of the customer. */
  subject: string | null;
  featureId: string | null;
  kept: string | null;
  recomputed: string | null;
};

export type MeterVerification = {
  meterId: string;
  aggregation: MeterAggregation;
  /** Events that were read. */
  events: bigint;
  /** Hourly figures, different values and figures of members and devices that were compared, kept or recomputed. */
  hours: bigint;
  values: bigint;
  subjects: bigint;
  differences: bigint;
  /** The first hundred. */
  examples: Difference[];
};

/**
 * Recomputes every hourly figure, every set of different values and every figure of a member or device from the events
 * themselves, set-wise, and compares them with those that are kept. Each statement sees one state of the database, in
 * which every event stands together with its figures.
 *
 * @param span only figures of hours in it are compared
 */
export async function verifyUsage(
  ctx: QueryCtx,
  meters: readonly AskedMeter[],
  span: HourSpan,
): Promise<MeterVerification[]> {
  const figures = await compare(ctx, FIGURES, meters, span);
  const values = await compare(
    ctx,
    VALUES,
    meters.filter(({ aggregation }) => aggregation === 'unique'),
    span,
  );
  const subjects = await compareSubjects(ctx, meters, span);
  const [figureOf, valuesOf, subjectsOf] = [figures, values, subjects].map(
    (rows) => new Map(rows.map((row) => [row.meter_id, row])),
  );
  return meters.map(({ id, aggregation }) => {
    const [hours, sets, own] = [figureOf?.get(id), valuesOf?.get(id), subjectsOf?.get(id)];
    return {
      meterId: id,
      aggregation,
      events: hours?.events ?? 0n,
      hours: hours?.compared ?? 0n,
      values: sets?.compared ?? 0n,
      subjects: own?.compared ?? 0n,
      differences: (hours?.differences ?? 0n) + (sets?.differences ?? 0n) + (own?.differences ?? 0n),
      examples: [
        ...examplesOf(id, 'figure', hours),
        ...examplesOf(id, 'value', sets),
        ...examplesOf(id, 'subject', own),
      ],
    };
  });
}

function examplesOf(meterId: string, kind: Difference['kind'], row: Row | undefined): Difference[] {
  return (row?.examples ?? []).map((example) => ({
    customerId: example.customer_id,
    meterId,
    hour: example.hour,
    kind,
    subject: example.subject ?? null,
    featureId: example.feature_id ?? null,
    kept: example.kept,
    recomputed: example.recomputed,
  }));
}

function compare(
  ctx: QueryCtx,
  statement: string,
  meters: readonly AskedMeter[],
  { from, to }: HourSpan,
): Promise<Row[]> {
  if (meters.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<Row>(statement, [
    ctx.tenant.id,
    meters.map(({ id }) => id),
    meters.map(({ aggregation }) => aggregation),
    meters.map(({ valueProperty }) => valueProperty ?? ''),
    isoOrNull(from),
    isoOrNull(to),
  ]);
}

const METERS = `meters as (
    select * from unnest($2::uuid[], $3::text[], $4::text[]) as m (meter_id, aggregation, property)
  )`;
const TELL = tellDifferences('');
/** A figure as one text, so that all of its parts are compared and shown: events, quantity, latest moment, moment. */
const FIGURE_TEXT = (count: string, quantity: string, latest: string, moment: string) =>
  `concat_ws(', ', ${count} || ' events', trim_scale(${quantity})::text,
      'latest ' || to_char(${latest} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'weighted ' || trim_scale(${moment})::text)`;

const FIGURES = `with ${METERS}, raw as (
    select e.customer_id, m.meter_id, date_trunc('hour', e.time, 'UTC') as hour, count(*) as event_count,
      case m.aggregation
        when 'max' then max(c.quantity)
        when 'latest' then (array_agg(c.quantity order by e.time desc, c.quantity desc))[1]
        else sum(c.quantity) end as quantity,
      case when m.aggregation = 'latest' then max(e.time) end as latest_at,
      case when m.aggregation = 'weighted_sum' then
        sum(c.quantity * (extract(epoch from e.time) - extract(epoch from date_trunc('hour', e.time, 'UTC'))) * 1000)
        end as moment
    from usage_events e
    cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
    join meters m on m.meter_id = c.meter_id
    where e.tenant_id = $1 and ($5::timestamptz is null or e.time >= $5) and ($6::timestamptz is null or e.time < $6)
    group by e.customer_id, m.meter_id, m.aggregation, date_trunc('hour', e.time, 'UTC')
  ), kept as (
    select r.customer_id, r.meter_id, r.hour, sum(r.event_count)::bigint as event_count, sum(r.quantity) as quantity,
      max(r.latest_at) as latest_at, sum(r.moment) as moment
    from usage_hours r join meters m on m.meter_id = r.meter_id
    where r.tenant_id = $1 and ($5::timestamptz is null or r.hour >= $5) and ($6::timestamptz is null or r.hour < $6)
    group by r.customer_id, r.meter_id, r.hour
  ), both_sides as (
    select coalesce(raw.customer_id, kept.customer_id) as customer_id, coalesce(raw.meter_id, kept.meter_id) as meter_id,
      coalesce(raw.hour, kept.hour) as hour, coalesce(raw.event_count, 0) as events,
      case when raw.hour is not null then
        ${FIGURE_TEXT('raw.event_count', 'raw.quantity', 'raw.latest_at', 'raw.moment')} end as recomputed,
      case when kept.hour is not null then
        ${FIGURE_TEXT('kept.event_count', 'kept.quantity', 'kept.latest_at', 'kept.moment')} end as kept
    from raw full join kept on kept.customer_id = raw.customer_id and kept.meter_id = raw.meter_id
      and kept.hour = raw.hour
  )
  select b.meter_id, sum(b.events)::bigint as events, ${TELL}
  from (select *, ${RANKED} from both_sides) as b
  group by b.meter_id`;

const VALUES = `with ${METERS}, raw as (
    select distinct e.customer_id, m.meter_id, date_trunc('hour', e.time, 'UTC') as hour, e.data ->> m.property as value
    from usage_events e
    cross join lateral unnest(e.meter_ids) as c (meter_id)
    join meters m on m.meter_id = c.meter_id
    where e.tenant_id = $1 and ($5::timestamptz is null or e.time >= $5) and ($6::timestamptz is null or e.time < $6)
  ), kept as (
    select v.* from usage_values v join meters m on m.meter_id = v.meter_id
    where v.tenant_id = $1 and ($5::timestamptz is null or v.hour >= $5) and ($6::timestamptz is null or v.hour < $6)
  ), both_sides as (
    select coalesce(raw.customer_id, kept.customer_id) as customer_id, coalesce(raw.meter_id, kept.meter_id) as meter_id,
      coalesce(raw.hour, kept.hour) as hour, kept.value as kept, raw.value as recomputed
    from raw full join kept on kept.customer_id = raw.customer_id and kept.meter_id = raw.meter_id
      and kept.hour = raw.hour and kept.value = raw.value
  )
  select b.meter_id, 0::bigint as events, ${TELL}
  from (select *, ${RANKED} from both_sides) as b
  group by b.meter_id`;
