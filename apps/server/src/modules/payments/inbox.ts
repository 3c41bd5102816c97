import { createHash } from 'node:crypto';
import { addMs, type Instant, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { Actor, CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { findHookEndpoint, type Providers } from './accounts.ts';
import { countRejection, signatureHeaders, storeEvent } from './webhook-log.ts';

const WEBHOOK: Actor = { kind: 'system', id: 'webhook' };

export type InboxDeps = {
  transactor: Transactor;
  providers: Providers;
  /** Tells the worker that there may be work. */
  wake(tenantId: number): void;
};

export type InboundWebhook = {
  token: string;
  rawBody: Uint8Array;
  headers: Readonly<Record<string, string | string[] | undefined>>;
};

/**
 * Takes a provider's webhook: only what is genuine is stored, whole, before it is answered. Repetitions are answered
 * like the first. The answer never says what was wrong.
 *
 * @returns 200, 401 for what is not genuine, 404 for an address that nobody has
 */
export async function receiveWebhook(deps: InboxDeps, webhook: InboundWebhook): Promise<200 | 401 | 404> {
  const endpoint = await deps.transactor.platform((sql) => findHookEndpoint(sql, webhook.token));
  if (endpoint === undefined) return 404;
  const { tenantId, provider } = endpoint;
  const request = { tenantId, actor: WEBHOOK, requestId: null };
  const account = await deps.providers.webhookSecretOf(tenantId, provider);
  const connector = deps.providers.connector(provider);
  // An empty secret would make everybody's signature genuine.
  if (connector === undefined || account === null || account.secret === '') return 404;
  const news = await connector.verify({
    rawBody: webhook.rawBody,
    headers: webhook.headers,
    ...account,
    wallNow: deps.transactor.wallNow(),
  });
  if (news === 'refused') {
    await deps.transactor.command(request, (ctx) => countRejection(ctx, provider));
    return 401;
  }
  const isFromOtherMode =
    news !== 'unreadable' && news.isLive !== null && news.isLive !== (account.mode === 'live');
  const isFromOther = news !== 'unreadable' && news.otherAccount !== null;
  const isAside = news === 'unreadable' || isFromOtherMode || isFromOther;
  await deps.transactor.command(request, (ctx) =>
    storeEvent(ctx, {
      provider,
      id:
        news === 'unreadable'
          ? `unreadable:${createHash('sha256').update(webhook.rawBody).digest('hex')}`
          : news.id,
      type: news === 'unreadable' ? 'unreadable' : news.type,
      body: webhook.rawBody,
      headers: signatureHeaders(webhook.headers),
      cameBy: 'webhook',
      state: isAside ? 'quarantined' : 'stored',
      detail:
        news === 'unreadable'
          ? 'no event'
          : isFromOtherMode
            ? 'other mode'
            : isFromOther
              ? 'other account'
              : null,
      replayable: !isAside,
    }),
  );
  deps.wake(tenantId);
  return 200;
}

export type StoredProviderEvent = {
  provider: string;
  id: string;
  type: string;
  body: Uint8Array;
  /** How often it was read, this time among them. */
  attempts: number;
  /** How often of these what it is about was not known yet. */
  waits: number;
};

const LEASE_MS = 2 * MS_PER_MINUTE;

/** Its time has come, or the process that works on it has ended: `$2` is real time, `$3` this process. */
const IS_FREE = `(retry_at <= $2 or (lease_owner <> $3 and not app.process_lives(lease_owner)))`;

/** Takes stored events whose time has come; others do not see them while the lease lasts and its holder lives. */
export async function claimEvents(ctx: CommandCtx, limit: number): Promise<StoredProviderEvent[]> {
  return ctx.sql.rows<StoredProviderEvent>(
    `with due as materialized (
       select id from provider_events
       where tenant_id = $1 and state = 'stored' and ${IS_FREE}
       order by received_at, provider_event_id limit $5 for update skip locked)
     update provider_events e set attempts = e.attempts + 1, retry_at = $4, lease_owner = $3
     where e.tenant_id = $1 and e.id = any (array(select id from due))
     returning e.provider, e.provider_event_id as id, e.type, e.body, e.attempts, e.waits`,
    [ctx.tenant.id, iso(ctx.wallNow), ctx.processId, iso(addMs(ctx.wallNow, LEASE_MS)), limit],
  );
}

export async function finishEvent(
  ctx: CommandCtx,
  event: StoredProviderEvent,
  end: { state: 'done' | 'ignored' | 'quarantined'; detail: string | null },
): Promise<void> {
  await ctx.sql.run(
    `update provider_events set state = $4, detail = $5, processed_at = $6, lease_owner = null
     where tenant_id = $1 and provider = $2 and provider_event_id = $3 and state = 'stored'`,
    [ctx.tenant.id, event.provider, event.id, end.state, end.detail, iso(ctx.wallNow)],
  );
}

/** Has it read again at a time, because of a fault, or because what it waits for is not known yet. */
export async function retryEvent(
  ctx: CommandCtx,
  event: StoredProviderEvent,
  { at, detail, because }: { at: Instant; detail: string; because: 'fault' | 'waits' },
): Promise<void> {
  await ctx.sql.run(
    `update provider_events set retry_at = $4, detail = $5, waits = $6, lease_owner = null
     where tenant_id = $1 and provider = $2 and provider_event_id = $3 and state = 'stored'`,
    [
      ...[ctx.tenant.id, event.provider, event.id, iso(at), detail.slice(0, 500)],
      because === 'waits' ? event.waits + 1 : event.waits,
    ],
  );
}

/** Has what waits for something read again now: it may have come about. */
export async function wakeWaiting(ctx: CommandCtx, provider: string, reason: string): Promise<void> {
  await ctx.sql.run(
    `update provider_events set retry_at = $4
     where tenant_id = $1 and provider = $2 and state = 'stored' and detail = $3 and retry_at > $4 and lease_owner is null`,
    [ctx.tenant.id, provider, reason, iso(ctx.wallNow)],
  );
}

/** Whether something waits now. Webhooks have no business time of their own: what is here is due at once. */
export async function hasStoredEvents(ctx: QueryCtx): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    `select exists (select 1 from provider_events where tenant_id = $1 and state = 'stored' and ${IS_FREE}) as found`,
    [ctx.tenant.id, iso(ctx.wallNow), ctx.processId],
  );
  return row?.found ?? false;
}
