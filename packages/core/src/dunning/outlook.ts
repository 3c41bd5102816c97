import { addMs, type Instant, later } from '../time/instant.ts';
import { type ZoneRules, zoneNamed } from '../time/zone.ts';
import { type Campaign, type CampaignStep, inOrder, isTry, takesAway } from './campaign.ts';
import type { FailureKind } from './failure-kind.ts';
import { firstAllowedTry, schemeLimits } from './scheme-limit.ts';
import { intoHours, stepTime } from './step-time.ts';

/** What is known of one unpaid invoice that a campaign works on. */
export interface DunningFacts {
  /** The first failure, or the due date where the invoice is paid by transfer. */
  readonly anchorAt: Instant;
  /** How long staff held the campaign back so far; what is ahead moves by it. */
  readonly pausedMs: number;
  readonly kind: FailureKind;
  /** Since when the failure is of that kind. */
  readonly kindSince: Instant;
  /** The last failure of a charge; null if there was none. */
  readonly lastFailureAt: Instant | null;
  /** Keys of steps that were taken, skipped or left out. */
  readonly settled: readonly string[];
  /** Tries with the method that would be charged, of any invoice. */
  readonly tries: readonly Instant[];
  readonly methodKind: string | null;
  /** That the method which would be charged must never be charged again. */
  readonly isBlocked: boolean;
  /** That the customer has another method, which may be charged. */
  readonly hasOther: boolean;
  readonly timeZone: string;
  /** That Stripe collects the invoice: it tries again and ends the subscription by its own rules, and we only speak and limit. */
  readonly isAtStripe?: boolean;
}

/** A step that lies ahead, or is due. */
export interface AheadStep {
  readonly step: CampaignStep;
  readonly at: Instant;
}

export interface Outlook {
  /** In the order in which they are taken. */
  readonly ahead: readonly AheadStep[];
  /** Steps of this kind of failure that will not be taken, with the reason. */
  readonly leftOut: readonly { readonly step: CampaignStep; readonly reason: LeftOutReason }[];
}

export type LeftOutReason = 'do_not_retry' | 'no_other_method' | 'time_passed' | 'done_at_stripe';

/**
 * What lies ahead of an unpaid invoice. A pure function of the campaign's version and the facts: asked again, it says
 * the same. Steps never overtake each other; a try whose time passed while another was under way is left out, so is a
 * step of another kind of failure whose time had passed when the kind became known.
 */
export function dunningOutlook(campaign: Campaign, facts: DunningFacts): Outlook {
  const zone = zoneNamed(facts.timeZone);
  const ahead: AheadStep[] = [];
  const leftOut: Outlook['leftOut'][number][] = [];
  let earliest: Instant | null = null;
  for (const step of inOrder(campaign.steps)) {
    if (step.kinds !== null && !step.kinds.includes(facts.kind)) continue;
    const timed = timeOf(campaign, facts, step, zone);
    const inTurn: Instant = earliest === null ? timed : later(timed, earliest);
    const at = campaign.hours === null ? inTurn : intoHours(inTurn, zone, campaign.hours);
    earliest = at;
    if (facts.settled.includes(step.key)) continue;
    const reason = reasonToLeaveOut(facts, step, at);
    if (reason === null) ahead.push({ step, at });
    else leftOut.push({ step, reason });
  }
  return { ahead, leftOut };
}

function timeOf(campaign: Campaign, facts: DunningFacts, step: CampaignStep, zone: ZoneRules): Instant {
  const { paydays } = campaign;
  const anchorAt = addMs(facts.anchorAt, facts.pausedMs);
  const at = stepTime({ step, anchorAt, zone, paydays });
  return step.action === 'retry' ? firstAllowedTry(at, facts.tries, schemeLimits(facts.methodKind)) : at;
}

function reasonToLeaveOut(facts: DunningFacts, step: CampaignStep, at: Instant): LeftOutReason | null {
  const { lastFailureAt, kindSince } = facts;
  if (facts.isAtStripe === true && (isTry(step.action) || step.action === 'cancel')) return 'done_at_stripe';
  if (isTry(step.action)) {
    const isChange = step.action === 'change_method';
    // Another method may be tried at the very moment of the failure, the same one may not.
    if (lastFailureAt !== null && (isChange ? at < lastFailureAt : at <= lastFailureAt)) return 'time_passed';
    if (isChange) return facts.hasOther ? null : 'no_other_method';
    return facts.isBlocked ? 'do_not_retry' : null;
  }
  // What was to be said for another kind of failure and did not hold then; what takes away always holds.
  return !takesAway(step.action) && at < kindSince ? 'time_passed' : null;
}

/** What a failure leads to. */
export interface AfterFailure {
  /** When to try again; null for not by ourselves. */
  readonly retryAt: Instant | null;
  /** The step that this try belongs to. */
  readonly retryStep: CampaignStep | null;
  /** That the last hope has gone: subscriptions end and the invoice is uncollectible. */
  readonly ends: boolean;
  /** Whether the customer is told of this failure by a mail of its own. */
  readonly tellsCustomer: boolean;
}

/**
 * What follows a failed charge. It ends at once where the next step ends it and its time has come.
 *
 * @param failureCount failures of this invoice so far, this one included
 * @param isPaused staff hold the campaign back: nothing is planned and nothing ends
 */
export function planAfterFailure(
  campaign: Campaign,
  facts: DunningFacts,
  { now, failureCount, isPaused }: { now: Instant; failureCount: number; isPaused: boolean },
): AfterFailure {
  const { failureMail } = campaign;
  const tellsCustomer = failureMail === 'each' || (failureMail === 'first' && failureCount === 1);
  const none: AfterFailure = { retryAt: null, retryStep: null, ends: false, tellsCustomer };
  if (isPaused) return none;
  const { ahead } = dunningOutlook(campaign, facts);
  const next = nextTry(ahead);
  if (next !== null) return { ...none, retryAt: next.at, retryStep: next.step };
  const end = ahead.find(({ step }) => step.action === 'cancel' || step.action === 'stop');
  return { ...none, ends: end?.step.action === 'cancel' && end.at <= now };
}

/** The next try, unless an end comes before it. */
export function nextTry(ahead: readonly AheadStep[]): AheadStep | null {
  for (const one of ahead) {
    if (isTry(one.step.action)) return one;
    if (one.step.action === 'cancel' || one.step.action === 'stop') return null;
  }
  return null;
}

/**
 * The next step that is not a try: tries are made by whoever collects. What takes something away waits for every try
 * before it, and while a payment is under way; what only speaks does not wait.
 */
export function nextStep(ahead: readonly AheadStep[], isUnderWay: boolean): AheadStep | null {
  let waits = isUnderWay;
  for (const one of ahead) {
    if (isTry(one.step.action)) waits = true;
    else if (!waits || !takesAway(one.step.action)) return one;
  }
  return null;
}
