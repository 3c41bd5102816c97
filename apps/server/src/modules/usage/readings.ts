import { createHash } from 'node:crypto';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** The readings of a meter in a period. */
export type ReadingsRequest = { customerId: string; meterId: string; start: Instant; end: Instant };

export type Readings = {
  /** SHA-256, in hexadecimal, as `usage archives` of the documentation writes it down. */
  digest: string;
  eventCount: bigint;
  /** How many of them happened earlier and count here because their own period had been billed. */
  lateCount: bigint;
};

const NOTHING: Readings = {
  digest: createHash('sha256').update('').digest('hex'),
  eventCount: 0n,
  lateCount: 0n,
};

/**
 * What periods rest on, read from the events themselves. Readings of one minute are hashed in order of time, source and
 * id, one a line; then the minutes in their order. Cut so, neither side ever holds more than a minute in one piece.
 */
export async function readingsOf(ctx: QueryCtx, requests: readonly ReadingsRequest[]): Promise<Readings[]> {
  if (requests.length === 0) return [];
  const rows = await ctx.sql.rows<Readings & { position: number }>(
    `select q.position, s.digest, s.event_count as "eventCount", s.late_count as "lateCount"
     from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
       as q (position, customer_id, meter_id, start_at, end_at)
     cross join lateral (
       select encode(sha256(convert_to(string_agg(m.line, '' order by m.minute), 'UTF8')), 'hex') as digest,
         sum(m.event_count)::bigint as event_count, sum(m.late_count)::bigint as late_count
       from (
         select t.minute, t.minute || ' ' || encode(sha256(convert_to(string_agg(
             t.at_ms || E'\\t' || t.source || E'\\t' || t.event_id || E'\\t' || encode(t.content_hash, 'hex')
               || E'\\t' || t.quantity || E'\\n',
             '' order by t.at_ms, t.source collate "C", t.event_id collate "C"), 'UTF8')), 'hex') || E'\\n' as line,
           count(*) as event_count, count(*) filter (where t.occurred_at is not null) as late_count
         from (
           select floor(extract(epoch from e.time) / 60)::bigint as minute,
             (extract(epoch from e.time) * 1000)::bigint as at_ms, e.source, e.event_id, e.content_hash, e.occurred_at,
             c.quantity
           from usage_events e
           cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity)
           where e.tenant_id = $1 and e.customer_id = q.customer_id and e.time >= q.start_at and e.time < q.end_at
             and c.meter_id = q.meter_id
         ) as t
         group by t.minute
       ) as m
       having count(*) > 0
     ) as s`,
    [
      ctx.tenant.id,
      requests.map((_, position) => position),
      requests.map(({ customerId }) => customerId),
      requests.map(({ meterId }) => meterId),
      requests.map(({ start }) => iso(start)),
      requests.map(({ end }) => iso(end)),
    ],
  );
  const found = new Map(rows.map(({ position, ...readings }) => [position, readings]));
  return requests.map((_, position) => found.get(position) ?? NOTHING);
}

export type LineReadings = ReadingsRequest & {
  invoiceId: string;
  lineKey: string;
  eventCount: bigint;
  digest: string;
};

/** Keeps what issued lines rest on, in the transaction that issues them, under the lock of their customers. */
export async function insertLineReadings(ctx: CommandCtx, lines: readonly LineReadings[]): Promise<void> {
  if (lines.length === 0) return;
  const written = await ctx.sql.run(
    `insert into usage_line_readings (tenant_id, invoice_id, line_key, customer_id, meter_id, period_start, period_end,
       event_count, digest)
     select $1, l.* from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::timestamptz[],
       $8::bigint[], $9::text[]) as l`,
    [
      ctx.tenant.id,
      lines.map(({ invoiceId }) => invoiceId),
      lines.map(({ lineKey }) => lineKey),
      lines.map(({ customerId }) => customerId),
      lines.map(({ meterId }) => meterId),
      lines.map(({ start }) => iso(start)),
      lines.map(({ end }) => iso(end)),
      lines.map(({ eventCount }) => eventCount),
      lines.map(({ digest }) => digest),
    ],
  );
  invariant(written === lines.length, 'Every issued usage line is remembered once.');
}
