import { createHash } from 'node:crypto';
import type { SoldPrice } from '@billhook/core/mirror/decide-subscription';
import { FROM_PLAN } from '@billhook/core/subscriptions/subscription';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { getPlans, getPlanVersions, offeringsOf } from '../catalog/api.ts';

export type LinkKind = 'product' | 'price' | 'meter' | 'subscription' | 'invoice' | 'credit_note';

export type Link = {
  stripeId: string;
  objectId: string;
  /** Of a meter: what Stripe calls its events. */
  eventName: string | null;
  /** What was the same on both sides when they were last compared. */
  digest: string | null;
};

const LINK = 'stripe_id as "stripeId", object_id as "objectId", event_name as "eventName", digest';

/** All links of a kind. */
export function listLinks(ctx: QueryCtx, kind: LinkKind): Promise<Link[]> {
  return ctx.sql.rows<Link>(
    `select ${LINK} from stripe_links where tenant_id = $1 and kind = $2 order by stripe_id`,
    [ctx.tenant.id, kind],
  );
}

/** What stands here for an object at Stripe; undefined for nothing. */
export function linkOf(ctx: QueryCtx, kind: LinkKind, stripeId: string): Promise<Link | undefined> {
  return ctx.sql.row<Link>(
    `select ${LINK} from stripe_links where tenant_id = $1 and kind = $2 and stripe_id = $3`,
    [ctx.tenant.id, kind, stripeId],
  );
}

/** What stands at Stripe for a row here; undefined for nothing. */
export function linkFor(ctx: QueryCtx, kind: LinkKind, objectId: string): Promise<Link | undefined> {
  return ctx.sql.row<Link>(
    `select ${LINK} from stripe_links where tenant_id = $1 and kind = $2 and object_id = $3`,
    [ctx.tenant.id, kind, objectId],
  );
}

/** Stripe's ids of rows here, by row. Rows that nothing at Stripe stands for are missing. */
export async function stripeIdsOf(
  ctx: QueryCtx,
  kind: LinkKind,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.sql.rows<{ objectId: string; stripeId: string }>(
    `select object_id as "objectId", stripe_id as "stripeId" from stripe_links
     where tenant_id = $1 and kind = $2 and object_id = any ($3::uuid[])`,
    [ctx.tenant.id, kind, objectIds],
  );
  return new Map(rows.map(({ objectId, stripeId }) => [objectId, stripeId]));
}

/**
 * Says that both stand for each other. True if they do; false where one of them stands for something else already,
 * which nobody may guess away.
 */
export async function putLink(
  ctx: CommandCtx,
  kind: LinkKind,
  link: { stripeId: string; objectId: string; eventName?: string; digest?: string },
): Promise<boolean> {
  const rows = await ctx.sql.rows<{ ok: boolean }>(
    `insert into stripe_links (tenant_id, kind, stripe_id, object_id, event_name, digest, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict do nothing returning true as ok`,
    [
      ctx.tenant.id,
      kind,
      link.stripeId,
      link.objectId,
      link.eventName ?? null,
      link.digest ?? null,
      iso(ctx.now),
    ],
  );
  if (rows.length > 0) return true;
  return (await linkOf(ctx, kind, link.stripeId))?.objectId === link.objectId;
}

/** Remembers what is the same on both sides by now. */
export async function setDigest(
  ctx: CommandCtx,
  kind: LinkKind,
  stripeId: string,
  digest: string,
): Promise<void> {
  await ctx.sql.run(
    'update stripe_links set digest = $4, updated_at = $5 where tenant_id = $1 and kind = $2 and stripe_id = $3',
    [ctx.tenant.id, kind, stripeId, digest, iso(ctx.now)],
  );
}

/** Of those who meet an object for the first time at once, the others wait for the first one's transaction. */
export async function holdStripeId(ctx: CommandCtx, stripeId: string): Promise<void> {
  await ctx.sql.rows('select pg_advisory_xact_lock($1, hashtext($2))', [ctx.tenant.id, stripeId]);
}

/** Who makes plans of what is sold at Stripe does so one after another, so that nothing is made twice. */
export function holdCatalogue(ctx: CommandCtx): Promise<void> {
  return holdStripeId(ctx, 'catalogue');
}

/** What prices at Stripe are in the catalogue; one that nothing here stands for is missing. */
export async function soldPrices(
  ctx: QueryCtx,
  priceIds: readonly string[],
): Promise<ReadonlyMap<string, SoldPrice>> {
  const rows = await ctx.sql.rows<{ stripeId: string; priceId: string; versionId: string }>(
    `select l.stripe_id as "stripeId", p.id as "priceId", p.plan_version_id as "versionId"
     from stripe_links l join prices p on p.tenant_id = l.tenant_id and p.id = l.object_id
     where l.tenant_id = $1 and l.kind = 'price' and l.stripe_id = any ($2::text[])`,
    [ctx.tenant.id, priceIds],
  );
  const versions = await getPlanVersions(
    ctx,
    rows.map(({ versionId }) => versionId),
  );
  const plans = await getPlans(
    ctx,
    [...versions.values()].map(({ planId }) => planId),
  );
  const addOns = [...plans.values()].filter(({ kind }) => kind === 'add_on').map(({ id }) => id);
  const offerings = await offeringsOf(ctx, addOns);
  const sold = new Map<string, SoldPrice>();
  for (const { stripeId, priceId, versionId } of rows) {
    const version = versions.get(versionId);
    const price = version?.prices.find(({ id }) => id === priceId);
    const plan = plans.get(version?.planId ?? '');
    if (version === undefined || price === undefined || plan === undefined) continue;
    sold.set(stripeId, {
      price,
      planId: plan.id,
      planVersionId: version.id,
      currency: version.currency,
      source:
        plan.kind === 'plan'
          ? FROM_PLAN
          : { kind: 'add_on', addOnId: plan.id, planIds: offerings.get(plan.id) ?? [] },
    });
  }
  return sold;
}

/** A row id made of an object's id at Stripe, so that cases about it are told apart and one stays open at a time. */
export function caseSubject(stripeId: string): string {
  const hex = createHash('sha256').update(stripeId).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
