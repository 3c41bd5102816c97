import {
  addMs,
  type Instant,
  later,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
} from '@billhook/core/time/instant';
import {
  lockSchedule,
  type PaymentProvider,
  ProviderFault,
  type Providers,
  savePolled,
  storeEvent,
} from '../modules/payments/api.ts';
import type { Actor } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'provider-poll' };
/** Providers give up on a webhook after some days; the first look goes back as far. */
const FIRST_LOOK_MS = 3 * MS_PER_DAY;
/** Events of one second may be listed late. */
const LOOK_BACK_MS = 10 * MS_PER_MINUTE;
const AGAIN_MS = 15 * MS_PER_MINUTE;

type Deps = { transactor: Transactor; providers: Providers; wake(): void };
type Request = { tenantId: number; actor: Actor; requestId: string | null };

/** Accounts whose poll is due: each hour, by real time; a sandbox, whose stand-in delivers until it is heard, each day. */
const DUE = `coalesce(s.poll_at, a.created_at + case when a.mode = 'sandbox' then interval '1 day' else interval '1 hour' end)`;

/** Asks providers for events that no webhook brought. */
export function pollEventsSource(deps: Deps & { log: Log }): DueSource {
  const dueAt = (tenantId: number) =>
    deps.transactor.query({ tenantId, actor: ACTOR, requestId: null }, (ctx) =>
      ctx.sql.rows<{ provider: string; mode: string }>(
        `select a.provider, a.mode from provider_accounts a
         left join provider_schedules s on s.tenant_id = a.tenant_id and s.provider = a.provider
         where a.tenant_id = $1 and ${DUE} <= $2 order by a.provider`,
        [ctx.tenant.id, iso(ctx.wallNow)],
      ),
    );
  return {
    name: 'provider-poll',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct a.tenant_id as id from provider_accounts a
         left join provider_schedules s on s.tenant_id = a.tenant_id and s.provider = a.provider
         where ${DUE} <= $1`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    // It goes by real time alone: a clock that is moved passes no hour of it.
    nextDueAt: async () => null,
    async run(tenantId, _limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      let done = 0;
      for (const { provider, mode } of await dueAt(tenantId)) {
        if (!goesOn()) break;
        const restMs = mode === 'sandbox' ? MS_PER_DAY : MS_PER_HOUR;
        await tryOne(deps, request, provider, restMs);
        done += 1;
      }
      return done;
    },
  };
}

async function tryOne(
  deps: Deps & { log: Log },
  request: Request,
  name: string,
  restMs: number,
): Promise<void> {
  try {
    await pollEvents(deps, request, await deps.providers.of(request.tenantId, name), restMs);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    deps.log.warn(
      { tenantId: request.tenantId, process: 'provider-poll', reason: error.code },
      'a provider could not be asked for events; it will be asked again',
    );
    await deps.transactor.command(request, async (ctx) => {
      await lockSchedule(ctx, name);
      await savePolled(ctx, name, { at: addMs(ctx.wallNow, AGAIN_MS), until: null, fault: error.message });
    });
  }
}

/**
 * Keeps every event of a provider that is not here yet, as if a webhook had brought it; they are read like those. Asking
 * again finds nothing new. Throws `ProviderFault`; then the next poll begins where this one did.
 *
 * @returns how many there were since the last poll, and how many of them were new here
 */
export async function pollEvents(
  deps: Deps,
  request: Request,
  provider: PaymentProvider,
  restMs = MS_PER_HOUR,
): Promise<{ found: number; added: number }> {
  const { name } = provider;
  const { since, mode } = await deps.transactor.command(request, async (ctx) => {
    const { polledUntil } = await lockSchedule(ctx, name);
    const account = await ctx.sql.row<{ mode: string }>(
      'select mode from provider_accounts where tenant_id = $1 and provider = $2',
      [ctx.tenant.id, name],
    );
    const from = polledUntil === null ? addMs(ctx.now, -FIRST_LOOK_MS) : addMs(polledUntil, -LOOK_BACK_MS);
    return { since: from, mode: account?.mode };
  });
  let [found, added] = [0, 0];
  let until: Instant = since;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<NonNullable<PaymentProvider['listEvents']>>> | undefined =
      await provider.listEvents?.({ since, cursor });
    // Oldest first, so that what is read begins with what happened first.
    const events = (page?.items ?? []).filter(({ createdAt }) => createdAt >= since).toReversed();
    for (const { createdAt } of events) until = later(until, createdAt);
    const ours = events.filter(({ news }) => {
      const isOtherMode = news.isLive !== null && news.isLive !== (mode === 'live');
      return news.about !== 'other' && !isOtherMode;
    });
    found += ours.length;
    added += await deps.transactor.command(request, async (ctx) => {
      let count = 0;
      for (const { news, body } of ours) {
        const isNew = await storeEvent(ctx, {
          provider: name,
          id: news.id,
          type: news.type,
          body,
          headers: {},
          cameBy: 'poll',
          state: 'stored',
          detail: null,
          replayable: true,
        });
        if (isNew) count += 1;
      }
      return count;
    });
    cursor = page?.cursor ?? null;
  } while (cursor !== null);
  await deps.transactor.command(request, (ctx) =>
    savePolled(ctx, name, { at: addMs(ctx.wallNow, restMs), until, fault: null }),
  );
  if (added > 0) deps.wake();
  return { found, added };
}
