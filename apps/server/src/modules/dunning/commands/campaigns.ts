import type { OperatorInput } from '@billhook/contract/routes';
import { campaignFaults } from '@billhook/core/dunning/validate-campaign';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { getPlans } from '../../catalog/api.ts';
import {
  type CampaignRow,
  findCampaign,
  insertCampaign,
  insertVersion,
  lockCampaign,
  saveCampaign,
} from '../campaigns.ts';
import { coreCampaign, coreSegment, FOR_EVERYBODY, type SegmentText } from '../definition.ts';

const LAST = 1_000;

/** Refuses with `dunning_campaign.not_found`. */
export async function getCampaign(ctx: QueryCtx, id: string): Promise<CampaignRow> {
  return (await findCampaign(ctx, campaignRowId(id))) ?? notFound();
}

function campaignRowId(id: string): string {
  const decoded = decodeTypeId('dcam', id);
  return decoded.ok ? decoded.value : notFound();
}

function notFound(): never {
  return refuse('dunning_campaign.not_found', 'There is no such campaign.');
}

/** Begins a campaign with a draft. Refuses with `plan.not_found` for a segment that names another one. */
export async function createCampaign(
  ctx: CommandCtx,
  body: OperatorInput<'createDunningCampaign'>['body'],
): Promise<CampaignRow> {
  const segment = body.segment ?? FOR_EVERYBODY;
  await requirePlans(ctx, segment);
  const id = ctx.newId();
  const { name, kind, rank = LAST, definition } = body;
  await insertCampaign(ctx, { id, name, kind, rank, segment, draft: definition });
  audit(ctx, 'create', id, { name, kind });
  return getCampaign(ctx, encodeTypeId('dcam', id));
}

/** Refusals: `dunning_campaign.not_found`, `plan.not_found`. */
export async function updateCampaign(
  ctx: CommandCtx,
  typeId: string,
  body: OperatorInput<'updateDunningCampaign'>['body'],
): Promise<CampaignRow> {
  const row = (await lockCampaign(ctx, campaignRowId(typeId))) ?? notFound();
  if (body.segment !== undefined) await requirePlans(ctx, body.segment);
  const isArchived = body.archived ?? row.archivedAt !== null;
  await saveCampaign(ctx, {
    id: row.id,
    name: body.name ?? row.name,
    rank: body.rank ?? row.rank,
    segment: body.segment ?? row.segment,
    draft: body.definition ?? row.draft,
    archivedAt: isArchived ? (row.archivedAt ?? ctx.now) : null,
  });
  audit(ctx, 'update', row.id, { fields: Object.keys(body) });
  return getCampaign(ctx, typeId);
}

/**
 * Makes the draft the next version, which nobody can change.
 * Refusals: `dunning_campaign.not_found`, `dunning_campaign.no_draft`, `dunning_campaign.invalid` with every fault.
 */
export async function publishCampaign(ctx: CommandCtx, typeId: string): Promise<CampaignRow> {
  const row = (await lockCampaign(ctx, campaignRowId(typeId))) ?? notFound();
  const { draft } = row;
  if (draft === null) return refuse('dunning_campaign.no_draft', 'Nothing differs from what is published.');
  const faults = campaignFaults(coreCampaign(row.kind, draft));
  if (faults.length > 0) {
    return refuse('dunning_campaign.invalid', 'The campaign does not hold together. Nothing was published.', {
      faults: [...faults],
    });
  }
  const number = (row.versionNumber ?? 0) + 1;
  await insertVersion(ctx, { campaignId: row.id, number, definition: draft });
  await saveCampaign(ctx, { ...row, draft: null });
  audit(ctx, 'publish', row.id, { number });
  return getCampaign(ctx, typeId);
}

async function requirePlans(ctx: QueryCtx, segment: SegmentText): Promise<void> {
  const ids = coreSegment(segment).planIds;
  if (ids.length === 0) return;
  const plans = await getPlans(ctx, ids);
  if (ids.some((id) => !plans.has(id)))
    refuse('plan.not_found', 'The segment names a plan that there is not.');
}

function audit(ctx: CommandCtx, verb: string, id: string, details: Record<string, unknown>): void {
  ctx.audit({
    action: `dunning_campaign.${verb}`,
    objectKind: 'dunning_campaign',
    objectId: encodeTypeId('dcam', id),
    details,
  });
}
