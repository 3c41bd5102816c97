import { monthEndPosting } from '@billhook/core/ledger/month-end-posting';
import { deferredAfter, lastDayOf } from '@billhook/core/ledger/revenue-schedule';
import { monthText } from '@billhook/core/ledger/revenue-waterfall';
import { currencyCode } from '@billhook/core/money/currency';
import {
  dateAt,
  firstOfMonth,
  monthNumber,
  monthNumberOf,
  startOfDay,
} from '@billhook/core/time/calendar-date';
import { addMs, type Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import { doubtfulByCurrency, eachSoldLines } from '../modules/invoicing/api.ts';
import {
  addMonth,
  addMonthEnd,
  balancesInBooks,
  firstPostingAt,
  keepMonths,
  lastMonth,
  post,
} from '../modules/ledger/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'month-ends' };

/** Brings the books to the end of each month of the seller's calendar once it is over, one month a transaction. */
export function monthEndsSource(transactor: Transactor): DueSource {
  return {
    name: 'month-ends',
    // A month has all the time in the world: nobody waits for its first second.
    restMs: 1_000,
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t where not exists (
           select 1 from ledger_months m where m.tenant_id = t.id
             and m.ends_at >= date_trunc('month', coalesce(t.frozen_at, $1) at time zone t.time_zone) at time zone t.time_zone)`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    async nextDueAt(ctx) {
      const due = await monthDue(ctx);
      return due === null ? endOf(ctx, monthOf(ctx, ctx.now)) : ctx.now;
    },
    async run(tenantId, limit, goesOn = always) {
      let done = 0;
      while (done < limit && goesOn()) {
        const isDone = await transactor.command({ tenantId, actor: ACTOR, requestId: null }, endNextMonth);
        if (!isDone) break;
        done += 1;
      }
      return done;
    },
  };
}

/** False if no month is over that is not done. */
export async function endNextMonth(ctx: CommandCtx): Promise<boolean> {
  await keepMonths(ctx);
  const month = await monthDue(ctx);
  if (month === null) return false;
  const endsAt = endOf(ctx, month);
  if (!(await addMonth(ctx, monthText(month), endsAt))) return false;
  const should = { deferred: await deferredAt(ctx, month, endsAt), doubtful: await doubtfulByCurrency(ctx) };
  const holds = {
    deferred: await balancesInBooks(ctx, 'deferred_revenue'),
    doubtful: await balancesInBooks(ctx, 'bad_debt_allowance'),
  };
  const currencies = [should.deferred, should.doubtful, holds.deferred, holds.doubtful].flatMap((by) => [
    ...by.keys(),
  ]);
  for (const currency of [...new Set(currencies)].sort()) {
    const deferredMinor = should.deferred.get(currency) ?? 0n;
    const doubtfulMinor = should.doubtful.get(currency) ?? 0n;
    const end = { month: monthText(month), currency, deferredMinor, doubtfulMinor };
    const posting = monthEndPosting({
      id: await addMonthEnd(ctx, end),
      currency: currencyCode(currency),
      occurredAt: addMs(endsAt, -1),
      deferredMinor,
      deferredInBooksMinor: holds.deferred.get(currency) ?? 0n,
      doubtfulMinor,
      doubtfulInBooksMinor: holds.doubtful.get(currency) ?? 0n,
    });
    if (posting !== null) await post(ctx, [posting]);
  }
  return true;
}

/** The month that is to be done next; null while it runs. Empty books begin with the last month that is over. */
async function monthDue(ctx: QueryCtx): Promise<number | null> {
  const running = monthOf(ctx, ctx.now);
  const last = await lastMonth(ctx);
  if (last !== null) {
    const next = numberOf(last.month) + 1;
    return next < running ? next : null;
  }
  const firstAt = await firstPostingAt(ctx);
  const first = firstAt === null ? running - 1 : Math.min(monthOf(ctx, firstAt), running - 1);
  return first;
}

async function deferredAt(ctx: QueryCtx, month: number, endsAt: Instant): Promise<Map<string, bigint>> {
  const zone = zoneNamed(ctx.tenant.timeZone);
  const day = lastDayOf(month);
  const sums = new Map<string, bigint>();
  await eachSoldLines(ctx, { since: endsAt, issuedBefore: endsAt, aheadOnly: true }, (lines) => {
    for (const line of lines) {
      const deferredMinor = deferredAfter(line, day, zone);
      if (deferredMinor !== 0n) sums.set(line.currency, (sums.get(line.currency) ?? 0n) + deferredMinor);
    }
  });
  return sums;
}

/** The month that a moment falls into on the seller's calendar. */
export function monthOf(ctx: QueryCtx, moment: Instant): number {
  return monthNumberOf(dateAt(moment, zoneNamed(ctx.tenant.timeZone)));
}

/** Where the month after it begins. */
export function endOf(ctx: QueryCtx, month: number): Instant {
  return startOfDay(firstOfMonth(month + 1), zoneNamed(ctx.tenant.timeZone));
}

/** Of text such as `2026-03`. */
export function numberOf(month: string): number {
  return monthNumber(Number(month.slice(0, 4)), Number(month.slice(5)));
}
