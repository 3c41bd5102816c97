import type { AccessState } from '@billhook/core/access/access';
import { mayMoveAccess } from '@billhook/core/access/access';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { setAccess, touchLimited } from '../subscriptions/api.ts';

export type AccessMove = {
  customerId: string;
  subscriptionId: string;
  from: AccessState;
  to: AccessState;
  /** What is unpaid; null where nothing is any more. */
  invoiceId: string | null;
};

/**
 * Moves the access of subscriptions whose customers are locked, and says so where that changes what they may do: the
 * checks of every process hear of it with the commit.
 */
export async function moveAccess(ctx: CommandCtx, moves: readonly AccessMove[]): Promise<void> {
  if (moves.length === 0) return;
  for (const { from, to } of moves)
    invariant(mayMoveAccess(from, to), `Access does not move from ${from} to ${to}.`);
  await setAccess(ctx, moves);
  await ctx.sql.run(
    `insert into access_moves (tenant_id, id, customer_id, subscription_id, from_state, to_state, invoice_id, at)
     select $1, m.id, m.customer_id, m.subscription_id, m.from_state, m.to_state, m.invoice_id, $2
     from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::uuid[])
       as m (id, customer_id, subscription_id, from_state, to_state, invoice_id)`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      moves.map(() => ctx.newId()),
      moves.map(({ customerId }) => customerId),
      moves.map(({ subscriptionId }) => subscriptionId),
      moves.map(({ from }) => from),
      moves.map(({ to }) => to),
      moves.map(({ invoiceId }) => invoiceId),
    ],
  );
  const isFelt = (state: AccessState) => state === 'limited' || state === 'suspended';
  ctx.emit(
    ...moves
      .filter(({ from, to }) => isFelt(from) || isFelt(to))
      .map(({ customerId, subscriptionId, from, to, invoiceId }) => ({
        type: 'access.changed',
        objectId: subscriptionId,
        customerId,
        payload: { from, to, invoice_id: invoiceId },
      })),
  );
}

export type PastMove = AccessMove & { at: Instant };

/** How access of a customer's subscriptions moved, newest first. */
export function accessMovesOf(ctx: QueryCtx, customerId: string, limit: number): Promise<PastMove[]> {
  return ctx.sql.rows<PastMove>(
    `select customer_id as "customerId", subscription_id as "subscriptionId", from_state as "from", to_state as "to",
       invoice_id as "invoiceId", at
     from access_moves where tenant_id = $1 and customer_id = $2 order by at desc, id desc limit $3`,
    [ctx.tenant.id, customerId, limit],
  );
}

const NOTHING: ReadonlyMap<string, ReadonlySet<string>> = new Map();

/** The features that stay while access to these plans is limited; a plan for which none were chosen is missing. */
export async function limitedFeatures(
  ctx: QueryCtx,
  planIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (planIds.length === 0) return NOTHING;
  const rows = await ctx.sql.rows<{ planId: string; featureIds: string[] }>(
    `select plan_id as "planId", array_agg(feature_id) as "featureIds" from plan_limited_features
     where tenant_id = $1 and plan_id = any ($2::uuid[]) group by plan_id`,
    [ctx.tenant.id, planIds],
  );
  return new Map(rows.map(({ planId, featureIds }) => [planId, new Set(featureIds)]));
}

/** Chooses what stays of a plan while access is limited. It holds at once, for units that are taken too. */
export async function setLimitedFeatures(
  ctx: CommandCtx,
  planId: string,
  featureIds: readonly string[],
): Promise<void> {
  await ctx.sql.run('delete from plan_limited_features where tenant_id = $1 and plan_id = $2', [
    ctx.tenant.id,
    planId,
  ]);
  await ctx.sql.run(
    `insert into plan_limited_features (tenant_id, plan_id, feature_id) select $1, $2, unnest($3::uuid[])`,
    [ctx.tenant.id, planId, featureIds],
  );
  await touchLimited(ctx, planId);
  ctx.outdate('all', 'rights');
}
