import { expect, test } from 'vitest';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { Account, at, flat, plan, unwrap, version } from '../testing/factories.ts';
import { decideChange } from './decide-change.ts';

test.each([
  ['second', 'day'],
  ['day', 'second'],
] as const)(
  'I98 a price by %s is followed by one by %s where it ends: no time is charged twice or left out',
  (first, then) => {
    const account = new Account().start(
      at('2026-01-01T00:00:00Z'),
      version('first', [flat('base', 3100n, { proration: first })]),
    );
    account.bill(at('2026-01-10T15:00:00Z'));
    const changed = decideChange({
      now: at('2026-01-10T15:00:00Z'),
      subscription: account.subscription,
      currentPlan: plan('first', 1),
      newPlan: plan('then', 2),
      newVersion: version('then', [flat('base', 6200n, { proration: then })]),
      itemIds: ['item_then'],
      stepId: 'step_1',
      seats: null,
      when: 'now',
      direction: null,
      isProrated: true,
      days: DEFAULT_PRORATION_POLICY,
    });
    account.apply(unwrap(changed));
    const [before, after] = account.subscription.items;
    expect(after?.activeFrom).toBe(before?.activeTo);
  },
);

const days = { ...DEFAULT_PRORATION_POLICY, changeDay: 'old_plan' } as const;

type Version = ReturnType<typeof version>;

/** An account that leaves a plan at ten o'clock and comes back to it, or to another one. */
function leaveAndReturn(own: Version, between: Version, back: string, last: Version = own) {
  const account = new Account().start(at('2026-01-01T00:00:00Z'), own);
  const change = (moment: string, to: Version, from: string, name: string) => {
    const itemIds = to.prices.map(({ key }) => `${name} ${key}`);
    const decision = decideChange({
      now: at(moment),
      subscription: account.subscription,
      newVersion: to,
      itemIds,
      currentPlan: plan(from, 1),
      newPlan: plan(to.planId.slice(5), 2),
      stepId: name,
      seats: null,
      when: 'now',
      direction: null,
      isProrated: true,
      days,
    });
    account.apply(unwrap(decision));
  };
  change('2026-01-10T10:00:00Z', between, 'a', 'between');
  change(back, last, 'b', 'again');
  return account.subscription.items;
}

test('I98 a day that was charged whole is not charged again after a plan with other periods in between', () => {
  const monthly = version('a', [flat('base', 3100n, { proration: 'day', timing: 'in_arrears' })]);
  const weekly = version('b', [flat('other', 700n, { cadence: { interval: 'week', count: 1 } })]);
  const [first, , again] = leaveAndReturn(monthly, weekly, '2026-01-10T11:00:00Z');
  expect(first?.activeTo).toBe(at('2026-01-11T00:00:00Z'));
  expect(again?.activeFrom).toBe(first?.activeTo);
});

test('I98 a day that was charged whole is not charged again by time after a plan with other periods in between', () => {
  const byDay = version('a', [flat('base', 3100n, { proration: 'day' })]);
  const byTime = version('c', [flat('base', 900n)]);
  const daily = version('b', [flat('other', 70n, { cadence: { interval: 'day', count: 1 } })]);
  const items = leaveAndReturn(byDay, daily, '2026-01-10T10:00:00Z', byTime);
  const [first, again] = items.filter(({ price }) => price.key === 'base');
  expect(first?.activeTo).toBe(at('2026-01-11T00:00:00Z'));
  expect(again?.activeFrom).toBe(first?.activeTo);
});

test('I98 a day that was charged whole is not charged again after a plan that did not have its price', () => {
  const crew = version('a', [
    flat('crew', 3100n),
    flat('support', 900n, {
      proration: 'day',
      timing: 'in_arrears',
      cadence: { interval: 'quarter', count: 1 },
    }),
  ]);
  const other = version('b', [flat('other', 700n)]);
  const items = leaveAndReturn(crew, other, '2026-01-10T10:00:00Z');
  const [first, again] = items.filter(({ price }) => price.key === 'support');
  expect(first?.activeTo).toBe(at('2026-01-11T00:00:00Z'));
  expect(again?.activeFrom).toBe(first?.activeTo);
});
