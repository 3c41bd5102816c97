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

/** As `ensureUsagePartitions`, on a connection of its own: what a server does at every start. */
export async function openUsageMonths(adminUrl: string, wallNow: Instant): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'billhook-partitions' });
  await client.connect();
  try {
    return await ensureUsagePartitions(client, wallNow);
  } finally {
    await client.end();
  }
}
