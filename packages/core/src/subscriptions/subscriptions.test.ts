import { describe, expect, test } from 'vitest';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import {
  Account,
  at,
  flat,
  itemIds,
  metered,
  plan,
  seats,
  startDecision,
  unwrap,
  version,
} from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { YEARLY } from '../time/cadence.ts';
import { formatInstant } from '../time/instant.ts';
import { decideCancel } from './decide-cancel.ts';
import { type ChangeInput, decideChange, directionOf } from './decide-change.ts';
import { decideRenewal } from './decide-renewal.ts';
import { decideSeats, type SeatsInput } from './decide-seats.ts';
import { decideUndo } from './decide-undo.ts';
import { cancelAhead, changeAhead } from './schedule.ts';
import type { SubscriptionStatus } from './subscription.ts';
import { assertSubscriptionMove, mayMoveSubscription, SUBSCRIPTION_TRANSITIONS } from './transitions.ts';

const START = at('2026-01-31T12:00:00Z');
const basic = version('basic', [flat('basic', 1000n)]);
const pro = version('pro', [flat('pro', 3000n)]);
const team = version('team', [seats('team', '10')]);

function change(account: Account, now: string, overrides: Partial<ChangeInput> = {}) {
  return decideChange({
    now: at(now),
    subscription: account.subscription,
    currentPlan: plan('basic', 1),
    newPlan: plan('pro', 2),
    newVersion: pro,
    itemIds: itemIds(3),
    seats: null,
    when: 'by_direction',
    direction: null,
    stepId: 'step_change',
    isProrated: true,
    days: DEFAULT_PRORATION_POLICY,
    ...overrides,
  });
}

function cancel(account: Account, now: string, when: 'now' | 'period_end', creditUnused = false) {
  return decideCancel({
    now: at(now),
    subscription: account.subscription,
    when,
    creditUnused,
    reason: 'asked',
    stepId: 'step_cancel',
    days: DEFAULT_PRORATION_POLICY,
  });
}

const SEATS_NOW = {
  when: 'now',
  stepId: 'step_seats',
  isProrated: true,
  days: DEFAULT_PRORATION_POLICY,
} as const satisfies Partial<SeatsInput>;

function undo(account: Account, now: string, stepId: string) {
  return decideUndo({ now: at(now), subscription: account.subscription, stepId });
}

describe('start', () => {
  test('at once without a trial it is active and anchored at the start', () => {
    const { subscription } = new Account().start(START, basic);
    expect(subscription).toMatchObject({
      status: 'active',
      anchorAt: START,
      trialEndAt: null,
      nextActionAt: START,
    });
  });

  test('a trial lasts whole local days and moves the anchor to its end', () => {
    const account = new Account().start(at('2026-03-20T11:00:00Z'), version('t', [flat('t', 1000n)], 14), {
      timeZone: 'Europe/Berlin',
    });
    expect(account.subscription.status).toBe('trialing');
    expect(formatInstant(account.subscription.anchorAt)).toBe('2026-04-03T10:00:00Z');
  });

  test('a later start waits, then begins its trial or its first period at its own moment', () => {
    const account = new Account().start(START, version('t', [flat('t', 1000n)], 7), {
      startAt: at('2026-02-05T00:00:00Z'),
    });
    expect(account.subscription.status).toBe('scheduled');
    account.bill(at('2026-02-06T00:00:00Z'));
    expect(account.subscription.status).toBe('trialing');
    account.bill(at('2026-03-01T00:00:00Z'));
    expect(account.subscription.status).toBe('active');
    expect(account.lines().map((line) => formatInstant(line.servicePeriod.start))).toEqual([
      '2026-02-12T00:00:00Z',
    ]);
    const plain = new Account().start(START, basic, { startAt: at('2026-02-05T00:00:00Z') });
    plain.bill(at('2026-02-05T00:00:00Z'));
    expect(plain.subscription.status).toBe('active');
  });

  test('refuses a start in the past, unknown zones and senseless seats', () => {
    expect(codeOf(startDecision(START, basic, { startAt: at('2026-01-01T00:00:00Z') }))).toBe(
      'subscription.start_in_past',
    );
    expect(codeOf(startDecision(START, basic, { timeZone: 'Nowhere' }))).toBe('zone.unknown');
    expect(codeOf(startDecision(START, basic, { seats: 0n }))).toBe('subscription.seats_out_of_range');
  });
});

