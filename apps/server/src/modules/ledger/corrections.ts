import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** A correction of the books that is to be made once in a currency; its id is the source of the posting. */
export type OpenCorrection = { id: string; currency: string; notedAt: Instant };

/** Takes the next one, so that nobody else makes it; undefined where all are made. */
export async function claimCorrection(ctx: CommandCtx): Promise<OpenCorrection | undefined> {
  return ctx.sql.row<OpenCorrection>(
    `select id, currency, noted_at as "notedAt" from ledger_corrections where tenant_id = $1 and done_at is null
     order by currency limit 1 for update skip locked`,
    [ctx.tenant.id],
  );
}

export async function endCorrection(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run('update ledger_corrections set done_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    iso(ctx.wallNow),
  ]);
}

/** Now, where one is to be made. */
export async function nextCorrectionAt(ctx: QueryCtx): Promise<Instant | null> {
  const open = await ctx.sql.row(
    'select 1 from ledger_corrections where tenant_id = $1 and done_at is null limit 1',
    [ctx.tenant.id],
  );
  return open === undefined ? null : ctx.now;
}
