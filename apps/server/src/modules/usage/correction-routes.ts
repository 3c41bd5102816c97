import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../../http/handlers.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { listMeters } from '../catalog/api.ts';
import type { FileStore } from '../files/api.ts';
import { findArchive, listArchives, type StoredArchive } from './archive.ts';
import { ARCHIVE_FILES } from './archive-file.ts';
import { type Assigned, assignMany, discardMany } from './commands/assign-quarantined.ts';
import { getStream, openStream, presentStream, takeLines } from './commands/stream.ts';
import { eventDetail } from './queries/event-detail.ts';

type RouteIds =
  | 'getEvent'
  | 'assignQuarantine'
  | 'discardQuarantine'
  | 'openEventStream'
  | 'getEventStream'
  | 'appendToEventStream'
  | 'listUsageArchives'
  | 'getUsageArchive';

/** One event, decisions about quarantine, and streams with a receipt. */
export function usageCareRoutes(deps: {
  transactor: Transactor;
  store: FileStore;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    getEvent: (ctx, { query }) => eventDetail(ctx, { source: query.source, eventId: query.id }),
    assignQuarantine: async (ctx, { body }) => {
      const meters = body.meter === undefined ? [] : await listMeters(ctx);
      const meter = meters.find(({ key, archivedAt }) => key === body.meter && archivedAt === null);
      if (body.meter !== undefined && meter === undefined)
        refuse('meter.not_found', `There is no meter ${body.meter}.`);
      const subject = body.customer ?? null;
      const assignment = { ids: body.events.map(quarantineRow), subject, meter: meter ?? null };
      return presentOutcome(await assignMany(ctx, assignment));
    },
    discardQuarantine: async (ctx, { body }) =>
      presentOutcome(await discardMany(ctx, body.events.map(quarantineRow), body.reason)),
    openEventStream: async (ctx) => presentStream(await openStream(ctx)),
    getEventStream: async (ctx, { params }) => presentStream(await getStream(ctx, streamRow(params.id))),
    appendToEventStream: outside(async (request, { params, query, body }) =>
      presentStream(
        await takeLines(deps.transactor, request, {
          id: streamRow(params.id),
          after: query.after,
          lines: body,
        }),
      ),
    ),
    listUsageArchives: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const after = readCursorId('arc', query.starting_after) ?? undefined;
      const rows = await listArchives(ctx, { limit, after });
      return pageOf(rows, limit, presentArchive, ({ id }) => encodeTypeId('arc', id));
    },
    getUsageArchive: outside(async (request, { params }) => {
      const id = decodeTypeId('arc', params.id);
      const archive = id.ok
        ? await deps.transactor.query(request, (ctx) => findArchive(ctx, id.value))
        : undefined;
      const bytes = archive === undefined ? undefined : await deps.store.get(archive.storageKey);
      if (archive === undefined || bytes === undefined)
        return refuse('usage_archive.not_found', 'There is no such archive.');
      const { extension, contentType } = ARCHIVE_FILES[archive.format];
      const name = `usage-${iso(archive.start).slice(0, 7)}-${archive.part}.${extension}`;
      return {
        contentType,
        body: bytes,
        headers: {
          'content-disposition': `attachment; filename="${name}"`,
          'repr-digest': `sha-256=:${Buffer.from(archive.sha256, 'hex').toString('base64')}:`,
        },
      };
    }),
  };
}

function presentArchive(archive: StoredArchive) {
  return {
    id: encodeTypeId('arc', archive.id),
    object: 'usage_archive' as const,
    from: iso(archive.start),
    to: iso(archive.end),
    part: archive.part,
    format: archive.format,
    event_count: Number(archive.eventCount),
    line_count: Number(archive.lineCount),
    sha256: archive.sha256,
    byte_size: Number(archive.byteSize),
    status: archive.removedAt === null ? ('kept' as const) : ('removed' as const),
    created_at: iso(archive.madeAt),
  };
}

const KEPT: Readonly<Record<string, string>> = {
  already_resolved: 'It was dealt with before.',
  unknown_customer: 'No customer has this id.',
  unknown_meter: 'No meter counts this type.',
  late: 'It is too old.',
  id_conflict: 'Another event has this source and id. Amend that one, or discard this.',
  rejected: 'Its time or its value cannot be counted.',
};

function presentOutcome(results: readonly Assigned[]) {
  return {
    object: 'quarantine_outcome' as const,
    results: results.map(({ id, status, why }) => ({
      id: encodeTypeId('qua', id),
      status,
      ...(status === 'kept' ? { reason: KEPT[why] ?? why } : {}),
    })),
  };
}

function quarantineRow(text: string): string {
  const id = decodeTypeId('qua', text);
  return id.ok ? id.value : refuse('quarantine.not_found', `There is no quarantined event ${text}.`);
}

function streamRow(text: string): string {
  const id = decodeTypeId('str', text);
  return id.ok ? id.value : refuse('stream.not_found', `There is no stream ${text}.`);
}
