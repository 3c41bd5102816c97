import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import { draftOf, withEvent, withFields } from './draft.ts';
import type { Subscription } from './subscription.ts';

/**
 * Takes back something that lies ahead. A pause goes with the resumption that was set for it.
 * Refusal: `subscription.step_not_found`.
 */
export function decideUndo(input: {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly stepId: string;
}): Result<Decision> {
  const { now, subscription, stepId } = input;
  // While it is paused, what came due on the schedule waits for the resumption.
  const isHeld = subscription.status === 'paused';
  const step = subscription.schedule.find(({ id, at }) => id === stepId && (at > now || isHeld));
  if (step === undefined)
    return refuse(
      'subscription.step_not_found',
      'Nothing with this id lies ahead; it may have happened already.',
    );
  const schedule = subscription.schedule.filter(
    (other) => other !== step && !(step.kind === 'pause' && other.kind === 'resume'),
  );
  const draft = withFields(draftOf(subscription), { schedule, nextActionAt: now });
  const type = step.kind === 'cancel' ? 'subscription.cancel_undone' : 'subscription.step_undone';
  return ok(withEvent(draft, type, { step_id: step.id, kind: step.kind, at: step.at }).decision);
}
