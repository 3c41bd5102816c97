import type { FeatureKind } from '@billhook/core/catalog/feature';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { type FeatureTermsInput, readTerms, termsFaults } from '../feature-terms.ts';
import { featureId } from '../ids.ts';
import { allMeters, insertFeatures } from '../repo.ts';
import type { StoredFeature, StoredMeter } from '../types.ts';

export type FeatureInput = FeatureTermsInput & {
  key: string;
  name: string;
  description?: string | undefined;
  kind: FeatureKind;
  /** Key of the meter; for metered features only. */
  meter?: string | null | undefined;
};

/** Adds a feature. Refuses with `feature.already_exists`, and with `request.invalid` for a wrong meter or wrong terms. */
export async function createFeature(ctx: CommandCtx, input: FeatureInput): Promise<StoredFeature> {
  const meters = await allMeters(ctx);
  const fault = featureFault(input, meters);
  if (fault !== null) {
    refuse('request.invalid', fault, {
      faults: [{ pointer: '/meter', code: 'feature.meter', detail: fault }],
    });
  }
  const faults = termsFaults(input, meters);
  if (faults.length > 0) refuse('request.invalid', 'The feature does not hold together.', { faults });
  const feature = newFeature(ctx, input, meters);
  const added = await insertFeatures(ctx, [feature]);
  if (!added.has(feature.id)) {
    refuse('feature.already_exists', `The key ${input.key} belongs to another feature.`, {
      faults: [{ pointer: '/key', code: 'key.taken', detail: 'This key is taken.' }],
    });
  }
  ctx.emit({ type: 'feature.created', objectId: feature.id, payload: { key: feature.key } });
  ctx.audit({
    action: 'feature.create',
    objectKind: 'feature',
    objectId: featureId(feature.id),
    details: { ...input },
  });
  return feature;
}

export function featureFault(
  input: FeatureInput,
  meters: readonly Pick<StoredMeter, 'key'>[],
): string | null {
  const meter = input.meter ?? null;
  if (input.kind !== 'metered') return meter === null ? null : 'Only a metered feature names a meter.';
  if (meter === null) return 'A metered feature names the meter that it counts.';
  return meters.some((candidate) => candidate.key === meter)
    ? null
    : `There is no meter with the key ${meter}.`;
}

export function newFeature(
  ctx: CommandCtx,
  input: FeatureInput,
  meters: readonly StoredMeter[],
): StoredFeature {
  return {
    id: ctx.newId(),
    key: input.key,
    name: input.name,
    description: input.description ?? '',
    kind: input.kind,
    meterId: meters.find((meter) => meter.key === input.meter)?.id ?? null,
    ...readTerms(input),
    archivedAt: null,
    createdAt: ctx.now,
  };
}
