import { createHash } from 'node:crypto';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx, UsageArchiveFormat } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { type ArchivedEvent, archiveBytes } from './archive-file.ts';

/** Events of one file at most: what is held in memory while it is written. */
const MAX_EVENTS = 200_000;
const PAGE = 5_000;

export type Month = { start: Instant; end: Instant };

type Place = { customerId: string; time: string; source: string; eventId: string; revision: number };

type EventRow = {
  customerId: string;
  timeText: string;
  timeMs: bigint;
  source: string;
  eventId: string;
  revision: number;
  type: string;
  data: unknown;
  contentHash: string;
  meterIds: string[];
  quantities: string[];
  before: { mark: number; readings: [string, string][] }[] | null;
};

export type ArchivePart = {
  format: UsageArchiveFormat;
  bytes: Uint8Array;
  eventCount: number;
  lineCount: number;
  sha256: Buffer;
  /** Where the next part begins; null after the last one. */
  next: Place | null;
};

/**
 * One part of a month of a tenant's usage: a head, the issued lines that rest on the month (in the first part), every event
 * in order of customer, time, source and id, with what it counts for and what it counted for before each correction, and
 * an end with the counts and the SHA-256 of everything before it as NDJSON.
 */
export async function archivePart(
  ctx: QueryCtx,
  month: Month,
  part: number,
  after: Place | null,
): Promise<ArchivePart> {
  const format = ctx.tenant.settings.usageArchiveFormat;
  const head = {
    format: 'billhook-usage-archive-1',
    tenant: encodeTypeId('ten', ctx.tenant.publicId),
    from: iso(month.start),
    to: iso(month.end),
    part,
  };
  const lines = after === null ? await linesOf(ctx, month) : [];
  const events: ArchivedEvent[] = [];
  let next: Place | null = after;
  for (;;) {
    const rows = await eventsAfter(ctx, month, next);
    for (const row of rows) events.push(presentEvent(row));
    const last = rows.at(-1);
    next = last === undefined || rows.length < PAGE ? null : placeOf(last);
    if (next === null || events.length >= MAX_EVENTS) break;
  }
  const texts = [head, ...lines, ...events].map((value) => `${JSON.stringify(value)}\n`);
  const whole = createHash('sha256');
  for (const text of texts) whole.update(text);
  const counts = { events: events.length, lines: lines.length, last: next === null };
  const end = { ...counts, sha256: whole.digest('hex') };
  const bytes = await archiveBytes(format, { head, lines, end }, events, texts);
  const sha256 = createHash('sha256').update(bytes).digest();
  return { format, bytes, eventCount: counts.events, lineCount: counts.lines, sha256, next };
}

const placeOf = (row: EventRow): Place => ({ ...row, time: row.timeText });

function presentEvent(row: EventRow): ArchivedEvent {
  return {
    customer: encodeTypeId('cus', row.customerId),
    at: Number(row.timeMs),
    source: row.source,
    id: row.eventId,
    ...(row.revision === 1 ? {} : { revision: row.revision }),
    type: row.type,
    data: row.data,
    hash: row.contentHash,
    readings: row.meterIds.map((meter, index) => [encodeTypeId('meter', meter), row.quantities[index]]),
    ...(row.before === null
      ? {}
      : {
          before: row.before.map(({ mark, readings }) => ({
            mark,
            readings: readings.map(([meter, quantity]) => [encodeTypeId('meter', meter), quantity]),
          })),
        }),
  };
}

function eventsAfter(ctx: QueryCtx, month: Month, after: Place | null): Promise<EventRow[]> {
  return ctx.sql.rows<EventRow>(
    `select e.customer_id as "customerId", e.time::text as "timeText",
       (extract(epoch from e.time) * 1000)::bigint as "timeMs", e.source, e.event_id as "eventId", e.revision, e.type,
       e.data, encode(e.content_hash, 'hex') as "contentHash", e.meter_ids::text[] as "meterIds",
       e.quantities::text[] as quantities,
       (select json_agg(json_build_object('mark', c.mark, 'readings',
           (select coalesce(json_agg(json_build_array(m, c.quantities[n]::text) order by n), '[]')
            from unnest(c.meter_ids) with ordinality as u (m, n))) order by c.mark)
        from usage_corrections c
        where c.tenant_id = e.tenant_id and c.source = e.source and c.event_id = e.event_id and c.time = e.time
          and c.revision = e.revision) as before
     from usage_events e
     where e.tenant_id = $1 and e.time >= $2 and e.time < $3
       and ($4::uuid is null or (e.customer_id, e.time, e.source collate "C", e.event_id collate "C", e.revision)
         > ($4, $5::timestamptz, $6::text collate "C", $7::text collate "C", $8::integer))
     order by e.customer_id, e.time, e.source collate "C", e.event_id collate "C", e.revision limit $9`,
    [
      ctx.tenant.id,
      iso(month.start),
      iso(month.end),
      after?.customerId ?? null,
      after?.time ?? null,
      after?.source ?? null,
      after?.eventId ?? null,
      after?.revision ?? null,
      PAGE,
    ],
  );
}

