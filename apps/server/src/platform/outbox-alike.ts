import { toJson } from './audit.ts';
import type { CommandCtx, OutboxEvent } from './context.ts';
import { type Members, makeIds } from './members.ts';
import { patternInsert } from './pattern-insert.ts';

/** What is told of the first of a kind, and its names. */
export type EventPattern = { kind: number; names: readonly string[]; events: readonly OutboxEvent[] };

const eventPatterns = patternInsert(
  'outbox',
  {
    id: 'uuid',
    type: 'text',
    object_id: 'uuid',
    customer_id: 'uuid',
    payload: 'json',
    occurred_at: 'time',
    recorded_at: 'time',
  },
  { id: 'made', object_id: 'name', customer_id: 'name', payload: 'text' },
);

/**
 * Tells of many what is told of the first of their kind. Only facts from which nothing follows in this transaction, and beside
 * one that is told of the first by `emit`: that one wakes whoever listens.
 */
export async function emitAlike(
  ctx: CommandCtx,
  members: Members,
  patterns: readonly EventPattern[],
): Promise<void> {
  const rows = eventPatterns();
  const counts = new Map(patterns.map(({ kind, events }) => [kind, events.length]));
  for (const { kind, names, events } of patterns)
    for (const [index, { type, objectId, customerId, payload }] of events.entries())
      rows.add(kind, names, {
        id: index,
        type,
        object_id: objectId,
        customer_id: customerId ?? null,
        payload: toJson(payload),
        occurred_at: ctx.now,
        recorded_at: ctx.wallNow,
      });
  await rows.insert(
    ctx,
    members,
    makeIds(ctx, members, (kind) => counts.get(kind) ?? 0),
  );
}
