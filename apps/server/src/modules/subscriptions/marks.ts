import { textColumn, uuidColumn } from '../../platform/columns.ts';
import type { QueryCtx } from '../../platform/context.ts';

/**
 * Which rows the subscriptions of customer k are: a row that changes is written by another transaction, whose number it
 * carries. It is planned to read those of one customer, whatever is known of the tables.
 */
const MARK = `select string_agg(s.mark, ',' order by s.id) from (
    select s.id, s.xmin::text || coalesce(':' || (select string_agg(i.xmin::text, '.' order by i.id) from subscription_items i
      where i.tenant_id = $1 and i.subscription_id = s.id), '') as mark
    from subscriptions s where s.tenant_id = $1 and s.customer_id = k.id offset 0) as s`;

/** Tells which rows stand behind the subscriptions of each customer: another text means another row, or one more. */
export async function subscriptionMarks(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.sql.rows<{ id: string; mark: string | null }>(
    `select k.id, (${MARK}) as mark from unnest($2::uuid[]) as k (id)`,
    [ctx.tenant.id, uuidColumn(customerIds)],
    'subscriptions.marks',
  );
  return new Map(rows.map(({ id, mark }) => [id, mark ?? '']));
}

/** Ends the transaction unless the subscriptions of these customers are those that were seen. */
export function insistOnSubscriptions(
  ctx: QueryCtx,
  customerIds: readonly string[],
  marks: readonly string[],
): Promise<unknown> {
  return ctx.sql.run(
    `select app.insist(not exists (
       select from unnest($2::uuid[], $3::text[]) as k (id, mark) where coalesce((${MARK}), '') <> k.mark), 'subscriptions')`,
    [ctx.tenant.id, uuidColumn(customerIds), textColumn(marks)],
    'subscriptions.insist',
  );
}
