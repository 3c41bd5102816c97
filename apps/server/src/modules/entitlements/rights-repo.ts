import { endOf, type RightGrant, type RightOverride } from '@billhook/core/entitlements/right-change';
import type { Instant } from '@billhook/core/time/instant';
import { uuidColumn } from '../../platform/columns.ts';
import type { Actor, CommandCtx, QueryCtx } from '../../platform/context.ts';
import { markOf, type RowMark, sumOfMarks } from '../../platform/row-marks.ts';
import { iso } from '../../platform/sql.ts';
import type { Insistence } from '../../platform/together.ts';
import { changeFromJson, changeToJson, type RightChangeJson } from './change-json.ts';

type Target = {
  customerId: string;
  /** Null for the customer, whatever it has bought. */
  subscriptionId: string | null;
  featureId: string;
};
type Told = { reason: string; by: Actor; createdAt: Instant };

export type StoredOverride = RightOverride &
  Target &
  Told & { removedAt: Instant | null; removedReason: string | null };

export type StoredGrant = RightGrant & Target & Told & { revokedReason: string | null };

type Row = {
  id: string;
  customer_id: string;
  subscription_id: string | null;
  feature_id: string;
  change: RightChangeJson;
  reason: string;
  actor_kind: Actor['kind'];
  actor_id: string;
  created_at: Instant;
};
type OverrideRow = Row & { removed_at: Instant | null; removed_reason: string | null };
type GrantRow = Row & {
  from_at: Instant;
  until_at: Instant;
  revoked_at: Instant | null;
  revoked_reason: string | null;
};

const COMMON =
  'id, customer_id, subscription_id, feature_id, change, reason, actor_kind, actor_id, created_at';
const OVERRIDE = `${COMMON}, removed_at, removed_reason`;
const GRANT = `${COMMON}, from_at, until_at, revoked_at, revoked_reason`;

const common = (row: Row) => ({
  id: row.id,
  customerId: row.customer_id,
  subscriptionId: row.subscription_id,
  featureId: row.feature_id,
  change: changeFromJson(row.change),
  reason: row.reason,
  by: { kind: row.actor_kind, id: row.actor_id },
  createdAt: row.created_at,
});

const toOverride = (row: OverrideRow): StoredOverride => ({
  ...common(row),
  target: row.subscription_id === null ? 'customer' : 'subscription',
  removedAt: row.removed_at,
  removedReason: row.removed_reason,
});

const toGrant = (row: GrantRow): StoredGrant => ({
  ...common(row),
  from: row.from_at,
  until: row.until_at,
  revokedAt: row.revoked_at,
  revokedReason: row.revoked_reason,
});

