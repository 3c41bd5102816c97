import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

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

/**
 * Opens a case that stands until then by real time, or lets the one that is open for the same kind and subject stand until
 * then: it closes by itself unless this is called again before.
 */
export async function keepCase(ctx: CommandCtx, opened: NewCase, standsUntil: Instant): Promise<void> {
  await openCase(ctx, opened);
  await ctx.sql.run(
    `update cases set stands_until = $4
     where tenant_id = $1 and kind = $2 and subject_id = $3 and closed_at is null`,
    [ctx.tenant.id, opened.kind, opened.subjectId, iso(standsUntil)],
  );
}
