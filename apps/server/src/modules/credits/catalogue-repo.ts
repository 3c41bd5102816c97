import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CurrencyCode } from '@billhook/core/money/currency';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { storedFigure } from './figures.ts';
import type { StoredAllowance, StoredCost, StoredCreditType, StoredPack } from './types.ts';

type TypeRow = Omit<StoredCreditType, 'lowAt' | 'currency'> & {
  lowAt: string | null;
  currency: string | null;
};

/** Every credit type of the tenant, by key. */
export async function creditTypes(ctx: EarlyCtx): Promise<StoredCreditType[]> {
  const rows = await ctx.sql.rows<TypeRow>(
    `select id, key, name, unit, currency, promotions_first as "promotionsFirst", return_days as "returnDays",
       low_at as "lowAt", created_at as "createdAt"
     from credit_types where tenant_id = $1 order by key`,
    [ctx.tenant.id],
  );
  return rows.map((row) => ({
    ...row,
    currency: row.currency as CurrencyCode | null,
    lowAt: row.lowAt === null ? null : storedFigure(row.lowAt),
  }));
}

/** False if the key is taken. */
export async function insertType(ctx: CommandCtx, type: StoredCreditType): Promise<boolean> {
  ctx.outdate('all', 'rights');
  const added = await ctx.sql.run(
    `insert into credit_types (tenant_id, id, key, name, unit, currency, promotions_first, return_days, low_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id, key) do nothing`,
    [
      ctx.tenant.id,
      type.id,
      type.key,
      type.name,
      type.unit,
      type.currency,
      type.promotionsFirst,
      type.returnDays,
      type.lowAt === null ? null : formatDecimal12(type.lowAt),
      iso(type.createdAt),
    ],
  );
  return added === 1;
}

