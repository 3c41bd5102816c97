import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { PlanKind, StoredPlan } from './types.ts';

type PlanRow = {
  id: string;
  kind: PlanKind;
  offered_with: string[];
  key: string;
  name: string;
  description: string;
  family: string;
  rank: number;
  public: boolean;
  highlights: string[];
  latest_version: number;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
};

const PLAN =
  'id, kind, offered_with::text[] as offered_with, key, name, description, family, rank, public, highlights, latest_version, archived_at, created_at, updated_at';

const toPlan = (row: PlanRow): StoredPlan => ({
  id: row.id,
  kind: row.kind,
  offeredWith: row.offered_with,
  key: row.key,
  name: row.name,
  description: row.description,
  family: row.family,
  rank: row.rank,
  public: row.public,
  highlights: row.highlights,
  latestVersion: row.latest_version,
  archivedAt: row.archived_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Every plan of the tenant, archived ones too, in the seller's order. */
export async function allPlans(ctx: QueryCtx): Promise<StoredPlan[]> {
  const rows = await ctx.sql.rows<PlanRow>(
    `select ${PLAN} from plans where tenant_id = $1 order by rank, key`,
    [ctx.tenant.id],
  );
  return rows.map(toPlan);
}

/** Some plans by id, in no order. */
export async function plansById(ctx: QueryCtx, ids: readonly string[]): Promise<StoredPlan[]> {
  const rows = await ctx.sql.rows<PlanRow>(
    `select ${PLAN} from plans where tenant_id = $1 and id = any ($2::uuid[])`,
    [ctx.tenant.id, ids],
  );
  return rows.map(toPlan);
}

/** Locks one plan, so that two writers do not give the same version number. */
export async function lockPlan(ctx: CommandCtx, id: string): Promise<StoredPlan | undefined> {
  const row = await ctx.sql.row<PlanRow>(
    `select ${PLAN} from plans where tenant_id = $1 and id = $2 for update`,
    [ctx.tenant.id, id],
  );
  return row === undefined ? undefined : toPlan(row);
}

/** Locks every plan, in one order, for a writer of the whole catalogue. */
export async function lockAllPlans(ctx: CommandCtx): Promise<void> {
  await ctx.sql.rows('select 1 from plans where tenant_id = $1 order by id for update', [ctx.tenant.id]);
}

/** False if the key is taken. */
export async function insertPlan(ctx: CommandCtx, plan: StoredPlan): Promise<boolean> {
  const added = await ctx.sql.run(
    `insert into plans (tenant_id, id, key, name, description, family, rank, public, highlights, latest_version,
       archived_at, created_at, updated_at, kind, offered_with)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $12, $13, $14::uuid[])
     on conflict (tenant_id, key) do nothing`,
    [
      ctx.tenant.id,
      plan.id,
      plan.key,
      plan.name,
      plan.description,
      plan.family,
      plan.rank,
      plan.public,
      JSON.stringify(plan.highlights),
      plan.latestVersion,
      isoOrNull(plan.archivedAt),
      iso(ctx.now),
      plan.kind,
      plan.offeredWith,
    ],
  );
  return added === 1;
}

export async function updatePlanRow(ctx: CommandCtx, plan: StoredPlan): Promise<void> {
  await ctx.sql.run(
    `update plans set name = $3, description = $4, family = $5, rank = $6, public = $7, highlights = $8::jsonb,
       latest_version = $9, archived_at = $10, updated_at = $11, offered_with = $12::uuid[]
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      plan.id,
      plan.name,
      plan.description,
      plan.family,
      plan.rank,
      plan.public,
      JSON.stringify(plan.highlights),
      plan.latestVersion,
      isoOrNull(plan.archivedAt),
      iso(ctx.now),
      plan.offeredWith,
    ],
  );
}
