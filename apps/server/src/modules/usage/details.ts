import type { Meter } from '@billhook/core/catalog/meter';
import type { UsageQuantity } from '@billhook/core/invoicing/line';
import type { UsageDetail } from '@billhook/core/invoicing/usage-detail';
import { DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import type { ProratedUnits } from '@billhook/core/rating/reading';
import type { Instant } from '@billhook/core/time/instant';
import { proratedUnits } from '@billhook/core/usage/levels';
import type { QueryCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';
import { type AskedMeter, measure, type PeriodRequest } from './quantities.ts';

/** What is asked of a meter: how it measures, and what tells its units apart. */
export type DetailMeter = AskedMeter & Pick<Meter, 'unitProperty'>;

export type DetailRequest = Omit<PeriodRequest, 'meter'> & { meter: DetailMeter; needs: UsageDetail };

type Detail = NonNullable<UsageQuantity['reading']>;

/**
 * What prices over single events, values, units or levels need beside the figure of a period. Read from the events
 * themselves; requests that need nothing get nothing, and so do those that their meter cannot answer.
 */
export async function usageDetails(ctx: QueryCtx, requests: readonly DetailRequest[]): Promise<Detail[]> {
  const details: Detail[] = requests.map(() => ({}));
  const asked = requests.map((request, position) => ({ position, request }));
  const single = asked.filter(({ request }) => request.needs.kind === 'amounts');
  for (const row of await readAmounts(ctx, single)) {
    details[row.position] = { amounts: row.amounts.map(decimalFromNumeric) };
  }
  const valued = asked.flatMap(valueQuestion);
  const found = Map.groupBy(await readValues(ctx, valued), ({ position }) => position);
  for (const { position, member } of valued) {
    const byValue = (found.get(position) ?? []).map(({ values, quantity }) => ({
      values,
      quantity: decimalFromNumeric(quantity),
    }));
    details[position] = { [member]: byValue };
  }
  for (const [position, prorated] of await readLevels(ctx, asked)) details[position] = { prorated };
  return details;
}

/** What every unit of a meter that tells units apart came to; nothing for other meters. */
export async function usageByUnit(
  ctx: QueryCtx,
  request: Omit<DetailRequest, 'needs'>,
): Promise<{ name: string; quantity: Decimal12 }[]> {
  const { unitProperty } = request.meter;
  if (unitProperty === null) return [];
  const question = { position: 0, request, properties: [unitProperty] };
  const rows = await readValues(ctx, [question]);
  return rows.map(({ values, quantity }) => ({
    name: values[0] ?? '',
    quantity: decimalFromNumeric(quantity),
  }));
}

type Asked<Request = DetailRequest> = { position: number; request: Request };
type Question = Asked<Omit<DetailRequest, 'needs'>> & { properties: readonly string[] };

/** Which figures by value a request asks for, and the member of a reading that they are. */
function valueQuestion({ position, request }: Asked): (Question & { member: 'byValue' | 'peaks' })[] {
  const { needs, meter } = request;
  if (needs.kind === 'by_value')
    return [{ position, request, properties: needs.properties, member: 'byValue' }];
  if (meter.unitProperty === null) return [];
  const properties = [meter.unitProperty];
  if (needs.kind === 'by_unit') return [{ position, request, properties, member: 'byValue' }];
  if (needs.kind === 'peaks' && meter.aggregation === 'max')
    return [{ position, request, properties, member: 'peaks' }];
  return [];
}

/** The moves of levels inside their periods, after how high each stood before, with the part that is charged. */
async function readLevels(
  ctx: QueryCtx,
  asked: readonly Asked[],
): Promise<ReadonlyMap<number, ProratedUnits[]>> {
  const levels = asked.flatMap(({ position, request }) => {
    const { needs, meter } = request;
    return needs.kind === 'prorated' && meter.aggregation === 'level' ? [{ position, request, needs }] : [];
  });
  if (levels.length === 0) return new Map();
  const openings = await measure(
    ctx,
    levels.map(({ request: { customerId, meter, start } }) => ({ customerId, meter, start, end: start })),
  );
  const changes = Map.groupBy(await readChanges(ctx, levels), ({ position }) => position);
  return new Map(
    levels.map(({ position, request: { start, end }, needs }, index) => {
      const moves = (changes.get(position) ?? []).map(({ at, quantity }) => ({
        at,
        change: decimalFromNumeric(quantity),
      }));
      const readings = { opening: openings[index]?.quantity ?? DECIMAL12_ZERO, changes: moves };
      return [position, proratedUnits(readings, { start, end }, needs.whole, needs.rule)];
    }),
  );
}

function readChanges(ctx: QueryCtx, asked: readonly Asked[]) {
  return ctx.sql.rows<{ position: number; at: Instant; quantity: string }>(
    `select q.position, e.time as at, c.quantity::text as quantity
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
       as q (position, customer_id, meter_id, start_at, end_at)
     cross join lateral (
       select e.time, e.source, e.event_id, e.meter_ids, e.quantities from usage_events e
       where e.tenant_id = $1 and e.customer_id = q.customer_id and e.time >= q.start_at and e.time < q.end_at offset 0
     ) as e
     cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
     where c.meter_id = q.meter_id
     order by q.position, e.time, e.source, e.event_id`,
    parameters(ctx, asked),
  );
}

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
function readValues(ctx: QueryCtx, asked: readonly Question[]) {
  if (asked.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<{ position: number; values: string[]; quantity: string }>(
    `select q.position, s.values, s.quantity
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::boolean[])
       as q (position, customer_id, meter_id, start_at, end_at, properties, takes_highest)
     cross join lateral (
       select v.values, (case when q.takes_highest then max(c.quantity) else sum(c.quantity) end)::text as quantity
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
      asked.map(({ properties }) => JSON.stringify(properties)),
      asked.map(({ request }) => request.meter.aggregation === 'max'),
    ],
  );
}

function parameters(
  ctx: QueryCtx,
  asked: readonly Asked<Omit<DetailRequest, 'needs'>>[],
): readonly unknown[] {
  return [
    ctx.tenant.id,
    asked.map(({ position }) => position),
    asked.map(({ request }) => request.customerId),
    asked.map(({ request }) => request.meter.id),
    asked.map(({ request }) => iso(request.start)),
    asked.map(({ request }) => iso(request.end)),
  ];
}
