import type { CommandCtx } from '../../platform/context.ts';
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
