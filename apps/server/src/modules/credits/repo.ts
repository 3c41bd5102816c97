import type { AllowanceInterval, GrantedAllowance } from '@billhook/core/credits/allowance';
import type { RolloverRule } from '@billhook/core/credits/grant';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { countColumn, decimalColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { storedFigure } from './figures.ts';
import type { StoredEntry, StoredGrant } from './types.ts';

type RolloverJson = Omit<RolloverRule, 'maxAmount'> & { maxAmount: string | null };

type GrantRow = Omit<StoredGrant, 'amount' | 'left' | 'scope' | 'rollover'> & {
  amount: string;
  left: string;
  featureIds: string[] | null;
  subscriptionId: string | null;
  rollover: RolloverJson | null;
};

const GRANT = `id, customer_id as "customerId", credit_type_id as "creditTypeId", source, amount, left_amount as "left",
  priority, effective_at as "effectiveAt", expires_at as "expiresAt", created_at as "createdAt",
  feature_ids as "featureIds", subscription_id as "subscriptionId", rollover, rolled_periods as "rolledPeriods", reason,
  from_grant_id as "fromGrantId", origin_subscription_id as "originSubscriptionId", every, paid_minor as "paidMinor", earned_minor as "earnedMinor",
  paid_currency as "paidCurrency"`;

function toGrant({ featureIds, subscriptionId, rollover, ...row }: GrantRow): StoredGrant {
  return {
    ...row,
    amount: storedFigure(row.amount),
    left: storedFigure(row.left),
    scope: { featureIds, chargeKinds: null, subscriptionId },
    rollover:
      rollover === null
        ? null
        : {
            ...rollover,
            maxAmount: rollover.maxAmount === null ? null : storedFigure(rollover.maxAmount),
          },
  };
}

/** What of a customer has something left, whenever it may be spent, in order of ids. */
export async function heldOf(ctx: QueryCtx, customerId: string): Promise<StoredGrant[]> {
  const rows = await ctx.sql.rows<GrantRow>(
    `select ${GRANT} from credit_grants where tenant_id = $1 and customer_id = $2 and has_left order by id`,
    [ctx.tenant.id, customerId],
  );
  ctx.horizon?.add(...rows.flatMap(({ effectiveAt, expiresAt }) => [effectiveAt, expiresAt]));
  return rows.map(toGrant);
}

/** As `heldOf`, of several customers. */
export async function heldByCustomer(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<Map<string, StoredGrant[]>> {
  const rows = await ctx.sql.rows<GrantRow>(
    `select ${GRANT} from credit_grants where tenant_id = $1 and customer_id = any ($2::uuid[]) and has_left
     order by id`,
    [ctx.tenant.id, uuidColumn(customerIds)],
    'credits.held',
  );
  ctx.horizon?.add(...rows.flatMap(({ effectiveAt, expiresAt }) => [effectiveAt, expiresAt]));
  return Map.groupBy(rows.map(toGrant), ({ customerId }) => customerId);
}

export async function grantsById(ctx: QueryCtx, ids: readonly string[]): Promise<StoredGrant[]> {
  const rows = await ctx.sql.rows<GrantRow>(
    `select ${GRANT} from credit_grants where tenant_id = $1 and id = any ($2::uuid[]) order by id`,
    [ctx.tenant.id, ids],
  );
  return rows.map(toGrant);
}

/** What a subscription was granted by its plan and still runs. */
export async function allowancesGranted(
  ctx: QueryCtx,
  subscriptionId: string,
): Promise<(GrantedAllowance & { creditTypeId: string; every: AllowanceInterval })[]> {
  const rows = await ctx.sql.rows<{
    creditTypeId: string;
    every: AllowanceInterval;
    amount: string;
    expiresAt: Instant | null;
  }>(
    `select credit_type_id as "creditTypeId", coalesce(every, 'month') as every, amount, expires_at as "expiresAt"
     from credit_grants
     where tenant_id = $1 and origin_subscription_id = $2 and source = 'allowance'
       and (expires_at is null or expires_at > $3)`,
    [ctx.tenant.id, subscriptionId, iso(ctx.now)],
  );
  return rows.map((row) => ({ ...row, amount: storedFigure(row.amount) }));
}

/** Where the last allowance of each type and interval ended that a subscription was granted, or will. */
export async function allowanceEnds(
  ctx: QueryCtx,
  subscriptionId: string,
): Promise<{ creditTypeId: string; every: AllowanceInterval; endedAt: Instant }[]> {
  return ctx.sql.rows(
    `select credit_type_id as "creditTypeId", coalesce(every, 'month') as every, max(expires_at) as "endedAt"
     from credit_grants
     where tenant_id = $1 and origin_subscription_id = $2 and source = 'allowance' and expires_at is not null
     group by 1, 2 order by 1, 2`,
    [ctx.tenant.id, subscriptionId],
  );
}

/** Every grant that a subscription's plan gave and that credits are promised of. */
export async function grantsFrom(ctx: QueryCtx, subscriptionId: string): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select distinct g.id from credit_holds h join credit_grants g on g.tenant_id = h.tenant_id and g.id = h.grant_id
     where g.tenant_id = $1 and g.origin_subscription_id = $2`,
    [ctx.tenant.id, subscriptionId],
  );
  return rows.map(({ id }) => id);
}

export async function insertGrant(ctx: CommandCtx, grant: StoredGrant, fact: string): Promise<void> {
  const { rollover, scope } = grant;
  const rule =
    rollover === null
      ? null
      : { ...rollover, maxAmount: rollover.maxAmount === null ? null : formatDecimal12(rollover.maxAmount) };
  await ctx.sql.run(
    `insert into credit_grants (tenant_id, id, customer_id, credit_type_id, source, amount, left_amount, priority,
       effective_at, expires_at, created_at, feature_ids, subscription_id, rollover, rolled_periods, from_grant_id,
       reason, fact, paid_minor, earned_minor, paid_currency, origin_subscription_id, every)
     values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11::uuid[], $12, $13, $14, $15, $16, $17, $18, 0, $19, $20, $21)`,
    [
      ctx.tenant.id,
      grant.id,
      grant.customerId,
      grant.creditTypeId,
      grant.source,
      formatDecimal12(grant.amount),
      grant.priority,
      iso(grant.effectiveAt),
      isoOrNull(grant.expiresAt),
      iso(grant.createdAt),
      scope.featureIds,
      scope.subscriptionId,
      rule === null ? null : JSON.stringify(rule),
      grant.rolledPeriods,
      grant.fromGrantId,
      grant.reason,
      fact,
      grant.paidMinor,
      grant.paidCurrency,
      grant.originSubscriptionId,
      grant.every,
    ],
  );
}

/**
 * Moves what is left of grants from what was seen to what it is now. One conditional step: false where one is no longer
 * as it was seen, which nobody who holds the customer's lock ever meets.
 */
export async function moveLeft(
  ctx: CommandCtx,
  grants: readonly { id: string; from: Decimal12; to: Decimal12; earnedDeltaMinor: bigint }[],
): Promise<boolean> {
  if (grants.length === 0) return true;
  const moved = await ctx.sql.run(
    `update credit_grants g set left_amount = m.left_after, earned_minor = g.earned_minor + m.earned
     from unnest($2::uuid[], $3::numeric[], $4::numeric[], $5::bigint[]) as m (id, left_before, left_after, earned)
     where g.tenant_id = $1 and g.id = m.id and g.left_amount = m.left_before`,
    [
      ctx.tenant.id,
      uuidColumn(grants.map(({ id }) => id)),
      decimalColumn(grants.map(({ from }) => from)),
      decimalColumn(grants.map(({ to }) => to)),
      countColumn(grants.map(({ earnedDeltaMinor }) => earnedDeltaMinor)),
    ],
    'credits.move_left',
  );
  return moved === grants.length;
}

export type NewEntry = Pick<
  StoredEntry,
  'id' | 'customerId' | 'grantId' | 'kind' | 'amount' | 'at' | 'consumptionId' | 'reason'
>;

export function insertEntries(ctx: CommandCtx, entries: readonly NewEntry[]): Promise<number> {
  if (entries.length === 0) return Promise.resolve(0);
  ctx.outdate(entries.map(({ customerId }) => customerId));
  return ctx.sql.run(
    `insert into credit_entries (tenant_id, id, customer_id, grant_id, kind, amount, occurred_at, consumption_id, reason)
     select $1, e.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::numeric[], $7::timestamptz[],
       $8::uuid[], $9::text[]) as e`,
    [
      ctx.tenant.id,
      uuidColumn(entries.map(({ id }) => id)),
      uuidColumn(entries.map(({ customerId }) => customerId)),
      uuidColumn(entries.map(({ grantId }) => grantId)),
      textColumn(entries.map(({ kind }) => kind)),
      decimalColumn(entries.map(({ amount }) => amount)),
      timeColumn(entries.map(({ at }) => at)),
      uuidColumn(entries.map(({ consumptionId }) => consumptionId)),
      textColumn(entries.map(({ reason }) => reason)),
    ],
    'credits.insert_entries',
  );
}

type EntryRow = Omit<StoredEntry, 'amount'> & { amount: string };

const ENTRY = `e.id, e.customer_id as "customerId", e.grant_id as "grantId", g.credit_type_id as "creditTypeId", g.source,
  e.kind, e.amount, e.occurred_at as at, e.consumption_id as "consumptionId", c.feature_id as "featureId", e.reason`;

const ENTRIES = `credit_entries e
  join credit_grants g on g.tenant_id = e.tenant_id and g.id = e.grant_id
  left join credit_consumptions c on c.tenant_id = e.tenant_id and c.id = e.consumption_id`;

/** History of a customer, newest first. */
export async function pageOfEntries(
  ctx: QueryCtx,
  page: { customerId: string; after: string | null; limit: number },
): Promise<StoredEntry[]> {
  const rows = await ctx.sql.rows<EntryRow>(
    `select ${ENTRY} from ${ENTRIES}
     where e.tenant_id = $1 and e.customer_id = $2 and ($3::uuid is null or e.id < $3) order by e.id desc limit $4`,
    [ctx.tenant.id, page.customerId, page.after, page.limit],
  );
  return rows.map((row) => ({ ...row, amount: storedFigure(row.amount) }));
}

/** Which grants paid these consumptions, in the order in which they were spent. */
export async function partsOfConsumptions(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<{ consumptionId: string; grantId: string; amount: Decimal12 }[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.sql.rows<{ consumptionId: string; grantId: string; amount: string }>(
    `select consumption_id as "consumptionId", grant_id as "grantId", amount from credit_entries
     where tenant_id = $1 and consumption_id = any ($2::uuid[]) and kind = 'consumed' order by id`,
    [ctx.tenant.id, uuidColumn(ids)],
  );
  return rows.map((row) => ({ ...row, amount: storedFigure(row.amount) }));
}

/** The entries of a consumption, in the order in which its grants were spent. */
export async function entriesOfConsumption(ctx: QueryCtx, consumptionId: string): Promise<StoredEntry[]> {
  const rows = await ctx.sql.rows<EntryRow>(
    `select ${ENTRY} from ${ENTRIES} where e.tenant_id = $1 and e.consumption_id = $2 order by e.id`,
    [ctx.tenant.id, consumptionId],
  );
  return rows.map((row) => ({ ...row, amount: storedFigure(row.amount) }));
}

/** The grant of a fact, locked by the lock of its customer. */
export async function grantOfFact(ctx: QueryCtx, fact: string): Promise<StoredGrant | undefined> {
  const row = await ctx.sql.row<GrantRow>(
    `select ${GRANT} from credit_grants where tenant_id = $1 and fact = $2`,
    [ctx.tenant.id, fact],
  );
  return row === undefined ? undefined : toGrant(row);
}

/** Those of these grants that staff took back. */
export async function revokedAmong(ctx: QueryCtx, grantIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select distinct grant_id as id from credit_entries
     where tenant_id = $1 and grant_id = any ($2::uuid[]) and kind = 'revoked'`,
    [ctx.tenant.id, grantIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Customers with grants whose time is over and of which something is left, the first to end first. */
export async function customersWithExpired(ctx: QueryCtx, limit: number): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select customer_id as id from credit_grants
     where tenant_id = $1 and expires_at <= $2 and has_left group by customer_id order by min(expires_at), 1 limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  return rows.map(({ id }) => id);
}
