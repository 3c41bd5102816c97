import type {
  Price,
  PriceAlignment,
  PriceProration,
  PriceQuantity,
  PriceTiming,
} from '@billhook/core/catalog/price';
import type { Entitlement, UsageReset } from '@billhook/core/entitlements/entitlement';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonValue } from '@billhook/core/kernel/json';
import { currencyCode } from '@billhook/core/money/currency';
import type { CadenceInterval } from '@billhook/core/time/cadence';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';
import { type ModelJson, modelFromJson, modelToJson } from './price-model.ts';
import { type TermsJson, termsFromJson, termsToJson } from './price-terms.ts';
import type { StoredPlanVersion } from './types.ts';

type VersionRow = {
  id: string;
  plan_id: string;
  version: number;
  currency: string;
  position: number;
  trial_days: number;
  created_at: Instant;
};

type PriceRow = {
  id: string;
  plan_version_id: string;
  key: string;
  name: string;
  config: ModelJson;
  quantity_kind: 'fixed' | 'seats' | 'meter';
  meter_id: string | null;
  timing: PriceTiming;
  interval_unit: CadenceInterval;
  interval_count: number;
  alignment: PriceAlignment;
  proration: PriceProration;
  terms: TermsJson;
  tax_code: string;
};

type EntitlementRow = {
  plan_version_id: string;
  feature_id: string;
  kind: 'boolean' | 'configuration' | 'metered';
  value: JsonValue;
  limit_quantity: string | null;
  overage_allowed: boolean;
  soft_limit: boolean;
  pool_limit: string | null;
  reset_window: UsageReset | null;
  warn_at_percent: number[];
};

const VERSION = 'v.id, v.plan_id, v.version, v.currency, v.position, v.trial_days, v.created_at';

// A published version never changes, so what was read once stays right. Ids are unique over all tenants; the tenant
// stands in the key all the same, so that no caller is ever handed another's.
const MAX_REMEMBERED = 2_000;
const remembered = new Map<string, StoredPlanVersion>();

/** Versions with their prices and entitlements, in no order. */
export async function versionsById(ctx: QueryCtx, ids: readonly string[]): Promise<StoredPlanVersion[]> {
  const known: StoredPlanVersion[] = [];
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const version = remembered.get(`${ctx.tenant.id}/${id}`);
    if (version === undefined) missing.push(id);
    else known.push(version);
  }
  if (missing.length === 0) return known;
  const read = await withParts(
    ctx,
    await ctx.sql.rows<VersionRow>(
      `select ${VERSION} from plan_versions v where v.tenant_id = $1 and v.id = any ($2::uuid[])`,
      [ctx.tenant.id, missing],
    ),
  );
  for (const version of read) remember(`${ctx.tenant.id}/${version.id}`, version);
  return [...known, ...read];
}

function remember(key: string, version: StoredPlanVersion): void {
  if (remembered.size >= MAX_REMEMBERED) {
    const [oldest] = remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
  }
  remembered.set(key, version);
}

/** All versions of one plan in every currency, newest first, the main currency before the others. */
export async function versionsOfPlan(ctx: QueryCtx, planId: string): Promise<StoredPlanVersion[]> {
  return withParts(
    ctx,
    await ctx.sql.rows<VersionRow>(
      `select ${VERSION} from plan_versions v where v.tenant_id = $1 and v.plan_id = $2 order by v.version desc, v.position`,
      [ctx.tenant.id, planId],
    ),
  );
}

/** The newest version of each of these plans in every currency, the main one before the others. */
export async function latestVersions(
  ctx: QueryCtx,
  planIds: readonly string[],
): Promise<StoredPlanVersion[]> {
  if (planIds.length === 0) return [];
  const rows = await ctx.sql.rows<{ id: string }>(
    `select v.id from plan_versions v
     join plans p on p.tenant_id = v.tenant_id and p.id = v.plan_id and p.latest_version = v.version
     where v.tenant_id = $1 and v.plan_id = any ($2::uuid[])`,
    [ctx.tenant.id, planIds],
  );
  const versions = await versionsById(
    ctx,
    rows.map((row) => row.id),
  );
  return versions.sort((left, right) => left.position - right.position);
}

