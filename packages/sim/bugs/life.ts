import type { Change, Decision } from '@billhook/core/decision/change';
import type { Result } from '@billhook/core/kernel/result';
import { addMs, MS_PER_DAY } from '@billhook/core/time/instant';
import { CORE } from '../src/engine.ts';
import { bypassing, onSubscriptions, type PlantedBug, planted } from './plant.ts';

/** Bugs in the life of a subscription: what was ordered does not happen, or at another moment. */
export const LIFE_BUGS: readonly PlantedBug[] = [
  {
    id: 'pause-keeps-running',
    name: 'pauses a subscription and lets its items run',
    law: 'I09',
    engine: planted({ decidePause: (input) => without(CORE.decidePause(input), ['subscription_item.end']) }),
  },
  {
    id: 'seats-in-name-only',
    name: 'changes the seats and goes on charging for the old number',
    law: 'I09',
    engine: planted({
      decideSeats: (input) =>
        without(CORE.decideSeats(input), ['subscription_item.end', 'subscription_item.create']),
    }),
  },
  {
    id: 'old-plan-goes-on',
    name: 'leaves the items of the old plan running beside the new ones',
    law: 'I09',
    engine: planted({
      decideChange: (input) => without(CORE.decideChange(input), ['subscription_item.end']),
    }),
  },
  {
    id: 'canceled-at-once',
    name: 'ends at once what was to end with its period',
    law: 'I11',
    engine: planted({
      decideCancel: (input) =>
        CORE.decideCancel({ ...input, when: input.when === 'period_end' ? 'now' : input.when }),
    }),
  },
  {
    id: 'change-a-day-late',
    name: 'changes the plan a day after the end of the period',
    law: 'I70',
    engine: planted({
      decideChange(input) {
        const decided = CORE.decideChange(input);
        return decided.ok
          ? { ok: true, value: { ...decided.value, changes: aDayLater(decided.value) } }
          : decided;
      },
    }),
  },
  {
    id: 'trial-always-converts',
    name: 'goes on after a trial that was to end',
    law: 'I11',
    engine: onSubscriptions((subscription) => ({ ...subscription, trialEnd: 'convert' })),
  },
  {
    id: 'phases-lost',
    name: 'forgets the phases of a start',
    law: 'I70',
    engine: planted({ decideStart: (input) => CORE.decideStart({ ...input, phases: [] }) }),
  },
  {
    id: 'backdate-ignored',
    name: 'starts now what was to start in the past',
    law: 'I70',
    engine: planted({
      decideStart: (input) =>
        CORE.decideStart({
          ...input,
          startAt: input.startAt !== null && input.startAt < input.now ? null : input.startAt,
        }),
    }),
  },
  {
    id: 'undo-does-nothing',
    name: 'says that a step was taken back and keeps it',
    law: 'I70',
    engine: planted({ decideUndo: (input) => without(CORE.decideUndo(input), ['subscription.update']) }),
  },
  {
    id: 'never-resumes',
    name: 'forgets the end of a pause',
    law: 'I70',
    engine: planted({ decidePause: (input) => CORE.decidePause({ ...input, until: null }) }),
  },
  {
    id: 'override-for-all',
    name: 'loses what was agreed on a price with one customer',
    law: 'I09',
    engine: planted({
      decideOverride: (input) =>
        without(CORE.decideOverride(input), ['subscription_item.end', 'subscription_item.create']),
    }),
  },
  {
    id: 'usage-hole',
    name: 'begins to meter an hour after the change',
    law: 'I02',
    engine: planted({
      applyChanges: bypassing((books, change) => {
        if (change.type !== 'subscription_item.create' || change.item.price.quantity.kind !== 'meter')
          return false;
        const item = { ...change.item, activeFrom: addMs(change.item.activeFrom, 3_600_000) };
        CORE.applyChanges(books, [{ ...change, item }]);
        return true;
      }),
    }),
  },
];

function without(decided: Result<Decision>, types: readonly Change['type'][]): Result<Decision> {
  if (!decided.ok) return decided;
  const changes = decided.value.changes.filter(({ type }) => !types.includes(type));
  return { ok: true, value: { ...decided.value, changes } };
}

function aDayLater({ changes }: Decision): readonly Change[] {
  return changes.map((change) => {
    if (change.type !== 'subscription.update' || change.fields.schedule === undefined) return change;
    const schedule = change.fields.schedule.map((step) =>
      step.kind === 'change' ? { ...step, at: addMs(step.at, MS_PER_DAY) } : step,
    );
    return { ...change, fields: { ...change.fields, schedule } };
  });
}
