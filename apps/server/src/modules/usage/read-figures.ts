import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import { EMPTY_FIGURE, type Figure } from '@billhook/core/usage/figure';
import type { QueryCtx } from '../../platform/context.ts';
import { scaledFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';
import type { Stretch } from './stretches.ts';

/** What a stretch comes to; of the members of a figure, those that its meter asks for. */
export type StretchFigure = { position: number; isBefore: boolean; figure: Figure };

type Row = {
  position: number;
  is_before: boolean;
  event_count: bigint;
  /** A sum, or the highest or the latest reading; null without events. */
  quantity: string | null;
  latest_at: Instant | null;
  moment: string | null;
};

type Reads = 'sum' | 'max' | 'latest' | 'moment';

/** What is read of hourly figures (`r`) and of the events of a stretch (`e`, with the reading `c`). */
const FROM_HOURS: Record<Reads, string> = {
  sum: 'sum(r.quantity) as quantity, null::timestamptz as latest_at, null::numeric as moment',
  max: 'max(r.quantity) as quantity, null::timestamptz as latest_at, null::numeric as moment',
  latest: `(array_agg(r.quantity order by r.latest_at desc, r.quantity desc))[1] as quantity,
    max(r.latest_at) as latest_at, null::numeric as moment`,
  moment: `sum(r.quantity) as quantity, null::timestamptz as latest_at,
    sum(r.moment + r.quantity * extract(epoch from r.hour) * 1000) as moment`,
};
const FROM_EVENTS: Record<Reads, string> = {
  sum: 'sum(c.quantity) as quantity, null::timestamptz as latest_at, null::numeric as moment',
  max: 'max(c.quantity) as quantity, null::timestamptz as latest_at, null::numeric as moment',
  latest: `(array_agg(c.quantity order by e.time desc, c.quantity desc))[1] as quantity,
    max(e.time) as latest_at, null::numeric as moment`,
  moment: `sum(c.quantity) as quantity, null::timestamptz as latest_at,
    sum(c.quantity * extract(epoch from e.time) * 1000) as moment`,
};

/** How figures are read: with what before, from what, and what is added to it. */
type Statement = { first: string; from: string; figure: string; more: string };

const FIGURE = 's.quantity, s.latest_at, s.moment, s.event_count';

/** Of so many stretches each is looked for in the lists of what waits; of more the lists are taken apart once. */
const FEW = 8;

/** Sums that wait, read once a statement with the dead rows that they leave behind. */
const LISTS = `, waiting as materialized (
       select meter_id, hour, customer_ids, event_counts, quantities from usage_sums where tenant_id = $1)`;
const IN_LISTS = `union all
       select s.hour, s.event_counts[s.place], s.quantities[s.place], null, null from (
         select w.*, array_position(w.customer_ids, q.customer_id) as place from waiting w
         where w.meter_id = q.meter_id and w.hour >= q.start_at and w.hour < q.end_at) as s
       where s.place is not null`;
const APART = `, waiting as materialized (
       select c.customer_id, w.meter_id, w.hour, sum(c.event_count) as event_count, sum(c.quantity) as quantity
       from usage_sums w cross join lateral unnest(w.customer_ids, w.event_counts, w.quantities)
         as c (customer_id, event_count, quantity)
       where w.tenant_id = $1 group by 1, 2, 3),
     more as materialized (
       select q.position, q.is_before, sum(w.event_count)::bigint as event_count, sum(w.quantity) as quantity
       from q join waiting w on w.customer_id = q.customer_id and w.meter_id = q.meter_id
         and w.hour >= q.start_at and w.hour < q.end_at
       group by 1, 2)`;

const standing = (
  reads: Reads,
  more = '',
) => `select ${FROM_HOURS[reads]}, coalesce(sum(r.event_count), 0)::bigint as event_count
       from (
         select r.hour, r.event_count, r.quantity, r.latest_at, r.moment from usage_rollups r
         where r.tenant_id = $1 and r.customer_id = q.customer_id and r.meter_id = q.meter_id
           and r.hour >= q.start_at and r.hour < q.end_at
         ${more}) as r`;

/** The figures of whole hours. What waits is of meters whose readings add up. */
export async function figuresOfHours(ctx: QueryCtx, stretches: readonly Stretch[]): Promise<StretchFigure[]> {
  return inKinds(ctx, stretches, (reads, count) => {
    if (reads !== 'sum') return { first: '', from: standing(reads), figure: FIGURE, more: '' };
    if (count <= FEW) return { first: LISTS, from: standing(reads, IN_LISTS), figure: FIGURE, more: '' };
    return {
      first: APART,
      from: standing(reads),
      figure: `coalesce(s.quantity + m.quantity, s.quantity, m.quantity) as quantity, s.latest_at, s.moment,
         s.event_count + coalesce(m.event_count, 0) as event_count`,
      more: 'left join more m on m.position = q.position and m.is_before = q.is_before',
    };
  });
}

/** The figures of parts of hours, from the events themselves. */
export async function figuresOfEvents(
  ctx: QueryCtx,
  stretches: readonly Stretch[],
): Promise<StretchFigure[]> {
  return inKinds(ctx, stretches, (reads) => ({
    first: '',
    from: `select ${FROM_EVENTS[reads]}, count(c.meter_id) as event_count
       from usage_events e
       cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
       where e.tenant_id = $1 and e.customer_id = q.customer_id and e.time >= q.start_at and e.time < q.end_at
         and c.meter_id = q.meter_id`,
    figure: FIGURE,
    more: '',
  }));
}

/** One statement for each kind of figure that is asked for. */
async function inKinds(
  ctx: QueryCtx,
  stretches: readonly Stretch[],
  statement: (reads: Reads, count: number) => Statement,
): Promise<StretchFigure[]> {
  const found: StretchFigure[] = [];
  for (const [reads, some] of Map.groupBy(stretches, readsOf)) {
    const { first, from, figure, more } = statement(reads, some.length);
    const rows = await ctx.sql.rows<Row>(
      `with q as (
         select * from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::boolean[])
           as q (position, customer_id, meter_id, start_at, end_at, is_before))${first}
       select q.position, q.is_before, ${figure}
       from q cross join lateral (${from}) as s ${more}`,
      parameters(ctx, some),
    );
    for (const row of rows)
      found.push({ position: row.position, isBefore: row.is_before, figure: figureOf(reads, row) });
  }
  return found;
}

function readsOf({ isBefore, request: { meter } }: Stretch): Reads {
  if (isBefore) return 'sum';
  switch (meter.aggregation) {
    case 'max':
    case 'latest':
      return meter.aggregation;
    case 'weighted_sum':
      return 'moment';
    default:
      return 'sum';
  }
}

function figureOf(reads: Reads, { quantity, latest_at, moment, event_count }: Row): Figure {
  if (quantity === null) return EMPTY_FIGURE;
  const value = scaledFromNumeric(quantity);
  const empty = { ...EMPTY_FIGURE, eventCount: event_count };
  if (reads === 'max') return { ...empty, highest: value };
  if (reads !== 'latest') return { ...empty, sum: value, moment: scaledFromNumeric(moment ?? '0') };
  invariant(latest_at !== null, 'A latest reading has its moment.');
  return { ...empty, latest: { at: latest_at, value } };
}

type SetRow = { position: number; event_count: bigint; found: string | null };

/** How many different values periods have, from the sets of whole hours and the events of the rest. */
export function countDifferent(
  ctx: QueryCtx,
  { hours, edges }: { hours: readonly Stretch[]; edges: readonly Stretch[] },
): Promise<SetRow[]> {
  const all = [...hours, ...edges];
  if (all.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<SetRow>(
    `select f.position, count(distinct f.value)::text as found, 0::bigint as event_count
     from (
       select q.position, v.value
       from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::boolean[], $8::text[])
         as q (position, customer_id, meter_id, start_at, end_at, is_hours, property)
       cross join lateral (
         select v.value from usage_values v
         where q.is_hours and v.tenant_id = $1 and v.customer_id = q.customer_id and v.meter_id = q.meter_id
           and v.hour >= q.start_at and v.hour < q.end_at offset 0
       ) as v
       union all
       select q.position, e.data ->> q.property
       from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::boolean[], $8::text[])
         as q (position, customer_id, meter_id, start_at, end_at, is_hours, property)
       cross join lateral (
         select e.data from usage_events e
         where not q.is_hours and e.tenant_id = $1 and e.customer_id = q.customer_id
           and e.time >= q.start_at and e.time < q.end_at and q.meter_id = any (e.meter_ids) offset 0
       ) as e
     ) as f
     group by f.position`,
    [
      ...parameters(ctx, all).slice(0, 6),
      all.map((_, index) => index < hours.length),
      all.map(({ request }) => request.meter.valueProperty ?? ''),
    ],
  );
}

/** The reading at the rank of each period, from the events themselves. */
export function readingsAtRank(
  ctx: QueryCtx,
  stretches: readonly (Stretch & { percentile: string })[],
): Promise<SetRow[]> {
  if (stretches.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<SetRow>(
    `select q.position, s.event_count,
       s.ordered[ceil(q.percentile::numeric * s.event_count / 100)::integer]::text as found
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::text[])
       as q (position, customer_id, meter_id, start_at, end_at, percentile)
     cross join lateral (
       select array_agg(c.quantity order by c.quantity) as ordered, count(c.meter_id) as event_count
       from usage_events e
       cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
       where e.tenant_id = $1 and e.customer_id = q.customer_id and e.time >= q.start_at and e.time < q.end_at
         and c.meter_id = q.meter_id
     ) as s`,
    [...parameters(ctx, stretches).slice(0, 6), stretches.map(({ percentile }) => percentile)],
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
    stretches.map(({ isBefore }) => isBefore),
  ];
}
