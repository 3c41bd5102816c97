import { uuidColumn } from '../../platform/columns.ts';
import type { QueryCtx } from '../../platform/context.ts';
import { markOf, type RowMark, sumOfMarks } from '../../platform/row-marks.ts';
import type { Insistence } from '../../platform/together.ts';

/** The subscriptions of a customer, and which rows they and their items are. */
export type SubscriptionMark = { ids: readonly string[]; mark: RowMark };

export const NO_SUBSCRIPTIONS: SubscriptionMark = { ids: [], mark: 0n };

/**
 * Tells which rows stand behind the subscriptions of each customer that has any. It is planned to read those of one customer
 * after another, whatever is known of the tables.
 */
export async function subscriptionMarks(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, SubscriptionMark>> {
  const rows = await ctx.sql.rows<{ id: string; ids: string; mark: string }>(
    `select k.id, string_agg(s.id::text, ',') as ids, sum(s.mark) as mark
     from unnest($2::uuid[]) as k (id) cross join lateral (
       select s.id, ${markOf('s')} + coalesce((select sum(${markOf('i')}) from subscription_items i
         where i.tenant_id = $1 and i.subscription_id = s.id), 0) as mark
       from subscriptions s where s.tenant_id = $1 and s.customer_id = k.id offset 0) as s
     group by k.id`,
    [ctx.tenant.id, uuidColumn(customerIds)],
    'subscriptions.marks',
  );
  return new Map(rows.map(({ id, ids, mark }) => [id, { ids: ids.split(','), mark: BigInt(mark) }]));
}

/** That the subscriptions of these customers, given as `uuid[]`, are those that were seen. */
export function subscriptionsAre(customerIds: Buffer, seen: readonly SubscriptionMark[]): Insistence {
  return {
    name: 'subscriptions',
    text: `(select coalesce(sum(${markOf('s')}), 0) from subscriptions s
        where s.tenant_id = $1 and s.customer_id = any (@1::uuid[]))
      + (select coalesce(sum(${markOf('i')}), 0) from subscription_items i
        where i.tenant_id = $1 and i.subscription_id = any (@2::uuid[])) = @3::numeric`,
    values: [
      customerIds,
      uuidColumn(seen.flatMap(({ ids }) => ids)),
      sumOfMarks(seen.map(({ mark }) => mark)),
    ],
  };
}
