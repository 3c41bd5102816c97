import type { Instant } from '../time/instant.ts';
import type { DayRules } from './cut-item.ts';
import { creditOf, type SubscriptionDraft, withEvent, withFields, withItemsEnded } from './draft.ts';

export interface AddOnEnd {
  readonly addOnId: string;
  readonly at: Instant;
  readonly creditUnused: boolean;
  readonly days: DayRules;
}

/** Ends an add-on, with what was laid ahead for it. */
export function withAddOnEnded(draft: SubscriptionDraft, end: AddOnEnd): SubscriptionDraft {
  const { addOnId, at, creditUnused, days } = end;
  const ended = withItemsEnded(draft, {
    at,
    cause: 'end',
    credit: creditOf(creditUnused),
    days,
    matches: ({ source }) => source.kind === 'add_on' && source.addOnId === addOnId,
  });
  const schedule = draft.subscription.schedule.filter(
    (step) => !((step.kind === 'add_on_end' || step.kind === 'add_on_quantity') && step.addOnId === addOnId),
  );
  const moved = withFields(ended, { schedule, nextActionAt: at });
  return withEvent(moved, 'subscription.add_on_ended', { add_on_id: addOnId, at });
}
