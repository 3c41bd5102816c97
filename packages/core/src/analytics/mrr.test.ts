import { expect, test } from 'vitest';
import fixture from '../../fixtures/mrr.json' with { type: 'json' };
import type { PriceModel } from '../catalog/price-model.ts';
import { currencyCode } from '../money/currency.ts';
import { parseMinor } from '../money/format.ts';
import { formatRational } from '../money/rational.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideAddOn } from '../subscriptions/decide-add-on.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import { decidePause, decideResume } from '../subscriptions/decide-pause.ts';
import type { PauseMode } from '../subscriptions/subscription.ts';
import {
  Account,
  at,
  flat,
  itemIds,
  metered,
  plan,
  price,
  seats,
  unwrap,
  version,
} from '../testing/factories.ts';
import { ADD_ONS } from '../testing/histories.ts';
import { type CadenceInterval, YEARLY } from '../time/cadence.ts';
import { mrrMinor, periodsPerMonth } from './mrr.ts';

const NOW = at('2026-04-01T00:00:00Z');

test.each(fixture.cases)('brings a price to one month as in $id', (entry) => {
  const { amount, interval, interval_count } = entry.price;
  const cadence = { interval: interval as CadenceInterval, count: interval_count };
  const account = new Account().start(NOW, version('p', [flat('p', BigInt(amount), { cadence })]));
  expect(mrrMinor([account.subscription], NOW)).toBe(
    unwrap(parseMinor(entry.expected.mrr, currencyCode(entry.currency))),
  );
});

test('the sum is rounded once, and usage, trials and ended subscriptions do not count', () => {
  const yearly = version('y', [flat('y', 1001n, { cadence: YEARLY }), metered('m', '5')]);
  const accounts = [1, 2, 3].map(() => new Account().start(NOW, yearly).subscription);
  expect(mrrMinor(accounts, NOW)).toBe(250n);
  expect(mrrMinor([new Account().start(NOW, { ...yearly, trialDays: 7 }).subscription], NOW)).toBe(0n);
  expect(mrrMinor([], NOW)).toBe(0n);
  const team = new Account().start(NOW, version('t', [seats('t', '10')]), { seats: 7n }).subscription;
  expect(mrrMinor([team], NOW)).toBe(7000n);
  expect(mrrMinor([{ ...team, status: 'canceled' }], NOW)).toBe(0n);
});

test('weeks count 52 a year and a day is a thirtieth of a month', () => {
  expect(formatRational(periodsPerMonth({ interval: 'week', count: 1 }))).toBe('13/3');
  expect(formatRational(periodsPerMonth({ interval: 'day', count: 1 }))).toBe('30');
  expect(formatRational(periodsPerMonth({ interval: 'quarter', count: 1 }))).toBe('1/3');
});

const MID = at('2026-04-16T00:00:00Z');
const LATER = at('2026-04-20T00:00:00Z');
const MAY = at('2026-05-01T00:00:00Z');
const days = DEFAULT_PRORATION_POLICY;
const basic = version('basic', [flat('basic', 1000n)]);
const pro = version('pro', [flat('pro', 3000n)]);

function mrrAt(account: Account, moment: number) {
  return mrrMinor([account.subscription], moment as typeof NOW);
}

function started(planVersion = basic): Account {
  const account = new Account().start(NOW, planVersion);
  account.bill(NOW);
  return account;
}

function pause(account: Account, mode: PauseMode): void {
  const { subscription } = account;
  const stepIds = { pause: 'step_pause', resume: 'step_resume' };
  const input = { now: MID, subscription, mode, from: MID, until: null, stepIds, itemIds: itemIds(2), days };
  account.apply(unwrap(decidePause(input)));
}

function resume(account: Account): void {
  const { subscription } = account;
  const input = { now: LATER, subscription, at: LATER, stepId: 'step_again', itemIds: itemIds(2) };
  account.apply(unwrap(decideResume(input)));
}

function change(account: Account, isProrated: boolean): void {
  const decision = decideChange({
    now: MID,
    subscription: account.subscription,
    currentPlan: plan('basic', 1),
    newPlan: plan('pro', 2),
    newVersion: pro,
    seats: null,
    when: 'now',
    direction: null,
    itemIds: itemIds(2),
    stepId: 'step_change',
    isProrated,
    days,
  });
  account.apply(unwrap(decision));
}

test.each(['keep_period', 'stop_period'] as const)(
  'a pause with %s counts nothing while it lasts, and the whole price from the resumption on',
  (mode) => {
    const account = started();
    pause(account, mode);
    expect([mrrAt(account, MID), mrrAt(account, MAY)]).toEqual([0n, 0n]);
    resume(account);
    const moments = [NOW, MID - 1, MID, LATER - 1, LATER, MAY - 1, MAY];
    expect(moments.map((moment) => mrrAt(account, moment))).toEqual([
      1000n,
      1000n,
      0n,
      0n,
      1000n,
      1000n,
      1000n,
    ]);
  },
);

test('a change without proration counts what was paid until its period ends, then the new price', () => {
  const account = started();
  change(account, false);
  const moments = [MID - 1, MID, MAY - 1, MAY];
  expect(moments.map((moment) => mrrAt(account, moment))).toEqual([1000n, 1000n, 1000n, 3000n]);
});

test('a prorated change counts the new price from its moment on', () => {
  const account = started();
  change(account, true);
  expect([MID - 1, MID].map((moment) => mrrAt(account, moment))).toEqual([1000n, 3000n]);
});

test('an add-on counts with its quantity, and waits for its plan after a pause like the plan itself', () => {
  const account = started();
  const addOn = ADD_ONS[0];
  if (addOn === undefined) throw new Error('There is no add-on.');
  const input = { now: NOW, subscription: account.subscription, addOn, quantity: 1n, itemIds: itemIds(1) };
  account.apply(unwrap(decideAddOn(input)));
  account.bill(NOW);
  expect(mrrAt(account, NOW)).toBe(1500n);
  pause(account, 'keep_period');
  resume(account);
  expect([LATER, MAY].map((moment) => mrrAt(account, moment))).toEqual([1500n, 1500n]);
});

test('an item that waits and is changed again never counts twice', () => {
  const account = started();
  pause(account, 'keep_period');
  resume(account);
  const { subscription } = account;
  const stepIds = { pause: 'step_p2', resume: 'step_r2' };
  const second = {
    now: LATER,
    subscription,
    mode: 'keep_period',
    from: LATER,
    until: null,
    stepIds,
  } as const;
  account.apply(unwrap(decidePause({ ...second, itemIds: itemIds(2), days })));
  expect(mrrAt(account, LATER)).toBe(0n);
  resume(account);
  expect([LATER, MAY].map((moment) => mrrAt(account, moment))).toEqual([1000n, 1000n]);
});

test('a commitment lifts what a month costs to its minimum, and a cap holds it down', () => {
  const committed = (minimumMinor: bigint | null, maximumMinor: bigint | null) => {
    const model: PriceModel = { kind: 'commitment', minimumMinor, maximumMinor };
    const shape = { model, cadence: { interval: 'quarter', count: 1 }, timing: 'in_arrears' } as const;
    return started(version('c', [flat('c', 1000n), metered('m', '5'), price('commitment', shape)]));
  };
  expect(mrrAt(committed(9000n, null), NOW)).toBe(3000n);
  expect(mrrAt(committed(1500n, null), NOW)).toBe(1000n);
  expect(mrrAt(committed(null, 1500n), NOW)).toBe(500n);
});
