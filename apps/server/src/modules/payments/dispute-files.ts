import type { EvidenceKind } from '@billhook/core/payments/decide-answer';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** A file that goes with an answer. */
export type DisputeFile = {
  disputeId: string;
  fileId: string;
  kind: EvidenceKind;
  name: string;
  contentType: string;
  byteSize: bigint;
  sha256: Uint8Array;
  takenAt: Instant | null;
};

/** Writes what goes with an answer, in the transaction that writes the answer. */
export async function planFiles(
  ctx: CommandCtx,
  dispute: { id: string; customerId: string },
  files: readonly { fileId: string; kind: EvidenceKind }[],
): Promise<void> {
  for (const { fileId, kind } of files) {
    await ctx.sql.run(
      `insert into dispute_files (tenant_id, id, dispute_id, customer_id, file_id, kind)
       values ($1, $2, $3, $4, $5, $6)`,
      [ctx.tenant.id, ctx.newId(), dispute.id, dispute.customerId, fileId, kind],
    );
  }
}

export function filesOfDisputes(ctx: QueryCtx, disputeIds: readonly string[]): Promise<DisputeFile[]> {
  return ctx.sql.rows<DisputeFile>(
    `select d.dispute_id as "disputeId", d.file_id as "fileId", d.kind, f.name, f.content_type as "contentType",
       f.byte_size as "byteSize", f.sha256, d.taken_at as "takenAt"
     from dispute_files d join files f on f.tenant_id = d.tenant_id and f.id = d.file_id
     where d.tenant_id = $1 and d.dispute_id = any ($2::uuid[]) order by d.id`,
    [ctx.tenant.id, disputeIds],
  );
}

/** The provider took the answer with its files, or refused it, and other files may go with the next one. */
export async function closeFiles(
  ctx: CommandCtx,
  disputeId: string,
  state: 'submitted' | 'none',
): Promise<void> {
  const values = [ctx.tenant.id, disputeId];
  if (state === 'none') {
    await ctx.sql.run('delete from dispute_files where tenant_id = $1 and dispute_id = $2', values);
    return;
  }
  await ctx.sql.run(
    `update dispute_files set taken_at = $3 where tenant_id = $1 and dispute_id = $2 and taken_at is null`,
    [...values, iso(ctx.now)],
  );
}

/** Whether a file went, or is about to go, with an answer. */
export async function isEvidence(ctx: QueryCtx, fileId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    'select exists (select 1 from dispute_files where tenant_id = $1 and file_id = $2) as found',
    [ctx.tenant.id, fileId],
  );
  return row?.found ?? false;
}
