import type { Instant } from '@billhook/core/time/instant';
import { toJson } from './audit.ts';
import { jsonColumn, textColumn, uuidColumn } from './columns.ts';
import type { CommandCtx, OutboxEvent } from './context.ts';
import type { DueSource } from './due.ts';
import type { Log } from './log.ts';
import type { Sql } from './sql.ts';
import { iso } from './sql.ts';
import type { Transactor } from './transaction.ts';

/** An event as stored: immutable, in the order of `seq` within its tenant as far as commits allow. */
export type StoredEvent = {
  id: string;
  seq: bigint;
  type: string;
  objectId: string;
  customerId: string | null;
  payload: Record<string, unknown>;
  /** Business time. */
  occurredAt: Instant;
};

/** Reacts to events of lower modules, in the transaction that marks the event as dispatched. */
export type Listener = {
  name: string;
  /** Event types it wants; `*` alone means all. */
  types: readonly string[];
  handle(ctx: CommandCtx, event: StoredEvent): Promise<void>;
};

type OutboxFrame = { tenantId: number; now: number; wallNow: number; newId(): string };

/** Writes the events of a command in one statement, inside its transaction. */
export async function writeOutbox(
  sql: Sql,
  frame: OutboxFrame,
  events: readonly OutboxEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await sql.run(
    `insert into outbox (tenant_id, id, type, object_id, customer_id, payload, occurred_at, recorded_at)
     select $1, unnest($4::uuid[]), unnest($5::text[]), unnest($6::uuid[]), unnest($7::uuid[]), unnest($8::jsonb[]), $2, $3`,
    [
      frame.tenantId,
      iso(frame.now),
      iso(frame.wallNow),
      uuidColumn(events.map(() => frame.newId())),
      textColumn(events.map((event) => event.type)),
      uuidColumn(events.map((event) => event.objectId)),
      uuidColumn(events.map((event) => event.customerId ?? null)),
      jsonColumn(events.map((event) => toJson(event.payload))),
    ],
  );
}

const SYSTEM = { kind: 'system', id: 'outbox' } as const;

async function claim(ctx: CommandCtx, limit: number, skip: readonly string[]): Promise<StoredEvent[]> {
  return ctx.sql.rows<StoredEvent>(
    `select id, seq, type, object_id as "objectId", customer_id as "customerId", payload, occurred_at as "occurredAt"
     from outbox
     where tenant_id = $1 and dispatched_at is null and id <> all ($3::uuid[])
     order by seq limit $2 for update skip locked`,
    [ctx.tenant.id, limit, skip],
  );
}

/**
 * Hands pending events of one tenant to the listeners, in order of `seq`, and marks them, in one transaction.
 * @returns how many were dispatched
 */
export async function dispatchOutbox(
  transactor: Transactor,
  listeners: readonly Listener[],
  tenantId: number,
  limit: number,
  skip: readonly string[] = [],
): Promise<number> {
  return transactor.command({ tenantId, actor: SYSTEM, requestId: null }, async (ctx) => {
    const events = await claim(ctx, limit, skip);
    for (const event of events) {
      for (const listener of listeners) {
        if (!listener.types.includes(event.type) && !listener.types.includes('*')) continue;
        try {
          await listener.handle(ctx, event);
        } catch (error) {
          throw new ListenerFailure(listener.name, event, error);
        }
      }
    }
    if (events.length > 0) {
      await ctx.sql.run(
        'update outbox set dispatched_at = $2 where tenant_id = $1 and id = any ($3::uuid[])',
        [tenantId, iso(ctx.wallNow), events.map((event) => event.id)],
      );
    }
    return events.length;
  });
}

class ListenerFailure extends Error {
  override readonly name = 'ListenerFailure';
  readonly event: StoredEvent;
  constructor(listener: string, event: StoredEvent, cause: unknown) {
    super(
      `${listener} could not take ${event.type}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
    this.event = event;
    // A lost race is retried by the transactor, which looks at the code of the database.
    const code = (cause as { code?: unknown } | null)?.code;
    if (typeof code === 'string') Object.assign(this, { code });
  }
}

const HOLD_BACK_MS = 60_000;

/** The outbox as due work. An event that a listener cannot take is held back for a minute; the others go on. */
export function outboxSource(transactor: Transactor, listeners: readonly Listener[], log: Log): DueSource {
  const heldBack = new Map<string, number>();
  return {
    name: 'outbox',
    async tenantsDue(sql) {
      // One row of each is looked for: beside a bill run a seller has as many waiting as invoices.
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t where exists (
           select 1 from outbox o where o.tenant_id = t.id and o.dispatched_at is null order by o.seq limit 1)`,
      );
      return rows.map((row) => row.id);
    },
    async nextDueAt() {
      return null;
    },
    async run(tenantId, limit) {
      const nowMs = transactor.wallNow();
      for (const [id, untilMs] of heldBack) if (untilMs <= nowMs) heldBack.delete(id);
      for (;;) {
        try {
          return await dispatchOutbox(transactor, listeners, tenantId, limit, [...heldBack.keys()]);
        } catch (error) {
          if (!(error instanceof ListenerFailure)) throw error;
          heldBack.set(error.event.id, nowMs + HOLD_BACK_MS);
          log.error(
            { tenantId, objectId: error.event.id, reason: error.message, stack: stackOf(error) },
            'an event is held back',
          );
        }
      }
    },
  };
}

const stackOf = (error: Error) =>
  error.cause instanceof Error ? (error.cause.stack ?? '') : (error.stack ?? '');
