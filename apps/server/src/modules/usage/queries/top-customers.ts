import { instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { type AskedMeter, type Measured, measure } from '../quantities.ts';
import { hourOf } from '../rollup.ts';

/** How many customers are measured by one statement. */
const AT_ONCE = 5_000;

export type TopCustomer = Measured & { customerId: string };

/**
 * The customers that a meter measured most of in a period, highest first, at equal figures in the order of their ids.
 * Everyone with an event in the period is measured exactly, by the same rules as a bill.
 */
export async function topCustomers(
  ctx: QueryCtx,
  request: { meter: AskedMeter; limit: number } & Period,
): Promise<TopCustomer[]> {
  const { meter, start, end, limit } = request;
  const rows = await ctx.sql.rows<{ customer_id: string }>(
    `select distinct customer_id from usage_hours
     where tenant_id = $1 and meter_id = $2 and hour >= $3 and hour < $4 order by customer_id`,
    [ctx.tenant.id, meter.id, iso(hourOf(start)), iso(end)],
  );
  let top: TopCustomer[] = [];
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE).map(({ customer_id }) => customer_id);
    const measured = await measure(
      ctx,
      some.map((customerId) => ({ customerId, meter, start, end })),
    );
    const more = measured.map((figure, index) => ({ ...figure, customerId: some[index] ?? '' }));
    top = [...top, ...more.filter(({ eventCount }) => eventCount > 0n)].sort(byQuantity).slice(0, limit);
  }
  return top;
}

function byQuantity(left: TopCustomer, right: TopCustomer): number {
  if (left.quantity !== right.quantity) return left.quantity > right.quantity ? -1 : 1;
  return left.customerId < right.customerId ? -1 : 1;
}

/** The hour of the first event that a meter ever measured of a customer; null before it. */
export async function firstMeasured(ctx: QueryCtx, customerId: string, meterId: string) {
  const row = await ctx.sql.row<{ hour: number | null }>(
    `select min(hour) as hour from usage_hours where tenant_id = $1 and customer_id = $2 and meter_id = $3`,
    [ctx.tenant.id, customerId, meterId],
  );
  const hour = row?.hour ?? null;
  return hour === null ? null : { start: instant(hour), end: instant(hour + MS_PER_HOUR) };
}
