import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export { claimAged, oldestUntold } from './commands/claim-aged.ts';
export { closeCase } from './commands/close-case.ts';
export { settleCases } from './commands/settle-cases.ts';

/** Something that a person must look at. `kind` is stable, `detail` one sentence. */
export type NewCase = {
  kind: string;
  customerId: string | null;
  subjectId: string;
  detail: string;
  facts: Record<string, unknown>;
};

/** The facts of the open case of a kind about a subject; undefined where none is open. */
export async function openCaseFacts(
  ctx: QueryCtx,
  kind: string,
  subjectId: string,
): Promise<Record<string, unknown> | undefined> {
  const row = await ctx.sql.row<{ facts: Record<string, unknown> }>(
    'select facts from cases where tenant_id = $1 and kind = $2 and subject_id = $3 and closed_at is null',
    [ctx.tenant.id, kind, subjectId],
  );
  return row?.facts;
}

/** Opens a case; one that is open already for the same kind and subject stays as it is. */
export async function openCase(ctx: CommandCtx, opened: NewCase): Promise<void> {
  const id = ctx.newId();
  const added = await ctx.sql.run(
    `insert into cases (tenant_id, id, kind, customer_id, subject_id, detail, facts, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)
     on conflict (tenant_id, kind, subject_id) where closed_at is null do nothing`,
    [
      ctx.tenant.id,
      id,
      opened.kind,
      opened.customerId,
      opened.subjectId,
      opened.detail,
      JSON.stringify(opened.facts),
      iso(ctx.now),
    ],
  );
  if (added === 0) return;
  ctx.emit({
    type: 'case.opened',
    objectId: id,
    customerId: opened.customerId ?? undefined,
    payload: { kind: opened.kind, subject_id: opened.subjectId, detail: opened.detail },
  });
}
