import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import { RENEWAL_OFF } from './decide-cancel.ts';
import { draftOf, withEvent, withFields } from './draft.ts';
import { periodEndAhead } from './items.ts';
import { refuseStripe } from './refusals.ts';
import { type CancelStep, cancelAhead, withoutStep, withStep } from './schedule.ts';
import { isLive, type Subscription } from './subscription.ts';

export interface AutoRenewInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly isOn: boolean;
  /** Id of the step that turning it off lays on the schedule. */
  readonly stepId: string;
}

/**
 * Turns the renewal of a subscription off or on. Off, it ends at the end of the running period or of the trial; on, it
 * goes on. An end that was set in other words stands and is undone in its own.
 * Refusals: `subscription.not_live`, `subscription.renewal_off`, `subscription.renewal_on` where it is so already,
 * `subscription.cancel_pending`, `subscription.no_period` where nothing renews, `subscription.authority_stripe`.
 */
export function decideAutoRenew(input: AutoRenewInput): Result<Decision> {
  const { now, subscription, isOn, stepId } = input;
  const refusal = refuseStripe(subscription);
  if (refusal !== null) return refusal;
  if (!isLive(subscription)) return refuse('subscription.not_live', 'The subscription does not run.');
  const ahead = cancelAhead(subscription);
  if (isOn) {
    if (ahead?.reason !== RENEWAL_OFF || ahead.at <= now)
      return refuse('subscription.renewal_on', 'The subscription already renews.');
    const schedule = withoutStep(subscription.schedule, ahead.id);
    const draft = withFields(draftOf(subscription), { schedule, nextActionAt: now });
    return ok(withEvent(draft, 'subscription.renewal_on', { step_id: ahead.id }).decision);
  }
  if (ahead?.reason === RENEWAL_OFF)
    return refuse('subscription.renewal_off', 'The renewal is already off.', { cancel_at: ahead.at });
  if (ahead !== null)
    return refuse('subscription.cancel_pending', 'The end of the subscription is already set.', {
      cancel_at: ahead.at,
    });
  const at = periodEndAhead(subscription, now);
  if (at === null) return refuse('subscription.no_period', 'Nothing renews while no period runs.');
  const step: CancelStep = { kind: 'cancel', id: stepId, at, creditUnused: false, reason: RENEWAL_OFF };
  const schedule = withStep(subscription.schedule, step);
  const draft = withFields(draftOf(subscription), { schedule, nextActionAt: now });
  return ok(withEvent(draft, 'subscription.renewal_off', { at, step_id: stepId }).decision);
}
