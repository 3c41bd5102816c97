import { uuidColumn } from '../../../platform/columns.ts';
import type { CommandCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import type { Collection } from '../types.ts';

/**
 * Due subscriptions of which billing reads the same but for ids, one of each customer: of one kind. Ids are bytes, one behind the
 * other: of each member its customer, the subscription, its items and its discounts, in the order in which they are loaded.
 */
export type LikeSubscriptions = {
  collection: Collection;
  /** Runs, and nothing is agreed or planned for it alone. */
  isPlain: boolean;
  items: number;
  discounts: number;
  /** Of each member the place of its customer among those asked for, from 1 on, as four bytes. */
  places: Buffer;
  names: Buffer;
};

/** Columns that say nothing to billing, or whose ids stand beside. What is not here is part of the digest; a test looks. */
export const LEFT_OUT = {
  subscriptions: [
    'tenant_id',
    'id',
    'customer_id',
    // Billing that is not plain rests on these, and they are looked at.
    'status',
    'billing_authority',
    'schedule',
    'pauses',
    'ended_at',
    'past_due_since',
    'access',
    'trial_announced_at',
    'metadata',
    'created_at',
    'updated_at',
  ],
  subscription_items: ['tenant_id', 'id', 'subscription_id', 'override'],
  subscription_discounts: ['tenant_id', 'id', 'subscription_id', 'customer_id', 'coupon_id', 'redeemed_at'],
} as const;

/** The columns of the digest, in their order. */
export const COMPARED = {
  subscriptions: [
    'plan_id',
    'plan_version_id',
    'collection',
    'currency',
    'time_zone',
    'seats',
    'started_at',
    'trial_end_at',
    'trial_end',
    'anchor_at',
    'billing_day',
    'next_bill_at',
    'threshold_source',
    'threshold_minor',
  ],
  subscription_items: [
    'plan_version_id',
    'price_id',
    'quantity',
    'anchor_at',
    'active_from',
    'active_to',
    'credit_unused',
    'add_on_id',
  ],
  subscription_discounts: ['coupon', 'periods', 'starts_at', 'ends_at'],
} as const;

/** As it goes over the wire: each value with its length, so that equal bytes are equal values, and cheaper than a text. */
const bytesOf = (alias: string, columns: readonly string[]) =>
  `record_send(row(${columns.map((name) => `${alias}.${name}`).join(', ')}))`;

// Each customer's are looked up: to read all that is due instead, as a plan may have it, takes longer the more there is.
const LIKENESS = `select s.collection, s.is_plain as "isPlain", s.items, s.discounts,
    string_agg(int4send(s.place), ''::bytea) as places, string_agg(s.names, ''::bytea) as names
  from (
    select a.place::integer as place, s.collection, coalesce(i.count, 0) as items, coalesce(d.count, 0) as discounts,
      uuid_send(s.customer_id) || uuid_send(s.id) || coalesce(i.ids, '') || coalesce(d.ids, '') as names,
      ${bytesOf('s', COMPARED.subscriptions)} || coalesce(i.bytes, '') || coalesce(d.bytes, '') as bytes,
      s.status = 'active' and s.billing_authority = 'billhook' and s.schedule = '[]' and s.pauses = '[]'
        and coalesce(i.are_plain, true)
        and not exists (select from subscription_charges k where k.tenant_id = s.tenant_id and k.subscription_id = s.id)
        as is_plain
    from unnest($2::uuid[]) with ordinality a (customer_id, place)
    cross join lateral (
      select s.* from subscriptions s
      where s.tenant_id = $1 and s.customer_id = a.customer_id and s.next_bill_at <= $3 offset 0
    ) s
    left join lateral (
      select count(*)::integer as count, bool_and(i.override is null) as are_plain,
        string_agg(uuid_send(i.id), ''::bytea order by i.active_from, i.id) as ids,
        string_agg(${bytesOf('i', COMPARED.subscription_items)}, ''::bytea order by i.active_from, i.id) as bytes
      from subscription_items i where i.tenant_id = s.tenant_id and i.subscription_id = s.id
    ) i on true
    left join lateral (
      select count(*)::integer as count, string_agg(uuid_send(d.id), ''::bytea order by d.redeemed_at, d.id) as ids,
        string_agg(${bytesOf('d', COMPARED.subscription_discounts)}, ''::bytea order by d.redeemed_at, d.id) as bytes
      from subscription_discounts d where d.tenant_id = s.tenant_id and d.subscription_id = s.id
    ) d on true
  ) s group by s.collection, s.is_plain, s.items, s.discounts, s.bytes`;

/** Every due subscription of these customers, each with those that are like it. */
export function likeSubscriptions(
  ctx: CommandCtx,
  customerIds: readonly string[],
): Promise<readonly LikeSubscriptions[]> {
  return ctx.sql.rows<LikeSubscriptions>(
    LIKENESS,
    [ctx.tenant.id, uuidColumn(customerIds), iso(ctx.now)],
    'subscriptions.likeness',
  );
}
