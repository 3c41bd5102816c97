import { createHash } from 'node:crypto';
import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../../http/handlers.ts';
import type { QueryCtx } from '../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { findEvent, type LoggedEvent, listEvents, replayEvent } from './webhook-log.ts';

type RouteIds = 'listProviderEvents' | 'getProviderEvent' | 'replayProviderEvent';

/** The log of what providers sent, for staff. `wake` tells the worker that something is to be read again. */
export function providerEventRoutes(deps: { wake(): void }): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listProviderEvents: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await listEvents(ctx, {
        limit: limit + 1,
        provider: query.provider ?? null,
        state: query.state ?? null,
        type: query.type ?? null,
        since: query.since === undefined ? null : Date.parse(query.since),
        until: query.until === undefined ? null : Date.parse(query.until),
        after: readCursorId('pev', query.starting_after),
      });
      return pageOf(rows, limit, present, (row) => encodeTypeId('pev', row.id));
    },
    getProviderEvent: async (ctx, { params }) => {
      const event = await eventOf(ctx, params.id);
      return {
        ...present(event),
        headers: event.headers,
        // Bytes that are no text are shown as well as they can be; the digest is of the bytes themselves.
        body: Buffer.from(event.body).toString('utf8').replaceAll('\0', '\ufffd'),
        body_sha256: createHash('sha256').update(event.body).digest('hex'),
      };
    },
    replayProviderEvent: async (ctx, { params }) => {
      const event = await eventOf(ctx, params.id);
      const replayed = await replayEvent(ctx, event.id);
      if (replayed === undefined) {
        return refuse(
          'provider_event.not_replayable',
          'This message was kept aside for good; reading it again would change nothing.',
        );
      }
      ctx.audit({
        action: 'provider_event.replay',
        objectKind: 'provider_event',
        objectId: encodeTypeId('pev', event.id),
        details: { provider: event.provider, provider_event_id: event.providerEventId, type: event.type },
      });
      ctx.afterCommit(deps.wake);
      return present(replayed);
    },
  };
}

async function eventOf(ctx: QueryCtx, text: string) {
  const id = decodeTypeId('pev', text);
  const event = id.ok ? await findEvent(ctx, id.value) : undefined;
  return event ?? refuse('provider_event.not_found', 'There is no such message.');
}

function present(event: LoggedEvent) {
  return {
    id: encodeTypeId('pev', event.id),
    object: 'provider_event' as const,
    provider: event.provider,
    provider_event_id: event.providerEventId,
    type: event.type,
    state: event.state,
    detail: event.detail,
    came_by: event.cameBy,
    deliveries: event.deliveries,
    attempts: event.attempts,
    replays: event.replays,
    replayable: event.replayable,
    created_at: iso(event.receivedAt),
    last_received_at: iso(event.lastReceivedAt ?? event.receivedAt),
    processed_at: isoOrNull(event.processedAt),
  };
}