/** What holds or lies ahead for these customers, in one statement: it is asked with every check. */
export async function agreementsOf(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<{ overrides: StoredOverride[]; grants: StoredGrant[] }> {
  const rows = await ctx.sql.rows<({ kind: 'override' } & OverrideRow) | ({ kind: 'grant' } & GrantRow)>(
    `select 'override' as kind, ${COMMON}, removed_at, removed_reason, null::timestamptz as from_at,
       null::timestamptz as until_at, null::timestamptz as revoked_at, null as revoked_reason
     from entitlement_overrides
     where tenant_id = $1 and customer_id = any ($2::uuid[]) and removed_at is null
     union all
     select 'grant', ${COMMON}, null, null, from_at, until_at, revoked_at, revoked_reason
     from entitlement_grants
     where tenant_id = $1 and customer_id = any ($2::uuid[]) and until_at > $3
       and (revoked_at is null or revoked_at > $3)`,
    [ctx.tenant.id, customerIds, iso(ctx.now)],
  );
  return {
    overrides: rows.flatMap((row) => (row.kind === 'override' ? [toOverride(row)] : [])),
    grants: rows.flatMap((row) => (row.kind === 'grant' ? [toGrant(row)] : [])),
  };
}

/** The rows that `agreementsOf` would read at a moment; the customers and the moment are written as given. */
const agreedOf = (customers: string, moment: string) => `(
    select customer_id, ${markOf('entitlement_overrides')} as mark from entitlement_overrides
    where tenant_id = $1 and customer_id = any (${customers}::uuid[]) and removed_at is null
    union all
    select customer_id, ${markOf('entitlement_grants')} from entitlement_grants
    where tenant_id = $1 and customer_id = any (${customers}::uuid[]) and until_at > ${moment}::timestamptz
      and (revoked_at is null or revoked_at > ${moment}::timestamptz)) as agreed`;

/** Tells which rows `agreementsOf` would read of each of these customers that has any. */
export async function agreementMarks(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, RowMark>> {
  const rows = await ctx.sql.rows<{ id: string; mark: string }>(
    `select customer_id as id, sum(mark) as mark from ${agreedOf('$2', '$3')} group by 1`,
    [ctx.tenant.id, uuidColumn(customerIds), iso(ctx.now)],
    'rights.agreement_marks',
  );
  return new Map(rows.map(({ id, mark }) => [id, BigInt(mark)]));
}

/** That `agreementMarks` would say the same of these customers, given as `uuid[]`. */
export function agreementsAre(customerIds: Buffer, marks: readonly RowMark[], now: Instant): Insistence {
  return {
    name: 'agreements',
    text: `(select coalesce(sum(mark), 0) from ${agreedOf('@1', '@2')}) = @3::numeric`,
    values: [customerIds, iso(now), sumOfMarks(marks)],
  };
}

/** All overrides of a customer, latest first, those that were removed too. */
export async function overrideHistory(ctx: QueryCtx, customerId: string): Promise<StoredOverride[]> {
  const rows = await ctx.sql.rows<OverrideRow>(
    `select ${OVERRIDE} from entitlement_overrides where tenant_id = $1 and customer_id = $2
     order by created_at desc, id desc`,
    [ctx.tenant.id, customerId],
  );
  return rows.map(toOverride);
}

/** All grants of a customer, latest first. */
export async function grantHistory(ctx: QueryCtx, customerId: string): Promise<StoredGrant[]> {
  const rows = await ctx.sql.rows<GrantRow>(
    `select ${GRANT} from entitlement_grants where tenant_id = $1 and customer_id = $2
     order by created_at desc, id desc`,
    [ctx.tenant.id, customerId],
  );
  return rows.map(toGrant);
}

export async function overrideById(ctx: QueryCtx, id: string): Promise<StoredOverride | undefined> {
  const row = await ctx.sql.row<OverrideRow>(
    `select ${OVERRIDE} from entitlement_overrides where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
  return row && toOverride(row);
}

export async function grantById(ctx: QueryCtx, id: string): Promise<StoredGrant | undefined> {
  const row = await ctx.sql.row<GrantRow>(
    `select ${GRANT} from entitlement_grants where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
  return row && toGrant(row);
}

/** Ends the override that holds for a target, if there is one; answers its id. The customer is locked. */
export async function endOverride(
  ctx: CommandCtx,
  { customerId, subscriptionId, featureId }: Target,
  reason: string,
): Promise<string | undefined> {
  const row = await ctx.sql.row<{ id: string }>(
    `update entitlement_overrides set removed_at = $2, removed_reason = $3
     where tenant_id = $1 and customer_id = $4 and subscription_id is not distinct from $5 and feature_id = $6
       and removed_at is null
     returning id`,
    [ctx.tenant.id, iso(ctx.now), reason, customerId, subscriptionId, featureId],
  );
  return row?.id;
}

export async function insertOverride(ctx: CommandCtx, override: StoredOverride): Promise<void> {
  await ctx.sql.run(
    `insert into entitlement_overrides (tenant_id, id, customer_id, subscription_id, feature_id, change, reason,
       actor_kind, actor_id, created_at)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10)`,
    [ctx.tenant.id, ...columns(override)],
  );
}

export async function insertGrant(ctx: CommandCtx, grant: StoredGrant): Promise<void> {
  await ctx.sql.run(
    `insert into entitlement_grants (tenant_id, id, customer_id, subscription_id, feature_id, change, reason,
       actor_kind, actor_id, created_at, from_at, until_at, next_news_at)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ctx.tenant.id,
      ...columns(grant),
      iso(grant.from),
      iso(grant.until),
      // One that begins now is told by the command that gives it.
      iso(grant.from > ctx.now ? grant.from : grant.until),
    ],
  );
}

function columns(row: StoredOverride | StoredGrant): unknown[] {
  return [
    row.id,
    row.customerId,
    row.subscriptionId,
    row.featureId,
    JSON.stringify(changeToJson(row.change)),
    row.reason,
    row.by.kind,
    row.by.id,
    iso(row.createdAt),
  ];
}

/** Revokes a grant that has not ended; false if it has. */
export async function revoke(ctx: CommandCtx, id: string, reason: string): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update entitlement_grants set revoked_at = $3, revoked_reason = $4, next_news_at = null
     where tenant_id = $1 and id = $2 and revoked_at is null and until_at > $3`,
    [ctx.tenant.id, id, iso(ctx.now), reason],
  );
  return changed === 1;
}

/** When the next grant begins or ends; null if none does. */
export async function nextNewsAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    'select min(next_news_at) as at from entitlement_grants where tenant_id = $1 and next_news_at is not null',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

/**
 * Takes up to `limit` grants whose beginning or end was reached and not told, and lays their next news ahead.
 * @returns the grants, each with what is to be told of it
 */
export async function takeNews(
  ctx: CommandCtx,
  limit: number,
): Promise<{ grant: StoredGrant; news: 'started' | 'ended' }[]> {
  const rows = await ctx.sql.rows<GrantRow & { told_at: Instant }>(
    `with taken as materialized (
       select id, next_news_at from entitlement_grants where tenant_id = $1 and next_news_at <= $2
       order by next_news_at, id limit $3 for update skip locked)
     update entitlement_grants g
       set next_news_at = case when taken.next_news_at < g.until_at then g.until_at end
     from taken where g.tenant_id = $1 and g.id = taken.id
     returning ${GRANT.split(', ')
       .map((name) => `g.${name}`)
       .join(', ')}, taken.next_news_at as told_at`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  return rows
    .map((row) => ({ row, grant: toGrant(row) }))
    .sort((one, other) => one.row.told_at - other.row.told_at || (one.grant.id < other.grant.id ? -1 : 1))
    .map(({ row, grant }) => ({ grant, news: row.told_at < endOf(grant) ? 'started' : 'ended' }));
}
