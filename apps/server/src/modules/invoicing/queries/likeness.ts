import type { QueryCtx } from '../../../platform/context.ts';

/**
 * What billing reads of the lines of a subscription that count, without ids of their own: two texts that are equal mean
 * that everything but those ids is equal.
 */
export type BilledLikeness = {
  subscriptionId: string;
  /** The item of each line. */
  itemIds: readonly string[];
  text: string;
  /** What discounts took off each, in which ids of the discounts stand. */
  discounts: string;
};

/** A key begins with the id of its item. */
const LIKENESS = `select l.subscription_id as "subscriptionId",
    array_agg(coalesce(l.item_id, l.charge_id) order by l.period_start, l.key) as "itemIds",
    string_agg(row(substr(l.key, 37), l.kind, l.period_start, l.period_end, l.billing_start, l.billing_end, l.quantity,
      l.gross_minor, l.credited_minor, l.amount_minor, l.billable_at, l.waived_at is not null)::text, ''
      order by l.period_start, l.key) as text,
    string_agg(l.discounts::text, '' order by l.period_start, l.key) as discounts
  from invoice_lines l
  where l.tenant_id = $1 and l.subscription_id = any ($2::uuid[]) and l.voided_at is null
  group by l.subscription_id`;

/** By subscription; one without such lines is missing. */
export async function billedLikenesses(
  ctx: QueryCtx,
  subscriptionIds: readonly string[],
): Promise<ReadonlyMap<string, BilledLikeness>> {
  const rows = await ctx.sql.rows<BilledLikeness>(
    LIKENESS,
    [ctx.tenant.id, subscriptionIds],
    'invoice_lines.likeness',
  );
  return new Map(rows.map((row) => [row.subscriptionId, row]));
}
