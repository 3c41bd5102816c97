import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/** Closes cases whose cause has gone by itself. Subjects without an open case of this kind are passed over. */
export async function settleCases(
  ctx: CommandCtx,
  kind: string,
  subjectIds: readonly string[],
  note: string,
): Promise<void> {
  if (subjectIds.length === 0) return;
  const closed = await ctx.sql.rows<{ id: string; customerId: string | null }>(
    `update cases set closed_at = $4 where tenant_id = $1 and kind = $2 and subject_id::text = any ($3::text[]) and closed_at is null
     returning id, customer_id as "customerId"`,
    [ctx.tenant.id, kind, subjectIds, iso(ctx.now)],
  );
  for (const { id, customerId } of closed) {
    ctx.emit({ type: 'case.closed', objectId: id, customerId: customerId ?? undefined, payload: { kind } });
    ctx.audit({
      action: 'case.close',
      objectKind: 'case',
      objectId: encodeTypeId('case', id),
      details: { kind, note },
    });
  }
}
