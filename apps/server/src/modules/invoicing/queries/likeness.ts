import type { QueryCtx } from '../../../platform/context.ts';

/**
 * Subscriptions of whose lines that count billing reads the same but for ids: of one kind. Ids are bytes, one behind the other:
 * of each member, for each line, its item and the discount that lowered it.
 */
export type LikeLines = {
  /** No line has several discounts, and no usage was corrected. */
  isPlain: boolean;
  lines: number;
  /** Of each member the place of its subscription among those asked for, from 1 on, as four bytes. */
  places: Buffer;
  refs: Buffer;
};

/** What stands for an item or a discount that is none: no id is nothing but noughts. */
const NONE = `'00000000-0000-0000-0000-000000000000'`;

/**
 * A key begins with the id of its item. Of a discount the members are taken that billing reads: to write the whole out as
 * text costs more than all else. The lines come in the order of the index, which agrees where ids sort alike.
 */
const LIKENESS = `select l.is_plain as "isPlain", l.lines,
    string_agg(int4send(l.place), ''::bytea) as places, string_agg(l.refs, ''::bytea) as refs
  from (
    select a.place::integer as place, l.lines, l.is_plain, l.refs, l.bytes
    from unnest($2::uuid[]) with ordinality a (subscription_id, place), lateral (
      select count(*)::integer as lines, bool_and(jsonb_array_length(l.discounts) < 2) and not exists (
          select from usage_adjustments u where u.tenant_id = $1 and u.subscription_id = a.subscription_id) as is_plain,
        string_agg(uuid_send(coalesce(l.item_id, l.charge_id, ${NONE}))
          || uuid_send(coalesce((l.discounts -> 0 ->> 'discount_id')::uuid, ${NONE})), ''::bytea) as refs,
        string_agg(record_send(row(substr(l.key, 37), l.kind, l.period_start, l.period_end, l.billing_start,
          l.billing_end, l.quantity, l.gross_minor, l.credited_minor, l.amount_minor, l.billable_at, l.waived_at is not null,
          l.discounts -> 0 ->> 'period_index', l.discounts -> 0 ->> 'amount_minor')), ''::bytea) as bytes
      from (
        select l.* from invoice_lines l
        where l.tenant_id = $1 and l.subscription_id = a.subscription_id and l.voided_at is null
        order by l.item_id, l.period_start
      ) l
    ) l where l.lines > 0
  ) l group by l.is_plain, l.lines, l.bytes`;

/**
 * Those of these subscriptions that have lines, each with those that are like it.
 *
 * @param subscriptionIds `uuid[]` in binary form
 */
export function likeLines(ctx: QueryCtx, subscriptionIds: Buffer): Promise<readonly LikeLines[]> {
  return ctx.sql.rows<LikeLines>(LIKENESS, [ctx.tenant.id, subscriptionIds], 'invoice_lines.likeness');
}
