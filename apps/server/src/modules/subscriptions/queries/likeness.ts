import { uuidColumn } from '../../../platform/columns.ts';
import type { CommandCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import type { Collection } from '../types.ts';

/**
 * What billing reads of a customer's only due subscription, without ids of its own: two digests that are equal mean
 * that everything but those ids is equal.
 */
export type SubscriptionLikeness = {
  customerId: string;
  subscriptionId: string;
  collection: Collection;
  /** Its items and discounts, in the order in which they are loaded. */
  itemIds: readonly string[];
  discountIds: readonly string[];
  digest: string;
};

/** Ids come as one text: arrays are taken apart unit by unit. */
type Row = Omit<SubscriptionLikeness, 'itemIds' | 'discountIds'> & {
  itemIds: string | null;
  discountIds: string | null;
  isPlain: boolean;
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

const LIKENESS = `select s.customer_id as "customerId", s.id as "subscriptionId", s.collection,
    i.ids as "itemIds", d.ids as "discountIds",
    encode(sha256(${bytesOf('s', COMPARED.subscriptions)} || coalesce(i.bytes, '') || coalesce(d.bytes, '')), 'hex') as digest,
    s.status = 'active' and s.billing_authority = 'billhook' and s.schedule = '[]' and s.pauses = '[]'
      and coalesce(i.are_plain, true)
      and not exists (select from subscription_charges k where k.tenant_id = s.tenant_id and k.subscription_id = s.id)
      as "isPlain"
  from subscriptions s
  left join lateral (
    select string_agg(i.id::text, ',' order by i.active_from, i.id) as ids, bool_and(i.override is null) as are_plain,
      string_agg(${bytesOf('i', COMPARED.subscription_items)}, ''::bytea order by i.active_from, i.id) as bytes
    from subscription_items i where i.tenant_id = s.tenant_id and i.subscription_id = s.id
  ) i on true
  left join lateral (
    select string_agg(d.id::text, ',' order by d.redeemed_at, d.id) as ids,
      string_agg(${bytesOf('d', COMPARED.subscription_discounts)}, ''::bytea order by d.redeemed_at, d.id) as bytes
    from subscription_discounts d where d.tenant_id = s.tenant_id and d.subscription_id = s.id
  ) d on true
  where s.tenant_id = $1 and s.customer_id = any ($2::uuid[]) and s.next_bill_at <= $3`;

/**
 * Of customers who have one subscription due and nothing about it that is agreed or planned for them alone: everybody else
 * is missing.
 */
export async function subscriptionLikenesses(
  ctx: CommandCtx,
  customerIds: readonly string[],
): Promise<readonly SubscriptionLikeness[]> {
  const rows = await ctx.sql.rows<Row>(
    LIKENESS,
    [ctx.tenant.id, uuidColumn(customerIds), iso(ctx.now)],
    'subscriptions.likeness',
  );
  const counts = new Map<string, number>();
  for (const { customerId } of rows) counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
  return rows
    .filter(({ customerId, isPlain }) => isPlain && counts.get(customerId) === 1)
    .map((row) => ({ ...row, itemIds: idsIn(row.itemIds), discountIds: idsIn(row.discountIds) }));
}

const idsIn = (text: string | null) => (text === null ? [] : text.split(','));
