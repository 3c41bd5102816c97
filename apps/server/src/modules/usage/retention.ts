import {
  addMonthsClamped,
  calendarDate,
  dateAt,
  dateFields,
  startOfDay,
} from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import type { DueSource } from '../../platform/due.ts';
import { iso } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { FileStore } from '../files/api.ts';
import { archivePart, archivesOf, insertArchive, type Month } from './archive.ts';
import { ARCHIVE_FILES } from './archive-file.ts';

const ACTOR = { kind: 'system', id: 'usage-retention' } as const;
/** Rows that one transaction removes: short enough to hold nobody up. */
const SLICE = 5_000;

/**
 * Keeps events for as long as the seller wants them. An older month is first written to files, whole; only then are its
 * events, their ids and what was corrected of them removed, in slices. Hourly figures, digests of lines and invoices
 * stay. Stopped at any point, it goes on from there.
 */
export function usageRetentionSource(deps: { transactor: Transactor; store: FileStore }): DueSource {
  const { transactor, store } = deps;
  return {
    name: 'usage-retention',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t
         where jsonb_typeof(t.settings -> 'usageRetentionMonths') = 'number' and not exists (
           select 1 from usage_retentions r where r.tenant_id = t.id and r.archived_until >= date_trunc('month',
             coalesce(t.frozen_at, $1) at time zone 'UTC'
               - make_interval(months => (t.settings ->> 'usageRetentionMonths')::integer)) at time zone 'UTC')`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    // No business waits for it.
    nextDueAt: async () => null,
    async run(tenantId) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const month = await transactor.command(request, nextMonth);
      if (month === null) return 0;
      await writeMonth(tenantId, month);
      let removed = 0;
      do {
        removed = await transactor.command(request, (ctx) => removeSlice(ctx, month));
      } while (removed === SLICE);
      await transactor.command(request, (ctx) => finishMonth(ctx, month));
      return 1;
    },
  };

  async function writeMonth(tenantId: number, month: Month): Promise<void> {
    const request = { tenantId, actor: ACTOR, requestId: null };
    const parts = await transactor.query(request, (ctx) => archivesOf(ctx, month));
    if (parts.at(-1)?.isLast === true) return;
    // One that broke off is written anew from its beginning; parts that are there stay as they are.
    for (let part = 1, after: Awaited<ReturnType<typeof archivePart>>['next'] = null; ; part += 1) {
      const made = await transactor.query(request, (ctx) => archivePart(ctx, month, part, after));
      const storageKey = `usage/${tenantId}/${iso(month.start).slice(0, 7)}-${part}`;
      await store.put(storageKey, made.bytes, ARCHIVE_FILES[made.format].contentType);
      await transactor.command(request, (ctx) =>
        insertArchive(ctx, {
          ...month,
          part,
          format: made.format,
          isLast: made.next === null,
          eventCount: BigInt(made.eventCount),
          lineCount: BigInt(made.lineCount),
          byteSize: BigInt(made.bytes.byteLength),
          sha256: made.sha256,
          storageKey,
        }),
      );
      if (made.next === null) return;
      after = made.next;
    }
  }
}

/** Before this, events are or soon will be in archives alone: nothing is added or corrected there. Null for nowhere. */
export async function archivedUntil(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ until: Instant }>(
    'select closed_until as until from usage_retentions where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.until ?? null;
}

/** The first month that is old enough and has events, closed from now on. Null if there is none. */
async function nextMonth(ctx: CommandCtx): Promise<Month | null> {
  const { usageRetentionMonths: months } = ctx.tenant.settings;
  if (months === null) return null;
  const cutoff = monthOf(ctx.now, -months).start;
  const row = await ctx.sql.row<{ first: Instant | null }>(
    'select min(time) as first from usage_events where tenant_id = $1 and time < $2',
    [ctx.tenant.id, iso(cutoff)],
  );
  const month = row?.first === null || row === undefined ? null : monthOf(row.first, 0);
  if (month === null) await keepUntil(ctx, cutoff, cutoff);
  else await keepUntil(ctx, month.start, month.end);
  return month;
}

/** The month that a moment lies in, or one so many months away, in UTC as partitions are. */
function monthOf(moment: Instant, months: number): Month {
  const zone = zoneNamed('UTC');
  const first = calendarDate({ ...dateFields(dateAt(moment, zone)), day: 1 });
  const [start, end] = [months, months + 1].map((away) => startOfDay(addMonthsClamped(first, away), zone));
  return { start: start as Instant, end: end as Instant };
}

/** Events with their ids; an id whose last content counts in another month stays with that one. */
async function removeSlice(ctx: CommandCtx, { start, end }: Month): Promise<number> {
  const row = await ctx.sql.row<{ removed: bigint }>(
    `with gone as (
       delete from usage_events e using (
         select tableoid, ctid from usage_events where tenant_id = $1 and time >= $2 and time < $3 limit $4) as s
       where e.tableoid = s.tableoid and e.ctid = s.ctid and e.tenant_id = $1 and e.time >= $2 and e.time < $3
       returning e.source, e.event_id, e.time, e.revision
     ), forgotten as (
       delete from usage_event_ids i using gone g
       where i.tenant_id = $1 and i.source = g.source and i.event_id = g.event_id and i.time = g.time
         and i.revision = g.revision
     ), settled as (
       delete from usage_corrections c using gone g
       where c.tenant_id = $1 and c.source = g.source and c.event_id = g.event_id and c.time = g.time
         and c.revision = g.revision
     )
     select count(*) as removed from gone`,
    [ctx.tenant.id, iso(start), iso(end), SLICE],
  );
  return Number(row?.removed ?? 0n);
}

async function finishMonth(ctx: CommandCtx, { start, end }: Month): Promise<void> {
  await ctx.sql.run(
    'update usage_archives set removed_at = $3 where tenant_id = $1 and starts_at = $2 and removed_at is null',
    [ctx.tenant.id, iso(start), iso(ctx.wallNow)],
  );
  await keepUntil(ctx, end, end);
  ctx.audit({
    action: 'usage.archive',
    objectKind: 'usage',
    objectId: iso(start).slice(0, 7),
    details: { from: iso(start), to: iso(end) },
  });
}

async function keepUntil(ctx: CommandCtx, archived: Instant, closed: Instant): Promise<void> {
  await ctx.sql.run(
    `insert into usage_retentions as r (tenant_id, archived_until, closed_until) values ($1, $2, $3)
     on conflict (tenant_id) do update set archived_until = greatest(r.archived_until, excluded.archived_until),
       closed_until = greatest(r.closed_until, excluded.closed_until)`,
    [ctx.tenant.id, iso(archived), iso(closed)],
  );
}
