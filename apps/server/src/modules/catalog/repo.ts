import type { FeatureKind } from '@billhook/core/catalog/feature';
import type { MeterAggregation } from '@billhook/core/catalog/meter';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { type MeterTermsInput, readTerms, termsDraft } from './meter-terms.ts';
import type { StoredFeature, StoredMeter } from './types.ts';

type MeterRow = {
  id: string;
  key: string;
  name: string;
  event_type: string;
  aggregation: MeterAggregation;
  value_property: string | null;
  unit_property: string | null;
  terms: MeterTermsInput;
  unit: string;
  archived_at: Instant | null;
  created_at: Instant;
};

const METER =
  'id, key, name, event_type, aggregation, value_property, unit_property, terms, unit, archived_at, created_at';

const toMeter = (row: MeterRow): StoredMeter => ({
  id: row.id,
  key: row.key,
  name: row.name,
  eventType: row.event_type,
  aggregation: row.aggregation,
  valueProperty: row.value_property,
  unitProperty: row.unit_property,
  terms: readTerms(row.terms),
  unit: row.unit,
  archivedAt: row.archived_at,
  createdAt: row.created_at,
});

/** Every meter of the tenant, archived ones too, by key. */
export async function allMeters(ctx: QueryCtx): Promise<StoredMeter[]> {
  const rows = await ctx.sql.rows<MeterRow>(`select ${METER} from meters where tenant_id = $1 order by key`, [
    ctx.tenant.id,
  ]);
  return rows.map(toMeter);
}

/** Adds meters; a key that is taken is left out of the answer. */
export async function insertMeters(ctx: CommandCtx, meters: readonly StoredMeter[]): Promise<Set<string>> {
  if (meters.length === 0) return new Set();
  const rows = await ctx.sql.rows<{ id: string }>(
    `insert into meters (tenant_id, id, key, name, event_type, aggregation, value_property, unit, created_at,
       unit_property, terms)
     select $1, m.id, m.key, m.name, m.event_type, m.aggregation, m.value_property, m.unit, $2, m.unit_property, m.terms
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::jsonb[])
       as m (id, key, name, event_type, aggregation, value_property, unit, unit_property, terms)
     on conflict (tenant_id, key) do nothing returning id`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      meters.map((meter) => meter.id),
      meters.map((meter) => meter.key),
      meters.map((meter) => meter.name),
      meters.map((meter) => meter.eventType),
      meters.map((meter) => meter.aggregation),
      meters.map((meter) => meter.valueProperty),
      meters.map((meter) => meter.unit),
      meters.map((meter) => meter.unitProperty),
      meters.map((meter) => JSON.stringify(termsDraft(meter))),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

export async function updateMeterRow(ctx: CommandCtx, meter: StoredMeter): Promise<void> {
  await ctx.sql.run(
    'update meters set name = $3, unit = $4, archived_at = $5 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, meter.id, meter.name, meter.unit, isoOrNull(meter.archivedAt)],
  );
}

type FeatureRow = {
  id: string;
  key: string;
  name: string;
  description: string;
  kind: FeatureKind;
  meter_id: string | null;
  archived_at: Instant | null;
  created_at: Instant;
};

/** Every feature of the tenant, archived ones too, by key. */
export async function allFeatures(ctx: QueryCtx): Promise<StoredFeature[]> {
  const rows = await ctx.sql.rows<FeatureRow>(
    `select id, key, name, description, kind, meter_id, archived_at, created_at
     from features where tenant_id = $1 order by key`,
    [ctx.tenant.id],
  );
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    kind: row.kind,
    meterId: row.meter_id,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
  }));
}

/** Adds features; a key that is taken is left out of the answer. */
export async function insertFeatures(
  ctx: CommandCtx,
  features: readonly StoredFeature[],
): Promise<Set<string>> {
  if (features.length === 0) return new Set();
  const rows = await ctx.sql.rows<{ id: string }>(
    `insert into features (tenant_id, id, key, name, description, kind, meter_id, created_at)
     select $1, f.id, f.key, f.name, f.description, f.kind, f.meter_id, $2
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[])
       as f (id, key, name, description, kind, meter_id)
     on conflict (tenant_id, key) do nothing returning id`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      features.map((feature) => feature.id),
      features.map((feature) => feature.key),
      features.map((feature) => feature.name),
      features.map((feature) => feature.description),
      features.map((feature) => feature.kind),
      features.map((feature) => feature.meterId),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

export async function updateFeatureRow(ctx: CommandCtx, feature: StoredFeature): Promise<void> {
  await ctx.sql.run(
    'update features set name = $3, description = $4, archived_at = $5 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, feature.id, feature.name, feature.description, isoOrNull(feature.archivedAt)],
  );
}
