import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { planId } from '../ids.ts';
import { allPlans, lockPlan, updatePlanRow } from '../plan-repo.ts';
import type { StoredPlan } from '../types.ts';
import { readOfferedWith } from './create-plan.ts';

/** How a plan is shown and ordered. What it costs and grants is in its versions. */
export type PlanPatch = {
  name?: string | undefined;
  description?: string | undefined;
  family?: string | undefined;
  rank?: number | undefined;
  public?: boolean | undefined;
  highlights?: readonly string[] | undefined;
  /** Keys. */
  offered_with?: readonly string[] | undefined;
  archived?: boolean | undefined;
};

export async function updatePlan(ctx: CommandCtx, id: string, patch: PlanPatch): Promise<StoredPlan> {
  const before = (await lockPlan(ctx, id)) ?? refuse('plan.not_found', 'There is no such plan.');
  const offered = await readOffered(ctx, before, patch);
  const plan: StoredPlan = {
    ...before,
    name: patch.name ?? before.name,
    description: patch.description ?? before.description,
    family: patch.family ?? before.family,
    rank: patch.rank ?? before.rank,
    public: patch.public ?? before.public,
    highlights: patch.highlights ?? before.highlights,
    offeredWith: offered,
    archivedAt:
      patch.archived === undefined
        ? before.archivedAt
        : patch.archived
          ? (before.archivedAt ?? ctx.now)
          : null,
    updatedAt: ctx.now,
  };
  await updatePlanRow(ctx, plan);
  ctx.emit({ type: 'plan.updated', objectId: plan.id, payload: { key: plan.key } });
  ctx.audit({ action: 'plan.update', objectKind: 'plan', objectId: planId(plan.id), details: { ...patch } });
  return plan;
}

async function readOffered(ctx: CommandCtx, before: StoredPlan, { offered_with: keys }: PlanPatch) {
  if (keys === undefined) return before.offeredWith;
  const { planIds, faults } = readOfferedWith(
    { kind: before.kind, offered_with: keys },
    await allPlans(ctx),
    '',
  );
  if (faults.length > 0) refuse('plan.invalid', 'The add-on is offered with plans that exist.', { faults });
  return planIds;
}