async function withParts(ctx: QueryCtx, versions: readonly VersionRow[]): Promise<StoredPlanVersion[]> {
  const ids = versions.map((version) => version.id);
  if (ids.length === 0) return [];
  const prices = await ctx.sql.rows<PriceRow>(
    `select id, plan_version_id, key, name, config, quantity_kind, meter_id, timing, interval_unit, interval_count,
       alignment, proration, terms, tax_code
     from prices where tenant_id = $1 and plan_version_id = any ($2::uuid[]) order by plan_version_id, position`,
    [ctx.tenant.id, ids],
  );
  const entitlements = await ctx.sql.rows<EntitlementRow>(
    `select e.plan_version_id, e.feature_id, f.kind, e.value, e.limit_quantity, e.overage_allowed, e.reset_window, e.warn_at_percent,
       e.soft_limit, e.pool_limit
     from plan_entitlements e
     join features f on f.tenant_id = e.tenant_id and f.id = e.feature_id
     where e.tenant_id = $1 and e.plan_version_id = any ($2::uuid[]) order by e.plan_version_id, e.id`,
    [ctx.tenant.id, ids],
  );
  const pricesBy = Map.groupBy(prices, (row) => row.plan_version_id);
  const entitlementsBy = Map.groupBy(entitlements, (row) => row.plan_version_id);
  return versions.map((row) => {
    const rights = entitlementsBy.get(row.id) ?? [];
    return {
      id: row.id,
      planId: row.plan_id,
      number: row.version,
      position: row.position,
      currency: currencyCode(row.currency),
      trialDays: row.trial_days,
      createdAt: row.created_at,
      prices: (pricesBy.get(row.id) ?? []).map(toPrice),
      entitlements: rights.map(toEntitlement),
      warnAtPercent: Object.fromEntries(rights.map((right) => [right.feature_id, right.warn_at_percent])),
    };
  });
}

function toPrice(row: PriceRow): Price {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    model: modelFromJson(row.config),
    quantity: toQuantity(row),
    timing: row.timing,
    cadence: { interval: row.interval_unit, count: row.interval_count },
    alignment: row.alignment,
    proration: row.proration,
    terms: termsFromJson(row.terms),
    taxCode: row.tax_code,
  };
}

function toQuantity(row: PriceRow): PriceQuantity {
  if (row.quantity_kind !== 'meter') return { kind: row.quantity_kind };
  invariant(row.meter_id !== null, 'A metered price names its meter.');
  return { kind: 'meter', meterId: row.meter_id };
}

function toEntitlement(row: EntitlementRow): Entitlement {
  const featureId = row.feature_id;
  switch (row.kind) {
    case 'boolean':
      return { kind: 'boolean', featureId, enabled: row.value === true };
    case 'configuration':
      return { kind: 'configuration', featureId, value: row.value };
    case 'metered':
      return {
        kind: 'metered',
        featureId,
        limit: row.limit_quantity === null ? null : decimalFromNumeric(row.limit_quantity),
        reset: row.reset_window ?? 'billing_period',
        overage: row.overage_allowed ? 'allow' : row.soft_limit ? 'soft' : 'block',
        ...(row.pool_limit === null ? {} : { poolLimit: decimalFromNumeric(row.pool_limit) }),
      };
  }
}

