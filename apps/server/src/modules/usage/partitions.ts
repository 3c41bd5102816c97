import {
  addMonthsClamped,
  calendarDate,
  dateAt,
  dateFields,
  formatDate,
} from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import pg from 'pg';

/** A connection of the role that owns the tables; the runtime role can create nothing. */
export type AdminSql = {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
};

const MONTHS_BACK = 2;
const MONTHS_AHEAD = 3;

/**
 * Gives the months around now a partition of their own. All other times lie in the default partition, and so does a
 * month that it already holds events of: nothing is ever moved.
 * @returns names of the partitions that were made
 */
export async function ensureUsagePartitions(admin: AdminSql, wallNow: Instant): Promise<string[]> {
  const today = dateAt(wallNow, zoneNamed('UTC'));
  const first = calendarDate({ ...dateFields(today), day: 1 });
  const made: string[] = [];
  for (let month = -MONTHS_BACK; month <= MONTHS_AHEAD; month += 1) {
    const from = formatDate(addMonthsClamped(first, month));
    const to = formatDate(addMonthsClamped(first, month + 1));
    const name = `usage_events_${from.slice(0, 4)}_${from.slice(5, 7)}`;
    if (await makePartition(admin, name, from, to)) made.push(name);
  }
  return made;
}

/** The names are made of digits here, never of input, so they stand in the statement as they are. */
async function makePartition(admin: AdminSql, name: string, from: string, to: string): Promise<boolean> {
  const { rows } = await admin.query(`select to_regclass($1) is not null as there`, [name]);
  if (rows[0]?.there === true) return false;
  await admin.query('begin');
  try {
    await admin.query("set local lock_timeout = '5s'");
    await admin.query(
      `create table ${name} partition of usage_events for values from ('${from}T00:00:00Z') to ('${to}T00:00:00Z')`,
    );
    await admin.query(`call app.protect('${name}')`);
    await admin.query('commit');
    return true;
  } catch (error) {
    await admin.query('rollback');
    // The default partition already holds events of this month.
    if ((error as { code?: unknown } | null)?.code === '23514') return false;
    throw error;
  }
}

/**
 * Drops the partitions of months that are over and hold no event any more, because every tenant that had some has them
 * in archives. A table that somebody works on is left for the next start.
 * @returns names of the partitions that were dropped
 */
export async function dropEmptyPartitions(admin: AdminSql, wallNow: Instant): Promise<string[]> {
  const today = dateAt(wallNow, zoneNamed('UTC'));
  const keepFrom = formatDate(addMonthsClamped(calendarDate({ ...dateFields(today), day: 1 }), -MONTHS_BACK));
  const { rows } = await admin.query(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'usage_events'::regclass and c.relname ~ '^usage_events_[0-9]{4}_[0-9]{2}$'
       and c.relname < $1 order by 1`,
    [`usage_events_${keepFrom.slice(0, 4)}_${keepFrom.slice(5, 7)}`],
  );
  const dropped: string[] = [];
  for (const { name } of rows) if (await dropIfEmpty(admin, String(name))) dropped.push(String(name));
  return dropped;
}

/** Its owner sees rows only where row-level security is not forced, so that is lifted while the table is locked. */
async function dropIfEmpty(admin: AdminSql, name: string): Promise<boolean> {
  await admin.query('begin');
  try {
    await admin.query("set local lock_timeout = '2s'");
    await admin.query(`alter table ${name} no force row level security`);
    const { rows } = await admin.query(`select exists (select 1 from ${name}) as used`);
    if (rows[0]?.used !== false) {
      await admin.query('rollback');
      return false;
    }
    await admin.query(`drop table ${name}`);
    await admin.query('commit');
    return true;
  } catch (error) {
    await admin.query('rollback');
    if ((error as { code?: unknown } | null)?.code === '55P03') return false;
    throw error;
  }
}

/** As `ensureUsagePartitions`, on a connection of its own: what a server does at every start. */
export async function openUsageMonths(adminUrl: string, wallNow: Instant): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'billhook-partitions' });
  await client.connect();
  try {
    const made = await ensureUsagePartitions(client, wallNow);
    await dropEmptyPartitions(client, wallNow);
    return made;
  } finally {
    await client.end();
  }
}
