import { addMs, type Instant, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** What somebody wants of a subscription that Stripe computes. */
export type Wanted =
  | { kind: 'plan'; planVersionId: string; quantity: number }
  | { kind: 'quantity'; quantity: number }
  | { kind: 'cancel'; when: 'now' | 'period_end' }
  | { kind: 'keep' };

export type AskedChange = {
  id: string;
  subscriptionId: string;
  wanted: Wanted;
  status: 'created' | 'sent' | 'confirmed' | 'refused';
  failure: string | null;
  attempts: number;
  createdAt: Instant;
  finishedAt: Instant | null;
};

const CHANGE = `id, subscription_id as "subscriptionId", wanted, status, failure, attempts, created_at as "createdAt",
  finished_at as "finishedAt"`;

/** Writes the wish; it is sent after the commit. Undefined where another one is under way. */
export async function insertChange(
  ctx: CommandCtx,
  subscriptionId: string,
  wanted: Wanted,
): Promise<AskedChange | undefined> {
  return ctx.sql.row<AskedChange>(
    `insert into stripe_changes (tenant_id, id, subscription_id, kind, wanted, status, send_at, created_at)
     values ($1, $2, $3, $4, $5, 'created', $6, $7)
     on conflict (tenant_id, subscription_id) where status in ('created', 'sent') do nothing
     returning ${CHANGE}`,
    [
      ctx.tenant.id,
      ctx.newId(),
      subscriptionId,
      wanted.kind,
      JSON.stringify(wanted),
      iso(ctx.wallNow),
      iso(ctx.now),
    ],
  );
}

/** Of a subscription, newest first. */
export function listChanges(ctx: QueryCtx, subscriptionId: string, limit: number): Promise<AskedChange[]> {
  return ctx.sql.rows<AskedChange>(
    `select ${CHANGE} from stripe_changes where tenant_id = $1 and subscription_id = $2
     order by created_at desc, id desc limit $3`,
    [ctx.tenant.id, subscriptionId, limit],
  );
}

/** The one that is under way; undefined for none. */
export function openChange(ctx: QueryCtx, subscriptionId: string): Promise<AskedChange | undefined> {
  return ctx.sql.row<AskedChange>(
    `select ${CHANGE} from stripe_changes
     where tenant_id = $1 and subscription_id = $2 and status in ('created', 'sent')`,
    [ctx.tenant.id, subscriptionId],
  );
}

const LEASE_MS = 2 * MS_PER_MINUTE;

/** Takes wishes whose time has come; others do not see them while the lease lasts and its holder lives. */
export function claimChanges(ctx: CommandCtx, limit: number): Promise<AskedChange[]> {
  return ctx.sql.rows<AskedChange>(
    `with due as materialized (
       select id from stripe_changes where tenant_id = $1 and status = 'created'
         and (send_at <= $2 or (lease_owner <> $3 and not app.process_lives(lease_owner)))
       order by send_at, id limit $5 for update skip locked)
     update stripe_changes c set attempts = c.attempts + 1, send_at = $4, lease_owner = $3
     where c.tenant_id = $1 and c.id = any (array(select id from due))
     returning c.id, c.subscription_id as "subscriptionId", c.wanted, c.status, c.failure, c.attempts,
       c.created_at as "createdAt", c.finished_at as "finishedAt"`,
    [ctx.tenant.id, iso(ctx.wallNow), ctx.processId, iso(addMs(ctx.wallNow, LEASE_MS)), limit],
  );
}

/** Whether a wish waits to be sent now. */
export async function hasUnsent(ctx: QueryCtx): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    `select exists (select 1 from stripe_changes where tenant_id = $1 and status = 'created'
       and (send_at <= $2 or (lease_owner <> $3 and not app.process_lives(lease_owner)))) as found`,
    [ctx.tenant.id, iso(ctx.wallNow), ctx.processId],
  );
  return row?.found ?? false;
}

/** Moves a wish along; one that is finished stays as it is. */
export async function moveChange(
  ctx: CommandCtx,
  id: string,
  move: { status: 'created' | 'sent' | 'confirmed' | 'refused'; failure: string | null; sendAt?: Instant },
): Promise<boolean> {
  const isFinal = move.status === 'confirmed' || move.status === 'refused';
  const changed = await ctx.sql.run(
    `update stripe_changes set status = $3, failure = $4, send_at = coalesce($5::timestamptz, send_at),
       lease_owner = null, finished_at = case when $6 then $7::timestamptz end
     where tenant_id = $1 and id = $2 and status in ('created', 'sent')`,
    [
      ctx.tenant.id,
      id,
      move.status,
      move.failure,
      move.sendAt === undefined ? null : iso(move.sendAt),
      isFinal,
      iso(ctx.now),
    ],
  );
  return changed === 1;
}
