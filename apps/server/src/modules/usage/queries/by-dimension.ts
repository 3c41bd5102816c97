import { restsOnLevel, termsOf } from '@billhook/core/catalog/meter';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { EMPTY_FIGURE, exactQuantity, type Figure, roundQuantity } from '@billhook/core/usage/figure';
import type { QueryCtx } from '../../../platform/context.ts';
import { scaledFromNumeric } from '../../../platform/numeric.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import type { AskedMeter } from '../quantities.ts';
import { measuredSpan } from '../stretches.ts';

export type DimensionRequest = {
  customerId: string;
  meter: AskedMeter;
  /** Names of properties; an event stands in the bucket of its values of them. */
  properties: readonly string[];
  periods: readonly Period[];
};

/** One bucket of one period. A property that an event does not have has an empty value. */
export type BucketQuantity = {
  period: number;
  values: string[];
  quantity: Decimal12;
  eventCount: bigint;
};

type Row = {
  position: number;
  values: string[];
  event_count: bigint;
  inside: string;
  opening: string;
  found: string | null;
  latest_at: Instant | null;
};

const MAX_ROWS = 20_000;

/**
 * Usage of periods by the values of properties, from the events themselves. The buckets share no event and leave none
 * out: of counts, sums, levels and sums over time they add up to the quantity before it is rounded to the meter's step,
 * which the parts never are.
 */
export async function usageByDimension(ctx: QueryCtx, request: DimensionRequest): Promise<BucketQuantity[]> {
  const { customerId, meter, properties, periods } = request;
  const spans = periods.map((period) => measuredSpan({ customerId, meter, ...period }, ctx.now));
  const rows = await ctx.sql.rows<Row>(statementFor(meter), [
    ctx.tenant.id,
    customerId,
    meter.id,
    spans.map((_, index) => index),
    spans.map(({ start }) => iso(start)),
    spans.map(({ end }) => iso(end)),
    properties,
    meter.valueProperty ?? '',
    formatDecimal12(termsOf(meter).percentile ?? (0n as Decimal12)),
  ]);
  if (rows.length > MAX_ROWS) {
    const detail = 'There are too many different values. Take a shorter period or a coarser granularity.';
    refuse('request.invalid', detail, {
      faults: [{ pointer: '/dimension', code: 'dimension.too_many', detail }],
    });
  }
  return rows.map((row) => {
    const span = spans[row.position] as Period;
    const exact = exactQuantity(meter, figureOf(meter, row), span);
    const { quantity } = roundQuantity(exact, null);
    return { period: row.position, values: row.values, quantity, eventCount: row.event_count };
  });
}

/** What is read of the readings inside a period, beside their sum and number. */
function foundIn({ aggregation }: AskedMeter): string {
  switch (aggregation) {
    case 'max':
      return 'max(c.quantity)';
    case 'latest':
      return '(array_agg(c.quantity order by e.time desc, c.quantity desc))[1]';
    case 'unique':
      return 'count(distinct e.data ->> $8)';
    case 'percentile':
      return '(array_agg(c.quantity order by c.quantity))[ceil($9::numeric * count(*) / 100)::integer]';
    case 'weighted_sum':
      return 'sum(c.quantity * extract(epoch from e.time) * 1000) filter (where e.time >= q.start_at)';
    default:
      return 'null::numeric';
  }
}

function statementFor(meter: AskedMeter): string {
  const from = restsOnLevel(meter) ? '' : 'and e.time >= q.start_at';
  return `select q.position, b.values, count(*) filter (where e.time >= q.start_at) as event_count,
       coalesce(sum(c.quantity) filter (where e.time >= q.start_at), 0)::text as inside,
       coalesce(sum(c.quantity) filter (where e.time < q.start_at), 0)::text as opening,
       (${foundIn(meter)})::text as found, max(e.time) as latest_at
     from unnest($4::integer[], $5::timestamptz[], $6::timestamptz[]) as q (position, start_at, end_at)
     join usage_events e on e.tenant_id = $1 and e.customer_id = $2 and e.time < q.end_at ${from}
     cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
     cross join lateral (
       select array_agg(case jsonb_typeof(e.data -> p.name)
           when 'string' then e.data ->> p.name
           when 'boolean' then e.data ->> p.name
           when 'number' then case when e.data ->> p.name ~ '^-?[0-9]{1,16}$' then e.data ->> p.name else '' end
           else '' end order by p.place) as values
       from unnest($7::text[]) with ordinality as p (name, place)
     ) as b
     where c.meter_id = $3 and ($8::text is not null) and ($9::text is not null)
     group by q.position, b.values
     order by q.position, b.values
     limit ${MAX_ROWS + 1}`;
}

function figureOf({ aggregation }: AskedMeter, row: Row) {
  const found = row.found === null ? null : scaledFromNumeric(row.found);
  const none: Figure = { ...EMPTY_FIGURE, eventCount: row.event_count, sum: scaledFromNumeric(row.inside) };
  const latest =
    aggregation === 'latest' && found !== null && row.latest_at !== null
      ? { at: row.latest_at, value: found }
      : null;
  return {
    inside: { ...none, highest: found, latest, moment: aggregation === 'weighted_sum' ? (found ?? 0n) : 0n },
    opening: scaledFromNumeric(row.opening),
    uniqueCount: aggregation === 'unique' ? BigInt(row.found ?? '0') : 0n,
    atRank: found,
  };
}
