import { describe, expect, test } from 'vitest';
import type { Price } from '../catalog/price.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import { Account, at, flat, itemIds, plan, unwrap, version } from '../testing/factories.ts';

/** June in Berlin begins at 22:00 of 31 May in UTC and has 30 days. */
const START = at('2026-05-31T22:00:00Z');

function monthly(key: string, amountMinor: bigint, shape: Partial<Price>) {
  return version(key, [flat(key, amountMinor, shape)]);
}

function subscribed(start: string, shape: Partial<Price>): Account {
  return new Account().start(at(start), monthly('basic', 3000n, shape), { timeZone: 'Europe/Berlin' });
}

function changePlan(
  account: Account,
  moment: string,
  to: string,
  amountMinor: bigint,
  shape: Partial<Price>,
): void {
  const target = monthly(to, amountMinor, shape);
  const decision = decideChange({
    now: at(moment),
    subscription: account.subscription,
    currentPlan: plan('basic', 1),
    newPlan: plan(to, 2),
    newVersion: target,
    itemIds: itemIds(1),
    seats: null,
    when: 'now',
    direction: null,
  });
  account.apply(unwrap(decision));
  account.bill(at(moment));
}

function cancel(account: Account, moment: string): void {
  const { subscription } = account;
  account.apply(
    unwrap(decideCancel({ now: at(moment), subscription, when: 'now', creditUnused: true, reason: 'test' })),
  );
  account.bill(at(moment));
}

const amounts = (account: Account) => account.lines().map((line) => line.amountMinor);

describe('a price by day', () => {
  const byDay: Partial<Price> = { proration: 'day' };

  test('charges the day of a start, and gives the day of a change to the new price', () => {
    const account = subscribed('2026-06-10T15:00:00Z', { ...byDay, alignment: 'calendar' });
    account.bill(at('2026-06-10T15:00:00Z'));
    changePlan(account, '2026-06-20T15:00:00Z', 'pro', 6000n, { ...byDay, alignment: 'calendar' });
    expect(amounts(account)).toEqual([2100n, -1100n, 2200n]);
  });

  test('uses the day on which service ends', () => {
    const account = subscribed('2026-05-31T22:00:00Z', byDay);
    account.bill(START);
    cancel(account, '2026-06-20T15:00:00Z');
    expect(amounts(account)).toEqual([3000n, -1000n]);
  });

  test('in arrears charges the days up to a change, and up to and with the day of an end', () => {
    const arrears: Partial<Price> = { ...byDay, timing: 'in_arrears' };
    const account = subscribed('2026-05-31T22:00:00Z', arrears);
    changePlan(account, '2026-06-11T15:00:00Z', 'pro', 6000n, arrears);
    cancel(account, '2026-06-20T15:00:00Z');
    expect(amounts(account)).toEqual([1000n, 2000n]);
  });

  test('I60 an upgrade and a downgrade on one day cost nothing', () => {
    const account = subscribed('2026-05-31T22:00:00Z', byDay);
    account.bill(START);
    changePlan(account, '2026-06-11T08:00:00Z', 'pro', 6001n, byDay);
    changePlan(account, '2026-06-11T17:00:00Z', 'back', 3000n, byDay);
    expect(amounts(account).reduce((sum, minor) => sum + minor, 0n)).toBe(3000n);
  });
});

describe('a price that is not prorated', () => {
  const whole: Partial<Price> = { proration: 'none', alignment: 'calendar' };

  test('charges a started period whole and credits nothing', () => {
    const account = subscribed('2026-06-10T15:00:00Z', whole);
    account.bill(at('2026-06-10T15:00:00Z'));
    cancel(account, '2026-06-20T15:00:00Z');
    expect(amounts(account)).toEqual([3000n]);
  });

  test('takes over from another with the next period, which is charged whole', () => {
    const account = subscribed('2026-06-10T15:00:00Z', whole);
    account.bill(at('2026-06-10T15:00:00Z'));
    changePlan(account, '2026-06-20T15:00:00Z', 'pro', 6000n, whole);
    account.bill(at('2026-07-01T00:00:00Z'));
    expect(amounts(account)).toEqual([3000n, 0n, 6000n]);
  });
});
