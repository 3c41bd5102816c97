import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import { type Instant, instant, later, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';
import type { AskedMeter } from './quantities.ts';
import { ceilHour, hourOf } from './rollup.ts';
import type { AcceptedEvent } from './types.ts';

/** A feature that is counted for each member or device. */
export type SubjectFeature = {
  id: string;
  meterId: string | null;
  subjectProperty: string | null;
  createdAt: Instant;
};

type SubjectDelta = {
  customerId: string;
  featureId: string;
  subject: string;
  hour: Instant;
  eventCount: bigint;
  quantity: bigint;
  isHighest: boolean;
};

/** How long the name of a member or device may be. */
export const MAX_SUBJECT = 200;

/** Who used it, as the event says: a text of 1 to 200 characters. An event without one counts for the customer alone. */
export function subjectOf(data: JsonObject, property: string | null): string | null {
  const value = property === null ? undefined : data[property];
  if (typeof value !== 'string' || value === '') return null;
  return [...value].length <= MAX_SUBJECT ? value : null;
}

/** What a batch comes to by customer, feature, subject and hour, in the order of these. */
export function subjectDeltas(
  accepted: readonly AcceptedEvent[],
  features: readonly SubjectFeature[],
  meters: readonly AskedMeter[],
): SubjectDelta[] {
  const highest = new Set(meters.flatMap(({ id, aggregation }) => (aggregation === 'max' ? [id] : [])));
  const byMeter = Map.groupBy(features, ({ meterId }) => meterId);
  const deltas = new Map<string, SubjectDelta>();
  for (const { event, countedAt, customerId, readings } of accepted) {
    const hour = hourOf(countedAt);
    for (const { meterId, value } of readings) {
      for (const { id: featureId, subjectProperty } of byMeter.get(meterId) ?? []) {
        const subject = subjectOf(event.data, subjectProperty);
        if (subject === null) continue;
        const key = `${customerId}/${featureId}/${subject}/${String(hour).padStart(14, '0')}`;
        const before = deltas.get(key);
        const isHighest = highest.has(meterId);
        const quantity = before === undefined ? value : merged(before.quantity, value, isHighest);
        const eventCount = (before?.eventCount ?? 0n) + 1n;
        deltas.set(key, { customerId, featureId, subject, hour, eventCount, quantity, isHighest });
      }
    }
  }
  return [...deltas].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, delta]) => delta);
}

function merged(before: bigint, value: bigint, isHighest: boolean): bigint {
  if (isHighest) return value > before ? value : before;
  return before + value;
}

/** Adds to the hourly figures. The deltas must be in the order of their keys, as writers lock rows in that order. */
export function addToSubjectRollups(ctx: CommandCtx, deltas: readonly SubjectDelta[]): Promise<number> {
  if (deltas.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `insert into usage_subject_rollups as r (tenant_id, customer_id, feature_id, subject, hour, event_count, quantity)
     select $1, d.customer_id, d.feature_id, d.subject, d.hour, d.event_count, d.quantity
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::bigint[], $7::numeric[]) with ordinality
       as d (customer_id, feature_id, subject, hour, event_count, quantity, position)
     order by d.position
     on conflict (tenant_id, customer_id, feature_id, subject, hour) do update
       set event_count = r.event_count + excluded.event_count,
         quantity = case when excluded.feature_id = any ($8::uuid[]) then greatest(r.quantity, excluded.quantity)
           else r.quantity + excluded.quantity end`,
    [
      ctx.tenant.id,
      deltas.map((delta) => delta.customerId),
      deltas.map((delta) => delta.featureId),
      deltas.map((delta) => delta.subject),
      deltas.map((delta) => iso(delta.hour)),
      deltas.map((delta) => delta.eventCount),
      deltas.map((delta) => formatDecimal12(decimal12FromScaled(delta.quantity))),
      [...new Set(deltas.flatMap(({ featureId, isHighest }) => (isHighest ? [featureId] : [])))],
    ],
  );
}

export type SubjectRequest = {
  customerId: string;
  feature: SubjectFeature;
  meter: AskedMeter;
  start: Instant;
  end: Instant;
  /** Null for everyone. */
  subject: string | null;
  /** Leaves out who used less. */
  atLeast: Decimal12 | null;
};

export type SubjectQuantity = { subject: string; quantity: Decimal12; eventCount: bigint };

type Part = { position: number; start: Instant; end: Instant; isHours: boolean };

