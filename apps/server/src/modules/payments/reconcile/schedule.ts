import { addDays, dateAt, startOfDay } from '@billhook/core/time/calendar-date';
import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';

export type ScheduleRow = {
  reconcileAt: Instant | null;
  reconciledUntil: Instant | null;
  reconciledAt: Instant | null;
  reconcileFault: string | null;
  polledUntil: Instant | null;
};

const COLUMNS = `reconcile_at as "reconcileAt", reconciled_until as "reconciledUntil", reconciled_at as "reconciledAt",
  reconcile_fault as "reconcileFault", polled_until as "polledUntil"`;

export function findSchedule(ctx: QueryCtx, provider: string): Promise<ScheduleRow | undefined> {
  return ctx.sql.row<ScheduleRow>(
    `select ${COLUMNS} from provider_schedules where tenant_id = $1 and provider = $2`,
    [ctx.tenant.id, provider],
  );
}

/** Locks the schedule of a provider; there is one from now on. Runs of one provider go one after another here. */
export async function lockSchedule(ctx: CommandCtx, provider: string): Promise<ScheduleRow> {
  await ctx.sql.run(
    'insert into provider_schedules (tenant_id, provider) values ($1, $2) on conflict do nothing',
    [ctx.tenant.id, provider],
  );
  const row = await ctx.sql.row<ScheduleRow>(
    `select ${COLUMNS} from provider_schedules where tenant_id = $1 and provider = $2 for update`,
    [ctx.tenant.id, provider],
  );
  if (row === undefined) throw new Error('a row that was inserted is there');
  return row;
}

/** The first hour of the next day where the seller is: by then the day before is whole. */
export function nextReconciliation(now: Instant, timeZone: string): Instant {
  const zone = zoneNamed(timeZone);
  return addMs(startOfDay(addDays(dateAt(now, zone), 1), zone), MS_PER_HOUR);
}

export async function saveReconciled(
  ctx: CommandCtx,
  provider: string,
  end: { until: Instant } | { fault: string },
): Promise<void> {
  const isDone = 'until' in end;
  await ctx.sql.run(
    `update provider_schedules set reconcile_at = $3, reconciled_until = coalesce($4, reconciled_until),
       reconciled_at = coalesce($5, reconciled_at), reconcile_fault = $6 where tenant_id = $1 and provider = $2`,
    [
      ctx.tenant.id,
      provider,
      iso(isDone ? nextReconciliation(ctx.now, ctx.tenant.timeZone) : addMs(ctx.now, MS_PER_HOUR)),
      isDone ? iso(end.until) : null,
      isDone ? iso(ctx.now) : null,
      isDone ? null : end.fault.slice(0, 500),
    ],
  );
}

const LOOK_BACK_MS = 3 * MS_PER_DAY;

/**
 * From when on movements are asked for: a little before what is known, since providers list some late. What an account did
 * before it was ours is no business of these books.
 */
export async function firstLook(
  ctx: QueryCtx,
  provider: string,
  reconciledUntil: Instant | null,
): Promise<Instant> {
  if (reconciledUntil !== null) return addMs(reconciledUntil, -LOOK_BACK_MS);
  const row = await ctx.sql.row<{ at: Instant | null }>(
    'select min(succeeded_at) as at from payments where tenant_id = $1 and provider = $2',
    [ctx.tenant.id, provider],
  );
  return addMs(row?.at ?? ctx.now, -MS_PER_DAY);
}

export async function savePolled(
  ctx: CommandCtx,
  provider: string,
  poll: { at: Instant; until: Instant | null; fault: string | null },
): Promise<void> {
  await ctx.sql.run(
    `update provider_schedules set poll_at = $3, polled_until = greatest(polled_until, $4), poll_fault = $5
     where tenant_id = $1 and provider = $2`,
    [ctx.tenant.id, provider, iso(poll.at), isoOrNull(poll.until), poll.fault?.slice(0, 500) ?? null],
  );
}
