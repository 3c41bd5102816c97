import type { OperatorRoutes } from '@billhook/contract/routes';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Instant, instant, parseInstant } from '@billhook/core/time/instant';
import { type Handlers, type OutsideRequest, outside } from '../../http/handlers.ts';
import type { QueryCtx } from '../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId, refuseCursor } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { listMeters } from '../catalog/api.ts';
import { customerBySubject } from '../customers/api.ts';
import { assignQuarantined } from './commands/assign-quarantined.ts';
import { countsOf, ingest, MAX_BATCH } from './commands/ingest.ts';
import { usageByUnit } from './details.ts';
import { presentEvent, presentQuarantined } from './present.ts';
import { getUsage } from './queries/get-usage.ts';
import { type EventFilter, listEvents, type StoredEvent } from './queries/list.ts';
import { listQuarantine } from './queries/quarantine.ts';
import type { IngestResult } from './types.ts';

type RouteIds = 'ingestEvents' | 'listEvents' | 'getUsage' | 'listQuarantine' | 'resolveQuarantine';

export function usageRoutes(deps: { transactor: Transactor }): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    ingestEvents: outside((request, { body }) => ingestInBatches(deps.transactor, request, body)),
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
      return pageOf(rows, limit, presentEvent, cursorOf);
    },
    getUsage: (ctx, { query }) => report(ctx, query),
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
async function ingestInBatches(transactor: Transactor, request: OutsideRequest, events: readonly unknown[]) {
  const results: IngestResult[] = [];
  for (let start = 0; start < events.length; start += MAX_BATCH) {
    const answer = await transactor.command(request, (ctx) =>
      ingest(ctx, events.slice(start, start + MAX_BATCH)),
    );
    results.push(...answer.results.map((result) => ({ ...result, index: start + result.index })));
  }
  return { object: 'ingest_result' as const, results, counts: countsOf(results) };
}

type UsageQuery = {
  customer: string;
  meter: string;
  from: string;
  to: string;
  granularity?: 'none' | 'hour' | 'day' | 'month' | undefined;
};

async function report(ctx: QueryCtx, query: UsageQuery) {
  const customer = await customerBySubject(ctx, query.customer);
  const found = (await listMeters(ctx)).find((candidate) => candidate.key === query.meter);
  const meter = found ?? refuse('meter.not_found', `There is no meter ${query.meter}.`);
  const granularity = query.granularity ?? 'none';
  const [from, to] = [readTime(query.from, '/from'), readTime(query.to, '/to')];
  const request = {
    customerId: customer.id,
    meter,
    timeZone: customer.timeZone,
    from,
    to,
    granularity,
  };
  const { total, points } = await getUsage(ctx, request);
  const units = await usageByUnit(ctx, { customerId: customer.id, meter, start: from, end: to });
  return {
    object: 'usage' as const,
    customer: encodeTypeId('cus', customer.id),
    meter: encodeTypeId('meter', meter.id),
    meter_key: meter.key,
    meter_name: meter.name,
    unit: meter.unit,
    from: iso(from),
    to: iso(to),
    granularity,
    quantity: formatDecimal12(total.quantity),
    event_count: Number(total.eventCount),
    units: units.map(({ name, quantity }) => ({ name, quantity: formatDecimal12(quantity) })),
    points: points.map((point) => ({
      start: iso(point.start),
      end: iso(point.end),
      quantity: formatDecimal12(point.quantity),
      event_count: Number(point.eventCount),
    })),
  };
}

function quarantineRow(text: string): string {
  const id = decodeTypeId('qua', text);
  return id.ok ? id.value : refuse('quarantine.not_found', `There is no quarantined event ${text}.`);
}

function readTime(text: string, pointer: string): Instant {
  const time = parseInstant(text);
  if (time.ok) return time.value;
  const { code, detail } = time.refusal;
  return refuse('request.invalid', detail, { faults: [{ pointer, code, detail }] });
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
