import type { Change, SubscriptionFields } from '@billhook/core/decision/change';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject, JsonValue } from '@billhook/core/kernel/json';
import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { mayMoveSubscription } from '@billhook/core/subscriptions/transitions';
import type { Instant } from '@billhook/core/time/instant';
import { textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { applyAgreements, overrideToJson } from './agreements.ts';
import { pausesToJson, scheduleToJson } from './schedule-json.ts';
import type { Collection } from './types.ts';

/** What a new subscription has beside the fields that core knows. */
export type CreationFacts = { collection: Collection; metadata: Record<string, string> };

/**
 * Applies core's changes about subscriptions in SQL, set-wise: new subscriptions, new items, ended items and moved
 * fields take one statement each, for any number of customers. Changes about anything else are left to their modules.
 * The rows must be under the lock of their customers.
 *
 * @throws InvariantError if a row is in another state than the decision rests on
 */
export async function applyChanges(
  ctx: CommandCtx,
  changes: readonly Change[],
  facts: ReadonlyMap<string, CreationFacts> = new Map(),
): Promise<void> {
  const created = changes.flatMap((change) =>
    change.type === 'subscription.create' ? [change.subscription] : [],
  );
  const items = changes.flatMap((change) =>
    change.type === 'subscription_item.create'
      ? [{ item: change.item, subscriptionId: change.subscriptionId }]
      : [],
  );
  const all = [
    ...created.flatMap((subscription) =>
      subscription.items.map((item) => ({ item, subscriptionId: subscription.id })),
    ),
    ...items,
  ];
  await insertSubscriptions(ctx, created, facts);
  await insertItems(ctx, all);
  await endItems(
    ctx,
    changes.filter((change) => change.type === 'subscription_item.end'),
  );
  await applyAgreements(ctx, changes);
  await updateSubscriptions(
    ctx,
    mergeUpdates(changes.filter((change) => change.type === 'subscription.update')),
  );
}

async function insertSubscriptions(
  ctx: CommandCtx,
  subscriptions: readonly Subscription[],
  facts: ReadonlyMap<string, CreationFacts>,
): Promise<void> {
  if (subscriptions.length === 0) return;
  const rows = subscriptions.map((subscription) => ({
    id: subscription.id,
    customer_id: subscription.customerId,
    plan_id: subscription.planId,
    plan_version_id: subscription.planVersionId,
    status: subscription.status,
    billing_authority: subscription.billingAuthority,
    collection: facts.get(subscription.id)?.collection ?? 'automatic',
    currency: subscription.currency,
    time_zone: subscription.timeZone,
    seats: `${subscription.seats}`,
    started_at: iso(subscription.startAt),
    trial_end_at: isoOrNull(subscription.trialEndAt),
    trial_end: subscription.trialEnd,
    anchor_at: iso(subscription.anchorAt),
    billing_day: subscription.billingDay,
    schedule: scheduleToJson(subscription.schedule),
    next_bill_at: isoOrNull(subscription.nextActionAt),
    metadata: facts.get(subscription.id)?.metadata ?? {},
    ...thresholdRow(subscription),
  }));
  await ctx.sql.run(
    `insert into subscriptions (tenant_id, id, customer_id, plan_id, plan_version_id, status, billing_authority,
       collection, currency, time_zone, seats, started_at, trial_end_at, trial_end, anchor_at, billing_day, schedule,
       next_bill_at, metadata, threshold_source, threshold_minor, created_at, updated_at)
     select $1, s.id, s.customer_id, s.plan_id, s.plan_version_id, s.status, s.billing_authority,
       s.collection, s.currency, s.time_zone, s.seats, s.started_at, s.trial_end_at, s.trial_end, s.anchor_at,
       s.billing_day, s.schedule, s.next_bill_at, s.metadata, s.threshold_source, s.threshold_minor, $2, $2
     from jsonb_to_recordset($3::jsonb) as s (id uuid, customer_id uuid, plan_id uuid, plan_version_id uuid, status text,
       billing_authority text, collection text, currency text, time_zone text, seats bigint, started_at timestamptz,
       trial_end_at timestamptz, trial_end text, anchor_at timestamptz, billing_day integer, schedule jsonb,
       next_bill_at timestamptz, metadata jsonb, threshold_source text, threshold_minor bigint)`,
    [ctx.tenant.id, iso(ctx.now), JSON.stringify(rows)],
  );
}

function thresholdRow({ ownThreshold }: Subscription) {
  const minor = ownThreshold?.amountMinor ?? null;
  return {
    threshold_source: ownThreshold === undefined ? 'seller' : 'subscription',
    threshold_minor: minor === null ? null : `${minor}`,
  };
}

async function insertItems(
  ctx: CommandCtx,
  rows: readonly { item: SubscriptionItem; subscriptionId: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  await ctx.sql.run(
    `insert into subscription_items (tenant_id, id, subscription_id, plan_version_id, price_id, quantity, anchor_at,
       active_from, active_to, credit_unused, add_on_id, override)
     select $1, i.id, i.subscription_id, i.plan_version_id, i.price_id, i.quantity, i.anchor_at, i.active_from, i.active_to,
       i.credit_unused, i.add_on_id, i.override
     from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::timestamptz[], $8::timestamptz[],
       $9::timestamptz[], $10::boolean[], $11::uuid[], $12::jsonb[]) as i (id, subscription_id,
       plan_version_id, price_id, quantity, anchor_at, active_from, active_to, credit_unused, add_on_id, override)`,
    [
      ctx.tenant.id,
      rows.map(({ item }) => item.id),
      rows.map(({ subscriptionId }) => subscriptionId),
      rows.map(({ item }) => item.planVersionId),
      rows.map(({ item }) => item.price.id),
      rows.map(({ item }) => item.quantity),
      rows.map(({ item }) => iso(item.anchorAt)),
      rows.map(({ item }) => iso(item.activeFrom)),
      rows.map(({ item }) => isoOrNull(item.activeTo)),
      rows.map(({ item }) => item.creditUnused),
      rows.map(({ item }) => (item.source.kind === 'add_on' ? item.source.addOnId : null)),
      rows.map(({ item }) => (item.isOverridden ? JSON.stringify(overrideToJson(item.price)) : null)),
    ],
  );
}

type End = Extract<Change, { type: 'subscription_item.end' }>;

async function endItems(ctx: CommandCtx, ends: readonly End[]): Promise<void> {
  if (ends.length === 0) return;
  const changed = await ctx.sql.run(
    `update subscription_items i set active_to = e.at, credit_unused = e.credit_unused
     from unnest($2::uuid[], $3::timestamptz[], $4::boolean[]) as e (id, at, credit_unused)
     where i.tenant_id = $1 and i.id = e.id and i.active_to is null`,
    [
      ctx.tenant.id,
      ends.map((end) => end.itemId),
      ends.map((end) => iso(end.at)),
      ends.map((end) => end.creditUnused),
    ],
  );
  invariant(changed === ends.length, 'An item ends once.');
}

type Update = { id: string; from: Subscription['status']; fields: SubscriptionFields };

/** Several updates of one subscription become one: the first names the status that must be there, later fields win. */
function mergeUpdates(updates: readonly Extract<Change, { type: 'subscription.update' }>[]): Update[] {
  const merged = new Map<string, Update>();
  for (const { subscriptionId: id, fromStatus, fields, authority } of updates) {
    const before = merged.get(id);
    const status = before?.fields.status ?? before?.from ?? fromStatus;
    invariant(status === fromStatus, 'Updates of one subscription follow each other.');
    invariant(
      mayMoveSubscription(status, fields.status ?? status, authority),
      'A subscription moves along its table only.',
    );
    merged.set(id, { id, from: before?.from ?? fromStatus, fields: { ...before?.fields, ...fields } });
  }
  return [...merged.values()];
}

async function updateSubscriptions(ctx: CommandCtx, updates: readonly Update[]): Promise<void> {
  await updateNextBilling(
    ctx,
    updates.filter(({ fields }) => isOnlyNext(fields)),
  );
  await updateFields(
    ctx,
    updates.filter(({ fields }) => !isOnlyNext(fields)),
  );
}

const STALE = 'The subscription has another status than the decision rests on.';

/** A renewal changes nothing but when billing looks again. */
function isOnlyNext({ nextActionAt, ...others }: SubscriptionFields): boolean {
  return nextActionAt !== undefined && Object.keys(others).length === 0;
}

/** When billing looks again at a subscription that stays as it is; `from` is the status that it must have. */
export type NextBilling = { id: string; from: Subscription['status']; at: Instant | null };

/** All that these changes do to subscriptions, if it is that alone. */
export function nextBillingOf(changes: readonly Change[]): NextBilling | null {
  const [only, ...more] = changes.filter(({ type }) => type.startsWith('subscription'));
  if (only?.type !== 'subscription.update' || more.length > 0 || !isOnlyNext(only.fields)) return null;
  return { id: only.subscriptionId, from: only.fromStatus, at: only.fields.nextActionAt ?? null };
}

async function updateNextBilling(ctx: CommandCtx, updates: readonly Update[]): Promise<void> {
  await setNextBilling(ctx, {
    ids: uuidColumn(updates.map(({ id }) => id)),
    nexts: updates.map(({ from, fields }) => ({ from, at: fields.nextActionAt ?? null })),
  });
}

/** @param updates ids as `uuid[]` in binary form, and what is set for each */
export async function setNextBilling(
  ctx: CommandCtx,
  { ids, nexts }: { ids: Buffer; nexts: readonly Omit<NextBilling, 'id'>[] },
): Promise<void> {
  if (nexts.length === 0) return;
  const changed = await ctx.sql.run(
    `update subscriptions s set next_bill_at = c.next_bill_at, updated_at = $2
     from unnest($3::uuid[], $4::text[], $5::timestamptz[]) as c (id, "from", next_bill_at)
     where s.tenant_id = $1 and s.id = c.id and s.status = c."from"`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      ids,
      textColumn(nexts.map(({ from }) => from)),
      timeColumn(nexts.map(({ at }) => at)),
    ],
    'subscriptions.next',
  );
  invariant(changed === nexts.length, STALE);
}

async function updateFields(ctx: CommandCtx, updates: readonly Update[]): Promise<void> {
  if (updates.length === 0) return;
  const changed = await ctx.sql.run(
    `update subscriptions s set
       status = case when c.set ? 'status' then c.set->>'status' else s.status end,
       past_due_since = case when c.set->>'status' = 'past_due' then coalesce(s.past_due_since, $2)
         when c.set ? 'status' and c.set->>'status' <> 'paused' then null else s.past_due_since end,
       access = case when c.set->>'status' = 'canceled' then 'ended' else s.access end,
       plan_id = case when c.set ? 'plan_id' then (c.set->>'plan_id')::uuid else s.plan_id end,
       plan_version_id = case when c.set ? 'plan_version_id' then (c.set->>'plan_version_id')::uuid else s.plan_version_id end,
       seats = case when c.set ? 'seats' then (c.set->>'seats')::bigint else s.seats end,
       anchor_at = case when c.set ? 'anchor_at' then (c.set->>'anchor_at')::timestamptz else s.anchor_at end,
       trial_end_at = case when c.set ? 'trial_end_at' then (c.set->>'trial_end_at')::timestamptz else s.trial_end_at end,
       schedule = coalesce(c.set->'schedule', s.schedule),
       pauses = coalesce(c.set->'pauses', s.pauses),
       ended_at = case when c.set ? 'ended_at' then (c.set->>'ended_at')::timestamptz else s.ended_at end,
       next_bill_at = case when c.set ? 'next_bill_at' then (c.set->>'next_bill_at')::timestamptz else s.next_bill_at end,
       updated_at = $2
     from jsonb_to_recordset($3::jsonb) as c (id uuid, "from" text, set jsonb)
     where s.tenant_id = $1 and s.id = c.id and s.status = c."from"`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      JSON.stringify(updates.map(({ id, from, fields }) => ({ id, from, set: columns(fields) }))),
    ],
  );
  invariant(changed === updates.length, STALE);
}

function columns(fields: SubscriptionFields): JsonObject {
  const set: Record<string, JsonValue> = {};
  if (fields.status !== undefined) set.status = fields.status;
  if (fields.planId !== undefined) set.plan_id = fields.planId;
  if (fields.planVersionId !== undefined) set.plan_version_id = fields.planVersionId;
  if (fields.seats !== undefined) set.seats = `${fields.seats}`;
  if (fields.anchorAt !== undefined) set.anchor_at = iso(fields.anchorAt);
  if (fields.trialEndAt !== undefined) set.trial_end_at = isoOrNull(fields.trialEndAt);
  if (fields.endedAt !== undefined) set.ended_at = isoOrNull(fields.endedAt);
  if (fields.nextActionAt !== undefined) set.next_bill_at = isoOrNull(fields.nextActionAt);
  if (fields.schedule !== undefined) set.schedule = scheduleToJson(fields.schedule);
  if (fields.pauses !== undefined) set.pauses = pausesToJson(fields.pauses);
  return set;
}
