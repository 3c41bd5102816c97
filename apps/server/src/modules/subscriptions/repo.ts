import type { AccessState } from '@billhook/core/access/access';
import type { Price } from '@billhook/core/catalog/price';
import { invariant } from '@billhook/core/kernel/invariant';
import { currencyCode } from '@billhook/core/money/currency';
import {
  FROM_PLAN,
  type OwnThreshold,
  type SubscriptionItem,
  type SubscriptionStatus,
  type TrialEnd,
} from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { getPlanVersions, offeringsOf, type StoredPlanVersion } from '../catalog/api.ts';
import { loadAgreements, type OverrideJson, overrideFromJson } from './agreements.ts';
import {
  type PausesJson,
  pausesFromJson,
  type ScheduleJson,
  scheduleFromJson,
  versionsOfSchedule,
} from './schedule-json.ts';
import type { Collection, StoredSubscription } from './types.ts';

type SubscriptionRow = {
  id: string;
  customer_id: string;
  plan_id: string;
  plan_version_id: string;
  status: SubscriptionStatus;
  billing_authority: 'billhook' | 'stripe';
  collection: Collection;
  currency: string;
  time_zone: string;
  seats: bigint;
  started_at: Instant;
  trial_end_at: Instant | null;
  anchor_at: Instant;
  next_bill_at: Instant | null;
  trial_end: TrialEnd;
  billing_day: number | null;
  schedule: ScheduleJson;
  pauses: PausesJson;
  ended_at: Instant | null;
  threshold_source: 'seller' | 'subscription';
  threshold_minor: bigint | null;
  metadata: Record<string, string>;
  past_due_since: Instant | null;
  access: AccessState;
  created_at: Instant;
  updated_at: Instant;
};

type ItemRow = {
  id: string;
  subscription_id: string;
  plan_version_id: string;
  price_id: string;
  /** Where the price stands: the version of the plan, or that of the add-on. */
  price_version_id: string;
  quantity: bigint;
  anchor_at: Instant;
  active_from: Instant;
  active_to: Instant | null;
  credit_unused: boolean;
  add_on_id: string | null;
  override: OverrideJson | null;
};

const SUBSCRIPTION = `id, customer_id, plan_id, plan_version_id, status, billing_authority, collection, currency, time_zone,
  seats, started_at, trial_end_at, trial_end, anchor_at, billing_day, schedule, pauses, next_bill_at, ended_at, metadata,
  threshold_source, threshold_minor, past_due_since, access, created_at, updated_at`;

