import { createHash } from 'node:crypto';
import { marksIn } from '@billhook/core/privacy/message-marks';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

export type NewEvent = {
  provider: string;
  id: string;
  type: string;
  body: Uint8Array;
  headers: Readonly<Record<string, string>>;
  cameBy: 'webhook' | 'poll';
  state: 'stored' | 'quarantined';
  detail: string | null;
  /** False for what no reading again can change. */
  replayable: boolean;
};

/** What signatures rest on; anything else a caller sends along is not kept. */
const KEPT =
  /^(?:stripe-signature|paypal-(?:transmission-(?:id|sig|time)|auth-algo|cert-url)|content-type|user-agent)$/;
const MOST_CHARACTERS = 2_000;
const DIGEST_BYTES = 16;

export function signatureHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && KEPT.test(name) ? [[name, value.slice(0, MOST_CHARACTERS)] as const] : [],
  );
  return Object.fromEntries(kept);
}

/** By these an erasure finds the messages that name somebody: what was said is kept in the message alone. */
function digestsOf(body: Uint8Array): Buffer[] {
  const said = marksIn(Buffer.from(body).toString('latin1'));
  return [...said].map((one) =>
    createHash('sha256').update(one, 'latin1').digest().subarray(0, DIGEST_BYTES),
  );
}

/** Keeps an event whole, with what finds it. The first one counts; a repetition is counted and changes nothing else. True for a new one. */
export async function storeEvent(ctx: CommandCtx, event: NewEvent): Promise<boolean> {
  const deliveries = event.cameBy === 'webhook' ? 1 : 0;
  const row = await ctx.sql.row<{ isNew: boolean }>(
    `with kept as (insert into provider_events as e (tenant_id, provider, provider_event_id, id, type, body, headers, came_by, deliveries,
       received_at, last_received_at, state, retry_at, detail, replayable)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $10, $11, $10, $12, $13)
     on conflict (tenant_id, provider, provider_event_id) do update
       set deliveries = e.deliveries + $9, last_received_at = greatest(e.last_received_at, $10)
       returning e.id = $4 as "isNew"),
     marks as (insert into provider_event_marks (tenant_id, mark, event_id)
       select $1, mark, $4 from kept, unnest($14::bytea[]) mark where "isNew")
     select "isNew" from kept`,
    [
      ctx.tenant.id,
      event.provider,
      event.id,
      ctx.newId(),
      event.type,
      Buffer.from(event.body),
      JSON.stringify(event.headers),
      event.cameBy,
      deliveries,
      iso(ctx.wallNow),
      event.state,
      event.detail,
      event.replayable,
      digestsOf(event.body),
    ],
  );
  return row?.isNew ?? false;
}

/** Counts a message whose signature is not genuine. Its content is not kept: anybody may have sent it. */
export async function countRejection(ctx: CommandCtx, provider: string): Promise<void> {
  await ctx.sql.run(
    `insert into hook_rejections as r (tenant_id, provider, day, count, last_at)
     values ($1, $2, ($3::timestamptz at time zone 'UTC')::date, 1, $3)
     on conflict (tenant_id, provider, day) do update set count = r.count + 1, last_at = excluded.last_at`,
    [ctx.tenant.id, provider, iso(ctx.wallNow)],
  );
}

export type LoggedEvent = {
  id: string;
  provider: string;
  providerEventId: string;
  type: string;
  state: 'stored' | 'done' | 'ignored' | 'quarantined';
  detail: string | null;
  cameBy: 'webhook' | 'poll';
  deliveries: number;
  attempts: number;
  replays: number;
  replayable: boolean;
  receivedAt: Instant;
  lastReceivedAt: Instant | null;
  processedAt: Instant | null;
};

const LOGGED = `id, provider, provider_event_id as "providerEventId", type, state, detail, came_by as "cameBy", deliveries,
  attempts, replays, replayable, received_at as "receivedAt", last_received_at as "lastReceivedAt",
  processed_at as "processedAt"`;

export type LogFilter = {
  limit: number;
  provider: string | null;
  state: string | null;
  type: string | null;
  since: number | null;
  until: number | null;
  after: string | null;
};

export function listEvents(ctx: QueryCtx, filter: LogFilter): Promise<LoggedEvent[]> {
  return ctx.sql.rows<LoggedEvent>(
    `select ${LOGGED} from provider_events
     where tenant_id = $1 and ($2::text is null or provider = $2) and ($3::text is null or state = $3)
       and ($4::text is null or type = $4)
       and ($5::timestamptz is null or received_at >= $5) and ($6::timestamptz is null or received_at < $6)
       and ($7::uuid is null or (received_at, id) <
         (select received_at, id from provider_events where tenant_id = $1 and id = $7))
     order by received_at desc, id desc limit $8`,
    [
      ctx.tenant.id,
      filter.provider,
      filter.state,
      filter.type,
      isoOrNull(filter.since),
      isoOrNull(filter.until),
      filter.after,
      filter.limit,
    ],
  );
}

export function findEvent(
  ctx: QueryCtx,
  id: string,
): Promise<(LoggedEvent & { body: Uint8Array; headers: Record<string, string> }) | undefined> {
  return ctx.sql.row(
    `select ${LOGGED}, body, headers from provider_events where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
}

/** Sets an event back to where it came in, unless it waits to be read already. */
export async function replayEvent(ctx: CommandCtx, id: string): Promise<LoggedEvent | undefined> {
  return ctx.sql.row<LoggedEvent>(
    `update provider_events set state = 'stored', attempts = 0, waits = 0, retry_at = $3, detail = null, processed_at = null,
       lease_owner = null, replays = replays + 1
     where tenant_id = $1 and id = $2 and replayable returning ${LOGGED}`,
    [ctx.tenant.id, id, iso(ctx.wallNow)],
  );
}

/** What came in lately, for whoever checks that messages arrive at all. */
export async function arrivalsOf(
  ctx: QueryCtx,
  provider: string,
  since: Instant,
): Promise<{ lastAt: Instant | null; rejected: number; aside: number }> {
  const row = await ctx.sql.row<{ lastAt: Instant | null; rejected: number; aside: number }>(
    `select (select max(last_received_at) from provider_events
             where tenant_id = $1 and provider = $2 and deliveries > 0) as "lastAt",
       (select coalesce(sum(count), 0)::integer from hook_rejections
        where tenant_id = $1 and provider = $2 and last_at >= $3) as rejected,
       (select count(*)::integer from provider_events
        where tenant_id = $1 and provider = $2 and state = 'quarantined' and received_at >= $3) as aside`,
    [ctx.tenant.id, provider, iso(since)],
  );
  return row ?? { lastAt: null, rejected: 0, aside: 0 };
}