/** What a type is called and how it behaves; what it is counted in never changes. */
export async function updateTypeRow(ctx: CommandCtx, type: StoredCreditType): Promise<void> {
  await ctx.sql.run(
    `update credit_types set name = $3, unit = $4, promotions_first = $5, return_days = $6, low_at = $7
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      type.id,
      type.name,
      type.unit,
      type.promotionsFirst,
      type.returnDays,
      type.lowAt === null ? null : formatDecimal12(type.lowAt),
    ],
  );
}

type CostRow = Omit<StoredCost, 'perUnit'> & { perUnit: string };

/** Every version of every cost, the oldest first. */
export async function creditCosts(ctx: EarlyCtx & Pick<QueryCtx, 'horizon'>): Promise<StoredCost[]> {
  const rows = await ctx.sql.rows<CostRow>(
    `select id, feature_id as "featureId", credit_type_id as "creditTypeId", per_unit as "perUnit", beyond,
       overage_meter_id as "overageMeterId",
       effective_at as "effectiveAt", created_at as "createdAt"
     from credit_costs where tenant_id = $1 order by effective_at, id`,
    [ctx.tenant.id],
  );
  ctx.horizon?.add(...rows.map(({ effectiveAt }) => effectiveAt));
  return rows.map((row) => ({ ...row, perUnit: storedFigure(row.perUnit) }));
}

/** False if another version of the feature's cost begins at that very instant. */
export async function insertCost(ctx: CommandCtx, cost: StoredCost): Promise<boolean> {
  ctx.outdate('all', 'rights');
  const added = await ctx.sql.run(
    `insert into credit_costs (tenant_id, id, feature_id, credit_type_id, per_unit, beyond, effective_at, created_at,
       overage_meter_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, feature_id, effective_at) do nothing`,
    [
      ctx.tenant.id,
      cost.id,
      cost.featureId,
      cost.creditTypeId,
      formatDecimal12(cost.perUnit),
      cost.beyond,
      iso(cost.effectiveAt),
      iso(cost.createdAt),
      cost.overageMeterId,
    ],
  );
  return added === 1;
}

/**
 * Whether something is owed on a meter whose events cost credits, where this feature has to do with it: what is owed would be paid
 * for as usage again.
 */
export async function owesOnBurning(ctx: QueryCtx, featureId: string): Promise<boolean> {
  const row = await ctx.sql.row(
    `select from credit_costs c
     join meters m on m.tenant_id = c.tenant_id and m.id = c.overage_meter_id and m.burns_credits
     join features f on f.tenant_id = c.tenant_id and f.id = $2
     where c.tenant_id = $1 and (c.feature_id = f.id or m.id = f.meter_id) limit 1`,
    [ctx.tenant.id, featureId],
  );
  return row !== undefined;
}

type PackRow = Omit<StoredPack, 'amount'> & { amount: string };

/** Every pack of the tenant, archived ones too, by price. */
export async function creditPacks(ctx: QueryCtx): Promise<StoredPack[]> {
  const rows = await ctx.sql.rows<PackRow>(
    `select id, key, name, credit_type_id as "creditTypeId", amount, price_minor as "priceMinor", currency,
       expires_after_days as "expiresAfterDays", archived_at as "archivedAt",
       created_at as "createdAt"
     from credit_packs where tenant_id = $1 order by price_minor, key`,
    [ctx.tenant.id],
  );
  return rows.map((row) => ({ ...row, amount: storedFigure(row.amount) }));
}

/** False if the key is taken. */
export async function insertPack(ctx: CommandCtx, pack: StoredPack): Promise<boolean> {
  const added = await ctx.sql.run(
    `insert into credit_packs (tenant_id, id, key, name, credit_type_id, amount, price_minor, currency,
       expires_after_days, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id, key) do nothing`,
    [
      ctx.tenant.id,
      pack.id,
      pack.key,
      pack.name,
      pack.creditTypeId,
      formatDecimal12(pack.amount),
      pack.priceMinor,
      pack.currency,
      pack.expiresAfterDays,
      iso(pack.createdAt),
    ],
  );
  return added === 1;
}

/** What a pack is called and whether it is on sale; what it sells for how much never changes. */
export async function updatePackRow(
  ctx: CommandCtx,
  { id, name, archivedAt }: Pick<StoredPack, 'id' | 'name' | 'archivedAt'>,
): Promise<void> {
  await ctx.sql.run('update credit_packs set name = $3, archived_at = $4 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    name,
    isoOrNull(archivedAt),
  ]);
}

type AllowanceRow = Omit<StoredAllowance, 'amount' | 'rolloverMax'> & {
  amount: string;
  rolloverMax: string | null;
};

/** Every version of every plan's allowances, the oldest first. */
export async function creditAllowances(ctx: QueryCtx): Promise<StoredAllowance[]> {
  const rows = await ctx.sql.rows<AllowanceRow>(
    `select id, plan_id as "planId", credit_type_id as "creditTypeId", amount, every, priority, rollover_max as "rolloverMax",
       rollover_periods as "rolloverPeriods", effective_at as "effectiveAt",
       created_at as "createdAt"
     from credit_allowances where tenant_id = $1 order by effective_at, id`,
    [ctx.tenant.id],
  );
  return rows.map((row) => ({
    ...row,
    amount: storedFigure(row.amount),
    rolloverMax: row.rolloverMax === null ? null : storedFigure(row.rolloverMax),
  }));
}

/** False if another version begins at that very instant. */
export async function insertAllowance(ctx: CommandCtx, allowance: StoredAllowance): Promise<boolean> {
  const { rolloverMax } = allowance;
  const added = await ctx.sql.run(
    `insert into credit_allowances (tenant_id, id, plan_id, credit_type_id, amount, priority, rollover_max,
       rollover_periods, effective_at, created_at, every)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (tenant_id, plan_id, credit_type_id, effective_at) do nothing`,
    [
      ctx.tenant.id,
      allowance.id,
      allowance.planId,
      allowance.creditTypeId,
      formatDecimal12(allowance.amount),
      allowance.priority,
      rolloverMax === null ? null : formatDecimal12(rolloverMax),
      allowance.rolloverPeriods,
      iso(allowance.effectiveAt),
      iso(allowance.createdAt),
      allowance.every,
    ],
  );
  return added === 1;
}
