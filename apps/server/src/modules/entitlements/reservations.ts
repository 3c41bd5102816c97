import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { decimalColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';

export type Reservation = {
  id: string;
  customerId: string;
  featureId: string;
  meterId: string;
  window: Period;
  /** The member or device that it is for, of a feature that is counted for each. */
  subject: string | null;
  /** What its events say beside their quantity. */
  data: JsonObject;
  key: string;
  granted: Decimal12;
  held: Decimal12;
  settled: Decimal12;
  onExpiry: 'release' | 'hold';
  /** Real time, both. */
  expiresAt: Instant;
  createdAt: Instant;
};

type Row = {
  id: string;
  customer_id: string;
  feature_id: string;
  meter_id: string;
  window_start: Instant;
  window_end: Instant;
  subject: string | null;
  data: JsonObject;
  key: string;
  granted: string;
  held: string;
  settled: string;
  on_expiry: 'release' | 'hold';
  expires_at: Instant;
  created_at: Instant;
};

const COLUMNS = `id, customer_id, feature_id, meter_id, window_start, window_end, subject, data, key, granted, held, settled,
  on_expiry, expires_at, created_at`;

const toReservation = (row: Row): Reservation => ({
  id: row.id,
  customerId: row.customer_id,
  featureId: row.feature_id,
  meterId: row.meter_id,
  window: { start: row.window_start, end: row.window_end },
  subject: row.subject,
  data: row.data,
  key: row.key,
  granted: decimalFromNumeric(row.granted),
  held: decimalFromNumeric(row.held),
  settled: decimalFromNumeric(row.settled),
  onExpiry: row.on_expiry,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
});

/** Reservations that were made under these keys. */
export async function reservationsUnder(ctx: QueryCtx, keys: readonly string[]): Promise<Reservation[]> {
  if (keys.length === 0) return [];
  const rows = await ctx.sql.rows<Row>(
    `select ${COLUMNS} from usage_reservations where tenant_id = $1 and key = any ($2::text[])`,
    [ctx.tenant.id, keys],
    'reservations.under',
  );
  return rows.map(toReservation);
}

/** What these ids stand for, as far as there is something; nothing is locked. */
export async function findReservations(
  ctx: EarlyCtx,
  ids: readonly string[],
): Promise<{ customerId: string; meterId: string }[]> {
  return ctx.sql.rows(
    `select customer_id as "customerId", meter_id as "meterId" from usage_reservations
     where tenant_id = $1 and id = any ($2::uuid[])`,
    [ctx.tenant.id, uuidColumn(ids)],
    'reservations.find',
  );
}

/** Those of these that still hold something; nothing is locked. */
export async function findHeld(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<{ id: string; customerId: string }[]> {
  if (ids.length === 0) return [];
  return ctx.sql.rows(
    `select id, customer_id as "customerId" from usage_reservations
     where tenant_id = $1 and id = any ($2::uuid[]) and held > 0`,
    [ctx.tenant.id, uuidColumn(ids)],
    'reservations.find_held',
  );
}

/** Locks reservations in the order of their ids. */
export async function lockReservations(ctx: CommandCtx, ids: readonly string[]): Promise<Reservation[]> {
  const rows = await ctx.sql.rows<Row>(
    `select ${COLUMNS} from usage_reservations where tenant_id = $1 and id = any ($2::uuid[]) order by id for update`,
    [ctx.tenant.id, uuidColumn(ids)],
    'reservations.lock',
  );
  return rows.map(toReservation);
}

/**
 * Keeps what became of reservations, which the caller has locked. No index has what changes here, unless they are for a
 * member or device. Of those whose time changed a deadline is written (`deadlines.ts`).
 */
export function saveReservations(ctx: CommandCtx, all: readonly Reservation[]): Promise<number> {
  if (all.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `update usage_reservations u set held = r.held, settled = r.settled, expires_at = r.expires_at,
       held_for_subject = case when u.subject is not null then r.held end
     from unnest($2::uuid[], $3::numeric[], $4::numeric[], $5::timestamptz[]) as r (id, held, settled, expires_at)
     where u.tenant_id = $1 and u.id = r.id`,
    [
      ctx.tenant.id,
      uuidColumn(all.map(({ id }) => id)),
      decimalColumn(all.map(({ held }) => held)),
      decimalColumn(all.map(({ settled }) => settled)),
      timeColumn(all.map(({ expiresAt }) => expiresAt)),
    ],
    'reservations.save',
  );
}

/** A member or device in the window that units are held in. */
export type HeldFor = { customerId: string; featureId: string; window: Period; subject: string };

/** What is held for these members and devices, in their order. */
export async function heldForSubjects(ctx: QueryCtx, asked: readonly HeldFor[]): Promise<Decimal12[]> {
  if (asked.length === 0) return [];
  const rows = await ctx.sql.rows<{ held: string }>(
    `select (select coalesce(sum(r.held_for_subject), 0) from usage_reservations r
       where r.tenant_id = $1 and r.customer_id = a.customer_id and r.feature_id = a.feature_id
         and r.subject = a.subject and r.held_for_subject > 0 and r.window_start = a.window_start
         and r.window_end = a.window_end) as held
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[]) with ordinality
       as a (customer_id, feature_id, subject, window_start, window_end, position)
     order by a.position`,
    [
      ctx.tenant.id,
      asked.map(({ customerId }) => customerId),
      asked.map(({ featureId }) => featureId),
      asked.map(({ subject }) => subject),
      asked.map(({ window }) => iso(window.start)),
      asked.map(({ window }) => iso(window.end)),
    ],
  );
  return rows.map(({ held }) => decimalFromNumeric(held));
}
