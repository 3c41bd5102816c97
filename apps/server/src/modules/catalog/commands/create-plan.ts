import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { planId } from '../ids.ts';
import { insertPlan } from '../plan-repo.ts';
import { allFeatures, allMeters } from '../repo.ts';
import type { StoredPlan, StoredPlanVersion } from '../types.ts';
import { readVersion, type VersionDraft, type VersionInput } from '../version-input.ts';
import { insertVersion } from '../version-repo.ts';

export type PlanInput = {
  key: string;
  name: string;
  description?: string | undefined;
  family?: string | undefined;
  rank?: number | undefined;
  public?: boolean | undefined;
  highlights?: readonly string[] | undefined;
};

/** Adds a plan with its first version. Refuses with `plan.already_exists` and, with every fault, `plan.invalid`. */
export async function createPlan(
  ctx: CommandCtx,
  input: PlanInput & VersionInput,
): Promise<{ plan: StoredPlan; version: StoredPlanVersion }> {
  const words = { meters: await allMeters(ctx), features: await allFeatures(ctx) };
  const { draft, faults } = readVersion(input, words, '', () => ctx.newId());
  if (faults.length > 0) refuse('plan.invalid', 'The plan does not hold together.', { faults });
  const plan = newPlan(ctx, input);
  const added = await insertPlan(ctx, plan);
  if (!added) {
    refuse('plan.already_exists', `The key ${input.key} belongs to another plan.`, {
      faults: [{ pointer: '/key', code: 'key.taken', detail: 'This key is taken.' }],
    });
  }
  const version = await publishVersion(ctx, plan, draft);
  ctx.audit({
    action: 'plan.create',
    objectKind: 'plan',
    objectId: planId(plan.id),
    details: { key: plan.key },
  });
  return { plan, version };
}

export function newPlan(ctx: CommandCtx, input: PlanInput): StoredPlan {
  return {
    id: ctx.newId(),
    key: input.key,
    name: input.name,
    description: input.description ?? '',
    family: input.family ?? input.key,
    rank: input.rank ?? 0,
    public: input.public ?? true,
    highlights: input.highlights ?? [],
    latestVersion: 1,
    archivedAt: null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  };
}

/** Writes `plan.latestVersion` from a checked draft and tells of it. */
export async function publishVersion(
  ctx: CommandCtx,
  plan: StoredPlan,
  draft: VersionDraft,
): Promise<StoredPlanVersion> {
  const version: StoredPlanVersion = {
    ...draft,
    id: ctx.newId(),
    planId: plan.id,
    number: plan.latestVersion,
    createdAt: ctx.now,
  };
  await insertVersion(ctx, version);
  ctx.emit({
    type: 'plan.published',
    objectId: plan.id,
    payload: { key: plan.key, version: version.number },
  });
  return version;
}
