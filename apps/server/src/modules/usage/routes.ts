import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { instant, parseInstant } from '@billhook/core/time/instant';
import { type Handlers, hot, type OutsideRequest, outside } from '../../http/handlers.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId, refuseCursor } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { customerBySubject, getCustomers } from '../customers/api.ts';
import type { FileStore } from '../files/api.ts';
import { assignQuarantined } from './commands/assign-quarantined.ts';
import { countsOf, MAX_BATCH } from './commands/ingest.ts';
import { type IngestJoined, joinIngest } from './commands/join-ingest.ts';
import { presentEvent, presentQuarantined } from './present.ts';
import { type EventFilter, listEvents, type StoredEvent } from './queries/list.ts';
import { listQuarantine } from './queries/quarantine.ts';
import { readTime, reportTopCustomers, reportUsage } from './report.ts';
import type { IngestResult } from './types.ts';
import { reportVerification } from './verification.ts';

type RouteIds =
  | 'ingestEvents'
  | 'listEvents'
  | 'getUsage'
  | 'getTopCustomers'
  | 'verifyUsage'
  | 'listQuarantine'
  | 'resolveQuarantine';

export function usageRoutes(deps: {
  transactor: Transactor;
  store: FileStore;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  const join = joinIngest(deps.transactor);
  return {
    ingestEvents: hot((request, { body }) => ingestInBatches(join, request, body)),
    listEvents: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const customer =
        query.customer === undefined ? undefined : await customerBySubject(ctx, query.customer);
      const rows = await listEvents(ctx, {
        limit,
        after: query.starting_after === undefined ? undefined : readCursor(query.starting_after),
        customerId: customer?.id,
        type: query.type,
        from: query.from === undefined ? undefined : readTime(query.from, '/from'),
        to: query.to === undefined ? undefined : readTime(query.to, '/to'),
      });
      const customers = await getCustomers(
        ctx,
        rows.map(({ customer_id }) => customer_id),
      );
      const present = (row: StoredEvent) => presentEvent(row, customers.get(row.customer_id)?.name ?? '');
      return pageOf(rows, limit, present, cursorOf);
    },
    getUsage: (ctx, { query }) => reportUsage(ctx, query),
    getTopCustomers: (ctx, { query }) => reportTopCustomers(ctx, query),
    verifyUsage: outside((request, { query }) => reportVerification(deps, request, query)),
    listQuarantine: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const after = readCursorId('qua', query.starting_after) ?? undefined;
      const { reason, status } = query;
      const rows = await listQuarantine(ctx, { limit, after, reason, status });
      return pageOf(rows, limit, presentQuarantined, (row) => encodeTypeId('qua', row.id));
    },
    resolveQuarantine: async (ctx, { params, body }) =>
      presentQuarantined(await assignQuarantined(ctx, quarantineRow(params.id), body.customer)),
  };
}

/**
 * Takes events in batches, each its own transaction. If one fails, those before it stand: sending everything again is
 * safe, because what was counted is recognised.
 */
async function ingestInBatches(join: IngestJoined, request: OutsideRequest, events: readonly unknown[]) {
  const results: IngestResult[] = [];
  for (let start = 0; start < events.length; start += MAX_BATCH) {
    const answer = await join(request, events.slice(start, start + MAX_BATCH));
    if (events.length <= MAX_BATCH) return { object: 'ingest_result' as const, ...answer };
    for (const result of answer.results) results.push({ ...result, index: start + result.index });
  }
  return { object: 'ingest_result' as const, results, counts: countsOf(results) };
}

function quarantineRow(text: string): string {
  const id = decodeTypeId('qua', text);
  return id.ok ? id.value : refuse('quarantine.not_found', `There is no quarantined event ${text}.`);
}

const cursorOf = (event: StoredEvent) =>
  Buffer.from(JSON.stringify([event.time, event.source, event.event_id])).toString('base64url');

const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && parseInstant(new Date(value as number).toISOString()).ok;

function readCursor(text: string): NonNullable<EventFilter['after']> {
  try {
    const [time, source, eventId] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (isTime(time) && typeof source === 'string' && typeof eventId === 'string') {
      return { time: instant(time), source, eventId };
    }
  } catch {
    // It is told below, as any other cursor that we did not make.
  }
  return refuseCursor();
}
