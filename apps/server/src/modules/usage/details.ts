import type { UsageQuantity } from '@billhook/core/invoicing/line';
import type { UsageDetail } from '@billhook/core/invoicing/usage-detail';
import type { QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { type PeriodRequest, parseNumeric } from './quantities.ts';

export type DetailRequest = PeriodRequest & { needs: UsageDetail };

type Detail = NonNullable<UsageQuantity['reading']>;

/**
 * What prices over single events or values need beside the sum of a period: the readings one by one, in order of time,
 * or their sums by values of the events' data. Read from the events themselves; requests that need nothing get nothing.
 */
export async function usageDetails(ctx: QueryCtx, requests: readonly DetailRequest[]): Promise<Detail[]> {
  const details: Detail[] = requests.map(() => ({}));
  const asked = requests.map((request, position) => ({ position, request }));
  const single = asked.filter(({ request }) => request.needs.kind === 'amounts');
  const valued = asked.filter(({ request }) => request.needs.kind === 'by_value');
  for (const row of await readAmounts(ctx, single)) {
    details[row.position] = { amounts: row.amounts.map(parseNumeric) };
  }
  for (const { position } of valued) details[position] = { byValue: [] };
  for (const row of await readValues(ctx, valued)) {
    const { byValue = [] } = details[row.position] ?? {};
    details[row.position] = {
      byValue: [...byValue, { values: row.values, quantity: parseNumeric(row.quantity) }],
    };
  }
  return details;
}

type Asked = { position: number; request: DetailRequest };

function readAmounts(ctx: QueryCtx, asked: readonly Asked[]) {
  if (asked.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<{ position: number; amounts: string[] }>(
    `select q.position, s.amounts
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
       as q (position, customer_id, meter_id, start_at, end_at)
     cross join lateral (
       select coalesce(array_agg(c.quantity::text order by e.time, e.source, e.event_id), '{}') as amounts
       from usage_events e
       cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
       where e.tenant_id = $1 and e.customer_id = q.customer_id and e.time >= q.start_at and e.time < q.end_at
         and c.meter_id = q.meter_id
     ) as s`,
    parameters(ctx, asked),
  );
}

/** An event without one of the properties counts under an empty value. */
function readValues(ctx: QueryCtx, asked: readonly Asked[]) {
  if (asked.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<{ position: number; values: string[]; quantity: string }>(
    `select q.position, s.values, s.quantity
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[])
       as q (position, customer_id, meter_id, start_at, end_at, properties)
     cross join lateral (
       select v.values, sum(c.quantity)::text as quantity
       from usage_events e
       cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
       cross join lateral (
         select array_agg(coalesce(e.data ->> p.name, '') order by p.place) as values
         from jsonb_array_elements_text(q.properties) with ordinality as p (name, place)
       ) as v
       where e.tenant_id = $1 and e.customer_id = q.customer_id and e.time >= q.start_at and e.time < q.end_at
         and c.meter_id = q.meter_id
       group by v.values
     ) as s
     order by q.position, s.values`,
    [
      ...parameters(ctx, asked),
      asked.map(({ request: { needs } }) =>
        JSON.stringify(needs.kind === 'by_value' ? needs.properties : []),
      ),
    ],
  );
}

function parameters(ctx: QueryCtx, asked: readonly Asked[]): readonly unknown[] {
  return [
    ctx.tenant.id,
    asked.map(({ position }) => position),
    asked.map(({ request }) => request.customerId),
    asked.map(({ request }) => request.meterId),
    asked.map(({ request }) => iso(request.start)),
    asked.map(({ request }) => iso(request.end)),
  ];
}
