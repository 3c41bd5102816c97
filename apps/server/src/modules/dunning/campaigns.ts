import type { CampaignKind } from '@billhook/core/dunning/campaign';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { Definition, SegmentText } from './definition.ts';

export type CampaignRow = {
  id: string;
  name: string;
  kind: CampaignKind;
  rank: number;
  segment: SegmentText;
  draft: Definition | null;
  archivedAt: Instant | null;
  createdAt: Instant;
  /** Of the newest version that was published; null if none was. */
  versionId: string | null;
  versionNumber: number | null;
  definition: Definition | null;
  publishedAt: Instant | null;
};

const SELECT = `select c.id, c.name, c.kind, c.rank, c.segment, c.draft, c.archived_at as "archivedAt",
    c.created_at as "createdAt", v.id as "versionId", v.number as "versionNumber", v.definition,
    v.published_at as "publishedAt"
  from dunning_campaigns c
  left join lateral (select id, number, definition, published_at from dunning_campaign_versions v
    where v.tenant_id = c.tenant_id and v.campaign_id = c.id order by number desc limit 1) v on true`;

/** All of them, in the order in which they are looked through. */
export function listCampaigns(ctx: QueryCtx): Promise<CampaignRow[]> {
  return ctx.sql.rows<CampaignRow>(
    `${SELECT} where c.tenant_id = $1 order by c.archived_at is not null, c.rank, c.id`,
    [ctx.tenant.id],
  );
}

/** Those that are published and in use. */
export function campaignsInUse(ctx: QueryCtx, kind: CampaignKind): Promise<CampaignRow[]> {
  return ctx.sql.rows<CampaignRow>(
    `${SELECT} where c.tenant_id = $1 and c.kind = $2 and c.archived_at is null and v.id is not null
     order by c.rank, c.id`,
    [ctx.tenant.id, kind],
  );
}

export function findCampaign(ctx: QueryCtx, id: string): Promise<CampaignRow | undefined> {
  return ctx.sql.row<CampaignRow>(`${SELECT} where c.tenant_id = $1 and c.id = $2`, [ctx.tenant.id, id]);
}

/** As `findCampaign`, locked until the end of the transaction. */
export async function lockCampaign(ctx: CommandCtx, id: string): Promise<CampaignRow | undefined> {
  await ctx.sql.row('select 1 from dunning_campaigns where tenant_id = $1 and id = $2 for update', [
    ctx.tenant.id,
    id,
  ]);
  return findCampaign(ctx, id);
}

export async function insertCampaign(
  ctx: CommandCtx,
  campaign: Pick<CampaignRow, 'id' | 'name' | 'kind' | 'rank' | 'segment' | 'draft'>,
): Promise<void> {
  await ctx.sql.run(
    `insert into dunning_campaigns (tenant_id, id, name, kind, rank, segment, draft, created_at)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8)`,
    [
      ctx.tenant.id,
      campaign.id,
      campaign.name,
      campaign.kind,
      campaign.rank,
      JSON.stringify(campaign.segment),
      JSON.stringify(campaign.draft),
      iso(ctx.now),
    ],
  );
}

export async function saveCampaign(
  ctx: CommandCtx,
  campaign: Pick<CampaignRow, 'id' | 'name' | 'rank' | 'segment' | 'draft' | 'archivedAt'>,
): Promise<void> {
  await ctx.sql.run(
    `update dunning_campaigns set name = $3, rank = $4, segment = $5::jsonb, draft = $6::jsonb, archived_at = $7
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      campaign.id,
      campaign.name,
      campaign.rank,
      JSON.stringify(campaign.segment),
      campaign.draft === null ? null : JSON.stringify(campaign.draft),
      isoOrNull(campaign.archivedAt),
    ],
  );
}

export async function insertVersion(
  ctx: CommandCtx,
  version: { campaignId: string; number: number; definition: Definition },
): Promise<void> {
  await ctx.sql.run(
    `insert into dunning_campaign_versions (tenant_id, id, campaign_id, number, definition, published_at)
     values ($1, $2, $3, $4, $5::jsonb, $6)`,
    [
      ctx.tenant.id,
      ctx.newId(),
      version.campaignId,
      version.number,
      JSON.stringify(version.definition),
      iso(ctx.now),
    ],
  );
}