describe('change of plan', () => {
  test('an upgrade takes effect at once: unused time is credited, the rest of the period charged', () => {
    const account = new Account().start(at('2026-04-01T00:00:00Z'), basic);
    account.bill(at('2026-04-01T00:00:00Z'));
    account.apply(unwrap(change(account, '2026-04-16T00:00:00Z')));
    const { invoice } = account.bill(at('2026-04-16T00:00:00Z'));
    expect(invoice?.lines.map((line) => [line.kind, line.amountMinor])).toEqual([
      ['proration_credit', -500n],
      ['recurring', 1500n],
    ]);
    expect(account.subscription.planVersionId).toBe('ver_pro');
  });

  test('I70 a downgrade takes effect exactly at the end of the period, however late billing runs', () => {
    const account = new Account().start(START, pro);
    account.bill(START);
    const input = { currentPlan: plan('pro', 2), newPlan: plan('basic', 1), newVersion: basic };
    account.apply(unwrap(change(account, '2026-02-10T00:00:00Z', input)));
    expect(changeAhead(account.subscription)?.at).toBe(at('2026-02-28T12:00:00Z'));
    account.bill(at('2026-03-20T00:00:00Z'));
    expect(
      account.lines().map((line) => [formatInstant(line.servicePeriod.start), line.amountMinor]),
    ).toEqual([
      ['2026-01-31T12:00:00Z', 3000n],
      ['2026-02-28T12:00:00Z', 1000n],
    ]);
    expect(account.subscription).toMatchObject({ planVersionId: 'ver_basic', schedule: [] });
  });

  test('a scheduled change can be taken back', () => {
    const account = new Account().start(START, basic);
    account.apply(unwrap(change(account, '2026-02-10T00:00:00Z', { when: 'period_end' })));
    account.apply(unwrap(undo(account, '2026-02-11T00:00:00Z', 'step_change')));
    account.bill(at('2026-03-20T00:00:00Z'));
    expect(account.subscription.planVersionId).toBe('ver_basic');
    expect(codeOf(undo(account, '2026-02-11T00:00:00Z', 'step_change'))).toBe('subscription.step_not_found');
  });

  test('a change of the length of the period begins a new period at the change', () => {
    const yearly = version('yearly', [flat('yearly', 10000n, { cadence: YEARLY })]);
    const account = new Account().start(START, basic);
    account.bill(START);
    account.apply(unwrap(change(account, '2026-02-14T12:00:00Z', { newVersion: yearly })));
    const { invoice } = account.bill(at('2026-02-14T12:00:00Z'));
    expect(invoice?.totals.netMinor).toBe(10000n - 500n);
    expect(formatInstant(account.subscription.anchorAt)).toBe('2026-02-14T12:00:00Z');
  });

  test('during a trial the new plan starts with the first period, and nothing is charged for the old one', () => {
    const account = new Account().start(START, version('t', [flat('t', 1000n)], 10));
    account.apply(unwrap(change(account, '2026-02-03T00:00:00Z', { when: 'now' })));
    account.bill(at('2026-02-28T00:00:00Z'));
    expect(account.lines().map((line) => line.amountMinor)).toEqual([3000n]);
    const later = new Account().start(START, version('t', [flat('t', 1000n)], 10));
    later.apply(unwrap(change(later, '2026-02-03T00:00:00Z', { when: 'period_end' })));
    later.bill(at('2026-02-28T00:00:00Z'));
    expect(later.lines().map((line) => line.amountMinor)).toEqual([3000n]);
  });

  test('a plan without prices changes at once even where the end of the period is asked for', () => {
    const account = new Account().start(START, version('free', []));
    account.apply(unwrap(change(account, '2026-02-03T00:00:00Z', { when: 'period_end' })));
    expect(account.subscription).toMatchObject({
      planVersionId: 'ver_pro',
      anchorAt: at('2026-02-03T00:00:00Z'),
    });
    const back = {
      currentPlan: plan('pro', 2),
      newPlan: plan('free', 0),
      newVersion: version('free', []),
      when: 'now',
    } as const;
    account.apply(unwrap(change(account, '2026-02-03T00:00:00Z', back)));
    expect(account.bill(at('2026-02-04T00:00:00Z')).invoice).toBeNull();
  });

  test('refuses what cannot be', () => {
    const account = new Account().start(START, basic);
    expect(codeOf(change(account, '2026-02-01T00:00:00Z', { newVersion: basic }))).toBe(
      'subscription.no_change',
    );
    expect(codeOf(change(account, '2026-02-01T00:00:00Z', { seats: 0n }))).toBe(
      'subscription.seats_out_of_range',
    );
    const dollars = { ...pro, currency: 'USD' as typeof pro.currency };
    expect(codeOf(change(account, '2026-02-01T00:00:00Z', { newVersion: dollars }))).toBe(
      'subscription.currency_differs',
    );
    account.apply(unwrap(cancel(account, '2026-02-01T00:00:00Z', 'period_end')));
    expect(codeOf(change(account, '2026-02-01T00:00:00Z'))).toBe('subscription.cancel_pending');
    account.apply(unwrap(cancel(account, '2026-02-02T00:00:00Z', 'now')));
    expect(codeOf(change(account, '2026-02-03T00:00:00Z'))).toBe('subscription.canceled');
    const pastDue = { ...new Account().start(START, basic).subscription, status: 'past_due' as const };
    expect(codeOf(change(account, '2026-02-03T00:00:00Z', { subscription: pastDue }))).toBe(
      'subscription.past_due',
    );
  });

  test('the direction follows the seller order unless the caller says otherwise', () => {
    expect(directionOf(plan('a', 1), plan('b', 2))).toBe('upgrade');
    expect(directionOf(plan('a', 2), plan('b', 1))).toBe('downgrade');
    expect(directionOf(plan('a', 1), plan('b', 1))).toBe('sidegrade');
    const account = new Account().start(START, basic);
    account.apply(unwrap(change(account, '2026-02-01T00:00:00Z', { direction: 'downgrade' })));
    expect(changeAhead(account.subscription)).not.toBeNull();
  });
});