/**
 * What members or devices used in half-open periods, exactly, most first, in one statement: whole hours come from the
 * hourly figures, edges from the events themselves. So does what lies before the feature was counted by hour.
 */
export async function measureSubjects(
  ctx: QueryCtx,
  requests: readonly SubjectRequest[],
): Promise<SubjectQuantity[][]> {
  const parts = requests.flatMap(partsOf);
  if (parts.length === 0) return requests.map(() => []);
  const rows = await ctx.sql.rows<{
    position: number;
    subject: string;
    quantity: string;
    event_count: bigint;
  }>(SUBJECTS_SQL, [
    ctx.tenant.id,
    ...requestColumns(requests),
    parts.map(({ position }) => position),
    parts.map(({ start }) => iso(start)),
    parts.map(({ end }) => iso(end)),
    parts.map(({ isHours }) => isHours),
  ]);
  const found = Map.groupBy(rows, ({ position }) => position);
  return requests.map((_, position) =>
    (found.get(position) ?? []).map(({ subject, quantity, event_count }) => ({
      subject,
      quantity: decimalFromNumeric(quantity),
      eventCount: event_count,
    })),
  );
}

const SUBJECTS_SQL = `
  with asked as (
    select position::integer - 1 as position, customer_id, feature_id, meter_id, property, subject, takes_highest, at_least
    from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::boolean[], $8::numeric[]) with ordinality
      as a (customer_id, feature_id, meter_id, property, subject, takes_highest, at_least, position)
  ), parts as (
    select a.*, p.start_at, p.end_at, p.is_hours
    from unnest($9::integer[], $10::timestamptz[], $11::timestamptz[], $12::boolean[])
      as p (position, start_at, end_at, is_hours) join asked a using (position)
  ), used as (
    select p.position, r.subject, r.quantity, r.event_count
    from parts p cross join lateral (
      select r.subject, r.quantity, r.event_count from usage_subject_rollups r
      where r.tenant_id = $1 and r.customer_id = p.customer_id and r.feature_id = p.feature_id
        and r.hour >= p.start_at and r.hour < p.end_at and (p.subject is null or r.subject = p.subject) offset 0
    ) as r
    where p.is_hours
    union all
    select p.position, e.data ->> p.property, c.quantity, 1
    from parts p cross join lateral (
      select e.data, e.meter_ids, e.quantities from usage_events e
      where e.tenant_id = $1 and e.customer_id = p.customer_id and e.time >= p.start_at and e.time < p.end_at offset 0
    ) as e
    cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
    where not p.is_hours and c.meter_id = p.meter_id and jsonb_typeof(e.data -> p.property) = 'string'
      and length(e.data ->> p.property) between 1 and ${MAX_SUBJECT}
      and (p.subject is null or e.data ->> p.property = p.subject)
  ), summed as (
    select u.position, u.subject, sum(u.event_count)::bigint as event_count, a.at_least,
      case when a.takes_highest then max(u.quantity) else sum(u.quantity) end as quantity
    from used u join asked a using (position)
    group by u.position, u.subject, a.takes_highest, a.at_least
  )
  select position, subject, quantity, event_count from summed
  where at_least is null or quantity >= at_least
  order by position, summed.quantity desc, subject`;

function requestColumns(requests: readonly SubjectRequest[]): unknown[] {
  return [
    requests.map(({ customerId }) => customerId),
    requests.map(({ feature }) => feature.id),
    requests.map(({ meter }) => meter.id),
    requests.map(({ feature }) => feature.subjectProperty),
    requests.map(({ subject }) => subject),
    requests.map(({ meter }) => meter.aggregation === 'max'),
    requests.map(({ atLeast }) => (atLeast === null ? null : formatDecimal12(atLeast))),
  ];
}

function partsOf({ feature, start, end }: SubjectRequest, position: number): Part[] {
  const counted = countedByHourFrom(feature);
  const first = later(ceilHour(start), counted);
  const last = hourOf(end);
  const parts =
    first < last
      ? [
          { start, end: first, isHours: false },
          { start: first, end: last, isHours: true },
          { start: last, end, isHours: false },
        ]
      : [{ start, end, isHours: false }];
  return parts.filter((part) => part.start < part.end).map((part) => ({ ...part, position }));
}

/**
 * From here on every event of a feature stands in an hourly figure. A batch that began before the feature was there wrote
 * none for it; an hour later there is none under way.
 */
export function countedByHourFrom({ createdAt }: Pick<SubjectFeature, 'createdAt'>): Instant {
  return instant(ceilHour(createdAt) + MS_PER_HOUR);
}
