import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

export type LegalHold = {
  id: string;
  customerId: string;
  reason: string;
  placedBy: string;
  placedAt: Instant;
};

/** The hold that stands; undefined where there is none. */
export function standingHold(ctx: QueryCtx, customerId: string): Promise<LegalHold | undefined> {
  return ctx.sql.row<LegalHold>(
    `select id, customer_id as "customerId", reason, placed_by as "placedBy", placed_at as "placedAt" from legal_holds
     where tenant_id = $1 and customer_id = $2 and released_at is null`,
    [ctx.tenant.id, customerId],
  );
}

export async function insertHold(ctx: CommandCtx, hold: LegalHold): Promise<void> {
  await ctx.sql.run(
    `insert into legal_holds (tenant_id, id, customer_id, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5, $6)`,
    [ctx.tenant.id, hold.id, hold.customerId, hold.reason, hold.placedBy, iso(hold.placedAt)],
  );
}

export async function endHold(ctx: CommandCtx, id: string, reason: string): Promise<void> {
  await ctx.sql.run(
    `update legal_holds set released_by = $3, released_at = $4, release_reason = $5 where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id, ctx.actor.id, iso(ctx.wallNow), reason],
  );
}

/** Documents of somebody erased stay while a hold stands, however old; once it is released their years are looked at again. */
export async function keepDocuments(ctx: CommandCtx, customerId: string, isHeld: boolean): Promise<void> {
  await ctx.sql.run('update erasures set retention_at = $3 where tenant_id = $1 and customer_id = $2', [
    ctx.tenant.id,
    customerId,
    isHeld ? 'infinity' : '-infinity',
  ]);
}