describe('seats', () => {
  test('more seats cost the difference for the rest of the period', () => {
    const account = new Account().start(at('2026-04-01T00:00:00Z'), team, { seats: 10n });
    account.bill(at('2026-04-01T00:00:00Z'));
    const input = {
      ...SEATS_NOW,
      now: at('2026-04-16T00:00:00Z'),
      subscription: account.subscription,
      seats: 12n,
      itemIds: itemIds(1),
    };
    account.apply(unwrap(decideSeats(input)));
    expect(account.bill(at('2026-04-16T00:00:00Z')).invoice?.totals.netMinor).toBe(1000n);
    account.bill(at('2026-05-01T00:00:00Z'));
    expect(account.lines().at(-1)?.amountMinor).toBe(12000n);
  });

  test('a change that lies ahead takes the new number of seats with it', () => {
    const account = new Account().start(START, team, { seats: 2n });
    account.apply(
      unwrap(
        change(account, '2026-02-01T00:00:00Z', {
          when: 'period_end',
          newVersion: version('b', [seats('b', '20')]),
        }),
      ),
    );
    account.apply(
      unwrap(
        decideSeats({
          ...SEATS_NOW,
          now: at('2026-02-02T00:00:00Z'),
          subscription: account.subscription,
          seats: 5n,
          itemIds: itemIds(1),
        }),
      ),
    );
    expect(changeAhead(account.subscription)?.seats).toBe(5n);
  });

  test('refuses what cannot be', () => {
    const input = { ...SEATS_NOW, now: START, seats: 2n, itemIds: itemIds(1) };
    const account = new Account().start(START, team);
    expect(codeOf(decideSeats({ ...input, subscription: account.subscription, seats: 1n }))).toBe(
      'subscription.no_change',
    );
    expect(codeOf(decideSeats({ ...input, subscription: account.subscription, seats: 0n }))).toBe(
      'subscription.seats_out_of_range',
    );
    const single = new Account().start(START, basic).subscription;
    expect(codeOf(decideSeats({ ...input, subscription: single }))).toBe('subscription.no_seats');
    account.apply(unwrap(cancel(account, '2026-02-01T00:00:00Z', 'now')));
    expect(codeOf(decideSeats({ ...input, subscription: account.subscription }))).toBe(
      'subscription.not_live',
    );
  });
});

