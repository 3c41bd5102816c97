import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** Something that a person must look at. `kind` is stable, `detail` one sentence. */
export type NewCase = {
  kind: string;
  customerId: string | null;
  subjectId: string;
  detail: string;
  facts: Record<string, unknown>;
};

export type Case = NewCase & { id: string; openedAt: Instant; closedAt: Instant | null };

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

/** Cases, newest first. */
export function listCases(
  ctx: QueryCtx,
  filter: { limit: number; isOpenOnly: boolean; after: string | null },
): Promise<Case[]> {
  return ctx.sql.rows<Case>(
    `select id, kind, customer_id as "customerId", subject_id as "subjectId", detail, facts, opened_at as "openedAt",
       closed_at as "closedAt"
     from cases where tenant_id = $1 and (not $2 or closed_at is null) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [ctx.tenant.id, filter.isOpenOnly, filter.after, filter.limit],
  );
}

/** Closes a case; false if it is not open. */
export async function closeCase(ctx: CommandCtx, id: string): Promise<boolean> {
  const changed = await ctx.sql.run(
    'update cases set closed_at = $3 where tenant_id = $1 and id = $2 and closed_at is null',
    [ctx.tenant.id, id, iso(ctx.now)],
  );
  return changed === 1;
}
