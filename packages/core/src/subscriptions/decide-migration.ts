import type { PlanVersion } from '../catalog/plan.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Result } from '../kernel/result.ts';
import { type ChangeInput, decideChange } from './decide-change.ts';

/** `never` keeps the customer on the version that was bought. */
export type MigrationTiming = 'now' | 'at_renewal' | 'never';

/**
 * Moves a subscription to a newer version of its plan, with the refusals of a change. A subscription that is on it
 * already, and one that is never to move, are left as they are.
 */
export function decideMigration(
  input: Omit<ChangeInput, 'newPlan' | 'newVersion' | 'when' | 'direction' | 'seats'> & {
    readonly version: PlanVersion;
    readonly when: MigrationTiming;
  },
): Result<Decision> {
  const { version, when, ...rest } = input;
  if (when === 'never' || version.id === input.subscription.planVersionId)
    return ok({ changes: [], events: [] });
  return decideChange({
    ...rest,
    newPlan: input.currentPlan,
    newVersion: version,
    seats: null,
    direction: 'sidegrade',
    when: when === 'now' ? 'now' : 'period_end',
  });
}
