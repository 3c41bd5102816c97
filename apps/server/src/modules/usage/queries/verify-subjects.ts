import { MS_PER_HOUR } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import { listSubjectFeatures } from '../../catalog/api.ts';
import type { AskedMeter } from '../quantities.ts';
import { countedByHourFrom, MAX_SUBJECT } from '../subject-rollup.ts';
import { type BothSides, type HourSpan, RANKED, tellDifferences } from './both-sides.ts';

/**
 * What each member or device used by hour, kept against what the events come to. Hours before a feature was counted by
 * hour have no figures that anybody reads, so they are left out.
 */
export async function compareSubjects(
  ctx: QueryCtx,
  meters: readonly AskedMeter[],
  { from, to }: HourSpan,
): Promise<BothSides[]> {
  const kinds = new Map(meters.map(({ id, aggregation }) => [id, aggregation]));
  const features = (await listSubjectFeatures(ctx)).filter(({ meterId }) => kinds.has(meterId ?? ''));
  if (features.length === 0) return [];
  return ctx.sql.rows<BothSides>(SUBJECTS, [
    ctx.tenant.id,
    features.map(({ id }) => id),
    features.map(({ meterId }) => meterId),
    features.map(({ subjectProperty }) => subjectProperty),
    features.map(({ meterId }) => kinds.get(meterId ?? '') === 'max'),
    features.map((feature) => iso(Math.max(countedByHourFrom(feature), from ?? -MS_PER_HOUR))),
    isoOrNull(to),
  ]);
}

const SUBJECTS = `with features as (
    select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::boolean[], $6::timestamptz[])
      as f (feature_id, meter_id, property, takes_highest, from_at)
  ), raw as (
    select e.customer_id, f.meter_id, f.feature_id, e.data ->> f.property as subject,
      date_trunc('hour', e.time, 'UTC') as hour, count(*) as event_count,
      case when f.takes_highest then max(c.quantity) else sum(c.quantity) end as quantity
    from usage_events e
    cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
    join features f on f.meter_id = c.meter_id
    where e.tenant_id = $1 and e.time >= f.from_at and ($7::timestamptz is null or e.time < $7)
      and jsonb_typeof(e.data -> f.property) = 'string' and length(e.data ->> f.property) between 1 and ${MAX_SUBJECT}
    group by 1, 2, 3, 4, 5, f.takes_highest
  ), kept as (
    select r.*, f.meter_id from usage_subject_rollups r join features f on f.feature_id = r.feature_id
    where r.tenant_id = $1 and r.hour >= f.from_at and ($7::timestamptz is null or r.hour < $7)
  ), both_sides as (
    select coalesce(raw.customer_id, kept.customer_id) as customer_id, coalesce(raw.meter_id, kept.meter_id) as meter_id,
      coalesce(raw.feature_id, kept.feature_id) as feature_id, coalesce(raw.subject, kept.subject) as subject,
      coalesce(raw.hour, kept.hour) as hour,
      raw.event_count || ' events, ' || trim_scale(raw.quantity) as recomputed,
      kept.event_count || ' events, ' || trim_scale(kept.quantity) as kept
    from raw full join kept on kept.customer_id = raw.customer_id and kept.feature_id = raw.feature_id
      and kept.subject = raw.subject and kept.hour = raw.hour
  )
  select b.meter_id, 0::bigint as events, ${tellDifferences(", 'subject', b.subject, 'feature_id', b.feature_id")}
  from (select *, ${RANKED} from both_sides) as b
  group by b.meter_id`;
