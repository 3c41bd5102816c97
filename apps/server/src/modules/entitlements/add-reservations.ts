import { invariant } from '@billhook/core/kernel/invariant';
import { decimalColumn, jsonColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { type Part, writeTogether } from '../../platform/together.ts';
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
  const { deadlines, reservations } = partsOf(ctx, all);
  const rows = await writeTogether<{ key: string }>(ctx, [
    deadlines,
    {
      ...reservations,
      name: `${reservations.name}_unless_known`,
      text: `${reservations.text} on conflict (tenant_id, key) do nothing returning key`,
    },
  ]);
  return new Set(rows.map(({ key }) => key));
}

/** As `insertReservations`, of new ones, to be written: where a key is taken the transaction ends. */
export function newReservations(ctx: CommandCtx, all: readonly Reservation[]): Part[] {
  const { deadlines, reservations } = partsOf(ctx, all);
  return [deadlines, reservations];
}

const INTO = `insert into usage_reservations (tenant_id, feature_id, meter_id, window_start, window_end, on_expiry, expires_at,
       subject, data, created_at, id, customer_id, key, granted, held, held_for_subject)`;
const DEADLINES = 'insert into usage_deadlines (tenant_id, id, expires_at, reservation_ids)';

/**
 * What those who ask at the same moment nearly always have in common is sent once: each column of it costs as much as an
 * entry in an index.
 */
const ALIKE = `${INTO}
     select $1, @1::uuid, @2::uuid, @3::timestamptz, @4::timestamptz, @5::text, @6::timestamptz, @7::text, @8::jsonb,
       @9::timestamptz, r.id, r.customer_id, r.key, r.granted, r.granted,
       case when @7::text is not null then r.granted end
     from unnest(@10::uuid[], @11::uuid[], @12::text[], @13::numeric[]) as r (id, customer_id, key, granted)
     where (select app.insist(exists (select from features f where f.tenant_id = $1 and f.id = @1::uuid), 'feature'))`;
const DEADLINES_ALIKE = `${DEADLINES}
     select $1, gen_random_uuid(), @1::timestamptz, @2::uuid[] where @3::text = 'release'`;

const APART = `${INTO}
     select $1, r.feature_id, r.meter_id, r.window_start, r.window_end, r.on_expiry, r.expires_at, r.subject, r.data,
       @9::timestamptz, r.id, r.customer_id, r.key, r.granted, r.granted,
       case when r.subject is not null then r.granted end
     from unnest(@1::uuid[], @2::uuid[], @3::timestamptz[], @4::timestamptz[], @5::text[], @6::timestamptz[], @7::text[],
       @8::jsonb[], @10::uuid[], @11::uuid[], @12::text[], @13::numeric[])
       as r (feature_id, meter_id, window_start, window_end, on_expiry, expires_at, subject, data, id, customer_id, key,
         granted)
     where (select app.insist(not exists (select from unnest(@1::uuid[]) as k (id)
       where not exists (select from features f where f.tenant_id = $1 and f.id = k.id)), 'feature'))`;
const DEADLINES_APART = `${DEADLINES}
     select $1, gen_random_uuid(), l.expires_at, array_agg(l.id)
     from unnest(@1::timestamptz[], @2::uuid[], @3::text[]) as l (expires_at, id, on_expiry)
     where l.on_expiry = 'release' group by l.expires_at`;

/** In the order of their keys, in which others wait for them. */
function partsOf(ctx: CommandCtx, all: readonly Reservation[]): { deadlines: Part; reservations: Part } {
  const rows = all.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const [first] = rows;
  invariant(first !== undefined, 'Somebody asked.');
  const isAlike = rows.every((row) => areAlike(row, first));
  const shared = isAlike ? commonOf(first) : columnsOf(rows);
  const ids = uuidColumn(rows.map(({ id }) => id));
  const own = [
    iso(ctx.wallNow),
    ids,
    uuidColumn(rows.map(({ customerId }) => customerId)),
    textColumn(rows.map(({ key }) => key)),
    decimalColumn(rows.map(({ granted }) => granted)),
  ];
  const kind = isAlike ? 'alike' : 'apart';
  return {
    deadlines: {
      name: `deadlines_${kind}`,
      text: isAlike ? DEADLINES_ALIKE : DEADLINES_APART,
      values: [shared.expiresAt, ids, shared.onExpiry],
    },
    reservations: {
      name: `reservations_${kind}`,
      text: isAlike ? ALIKE : APART,
      values: [...Object.values(shared), ...own],
    },
  };
}

const commonOf = ({ featureId, meterId, window, onExpiry, expiresAt, subject, data }: Reservation) => ({
  featureId,
  meterId,
  start: iso(window.start),
  end: iso(window.end),
  onExpiry,
  expiresAt: iso(expiresAt),
  subject,
  data: JSON.stringify(data),
});

const columnsOf = (rows: readonly Reservation[]) => ({
  featureId: uuidColumn(rows.map(({ featureId }) => featureId)),
  meterId: uuidColumn(rows.map(({ meterId }) => meterId)),
  start: timeColumn(rows.map(({ window }) => window.start)),
  end: timeColumn(rows.map(({ window }) => window.end)),
  onExpiry: textColumn(rows.map(({ onExpiry }) => onExpiry)),
  expiresAt: timeColumn(rows.map(({ expiresAt }) => expiresAt)),
  subject: textColumn(rows.map(({ subject }) => subject)),
  data: jsonColumn(rows.map(({ data }) => JSON.stringify(data))),
});

const areAlike = (one: Reservation, other: Reservation) =>
  one.featureId === other.featureId &&
  one.meterId === other.meterId &&
  one.window.start === other.window.start &&
  one.window.end === other.window.end &&
  one.onExpiry === other.onExpiry &&
  one.expiresAt === other.expiresAt &&
  one.subject === other.subject &&
  (one.data === other.data || JSON.stringify(one.data) === JSON.stringify(other.data));