type LineRow = {
  invoiceId: string;
  key: string;
  customerId: string;
  meterId: string;
  start: Instant;
  end: Instant;
  eventCount: bigint;
  digest: string;
  mark: bigint;
};

async function linesOf(ctx: QueryCtx, month: Month) {
  const rows = await ctx.sql.rows<LineRow>(
    `select invoice_id as "invoiceId", line_key as key, customer_id as "customerId", meter_id as "meterId",
       period_start as start, period_end as "end", event_count as "eventCount", digest, mark
     from usage_line_readings
     where tenant_id = $1 and period_end > $2 and period_start < $3 order by mark`,
    [ctx.tenant.id, iso(month.start), iso(month.end)],
  );
  return rows.map((row) => ({
    invoice: encodeTypeId('inv', row.invoiceId),
    line: row.key,
    customer: encodeTypeId('cus', row.customerId),
    meter: encodeTypeId('meter', row.meterId),
    start: iso(row.start),
    end: iso(row.end),
    event_count: Number(row.eventCount),
    digest: row.digest,
    mark: Number(row.mark),
  }));
}

export type StoredArchive = {
  id: string;
  start: Instant;
  end: Instant;
  part: number;
  format: UsageArchiveFormat;
  isLast: boolean;
  eventCount: bigint;
  lineCount: bigint;
  byteSize: bigint;
  sha256: string;
  storageKey: string;
  madeAt: Instant;
  removedAt: Instant | null;
};

const ARCHIVE = `id, starts_at as start, ends_at as "end", part, format, is_last as "isLast", event_count as "eventCount",
  line_count as "lineCount", byte_size as "byteSize", encode(sha256, 'hex') as sha256, storage_key as "storageKey",
  made_at as "madeAt", removed_at as "removedAt"`;

/** Keeps where a part lies. One that is there already stays. */
export async function insertArchive(
  ctx: CommandCtx,
  archive: Omit<StoredArchive, 'id' | 'removedAt' | 'madeAt' | 'sha256'> & { sha256: Buffer },
): Promise<void> {
  await ctx.sql.run(
    `insert into usage_archives (tenant_id, id, starts_at, ends_at, part, is_last, event_count, line_count, byte_size,
       sha256, storage_key, made_at, format)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (tenant_id, starts_at, part) do nothing`,
    [
      ctx.tenant.id,
      ctx.newId(),
      iso(archive.start),
      iso(archive.end),
      archive.part,
      archive.isLast,
      archive.eventCount,
      archive.lineCount,
      archive.byteSize,
      archive.sha256,
      archive.storageKey,
      iso(ctx.wallNow),
      archive.format,
    ],
  );
}

/** The parts of a month, in their order. */
export function archivesOf(ctx: QueryCtx, month: Month): Promise<StoredArchive[]> {
  return ctx.sql.rows<StoredArchive>(
    `select ${ARCHIVE} from usage_archives where tenant_id = $1 and starts_at = $2 order by part`,
    [ctx.tenant.id, iso(month.start)],
  );
}

/** Parts of months that lie at least in part in a stretch, earliest first. */
export function archivesBetween(
  ctx: QueryCtx,
  { from, to }: { from: Instant | null; to: Instant },
): Promise<StoredArchive[]> {
  return ctx.sql.rows<StoredArchive>(
    `select ${ARCHIVE} from usage_archives
     where tenant_id = $1 and ($2::timestamptz is null or ends_at > $2) and starts_at < $3 order by starts_at, part`,
    [ctx.tenant.id, isoOrNull(from), iso(to)],
  );
}

export function findArchive(ctx: QueryCtx, id: string): Promise<StoredArchive | undefined> {
  return ctx.sql.row<StoredArchive>(
    `select ${ARCHIVE} from usage_archives where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
}

/** One page, latest month first, at most `limit + 1`. */
export function listArchives(
  ctx: QueryCtx,
  page: { limit: number; after: string | undefined },
): Promise<StoredArchive[]> {
  return ctx.sql.rows<StoredArchive>(
    `select ${ARCHIVE} from usage_archives
     where tenant_id = $1 and ($2::uuid is null or (starts_at, part) <
       (select a.starts_at, a.part from usage_archives a where a.tenant_id = $1 and a.id = $2))
     order by starts_at desc, part desc limit $3`,
    [ctx.tenant.id, page.after ?? null, page.limit + 1],
  );
}
