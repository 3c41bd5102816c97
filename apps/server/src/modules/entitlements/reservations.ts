import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { decimalColumn, jsonColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso, type Sql } from '../../platform/sql.ts';
import type { Part } from '../../platform/together.ts';

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
 * Adds reservations; one whose key another request has just taken is left out of the answer.
 * @returns the keys of those that were added
 */
export async function insertReservations(
  ctx: CommandCtx,
  all: readonly Reservation[],
): Promise<ReadonlySet<string>> {
  if (all.length === 0) return new Set();
  const rows = await ctx.sql.rows<{ key: string }>(
    `${INSERT} on conflict (tenant_id, key) do nothing returning key`,
    insertValues(ctx, all),
    'reservations.insert',
  );
  return new Set(rows.map(({ key }) => key));
}

/** As `insertReservations`, of new ones, to be written: where a key is taken the transaction ends. */
export function newReservations(ctx: CommandCtx, all: readonly Reservation[]): Part {
  const [, ...values] = insertValues(ctx, all);
  return {
    name: 'reservations',
    text: INSERT.replaceAll(/\$(?!1\b)(\d+)/g, (_, place) => `@${place - 1}`),
    values,
  };
}

const INSERT = `insert into usage_reservations (tenant_id, id, customer_id, feature_id, meter_id, window_start, window_end, key,
       granted, held, on_expiry, expires_at, created_at, subject, data)
     select $1, r.id, r.customer_id, r.feature_id, r.meter_id, r.window_start, r.window_end, r.key, r.granted, r.granted,
       r.on_expiry, r.expires_at, $2, r.subject, r.data
     from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::timestamptz[], $9::text[],
       $10::numeric[], $11::text[], $12::timestamptz[], $13::text[], $14::jsonb[])
       as r (id, customer_id, feature_id, meter_id, window_start, window_end, key, granted, on_expiry, expires_at,
         subject, data)
     order by r.key`;

function insertValues(ctx: CommandCtx, all: readonly Reservation[]): unknown[] {
  return [
    ctx.tenant.id,
    iso(ctx.wallNow),
    uuidColumn(all.map(({ id }) => id)),
    uuidColumn(all.map(({ customerId }) => customerId)),
    uuidColumn(all.map(({ featureId }) => featureId)),
    uuidColumn(all.map(({ meterId }) => meterId)),
    timeColumn(all.map(({ window }) => window.start)),
    timeColumn(all.map(({ window }) => window.end)),
    textColumn(all.map(({ key }) => key)),
    decimalColumn(all.map(({ granted }) => granted)),
    textColumn(all.map(({ onExpiry }) => onExpiry)),
    timeColumn(all.map(({ expiresAt }) => expiresAt)),
    textColumn(all.map(({ subject }) => subject)),
    jsonColumn(all.map(({ data }) => JSON.stringify(data))),
  ];
}

/** Keeps what became of reservations, which the caller has locked. */
export function saveReservations(ctx: CommandCtx, all: readonly Reservation[]): Promise<number> {
  if (all.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `update usage_reservations u set held = r.held, settled = r.settled, expires_at = r.expires_at
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

/** Tenants with units to give back. As the work role. */
export async function tenantsWithExpired(sql: Sql, wallNow: Instant): Promise<number[]> {
  const rows = await sql.rows<{ tenantId: number }>(
    `select distinct tenant_id as "tenantId" from usage_reservations
     where held > 0 and on_expiry = 'release' and expires_at <= $1`,
    [iso(wallNow)],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** Reservations whose time is over and that give back what they hold. */
export async function listExpired(
  ctx: QueryCtx,
  limit: number,
): Promise<{ id: string; customerId: string }[]> {
  return ctx.sql.rows(
    `select id, customer_id as "customerId" from usage_reservations
     where tenant_id = $1 and held > 0 and on_expiry = 'release' and expires_at <= $2 order by id limit $3`,
    [ctx.tenant.id, iso(ctx.wallNow), limit],
  );
}

/** A member or device in the window that units are held in. */
export type HeldFor = { customerId: string; featureId: string; window: Period; subject: string };

/** What is held for these members and devices, in their order. */
export async function heldForSubjects(ctx: QueryCtx, asked: readonly HeldFor[]): Promise<Decimal12[]> {
  if (asked.length === 0) return [];
  const rows = await ctx.sql.rows<{ held: string }>(
    `select (select coalesce(sum(r.held), 0) from usage_reservations r
       where r.tenant_id = $1 and r.customer_id = a.customer_id and r.feature_id = a.feature_id
         and r.subject = a.subject and r.held > 0 and r.window_start = a.window_start
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
