import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import { type CertificateRecord, COLUMNS } from './repo.ts';

/** Those whose people are to be told, with the moment that is due. */
export function claimNotices(ctx: CommandCtx, limit: number): Promise<CertificateRecord[]> {
  return ctx.sql.rows<CertificateRecord>(
    `select ${COLUMNS} from tax_certificates where tenant_id = $1 and notice_at <= $2
     order by notice_at, id limit $3 for update skip locked`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
}

export async function planNotice(ctx: CommandCtx, id: string, at: Instant | null): Promise<void> {
  await ctx.sql.run('update tax_certificates set notice_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    isoOrNull(at),
  ]);
}

export async function nextNoticeAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    'select min(notice_at) as at from tax_certificates where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}
