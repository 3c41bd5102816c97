import { inOrder, type ScheduledStep } from '../subscriptions/schedule.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { MirrorInput } from './decide-subscription.ts';
import { planOfPhase } from './phase-plan.ts';

/** Why a subscription came to lie ahead of its end: Stripe says so. */
export const ENDS_AT_STRIPE = 'at_stripe';

/**
 * What Stripe says will happen: an end, the end of a pause, and the phases of a schedule as changes of plan or of seats. A
 * step that stays keeps its id. A phase with a price that stands for nothing here is left out until it does.
 */
export function stepsAhead(input: MirrorInput, status: Subscription['status']): readonly ScheduledStep[] {
  if (status === 'canceled') return [];
  const { facts, current } = input;
  const wanted: ScheduledStep[] = [];
  if (facts.cancelAt !== null)
    wanted.push({ kind: 'cancel', id: '', at: facts.cancelAt, creditUnused: false, reason: ENDS_AT_STRIPE });
  const resumesAt = facts.paused?.resumesAt ?? null;
  if (status === 'paused' && resumesAt !== null)
    wanted.push({ kind: 'resume', id: '', at: resumesAt, itemIds: [] });
  wanted.push(...phaseSteps(input, facts.cancelAt));
  const known = [...(current?.schedule ?? [])];
  const kept = wanted.map((step, index) => {
    const at = known.findIndex((one) => wordsOf(one) === wordsOf(step));
    const id = at === -1 ? (input.stepIds[index] as string) : (known.splice(at, 1)[0] as ScheduledStep).id;
    return { ...step, id };
  });
  return inOrder(kept);
}

/** How many steps lie ahead at most: an id is needed for each. */
export function countSteps({ phases }: MirrorInput['facts']): number {
  return 2 + 2 * phases.length;
}

/** A step without its id, and without prices, which its version says. */
function wordsOf(step: ScheduledStep): string {
  const words = Object.entries(step).filter(([key]) => key !== 'id' && key !== 'prices');
  return words
    .map(([key, value]) => `${key}=${String(value)}`)
    .toSorted()
    .join(' ');
}

/** Phases that have not begun, each by what it changes of the one before. */
function phaseSteps({ now, facts, sold }: MirrorInput, endsAt: Instant | null): ScheduledStep[] {
  const steps: ScheduledStep[] = [];
  let before = planOfPhase(facts.items, sold);
  facts.phases.forEach((phase, index) => {
    if (phase.startAt <= now || (endsAt !== null && phase.startAt >= endsAt)) return;
    const next = planOfPhase(phase.items, sold);
    if (next === null) return;
    const step = { id: '', at: phase.startAt, itemIds: [], isProrated: phase.isProrated };
    if (before === null || next.planVersionId !== before.planVersionId) {
      const { planId, planVersionId, prices, seats } = next;
      steps.push({ kind: 'change', ...step, planId, planVersionId, seats, prices, phase: index + 1 });
    } else if (next.seats !== before.seats) steps.push({ kind: 'seats', ...step, seats: next.seats });
    before = next;
  });
  return steps;
}
