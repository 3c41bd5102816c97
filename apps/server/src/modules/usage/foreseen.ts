import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { decimalColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';
import { type Insistence, type Part, writeTogether } from '../../platform/together.ts';
import type { Counter, LockedCounter } from './counters.ts';

/** A change of a counter that was not looked at: neither figure of it may be beyond what was reckoned with. */
export type ForeseenChange = { counter: LockedCounter; used: bigint; held: bigint; most: Counter };

/*
 * What follows is of customers whom the transaction shares, given as `uuid[]`, so that meanwhile no counter is added and
 * nothing closed.
 */

/** Locks all counters of these customers in the order of `lockCountersOf`: that there are so many. */
export function countersAre(customerIds: Buffer, count: number): Insistence {
  return {
    name: 'counters',
    lock: `select from usage_counters c where c.tenant_id = $1 and c.customer_id = any (@1::uuid[])
      order by c.customer_id, c.meter_id, c.window_start, c.window_end for update`,
    text: '(select count(*) from counters) = @2',
    values: [customerIds, count],
  };
}

/** That no units are taken from counters of theirs of these meters, given as `uuid[]`. */
export function noCounters(customerIds: Buffer, meterIds: Buffer): Insistence {
  return {
    name: 'no_counters',
    text: `not exists (select from usage_counters
      where tenant_id = $1 and customer_id = any (@1::uuid[]) and meter_id = any (@2::uuid[]))`,
    values: [customerIds, meterIds],
  };
}

/** Locks their counters of these meters, as many as there are, in the order of `lockCountersOf`. */
export function lockedCounters(customerIds: Buffer, meterIds: Buffer): Insistence {
  return {
    name: 'locked_counters',
    lock: `select from usage_counters c
      where c.tenant_id = $1 and c.customer_id = any (@1::uuid[]) and c.meter_id = any (@2::uuid[])
      order by c.customer_id, c.meter_id, c.window_start, c.window_end for update`,
    text: '(select count(*) from locked_counters) >= 0',
    values: [customerIds, meterIds],
  };
}

/** That no usage of theirs is closed beyond a moment. */
export function isOpenFrom(customerIds: Buffer, from: Instant): Insistence {
  return {
    name: 'closings',
    text: `not exists (select from usage_closings
      where tenant_id = $1 and customer_id = any (@1::uuid[]) and closed_until > @2::timestamptz)`,
    values: [customerIds, iso(from)],
  };
}

/** That nothing waits in quarantine; undefined where that is reckoned with. */
export function noQuarantine(mayBeQuarantined: boolean): Insistence | undefined {
  if (mayBeQuarantined) return undefined;
  return {
    name: 'quarantine',
    text: 'not exists (select from usage_quarantine where tenant_id = $1 and resolved_at is null)',
    values: [],
  };
}

/**
 * Changes counters that are locked, in their order, together with what else is written, and ends the transaction where one
 * had more than was reckoned with.
 * @returns what each comes to
 */
export async function changeForeseen(
  ctx: CommandCtx,
  all: readonly ForeseenChange[],
  others: readonly Part[],
): Promise<LockedCounter[]> {
  ctx.outdate(all.map(({ counter }) => counter.customerId));
  const rows = await writeTogether<ChangedRow>(ctx, [...others, changeOf(all), changedRows(all.length)]);
  return rows.map(({ position, used, held }) => {
    const { counter } = all[position - 1] as ForeseenChange;
    return { ...counter, used: figure(used), held: figure(held) };
  });
}

type ChangedRow = { position: number; used: string; held: string };

const changedRows = (count: number): Part => ({
  name: 'changed_rows',
  text: `select position, used, held from changed
    where (select app.insist((select count(*) from changed) = @1, 'figures'))`,
  values: [count],
});

function changeOf(all: readonly ForeseenChange[]): Part {
  return {
    name: 'changed',
    text: `update usage_counters c set used = c.used + k.used, held = c.held + k.held
      from unnest(@1::uuid[], @2::uuid[], @3::timestamptz[], @4::timestamptz[], @5::numeric[], @6::numeric[], @7::numeric[],
        @8::numeric[]) with ordinality
        as k (customer_id, meter_id, window_start, window_end, used, held, most_used, most_held, position)
      where c.tenant_id = $1 and c.customer_id = any (@1::uuid[])
        and c.customer_id = k.customer_id and c.meter_id = k.meter_id
        and c.window_start = k.window_start and c.window_end = k.window_end
        and c.used <= k.most_used and c.held <= k.most_held
      returning k.position::integer as position, c.used, c.held`,
    values: [
      uuidColumn(all.map(({ counter }) => counter.customerId)),
      uuidColumn(all.map(({ counter }) => counter.meterId)),
      timeColumn(all.map(({ counter }) => counter.window.start)),
      timeColumn(all.map(({ counter }) => counter.window.end)),
      decimalColumn(all.map(({ used }) => decimal12FromScaled(used))),
      decimalColumn(all.map(({ held }) => decimal12FromScaled(held))),
      decimalColumn(all.map(({ most }) => most.used)),
      decimalColumn(all.map(({ most }) => most.held)),
    ],
  };
}

const figure = (text: string): Decimal12 => decimalFromNumeric(text);
