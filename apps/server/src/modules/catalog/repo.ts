import type { ConfigurationType, FeatureKind } from '@billhook/core/catalog/feature';
import type { MeterAggregation } from '@billhook/core/catalog/meter';
import type { ServiceRule } from '@billhook/core/entitlements/service';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { LateUsage } from '@billhook/core/usage/late-policy';
import type { CommandCtx, EarlyCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { type MeterTermsInput, readTerms, termsDraft } from './meter-terms.ts';
import type { StoredFeature, StoredMeter, SubjectFeatureRow } from './types.ts';

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
  late_usage: LateUsage | null;
  burns_credits: boolean;
  archived_at: Instant | null;
  created_at: Instant;
};

const METER = `id, key, name, event_type, aggregation, value_property, unit_property, terms, unit, late_usage,
  burns_credits, archived_at, created_at`;

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
  lateUsage: row.late_usage,
  burnsCredits: row.burns_credits,
  archivedAt: row.archived_at,
  createdAt: row.created_at,
});

/** Every meter of the tenant, archived ones too, by key. */
export async function allMeters(ctx: EarlyCtx): Promise<StoredMeter[]> {
  const rows = await ctx.sql.rows<MeterRow>(
    `select ${METER} from meters where tenant_id = $1 order by key`,
    [ctx.tenant.id],
    'catalog.meters',
  );
  return rows.map(toMeter);
}

/** Adds meters; a key that is taken is left out of the answer. */
export async function insertMeters(ctx: CommandCtx, meters: readonly StoredMeter[]): Promise<Set<string>> {
  if (meters.length === 0) return new Set();
  ctx.outdate('all', 'rights');
  const rows = await ctx.sql.rows<{ id: string }>(
    `insert into meters (tenant_id, id, key, name, event_type, aggregation, value_property, unit, created_at,
       unit_property, terms, late_usage)
     select $1, m.id, m.key, m.name, m.event_type, m.aggregation, m.value_property, m.unit, $2, m.unit_property, m.terms,
       m.late_usage
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::jsonb[], $12::text[])
       as m (id, key, name, event_type, aggregation, value_property, unit, unit_property, terms, late_usage)
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
      meters.map((meter) => meter.lateUsage),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** The events of the feature's meter are paid for in credits from now on, where each is so many units of its own. */
export async function setBurnsCredits(ctx: CommandCtx, featureId: string): Promise<void> {
  await ctx.sql.run(
    `update meters m set burns_credits = true from features f
     where m.tenant_id = $1 and f.tenant_id = $1 and f.id = $2 and f.meter_id = m.id and not m.burns_credits
       and m.aggregation in ('count', 'sum', 'level')`,
    [ctx.tenant.id, featureId],
  );
}

export async function updateMeterRow(ctx: CommandCtx, meter: StoredMeter): Promise<void> {
  ctx.outdate('all', 'rights');
  await ctx.sql.run(
    'update meters set name = $3, unit = $4, archived_at = $5, late_usage = $6 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, meter.id, meter.name, meter.unit, isoOrNull(meter.archivedAt), meter.lateUsage],
  );
}

type FeatureRow = {
  id: string;
  key: string;
  name: string;
  description: string;
  kind: FeatureKind;
  meter_id: string | null;
  value_type: ConfigurationType | null;
  subject_property: string | null;
  when_in_grace: ServiceRule;
  when_past_due: ServiceRule;
  when_paused: ServiceRule;
  reduced_limit: string | null;
  archived_at: Instant | null;
  created_at: Instant;
};

/** Every feature of the tenant, archived ones too, by key. */
export async function allFeatures(ctx: EarlyCtx): Promise<StoredFeature[]> {
  const rows = await ctx.sql.rows<FeatureRow>(
    `select id, key, name, description, kind, meter_id, value_type, subject_property, when_in_grace, when_past_due,
       when_paused, reduced_limit, archived_at, created_at
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
    valueType: row.value_type,
    subjectProperty: row.subject_property,
    service: {
      inGrace: row.when_in_grace,
      pastDue: row.when_past_due,
      paused: row.when_paused,
      reducedLimit: row.reduced_limit === null ? null : decimalFromNumeric(row.reduced_limit),
    },
    archivedAt: row.archived_at,
    createdAt: row.created_at,
  }));
}

/** Those that are counted for each member or device. Asked with every batch of usage. */
export function subjectFeatures(ctx: EarlyCtx): Promise<SubjectFeatureRow[]> {
  return ctx.sql.rows<SubjectFeatureRow>(
    `select id, meter_id as "meterId", subject_property as "subjectProperty", created_at as "createdAt"
     from features where tenant_id = $1 and subject_property is not null`,
    [ctx.tenant.id],
    'catalog.subject_features',
  );
}

/** Adds features; a key that is taken is left out of the answer. */
export async function insertFeatures(
  ctx: CommandCtx,
  features: readonly StoredFeature[],
): Promise<Set<string>> {
  if (features.length === 0) return new Set();
  ctx.outdate('all', 'rights');
  const rows = await ctx.sql.rows<{ id: string }>(
    `insert into features (tenant_id, id, key, name, description, kind, meter_id, created_at, value_type,
       subject_property, when_in_grace, when_past_due, when_paused, reduced_limit)
     select $1, f.id, f.key, f.name, f.description, f.kind, f.meter_id, $2, f.value_type, f.subject_property,
       f.when_in_grace, f.when_past_due, f.when_paused, f.reduced_limit
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[], $10::text[],
       $11::text[], $12::text[], $13::text[], $14::numeric[])
       as f (id, key, name, description, kind, meter_id, value_type, subject_property, when_in_grace, when_past_due,
         when_paused, reduced_limit)
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
      features.map((feature) => feature.valueType),
      features.map((feature) => feature.subjectProperty),
      features.map(({ service }) => service.inGrace),
      features.map(({ service }) => service.pastDue),
      features.map(({ service }) => service.paused),
      features.map(({ service }) => numericOrNull(service.reducedLimit)),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

export async function updateFeatureRow(ctx: CommandCtx, feature: StoredFeature): Promise<void> {
  ctx.outdate('all', 'rights');
  await ctx.sql.run(
    `update features set name = $3, description = $4, archived_at = $5, when_in_grace = $6, when_past_due = $7,
       when_paused = $8, reduced_limit = $9
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      feature.id,
      feature.name,
      feature.description,
      isoOrNull(feature.archivedAt),
      feature.service.inGrace,
      feature.service.pastDue,
      feature.service.paused,
      numericOrNull(feature.service.reducedLimit),
    ],
  );
}

const numericOrNull = (figure: Decimal12 | null) => (figure === null ? null : formatDecimal12(figure));
