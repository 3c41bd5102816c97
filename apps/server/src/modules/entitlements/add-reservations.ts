import { invariant } from '@billhook/core/kernel/invariant';
import { decimalColumn, jsonColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { Reservation } from './reservations.ts';

/**
 * Adds reservations; one whose key another request has just taken is left out of the answer.
 * @returns the keys of those that were added
 */
export async function insertReservations(
  ctx: CommandCtx,
  all: readonly Reservation[],
): Promise<ReadonlySet<string>> {
  if (all.length === 0) return new Set();
  const { text, values } = insertOf(ctx, all);
  const rows = await ctx.sql.rows<{ key: string }>(
    `${text} on conflict (tenant_id, key) do nothing returning key`,
    values,
  );
  return new Set(rows.map(({ key }) => key));
}

/** As `insertReservations`, of new ones: where a key is taken the transaction ends. */
export function insertNewReservations(ctx: CommandCtx, all: readonly Reservation[]): Promise<number> {
  if (all.length === 0) return Promise.resolve(0);
  const { text, values, isAlike } = insertOf(ctx, all);
  return ctx.sql.run(text, values, isAlike ? 'reservations.insert_alike' : 'reservations.insert_apart');
}

const INTO = `insert into usage_reservations (tenant_id, feature_id, meter_id, window_start, window_end, on_expiry, expires_at,
       subject, data, created_at, id, customer_id, key, granted, held, held_for_subject)`;
const LEASED = 'insert into usage_leases (tenant_id, id, expires_at, reservation_ids)';

/**
 * What those who ask at the same moment nearly always have in common is sent once: each column of it costs as much as an
 * entry in an index.
 */
const ALIKE = `with leased as (
       ${LEASED} select $1, gen_random_uuid(), $7::timestamptz, $11::uuid[] where $6::text = 'release')
     ${INTO}
     select $1, $2::uuid, $3::uuid, $4::timestamptz, $5::timestamptz, $6::text, $7::timestamptz, $8::text, $9::jsonb,
       $10::timestamptz, r.id, r.customer_id, r.key, r.granted, r.granted,
       case when $8::text is not null then r.granted end
     from unnest($11::uuid[], $12::uuid[], $13::text[], $14::numeric[]) as r (id, customer_id, key, granted)
     where (select app.insist(exists (select from features f where f.tenant_id = $1 and f.id = $2::uuid), 'feature'))`;

const APART = `with leased as (
       ${LEASED} select $1, gen_random_uuid(), l.expires_at, array_agg(l.id)
       from unnest($6::text[], $7::timestamptz[], $11::uuid[]) as l (on_expiry, expires_at, id)
       where l.on_expiry = 'release' group by l.expires_at)
     ${INTO}
     select $1, r.feature_id, r.meter_id, r.window_start, r.window_end, r.on_expiry, r.expires_at, r.subject, r.data,
       $10::timestamptz, r.id, r.customer_id, r.key, r.granted, r.granted,
       case when r.subject is not null then r.granted end
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::timestamptz[], $8::text[],
       $9::jsonb[], $11::uuid[], $12::uuid[], $13::text[], $14::numeric[])
       as r (feature_id, meter_id, window_start, window_end, on_expiry, expires_at, subject, data, id, customer_id, key,
         granted)
     where (select app.insist(not exists (select from unnest($2::uuid[]) as k (id)
       where not exists (select from features f where f.tenant_id = $1 and f.id = k.id)), 'feature'))`;

/** In the order of their keys, in which others wait for them. */
function insertOf(
  ctx: CommandCtx,
  all: readonly Reservation[],
): { text: string; values: unknown[]; isAlike: boolean } {
  const rows = all.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const [first] = rows;
  invariant(first !== undefined, 'Somebody asked.');
  const isAlike = rows.every((row) => areAlike(row, first));
  const shared = isAlike
    ? [
        first.featureId,
        first.meterId,
        iso(first.window.start),
        iso(first.window.end),
        first.onExpiry,
        iso(first.expiresAt),
        first.subject,
        JSON.stringify(first.data),
      ]
    : [
        uuidColumn(rows.map(({ featureId }) => featureId)),
        uuidColumn(rows.map(({ meterId }) => meterId)),
        timeColumn(rows.map(({ window }) => window.start)),
        timeColumn(rows.map(({ window }) => window.end)),
        textColumn(rows.map(({ onExpiry }) => onExpiry)),
        timeColumn(rows.map(({ expiresAt }) => expiresAt)),
        textColumn(rows.map(({ subject }) => subject)),
        jsonColumn(rows.map(({ data }) => JSON.stringify(data))),
      ];
  const values = [
    ctx.tenant.id,
    ...shared,
    iso(ctx.wallNow),
    uuidColumn(rows.map(({ id }) => id)),
    uuidColumn(rows.map(({ customerId }) => customerId)),
    textColumn(rows.map(({ key }) => key)),
    decimalColumn(rows.map(({ granted }) => granted)),
  ];
  return { text: isAlike ? ALIKE : APART, values, isAlike };
}

const areAlike = (one: Reservation, other: Reservation) =>
  one.featureId === other.featureId &&
  one.meterId === other.meterId &&
  one.window.start === other.window.start &&
  one.window.end === other.window.end &&
  one.onExpiry === other.onExpiry &&
  one.expiresAt === other.expiresAt &&
  one.subject === other.subject &&
  (one.data === other.data || JSON.stringify(one.data) === JSON.stringify(other.data));
