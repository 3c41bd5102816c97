import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { planId } from '../ids.ts';
import { lockPlan, updatePlanRow } from '../plan-repo.ts';
import { allFeatures, allMeters } from '../repo.ts';
import type { StoredPlan } from '../types.ts';
import { readVersion, type VersionInput } from '../version-input.ts';
import { publishVersion } from './create-plan.ts';

/** Publishes the next version. Customers keep theirs until they change; new ones get this one. */
export async function createPlanVersion(
  ctx: CommandCtx,
  id: string,
  input: VersionInput,
): Promise<{ plan: StoredPlan }> {
  const before = (await lockPlan(ctx, id)) ?? refuse('plan.not_found', 'There is no such plan.');
  if (before.archivedAt !== null) refuse('plan.archived', `The plan ${before.key} is archived.`);
  const words = { meters: await allMeters(ctx), features: await allFeatures(ctx) };
  const { draft, faults } = readVersion(input, words, '', () => ctx.newId(), before.kind);
  if (faults.length > 0) refuse('plan.invalid', 'The plan does not hold together.', { faults });
  const plan = { ...before, latestVersion: before.latestVersion + 1, updatedAt: ctx.now };
  await publishVersion(ctx, plan, draft);
  await updatePlanRow(ctx, plan);
  ctx.audit({
    action: 'plan.publish',
    objectKind: 'plan',
    objectId: planId(plan.id),
    details: { version: plan.latestVersion },
  });
  return { plan };
}
