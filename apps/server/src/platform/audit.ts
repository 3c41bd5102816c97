import type { Actor, AuditEntry } from './context.ts';
import type { Sql } from './sql.ts';
import { iso } from './sql.ts';

export type AuditFrame = {
  tenantId: number;
  actor: Actor;
  requestId: string | null;
  now: number;
  wallNow: number;
  newId(): string;
};

/** Writes the audit rows of a command in one statement, inside its transaction. */
export async function writeAudit(sql: Sql, frame: AuditFrame, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql.run(
    `insert into audit_log (tenant_id, id, actor_kind, actor_id, action, object_kind, object_id, request_id, details,
       occurred_at, recorded_at)
     select $1, e.id, $2, $3, e.action, e.object_kind, e.object_id, $4, e.details, $5, $6
     from unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::jsonb[])
       with ordinality as e (id, action, object_kind, object_id, details, position)
     order by e.position`,
    [
      frame.tenantId,
      frame.actor.kind,
      frame.actor.id,
      frame.requestId,
      iso(frame.now),
      iso(frame.wallNow),
      entries.map(() => frame.newId()),
      entries.map((entry) => entry.action),
      entries.map((entry) => entry.objectKind),
      entries.map((entry) => entry.objectId),
      entries.map((entry) => toJson(entry.details)),
    ],
  );
}

/** JSON for a jsonb column. Amounts that are still bigint become integer strings, as on the wire. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? member.toString() : member,
  );
}