describe('cancel', () => {
  test('I70 at the end of the period service ends exactly there, however late billing runs', () => {
    const account = new Account().start(START, basic);
    account.apply(unwrap(cancel(account, '2026-02-10T00:00:00Z', 'period_end')));
    account.bill(at('2026-05-01T00:00:00Z'));
    expect(account.subscription).toMatchObject({
      status: 'canceled',
      endedAt: at('2026-02-28T12:00:00Z'),
      nextActionAt: null,
    });
    expect(account.lines()).toHaveLength(1);
  });

  test('now, with or without credit for the unused time', () => {
    for (const [creditUnused, expected] of [
      [true, [1000n, -500n]],
      [false, [1000n]],
    ] as const) {
      const account = new Account().start(at('2026-04-01T00:00:00Z'), basic);
      account.bill(at('2026-04-01T00:00:00Z'));
      account.apply(unwrap(cancel(account, '2026-04-16T00:00:00Z', 'now', creditUnused)));
      account.bill(at('2026-06-01T00:00:00Z'));
      expect(account.lines().map((line) => line.amountMinor)).toEqual(expected);
    }
  });

  test('usage up to the end is billed with the end', () => {
    const account = new Account().start(at('2026-04-01T00:00:00Z'), version('u', [metered('u', '0.10')]));
    account.use('meter_u', at('2026-04-10T00:00:00Z'), 30n);
    account.use('meter_u', at('2026-04-20T00:00:00Z'), 50n);
    account.apply(unwrap(cancel(account, '2026-04-16T00:00:00Z', 'now')));
    const { invoice } = account.bill(at('2026-04-16T00:00:00Z'));
    expect(invoice?.totals.netMinor).toBe(300n);
    expect(account.bill(at('2026-06-16T00:00:00Z')).invoice).toBeNull();
  });

  test('a pending cancellation can be undone until it is reached', () => {
    const account = new Account().start(START, basic);
    account.apply(unwrap(cancel(account, '2026-02-10T00:00:00Z', 'period_end')));
    expect(codeOf(cancel(account, '2026-02-10T00:00:00Z', 'period_end'))).toBe('subscription.cancel_pending');
    account.apply(unwrap(undo(account, '2026-02-11T00:00:00Z', 'step_cancel')));
    expect(cancelAhead(account.subscription)).toBeNull();
    account.bill(at('2026-03-01T00:00:00Z'));
    expect(account.subscription.status).toBe('active');
    expect(codeOf(undo(account, '2026-03-01T00:00:00Z', 'step_cancel'))).toBe('subscription.step_not_found');
  });

  test('a trial that is canceled never costs anything', () => {
    for (const when of ['now', 'period_end'] as const) {
      const account = new Account().start(START, version('t', [flat('t', 1000n), metered('t', '1')], 10));
      account.apply(unwrap(cancel(account, '2026-02-03T00:00:00Z', when)));
      account.bill(at('2026-04-01T00:00:00Z'));
      expect(account.lines()).toEqual([]);
      expect(account.subscription.status).toBe('canceled');
    }
    const waiting = new Account().start(START, basic, { startAt: at('2026-03-01T00:00:00Z') });
    waiting.apply(unwrap(cancel(waiting, '2026-02-01T00:00:00Z', 'period_end')));
    expect(waiting.subscription).toMatchObject({ status: 'canceled', endedAt: at('2026-03-01T00:00:00Z') });
    expect(codeOf(cancel(waiting, '2026-02-01T00:00:00Z', 'now'))).toBe('subscription.canceled');
  });
});

test('I59 moving a subscription along twice changes nothing the second time', () => {
  const account = new Account().start(START, version('t', [flat('t', 1000n)], 10));
  const input = {
    now: at('2026-03-01T00:00:00Z'),
    usageGraceMs: 0,
    days: DEFAULT_PRORATION_POLICY,
    hasPaymentMethod: true,
  };
  const first = decideRenewal({ ...input, subscription: account.subscription });
  expect(first.decision.events.map((event) => event.type)).toEqual(['subscription.activated']);
  expect(decideRenewal({ ...input, subscription: first.subscription }).decision).toEqual({
    changes: [],
    events: [],
  });
});

test('what Stripe computes is never changed or billed here', () => {
  const account = new Account().start(START, team, { billingAuthority: 'stripe' });
  expect(codeOf(change(account, '2026-02-01T00:00:00Z'))).toBe('subscription.authority_stripe');
  expect(codeOf(cancel(account, '2026-02-01T00:00:00Z', 'now'))).toBe('subscription.authority_stripe');
  expect(
    codeOf(
      decideSeats({
        ...SEATS_NOW,
        now: START,
        subscription: account.subscription,
        seats: 2n,
        itemIds: [],
      }),
    ),
  ).toBe('subscription.authority_stripe');
  expect(account.bill(at('2026-06-01T00:00:00Z')).invoice).toBeNull();
});

test('I11 a subscription moves only along its table, and canceled is final', () => {
  const statuses = Object.keys(SUBSCRIPTION_TRANSITIONS) as SubscriptionStatus[];
  const moves = statuses.flatMap((from) =>
    statuses.filter((to) => from !== to && mayMoveSubscription(from, to)).map((to) => `${from}>${to}`),
  );
  expect(moves).toEqual([
    'scheduled>trialing',
    'scheduled>active',
    'scheduled>canceled',
    'trialing>active',
    'trialing>canceled',
    'active>past_due',
    'active>paused',
    'active>canceled',
    'past_due>active',
    'past_due>paused',
    'past_due>canceled',
    'paused>active',
    'paused>past_due',
    'paused>canceled',
  ]);
  expect(() => assertSubscriptionMove('canceled', 'active')).toThrow(A_BUG);
});
