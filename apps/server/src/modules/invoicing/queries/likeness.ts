import { uuidColumn } from '../../../platform/columns.ts';
import type { QueryCtx } from '../../../platform/context.ts';

/**
 * What billing reads of the lines of a subscription that count, without ids of their own: two digests that are equal mean
 * that everything but those ids is equal.
 */
export type BilledLikeness = {
  subscriptionId: string;
  /** The item of each line, and the discount that lowered it. */
  itemIds: readonly string[];
  discountIds: readonly (string | null)[];
  digest: string;
};

/** Ids come as one text: arrays are taken apart unit by unit. */
type Row = { subscriptionId: string; itemIds: string; discountIds: string; digest: string; isPlain: boolean };

/**
 * A key begins with the id of its item. Of a discount the members are taken that billing reads: to write the whole out as
 * text costs more than all else.
 */
const LIKENESS = `select l.subscription_id as "subscriptionId",
    string_agg(coalesce(l.item_id::text, l.charge_id::text, ''), ',' order by l.period_start, l.key) as "itemIds",
    string_agg(coalesce(l.discounts -> 0 ->> 'discount_id', ''), ',' order by l.period_start, l.key) as "discountIds",
    bool_and(jsonb_array_length(l.discounts) < 2) and not exists (
      select from usage_adjustments a where a.tenant_id = $1 and a.subscription_id = l.subscription_id) as "isPlain",
    encode(sha256(string_agg(record_send(row(substr(l.key, 37), l.kind, l.period_start, l.period_end, l.billing_start,
      l.billing_end, l.quantity, l.gross_minor, l.credited_minor, l.amount_minor, l.billable_at, l.waived_at is not null,
      l.discounts -> 0 ->> 'period_index', l.discounts -> 0 ->> 'amount_minor')),
      ''::bytea order by l.period_start, l.key)), 'hex') as digest
  from invoice_lines l
  where l.tenant_id = $1 and l.subscription_id = any ($2::uuid[]) and l.voided_at is null
  group by l.subscription_id`;

/** By subscription; null where lines have several discounts each or usage was corrected, and missing without lines. */
export async function billedLikenesses(
  ctx: QueryCtx,
  subscriptionIds: readonly string[],
): Promise<ReadonlyMap<string, BilledLikeness | null>> {
  const rows = await ctx.sql.rows<Row>(
    LIKENESS,
    [ctx.tenant.id, uuidColumn(subscriptionIds)],
    'invoice_lines.likeness',
  );
  return new Map(rows.map((row) => [row.subscriptionId, row.isPlain ? likenessIn(row) : null]));
}

function likenessIn({ subscriptionId, itemIds, discountIds, digest }: Row): BilledLikeness {
  return {
    subscriptionId,
    itemIds: itemIds.split(','),
    discountIds: discountIds.split(',').map((id) => (id === '' ? null : id)),
    digest,
  };
}
