import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export type LookedUp = 'subscription' | 'invoice' | 'product';

/**
 * Takes the ticket of a look that is about to be made. Whatever a look answers was true after its ticket was taken, so of
 * two answers the one with the later ticket is never the older word of what both heard of.
 */
export async function takeTicket(ctx: CommandCtx, kind: LookedUp, stripeId: string): Promise<bigint> {
  const row = await ctx.sql.row<{ ticket: bigint }>(
    `insert into stripe_look_ups as l (tenant_id, kind, stripe_id, asked, state, looked_at)
     values ($1, $2, $3, 1, 'asked', $4)
     on conflict (tenant_id, kind, stripe_id) do update set asked = l.asked + 1
     returning asked as ticket`,
    [ctx.tenant.id, kind, stripeId, iso(ctx.wallNow)],
  );
  if (row === undefined) throw new Error('taking a ticket answered no row');
  return BigInt(row.ticket);
}

/** Claims the right to apply an answer; false if one that was asked for later has been applied. Lock the customer first. */
export async function isNewest(
  ctx: CommandCtx,
  kind: LookedUp,
  stripeId: string,
  ticket: bigint,
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update stripe_look_ups set applied = $4, looked_at = $5
     where tenant_id = $1 and kind = $2 and stripe_id = $3 and applied < $4`,
    [ctx.tenant.id, kind, stripeId, `${ticket}`, iso(ctx.wallNow)],
  );
  return changed === 1;
}

export type LookUpState = 'mirrored' | 'waiting' | 'foreign';

/** Keeps what came of a look. */
export async function noteLookUp(
  ctx: CommandCtx,
  kind: LookedUp,
  stripeId: string,
  end: { state: LookUpState; reason: string | null },
): Promise<void> {
  await ctx.sql.run(
    'update stripe_look_ups set state = $4, reason = $5 where tenant_id = $1 and kind = $2 and stripe_id = $3',
    [ctx.tenant.id, kind, stripeId, end.state, end.reason],
  );
}

/** A product never waits: what of it cannot be sold here is left out. */
export type Waiting = { kind: Exclude<LookedUp, 'product'>; stripeId: string; reason: string | null };

/** What cannot be mirrored as it is. */
export function listWaiting(ctx: QueryCtx, limit: number): Promise<Waiting[]> {
  return ctx.sql.rows<Waiting>(
    `select kind, stripe_id as "stripeId", reason from stripe_look_ups
     where tenant_id = $1 and state = 'waiting' order by kind desc, stripe_id limit $2`,
    [ctx.tenant.id, limit],
  );
}

/** Subscriptions that wait for a reason, in the order of their ids, from behind one on. */
export function subscriptionsWaiting(
  ctx: QueryCtx,
  { reason, after, limit }: { reason: string; after: string; limit: number },
): Promise<{ stripeId: string }[]> {
  return ctx.sql.rows(
    `select stripe_id as "stripeId" from stripe_look_ups
     where tenant_id = $1 and state = 'waiting' and kind = 'subscription' and reason = $2 and stripe_id > $3
     order by stripe_id limit $4`,
    [ctx.tenant.id, reason, after, limit],
  );
}

/** How much is mirrored and how much waits. */
export async function countLookUps(
  ctx: QueryCtx,
): Promise<{ kind: LookedUp; state: string; count: number }[]> {
  return ctx.sql.rows(
    `select kind, state, count(*)::int as count from stripe_look_ups where tenant_id = $1 group by kind, state`,
    [ctx.tenant.id],
  );
}
