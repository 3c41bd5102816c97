import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { readService, type ServiceInput, serviceFaults } from '../feature-terms.ts';
import { featureId } from '../ids.ts';
import { allFeatures, updateFeatureRow } from '../repo.ts';
import type { StoredFeature } from '../types.ts';

/** What may change of a feature. Its kind and meter never do: plans rest on them. */
export type FeaturePatch = {
  name?: string | undefined;
  description?: string | undefined;
  archived?: boolean | undefined;
  /** What is left of it while a subscription is not in full service. */
  service?: ServiceInput | undefined;
};

export async function updateFeature(
  ctx: CommandCtx,
  id: string,
  patch: FeaturePatch,
): Promise<StoredFeature> {
  const found = (await allFeatures(ctx)).find((feature) => feature.id === id);
  const before = found ?? refuse('feature.not_found', 'There is no such feature.');
  const faults = serviceFaults(before.kind, patch.service);
  if (faults.length > 0) refuse('request.invalid', 'The rules do not hold together.', { faults });
  const after: StoredFeature = {
    ...before,
    name: patch.name ?? before.name,
    description: patch.description ?? before.description,
    service: patch.service === undefined ? before.service : readService(patch.service),
    archivedAt:
      patch.archived === undefined
        ? before.archivedAt
        : patch.archived
          ? (before.archivedAt ?? ctx.now)
          : null,
  };
  await updateFeatureRow(ctx, after);
  ctx.audit({
    action: 'feature.update',
    objectKind: 'feature',
    objectId: featureId(id),
    details: { ...patch },
  });
  return after;
}
