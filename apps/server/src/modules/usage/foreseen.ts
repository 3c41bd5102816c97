import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { decimalColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';
import type { Counter, LockedCounter } from './counters.ts';

/** A change of a counter that was not looked at: neither figure of it may be beyond what was reckoned with. */
export type ForeseenChange = { counter: LockedCounter; used: bigint; held: bigint; most: Counter };

/** Whose counters, in the order of the ids, how many they are, and whether something may wait in quarantine. */
export type CountersSeen = { customerIds: readonly string[]; count: number; isQuarantineOpen: boolean };

/**
 * Locks all counters of these customers in the order of `lockCountersOf`, customer by customer, so that no plan made
 * without statistics reads those of everybody. It ends the transaction unless there are so many, no
 * usage of these customers is closed beyond now, and nothing waits in quarantine where that was reckoned with. The
 * transaction shares the customers, so that no counter is added and nothing closed meanwhile.
 */
export function insistOnCounters(
  ctx: CommandCtx,
  { customerIds, count, isQuarantineOpen }: CountersSeen,
): Promise<unknown> {
  return ctx.sql.run(
    `with locked as materialized (
       select from unnest($2::uuid[]) as k (id) cross join lateral (
         select from usage_counters c where c.tenant_id = $1 and c.customer_id = k.id
         order by c.meter_id, c.window_start, c.window_end for update) as c)
     select app.insist((select count(*) from locked) = $3, 'counters'),
       app.insist(not exists (select from usage_closings
         where tenant_id = $1 and customer_id = any ($2::uuid[]) and closed_until > $4::timestamptz), 'closings'),
       app.insist($5 or not exists (select from usage_quarantine where tenant_id = $1 and resolved_at is null), 'quarantine')`,
    [ctx.tenant.id, uuidColumn(customerIds), count, iso(ctx.now), isQuarantineOpen],
    'usage.insist_on_counters',
  );
}

/**
 * Ends the transaction unless no usage of these customers is closed beyond `from`, no units are taken from counters of
 * theirs, and nothing waits in quarantine where that was not reckoned with. The transaction shares the customers.
 */
export function insistOnOpenUsage(
  ctx: CommandCtx,
  seen: { customerIds: readonly string[]; from: Instant; mayBeQuarantined: boolean },
): Promise<unknown> {
  return ctx.sql.run(
    `select app.insist(not exists (select from usage_closings
         where tenant_id = $1 and customer_id = any ($2::uuid[]) and closed_until > $3::timestamptz), 'closings'),
       app.insist(not exists (select from usage_counters where tenant_id = $1 and customer_id = any ($2::uuid[])), 'counters'),
       app.insist($4 or not exists (select from usage_quarantine where tenant_id = $1 and resolved_at is null), 'quarantine')`,
    [ctx.tenant.id, uuidColumn(seen.customerIds), iso(seen.from), seen.mayBeQuarantined],
    'usage.insist_on_open',
  );
}

/**
 * Changes counters that are locked, in their order, and ends the transaction where one had more than was reckoned with.
 * @returns what each comes to
 */
export async function changeForeseen(
  ctx: CommandCtx,
  all: readonly ForeseenChange[],
): Promise<LockedCounter[]> {
  ctx.outdate(all.map(({ counter }) => counter.customerId));
  const rows = await ctx.sql.rows<{ position: number; used: string; held: string }>(
    `with changed as (
       update usage_counters c set used = c.used + k.used, held = c.held + k.held
       from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::numeric[], $7::numeric[], $8::numeric[],
         $9::numeric[]) with ordinality
         as k (customer_id, meter_id, window_start, window_end, used, held, most_used, most_held, position)
       where c.tenant_id = $1 and c.customer_id = k.customer_id and c.meter_id = k.meter_id
         and c.window_start = k.window_start and c.window_end = k.window_end
         and c.used <= k.most_used and c.held <= k.most_held
       returning k.position::integer as position, c.used, c.held)
     select position, used, held from changed where (select app.insist((select count(*) from changed) = $10, 'figures'))`,
    [
      ctx.tenant.id,
      uuidColumn(all.map(({ counter }) => counter.customerId)),
      uuidColumn(all.map(({ counter }) => counter.meterId)),
      timeColumn(all.map(({ counter }) => counter.window.start)),
      timeColumn(all.map(({ counter }) => counter.window.end)),
      decimalColumn(all.map(({ used }) => decimal12FromScaled(used))),
      decimalColumn(all.map(({ held }) => decimal12FromScaled(held))),
      decimalColumn(all.map(({ most }) => most.used)),
      decimalColumn(all.map(({ most }) => most.held)),
      all.length,
    ],
    'usage.change_foreseen',
  );
  return rows.map(({ position, used, held }) => {
    const { counter } = all[position - 1] as ForeseenChange;
    return { ...counter, used: figure(used), held: figure(held) };
  });
}

const figure = (text: string): Decimal12 => decimalFromNumeric(text);