export async function subscriptionsById(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<StoredSubscription[]> {
  return whole(
    ctx,
    await ctx.sql.rows<SubscriptionRow>(
      `select ${SUBSCRIPTION} from subscriptions where tenant_id = $1 and id = any ($2::uuid[]) order by id`,
      [ctx.tenant.id, ids],
    ),
  );
}

/** Every subscription of these customers, ended ones too, in the order they were made. */
export async function subscriptionsOfCustomers(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<StoredSubscription[]> {
  return whole(
    ctx,
    await ctx.sql.rows<SubscriptionRow>(
      `select ${SUBSCRIPTION} from subscriptions where tenant_id = $1 and customer_id = any ($2::uuid[])
       order by customer_id, created_at, id`,
      [ctx.tenant.id, customerIds],
    ),
  );
}

export async function allSubscriptions(ctx: QueryCtx): Promise<StoredSubscription[]> {
  return whole(
    ctx,
    await ctx.sql.rows<SubscriptionRow>(`select ${SUBSCRIPTION} from subscriptions where tenant_id = $1`, [
      ctx.tenant.id,
    ]),
  );
}

export type SubscriptionPage = {
  limit: number;
  after: string | undefined;
  customerId: string | undefined;
  planId: string | undefined;
  status: SubscriptionStatus | undefined;
};

/** One page, newest first, of at most `limit + 1` rows: the last one only says that there are more. */
export async function pageOfSubscriptions(
  ctx: QueryCtx,
  page: SubscriptionPage,
): Promise<StoredSubscription[]> {
  return whole(
    ctx,
    await ctx.sql.rows<SubscriptionRow>(
      `select ${SUBSCRIPTION} from subscriptions
       where tenant_id = $1 and ($2::uuid is null or customer_id = $2) and ($3::text is null or status = $3)
         and ($6::uuid is null or plan_id = $6)
         and ($4::uuid is null or (created_at, id) <
           (select a.created_at, a.id from subscriptions a where a.tenant_id = $1 and a.id = $4))
       order by created_at desc, id desc limit $5`,
      [
        ctx.tenant.id,
        page.customerId ?? null,
        page.status ?? null,
        page.after ?? null,
        page.limit + 1,
        page.planId ?? null,
      ],
    ),
  );
}

/** What runs on another version of a plan, in order of ids. */
export async function subscriptionsToMigrate(
  ctx: QueryCtx,
  page: {
    planId: string;
    /** The version to move to, in every currency. */
    toVersionIds: readonly string[];
    fromVersionIds: readonly string[] | null;
    after: string | undefined;
    limit: number;
  },
): Promise<StoredSubscription[]> {
  return whole(
    ctx,
    await ctx.sql.rows<SubscriptionRow>(
      `select ${SUBSCRIPTION} from subscriptions
       where tenant_id = $1 and plan_id = $2 and plan_version_id <> all ($3::uuid[]) and status <> 'canceled'
         and ($4::uuid[] is null or plan_version_id = any ($4)) and ($5::uuid is null or id > $5)
       order by id limit $6`,
      [
        ctx.tenant.id,
        page.planId,
        page.toVersionIds,
        page.fromVersionIds,
        page.after ?? null,
        page.limit + 1,
      ],
    ),
  );
}

async function whole(ctx: QueryCtx, rows: readonly SubscriptionRow[]): Promise<StoredSubscription[]> {
  if (rows.length === 0) return [];
  const items = await ctx.sql.rows<ItemRow>(
    `select i.id, i.subscription_id, i.plan_version_id, i.price_id, p.plan_version_id as price_version_id, i.quantity,
       i.anchor_at, i.active_from, i.active_to, i.credit_unused, i.add_on_id, i.override
     from subscription_items i join prices p on p.tenant_id = i.tenant_id and p.id = i.price_id
     where i.tenant_id = $1 and i.subscription_id = any ($2::uuid[])
     order by i.subscription_id, i.active_from, i.id`,
    [ctx.tenant.id, rows.map((row) => row.id)],
  );
  const scheduled = rows.flatMap((row) => versionsOfSchedule(row.schedule));
  const agreements = await loadAgreements(
    ctx,
    rows.map((row) => row.id),
  );
  const offerings = await offeringsOf(
    ctx,
    items.flatMap((item) => (item.add_on_id === null ? [] : [item.add_on_id])),
  );
  const versions = await getPlanVersions(ctx, [
    ...items.flatMap((item) => [item.plan_version_id, item.price_version_id]),
    ...scheduled,
  ]);
  const pricesById = new Map<string, Price>();
  for (const version of versions.values())
    for (const price of version.prices) pricesById.set(price.id, price);
  const itemsBySubscription = Map.groupBy(items, (item) => item.subscription_id);
  return rows.map((row) => ({
    ...toFields(row),
    schedule: scheduleFromJson(row.schedule, versions),
    discounts: agreements.discounts.get(row.id) ?? [],
    charges: agreements.charges.get(row.id) ?? [],
    items: (itemsBySubscription.get(row.id) ?? []).map((item) =>
      toItem(item, pricesById, versions, offerings),
    ),
    addOnVersions: new Map(
      (itemsBySubscription.get(row.id) ?? []).flatMap((item) =>
        item.add_on_id === null ? [] : [[item.id, item.price_version_id]],
      ),
    ),
  }));
}

/** Null gives the word back to the seller's setting. */
export async function updateThreshold(ctx: CommandCtx, id: string, own: OwnThreshold | null): Promise<void> {
  await ctx.sql.run(
    `update subscriptions set threshold_source = $3, threshold_minor = $4, updated_at = $5
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      id,
      own === null ? 'seller' : 'subscription',
      own === null ? null : own.amountMinor,
      iso(ctx.now),
    ],
  );
}

/** Those of these customers who have a subscription with a threshold of its own. */
export async function customersWithThreshold(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select distinct customer_id as id from subscriptions
     where tenant_id = $1 and customer_id = any ($2::uuid[]) and threshold_minor is not null and ended_at is null`,
    [ctx.tenant.id, customerIds],
  );
  return rows.map(({ id }) => id);
}

function toFields(
  row: SubscriptionRow,
): Omit<StoredSubscription, 'schedule' | 'discounts' | 'charges' | 'items' | 'addOnVersions'> {
  return {
    id: row.id,
    customerId: row.customer_id,
    planId: row.plan_id,
    planVersionId: row.plan_version_id,
    status: row.status,
    currency: currencyCode(row.currency),
    timeZone: row.time_zone,
    billingAuthority: row.billing_authority,
    seats: row.seats,
    startAt: row.started_at,
    trialEndAt: row.trial_end_at,
    trialEnd: row.trial_end,
    anchorAt: row.anchor_at,
    billingDay: row.billing_day,
    pauses: pausesFromJson(row.pauses),
    endedAt: row.ended_at,
    ...(row.threshold_source === 'seller' ? {} : { ownThreshold: { amountMinor: row.threshold_minor } }),
    nextActionAt: row.next_bill_at,
    collection: row.collection,
    metadata: row.metadata,
    pastDueSince: row.past_due_since,
    access: row.access,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toItem(
  row: ItemRow,
  prices: ReadonlyMap<string, Price>,
  versions: ReadonlyMap<string, StoredPlanVersion>,
  offerings: ReadonlyMap<string, readonly string[]>,
): SubscriptionItem {
  const price = prices.get(row.price_id);
  const version = versions.get(row.plan_version_id);
  invariant(price !== undefined && version !== undefined, 'An item names a price of its version.');
  return {
    id: row.id,
    planId: version.planId,
    planVersionId: row.plan_version_id,
    price: row.override === null ? price : { ...price, ...overrideFromJson(row.override) },
    isOverridden: row.override !== null,
    source:
      row.add_on_id === null
        ? FROM_PLAN
        : { kind: 'add_on', addOnId: row.add_on_id, planIds: offerings.get(row.add_on_id) ?? [] },
    quantity: row.quantity,
    anchorAt: row.anchor_at,
    activeFrom: row.active_from,
    activeTo: row.active_to,
    creditUnused: row.credit_unused,
  };
}

/** Moves the access of subscriptions whose customers are locked. */
export async function setAccess(
  ctx: CommandCtx,
  moves: readonly { subscriptionId: string; to: AccessState }[],
): Promise<void> {
  await ctx.sql.run(
    `update subscriptions s set access = m.access from unnest($2::uuid[], $3::text[]) as m (id, access)
     where s.tenant_id = $1 and s.id = m.id`,
    [ctx.tenant.id, moves.map(({ subscriptionId }) => subscriptionId), moves.map(({ to }) => to)],
  );
}

/** Makes rights of a plan that were worked out before void where access is limited: their rows are written anew. */
export async function touchLimited(ctx: CommandCtx, planId: string): Promise<void> {
  await ctx.sql.run(
    `update subscriptions set access = access where tenant_id = $1 and plan_id = $2 and access = 'limited'`,
    [ctx.tenant.id, planId],
  );
}
