import type { CommandCtx } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import { planId } from '../ids.ts';
import { allPlans, insertPlan } from '../plan-repo.ts';
import { allFeatures, allMeters } from '../repo.ts';
import type { PlanKind, StoredPlan, StoredPlanVersion } from '../types.ts';
import { readVersion, type VersionDraft, type VersionInput } from '../version-input.ts';
import { insertVersion } from '../version-repo.ts';

export type PlanInput = {
  kind?: PlanKind | undefined;
  key: string;
  name: string;
  description?: string | undefined;
  family?: string | undefined;
  rank?: number | undefined;
  public?: boolean | undefined;
  highlights?: readonly string[] | undefined;
  /** Keys of the plans that an add-on is offered with. */
  offered_with?: readonly string[] | undefined;
};

/** Adds a plan with its first version. Refuses with `plan.already_exists` and, with every fault, `plan.invalid`. */
export async function createPlan(
  ctx: CommandCtx,
  input: PlanInput & VersionInput,
): Promise<{ plan: StoredPlan; version: StoredPlanVersion }> {
  const words = { meters: await allMeters(ctx), features: await allFeatures(ctx) };
  const { draft, faults: found } = readVersion(input, words, '', () => ctx.newId(), input.kind);
  const faults = [...found];
  const offered = readOfferedWith(input, await allPlans(ctx), '');
  faults.push(...offered.faults);
  if (faults.length > 0) refuse('plan.invalid', 'The plan does not hold together.', { faults });
  const plan = newPlan(ctx, input, offered.planIds);
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

/** The plans that an add-on is offered with, by row id. Every fault comes with a pointer below `at`. */
export function readOfferedWith(
  { kind = 'plan', offered_with: keys = [] }: Pick<PlanInput, 'kind' | 'offered_with'>,
  plans: readonly Pick<StoredPlan, 'id' | 'key' | 'kind'>[],
  at: string,
): { planIds: string[]; faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  if (kind === 'plan' && keys.length > 0) {
    const detail = 'Only an add-on is offered with other plans.';
    faults.push({ pointer: `${at}/offered_with`, code: 'plan.offered_with', detail });
  }
  const planIds = keys.flatMap((key, index) => {
    const plan = plans.find((one) => one.key === key && one.kind === 'plan');
    if (plan !== undefined) return [plan.id];
    const pointer = `${at}/offered_with/${index}`;
    faults.push({ pointer, code: 'reference.unknown', detail: `There is no plan ${key}.` });
    return [];
  });
  return { planIds: [...new Set(planIds)], faults };
}

export function newPlan(ctx: CommandCtx, input: PlanInput, offeredWith: readonly string[]): StoredPlan {
  return {
    id: ctx.newId(),
    kind: input.kind ?? 'plan',
    offeredWith,
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

/** Writes `plan.latestVersion` in every currency of a checked draft and tells of it. The version in the main currency. */
export async function publishVersion(
  ctx: CommandCtx,
  plan: StoredPlan,
  draft: VersionDraft,
): Promise<StoredPlanVersion> {
  const { others, ...main } = draft;
  const parts = [main, ...others].map(
    (part, position): StoredPlanVersion => ({
      ...main,
      ...part,
      id: ctx.newId(),
      planId: plan.id,
      number: plan.latestVersion,
      position,
      createdAt: ctx.now,
    }),
  );
  for (const part of parts) await insertVersion(ctx, part);
  ctx.emit({
    type: 'plan.published',
    objectId: plan.id,
    payload: { key: plan.key, version: plan.latestVersion },
  });
  return parts[0] as StoredPlanVersion;
}
