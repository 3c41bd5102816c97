import type { QueryCtx } from '../../platform/context.ts';

export { claimAged, oldestUntold } from './commands/claim-aged.ts';
export { closeCase } from './commands/close-case.ts';
export { keepCase, type NewCase, openCase } from './commands/open-case.ts';
export { settleCases } from './commands/settle-cases.ts';

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