/** Writes a published version whole. It can never be changed afterwards: the runtime role has no right to. */
export async function insertVersion(ctx: CommandCtx, version: StoredPlanVersion): Promise<void> {
  await ctx.sql.run(
    `insert into plan_versions (tenant_id, id, plan_id, version, currency, position, trial_days, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ctx.tenant.id,
      version.id,
      version.planId,
      version.number,
      version.currency,
      version.position,
      version.trialDays,
      iso(ctx.now),
    ],
  );
  await insertPrices(ctx, version);
  await insertEntitlements(ctx, version);
}

async function insertPrices(ctx: CommandCtx, version: StoredPlanVersion): Promise<void> {
  const { prices } = version;
  if (prices.length === 0) return;
  await ctx.sql.run(
    `insert into prices (tenant_id, id, plan_version_id, position, key, name, model, config, quantity_kind, meter_id,
       timing, interval_unit, interval_count, alignment, proration, terms, tax_code)
     select $1, p.id, $2, p.position, p.key, p.name, p.model, p.config, p.quantity_kind, p.meter_id, p.timing,
       p.interval_unit, p.interval_count, p.alignment, p.proration, p.terms, p.tax_code
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::uuid[], $10::text[],
       $11::text[], $12::integer[], $13::text[], $14::text[], $15::jsonb[], $16::text[]) with ordinality
       as p (id, key, name, model, config, quantity_kind, meter_id, timing, interval_unit, interval_count, alignment,
         proration, terms, tax_code, position)`,
    [
      ctx.tenant.id,
      version.id,
      prices.map((price) => price.id),
      prices.map((price) => price.key),
      prices.map((price) => price.name),
      prices.map((price) => price.model.kind),
      prices.map((price) => JSON.stringify(modelToJson(price.model))),
      prices.map((price) => price.quantity.kind),
      prices.map((price) => (price.quantity.kind === 'meter' ? price.quantity.meterId : null)),
      prices.map((price) => price.timing),
      prices.map((price) => price.cadence.interval),
      prices.map((price) => price.cadence.count),
      prices.map((price) => price.alignment),
      prices.map((price) => price.proration),
      prices.map((price) => JSON.stringify(termsToJson(price.terms))),
      prices.map((price) => price.taxCode),
    ],
  );
}

async function insertEntitlements(ctx: CommandCtx, version: StoredPlanVersion): Promise<void> {
  const { entitlements } = version;
  if (entitlements.length === 0) return;
  await ctx.sql.run(
    `insert into plan_entitlements (tenant_id, id, plan_version_id, feature_id, value, limit_quantity, unlimited,
       overage_allowed, reset_window, warn_at_percent, soft_limit, pool_limit)
     select $1, e.id, $2, e.feature_id, e.value, e.limit_quantity::numeric, e.unlimited, e.overage_allowed, e.reset_window,
       e.warn_at_percent::integer[], e.soft_limit, e.pool_limit
     from unnest($3::uuid[], $4::uuid[], $5::jsonb[], $6::text[], $7::boolean[], $8::boolean[], $9::text[], $10::text[],
       $11::boolean[], $12::numeric[])
       as e (id, feature_id, value, limit_quantity, unlimited, overage_allowed, reset_window, warn_at_percent, soft_limit,
         pool_limit)`,
    [
      ctx.tenant.id,
      version.id,
      entitlements.map(() => ctx.newId()),
      entitlements.map((right) => right.featureId),
      entitlements.map(valueJson),
      entitlements.map((right) =>
        right.kind === 'metered' && right.limit !== null ? formatDecimal12(right.limit) : null,
      ),
      entitlements.map((right) => right.kind === 'metered' && right.limit === null),
      entitlements.map((right) => right.kind === 'metered' && right.overage === 'allow'),
      entitlements.map((right) => (right.kind === 'metered' ? right.reset : null)),
      entitlements.map((right) => `{${(version.warnAtPercent[right.featureId] ?? []).join(',')}}`),
      entitlements.map((right) => right.kind === 'metered' && right.overage === 'soft'),
      entitlements.map((right) =>
        right.kind === 'metered' && right.poolLimit != null ? formatDecimal12(right.poolLimit) : null,
      ),
    ],
  );
}

function valueJson(right: Entitlement): string | null {
  if (right.kind === 'boolean') return JSON.stringify(right.enabled);
  return right.kind === 'configuration' ? JSON.stringify(right.value) : null;
}
