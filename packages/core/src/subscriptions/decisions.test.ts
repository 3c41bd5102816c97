import { describe, expect, test } from 'vitest';
import type { Price } from '../catalog/price.ts';
import { DEFAULT_PRICE_TERMS } from '../catalog/price.ts';
import { previewDecision, usageToPreview } from '../invoicing/preview.ts';
import { DEFAULT_BILLING_SETTINGS } from '../invoicing/settings.ts';
import { NO_TAX } from '../invoicing/tax.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import {
  Account,
  at,
  dec,
  EUR,
  flat,
  itemIds,
  metered,
  plan,
  seats,
  startDecision,
  unwrap,
  version,
} from '../testing/factories.ts';
import { ADD_ONS, coupon } from '../testing/histories.ts';
import { codeOf } from '../testing/said.ts';
import { YEARLY } from '../time/cadence.ts';
import { formatInstant } from '../time/instant.ts';
import { decideAddOn, decideCharge, decideEndAddOn } from './decide-add-on.ts';
import { decideAddOnQuantity } from './decide-add-on-quantity.ts';
import { decideAutoRenew } from './decide-auto-renew.ts';
import { decideCancel } from './decide-cancel.ts';
import { type ChangeInput, decideChange } from './decide-change.ts';
import { decideDiscount, decideEndDiscount } from './decide-discount.ts';
import { decideMigration } from './decide-migration.ts';
import { decideOverride } from './decide-override.ts';
import { decidePause, decideResume, type PauseInput } from './decide-pause.ts';
import { decideSeats, type SeatsInput } from './decide-seats.ts';
import { decideTrial } from './decide-trial.ts';
import { decideUndo } from './decide-undo.ts';
import { openItems, stepItemId } from './items.ts';

const APRIL = at('2026-04-01T00:00:00Z');
const MID = at('2026-04-16T00:00:00Z');
const MAY = at('2026-05-01T00:00:00Z');
const basic = version('basic', [flat('basic', 1000n)]);
const pro = version('pro', [flat('pro', 3000n)]);
const team = version('team', [seats('team', '10')]);
const yearly = version('yearly', [flat('yearly', 12000n, { cadence: YEARLY })]);
const trial = version('trial', [flat('trial', 1000n)], 10);
const days = DEFAULT_PRORATION_POLICY;

let step = 0;
function asked(count = 4) {
  step += 1;
  return { itemIds: itemIds(count), stepId: `step_${step}`, isProrated: true, days };
}

function account(planVersion = basic, options: Parameters<Account['start']>[2] = {}): Account {
  const started = new Account().start(APRIL, planVersion, options);
  started.bill(APRIL);
  return started;
}

function change(of: Account, now = MID, overrides: Partial<ChangeInput> = {}) {
  return decideChange({
    ...asked(),
    now,
    subscription: of.subscription,
    currentPlan: plan('basic', 1),
    newPlan: plan('pro', 2),
    newVersion: pro,
    seats: null,
    when: 'now',
    direction: null,
    ...overrides,
  });
}

function changeSeats(of: Account, count: bigint, overrides: Partial<SeatsInput> = {}) {
  return decideSeats({
    ...asked(),
    now: MID,
    subscription: of.subscription,
    seats: count,
    when: 'now',
    ...overrides,
  });
}

function cancel(of: Account, when: Parameters<typeof decideCancel>[0]['when'], now = MID) {
  return decideCancel({
    ...asked(),
    now,
    subscription: of.subscription,
    when,
    creditUnused: false,
    reason: 'asked',
  });
}

function pause(of: Account, overrides: Partial<PauseInput> = {}) {
  return decidePause({
    ...asked(),
    now: MID,
    subscription: of.subscription,
    mode: 'stop_period',
    from: MID,
    until: null,
    stepIds: { pause: `pause_${step}`, resume: `resume_${step}` },
    ...overrides,
  });
}

function resume(of: Account, moment = MAY, now = moment) {
  return decideResume({ ...asked(), now, subscription: of.subscription, at: moment });
}

function addOn(of: Account, index = 0, now = MID, quantity = 1n) {
  return decideAddOn({
    now,
    subscription: of.subscription,
    addOn: ADD_ONS[index]!,
    quantity,
    itemIds: itemIds(1),
  });
}

function discount(
  of: Account,
  given = coupon('c'),
  overrides: Partial<Parameters<typeof decideDiscount>[0]> = {},
) {
  return decideDiscount({
    now: MID,
    subscription: of.subscription,
    coupon: given,
    discountId: `discount_${itemIds(1)[0]}`,
    redemptions: 0,
    redemptionsByCustomer: 0,
    billed: of.books.billed,
    ...overrides,
  });
}

function amounts(of: Account): bigint[] {
  return of.lines().map((line) => line.amountMinor);
}

const stripe = () => new Account().start(APRIL, team, { billingAuthority: 'stripe' });
const canceled = () => {
  const ended = account();
  ended.apply(unwrap(cancel(ended, 'now')));
  return ended;
};
const paused = () => {
  const resting = account(team);
  resting.apply(unwrap(pause(resting)));
  return resting;
};

describe('start', () => {
  test('in the past, back to the limit, bills every period since', () => {
    const back = new Account().start(MAY, basic, {
      startAt: at('2026-03-01T00:00:00Z'),
      more: { maxBackdateDays: 61 },
    });
    back.bill(MAY);
    expect(amounts(back)).toEqual([1000n, 1000n, 1000n]);
    const input = { startAt: at('2026-03-01T00:00:00Z'), more: { maxBackdateDays: 60 } };
    expect(codeOf(startDecision(MAY, basic, input))).toBe('subscription.start_in_past');
  });

  test('with a billing day charges the part before it first', () => {
    const of = new Account().start(at('2026-04-11T00:00:00Z'), basic, { more: { billingDay: 1 } });
    of.bill(MAY);
    expect(amounts(of)).toEqual([667n, 1000n]);
  });

  test('ends by itself after the periods that were agreed, and changes inside them', () => {
    const of = account(basic, { more: { endAfterPeriods: 2 } });
    of.apply(unwrap(change(of)));
    of.bill(at('2026-09-01T00:00:00Z'));
    expect(of.subscription).toMatchObject({ status: 'canceled', endedAt: at('2026-06-01T00:00:00Z') });
    expect(amounts(of)).toEqual([1000n, -500n, 1500n, 3000n]);
    const fixed = account(basic, { more: { endAfterPeriods: 1 } });
    expect(codeOf(change(fixed, MID, { when: 'period_end' }))).toBe('subscription.cancel_pending');
  });

  test('phases follow each other at their own moments, each of which can be undone', () => {
    const phase = (id: string, moment: string, planVersion = pro) => ({
      stepId: id,
      at: at(moment),
      plan: plan('pro', 2),
      version: planVersion,
      seats: 1n,
      itemIds: itemIds(1),
    });
    const phases = [phase('p1', '2026-05-01T00:00:00Z'), phase('p2', '2026-06-01T00:00:00Z', yearly)];
    const of = account(basic, { more: { phases } });
    of.apply(unwrap(decideUndo({ now: MID, subscription: of.subscription, stepId: 'p2' })));
    of.bill(at('2026-06-15T00:00:00Z'));
    expect(amounts(of)).toEqual([1000n, 3000n, 3000n]);
    const refused = (more: object) => codeOf(startDecision(APRIL, basic, { more }));
    expect(refused({ phases: [...phases].reverse() })).toBe('subscription.phases_out_of_order');
    expect(refused({ phases: [{ ...phases[0], seats: 0n }] })).toBe('subscription.seats_out_of_range');
    const dollars = { ...pro, currency: 'USD' };
    expect(refused({ phases: [{ ...phases[0], version: dollars }] })).toBe('subscription.currency_differs');
  });

  test('refuses what cannot be', () => {
    const refused = (more: object) => codeOf(startDecision(APRIL, basic, { more }));
    expect(refused({ billingDay: 32 })).toBe('subscription.billing_day');
    expect(refused({ billingDay: Number.NaN })).toBe('subscription.billing_day');
    expect(refused({ endAfterPeriods: 0 })).toBe('subscription.periods_out_of_range');
    const override = { model: { kind: 'flat', amountMinor: 1n }, terms: DEFAULT_PRICE_TERMS };
    expect(refused({ overrides: { other: override } })).toBe('subscription.price_not_found');
    const negative = { ...override, model: { kind: 'flat', amountMinor: -1n } };
    expect(refused({ overrides: { basic: negative } })).toBe('price.invalid');
    expect(refused({ overrides: { basic: override } })).toBe('ok');
  });

  test('what was canceled before it starts never begins', () => {
    const of = new Account().start(APRIL, basic, { startAt: MAY });
    of.apply(unwrap(cancel(of, { at: MID }, APRIL)));
    const { events } = of.bill(at('2026-06-01T00:00:00Z'));
    expect(events.map(({ type }) => type)).toEqual(['subscription.canceled']);
    expect(of.lines()).toEqual([]);
  });

  test('a trial without a way to collect ends or goes on, as was agreed', () => {
    for (const [hasPaymentMethod, status] of [
      [true, 'active'],
      [false, 'canceled'],
    ] as const) {
      const of = new Account().start(APRIL, trial, { more: { trialEnd: 'cancel_without_payment_method' } });
      of.hasPaymentMethod = hasPaymentMethod;
      of.bill(MID);
      expect(of.subscription.status).toBe(status);
    }
  });
});

describe('change', () => {
  test('on a date waits, and takes effect there', () => {
    const of = account();
    of.apply(unwrap(change(of, APRIL, { when: { at: MID } })));
    of.bill(MAY);
    expect(amounts(of)).toEqual([1000n, -500n, 1500n, 3000n]);
    expect(codeOf(change(of, MAY, { newVersion: basic, when: { at: MID } }))).toBe(
      'subscription.change_in_past',
    );
    expect(codeOf(change(stripe()))).toBe('subscription.authority_stripe');
    expect(codeOf(change(paused()))).toBe('subscription.paused');
  });

  test('I98 without proration charges nothing twice: the new plan is charged after what was paid', () => {
    const of = account();
    of.apply(unwrap(change(of, MID, { isProrated: false })));
    of.bill(MID);
    of.apply(unwrap(change(of, MID, { newVersion: basic })));
    of.bill(MAY);
    expect(amounts(of)).toEqual([1000n, 1000n]);
  });

  test('I98 to periods of another length without proration, the new ones begin where what was paid ends', () => {
    const usage = version('usage', [flat('y', 12000n, { cadence: YEARLY }), metered('m', '1')]);
    const of = account();
    of.apply(unwrap(change(of, MID, { newVersion: usage, isProrated: false })));
    of.use('meter_m', at('2026-04-20T00:00:00Z'), 3n);
    of.bill(MAY);
    expect(amounts(of)).toEqual([1000n, 12000n, 300n]);
  });

  test('I60 an upgrade and a downgrade at once cost nothing by second, by day and without proration', () => {
    for (const proration of ['second', 'day', 'none'] as const) {
      for (const billsBetween of [true, false]) {
        for (const changeDay of ['new_plan', 'old_plan'] as const) {
          const low = version('low', [flat('a', 1000n, { proration })]);
          const high = version('high', [flat('a', 3100n, { proration })]);
          const of = account(low);
          const moment = at('2026-04-11T07:31:13Z');
          const rules = { days: { ...days, changeDay } };
          of.apply(unwrap(change(of, moment, { newVersion: high, ...rules })));
          if (billsBetween) of.bill(moment);
          of.apply(unwrap(change(of, moment, { newVersion: low, ...rules })));
          of.bill(moment);
          expect(amounts(of).reduce((sum, amount) => sum + amount, 0n)).toBe(1000n);
        }
      }
    }
  });

  test('I60 an upgrade and a downgrade at once give an amount off back', () => {
    const of = new Account().start(APRIL, basic);
    const off = coupon('off', { value: { kind: 'amount', amountsMinor: { [EUR]: 300n } } });
    of.apply(unwrap(discount(of, off, { now: APRIL })));
    of.bill(APRIL);
    of.apply(unwrap(change(of)));
    of.bill(MID);
    of.apply(unwrap(change(of, MID, { newVersion: basic })));
    of.bill(MID);
    expect(amounts(of).reduce((sum, amount) => sum + amount, 0n)).toBe(700n);
  });

  test('proration is that of each price: by second, by day or not at all', () => {
    const noon = at('2026-04-16T12:00:00Z');
    const expected = { second: [1000n, -483n, 1450n], day: [1000n, -500n, 1500n], none: [1000n] };
    for (const proration of ['second', 'day', 'none'] as const) {
      const of = account(version('a', [flat('a', 1000n, { proration })]));
      of.apply(unwrap(change(of, noon, { newVersion: version('b', [flat('a', 3000n, { proration })]) })));
      of.bill(noon);
      expect(amounts(of)).toEqual(expected[proration]);
    }
  });

  test('an add-on that is not offered with the new plan ends with the change, and others stay', () => {
    const of = account(version('s', [flat('s', 1000n)]));
    of.apply(unwrap(addOn(of, 0)));
    of.apply(unwrap(addOn(of, 1)));
    of.bill(MID);
    const decision = unwrap(change(of, MID));
    expect(decision.events.map(({ type }) => type)).toEqual([
      'subscription.add_on_ended',
      'subscription.changed',
    ]);
    of.apply(decision);
    expect(openItems(of.subscription).map(({ price }) => price.key)).toEqual(['a', 'pro']);
  });

  test('a price agreed with one customer stays with a newer version of the plan and goes with another plan', () => {
    const of = account(basic);
    const override = { model: { kind: 'flat', amountMinor: 600n }, terms: DEFAULT_PRICE_TERMS } as const;
    const input = {
      ...asked(),
      now: MID,
      subscription: of.subscription,
      priceKey: 'basic',
      itemId: 'agreed',
      override,
    };
    of.apply(unwrap(decideOverride(input)));
    const newer = { ...basic, id: 'ver_basic_2', prices: [flat('basic', 1200n)] };
    const migration = { ...asked(), now: MID, currentPlan: plan('basic', 1), version: newer };
    expect(
      unwrap(decideMigration({ ...migration, subscription: of.subscription, when: 'never' })).changes,
    ).toEqual([]);
    of.apply(unwrap(decideMigration({ ...migration, subscription: of.subscription, when: 'at_renewal' })));
    of.bill(MAY);
    expect(of.lines().at(-1)?.amountMinor).toBe(600n);
    of.apply(unwrap(change(of, MAY)));
    expect(openItems(of.subscription).map(({ isOverridden }) => isOverridden)).toEqual([false]);
    const negative = { ...override, model: { kind: 'flat', amountMinor: -1n } } as const;
    const later = { ...input, now: MAY, subscription: of.subscription };
    expect(codeOf(decideOverride(later))).toBe('subscription.price_not_found');
    expect(codeOf(decideOverride({ ...later, priceKey: 'pro', override: negative }))).toBe('price.invalid');
    expect(codeOf(decideOverride({ ...later, subscription: canceled().subscription }))).toBe(
      'subscription.not_live',
    );
    expect(codeOf(decideOverride({ ...later, subscription: paused().subscription }))).toBe(
      'subscription.paused',
    );
    expect(codeOf(decideOverride({ ...later, subscription: stripe().subscription }))).toBe(
      'subscription.authority_stripe',
    );
  });
});

describe('seats', () => {
  test('the end of the period stays that of the leading price after a change of seats', () => {
    const mixed = version('mixed', [seats('team', '10'), flat('support', 9000n, { cadence: YEARLY })]);
    const of = account(mixed, { seats: 2n });
    of.apply(unwrap(changeSeats(of, 3n)));
    of.apply(unwrap(changeSeats(of, 4n, { when: 'period_end' })));
    expect(of.subscription.schedule.map((ahead) => ahead.at)).toEqual([MAY]);
  });

  test('on a date find all prices by seats, also of a plan that came since', () => {
    const wide = version('wide', [seats('x', '1'), seats('y', '2'), seats('z', '3')]);
    const of = account(team);
    of.apply(unwrap(changeSeats(of, 5n, { when: { at: at('2026-04-20T00:00:00Z') }, itemIds: itemIds(1) })));
    of.apply(unwrap(change(of, MID, { newVersion: wide })));
    of.bill(at('2026-04-21T00:00:00Z'));
    expect(openItems(of.subscription).map(({ quantity }) => quantity)).toEqual([5n, 5n, 5n]);
    const uuid = '0190b2f5-7d3e-7c4a-9b1d-3f2a6c5e8d10';
    const made = [0, 1, 2].map((n) => stepItemId({ id: uuid, itemIds: [] }, n));
    expect(new Set([uuid, ...made]).size).toBe(4);
    for (const id of made) expect(id).toMatch(/^0190b2f5-7d3e-7c4a-9b1d-[0-9a-f]{12}$/);
  });

  test('refuse what cannot be', () => {
    const of = account(team);
    expect(codeOf(changeSeats(of, 2n, { when: { at: APRIL } }))).toBe('subscription.change_in_past');
    expect(codeOf(changeSeats(paused(), 2n))).toBe('subscription.paused');
    expect(codeOf(changeSeats(stripe(), 2n))).toBe('subscription.authority_stripe');
    expect(codeOf(changeSeats(of, 1_000_001n))).toBe('subscription.seats_out_of_range');
  });
});

describe('cancel and renewal', () => {
  test('on a date ends there, replaces the end that was set, and clears what lies behind it', () => {
    const of = account();
    of.apply(unwrap(pause(of, { from: MAY, until: at('2026-06-01T00:00:00Z') })));
    of.apply(unwrap(cancel(of, 'period_end')));
    of.apply(unwrap(cancel(of, { at: at('2026-05-10T00:00:00Z') })));
    expect(of.subscription.schedule.map(({ kind }) => kind)).toEqual(['pause', 'cancel', 'resume']);
    of.bill(at('2026-08-01T00:00:00Z'));
    expect(of.subscription).toMatchObject({ status: 'canceled', schedule: [] });
    expect(of.subscription.pauses[0]?.to).toBe(at('2026-05-10T00:00:00Z'));
    expect(codeOf(cancel(account(), { at: APRIL }))).toBe('subscription.cancel_in_past');
    expect(codeOf(cancel(stripe(), 'now'))).toBe('subscription.authority_stripe');
    const atOnce = account();
    atOnce.apply(unwrap(cancel(atOnce, { at: MID })));
    expect(atOnce.subscription.status).toBe('canceled');
  });

  test('renewal goes off and on in words of its own', () => {
    const of = account();
    const renew = (isOn: boolean, on = of) =>
      decideAutoRenew({ now: MID, subscription: on.subscription, isOn, stepId: 'off' });
    expect(codeOf(renew(true))).toBe('subscription.renewal_on');
    of.apply(unwrap(renew(false)));
    expect(of.subscription.schedule).toMatchObject([{ kind: 'cancel', at: MAY, reason: 'renewal_off' }]);
    expect(codeOf(renew(false))).toBe('subscription.renewal_off');
    of.apply(unwrap(renew(true)));
    of.bill(MAY);
    expect(of.subscription.status).toBe('active');
    of.apply(unwrap(cancel(of, 'period_end', MAY)));
    expect(codeOf(renew(false))).toBe('subscription.cancel_pending');
    expect(codeOf(renew(false, canceled()))).toBe('subscription.not_live');
    expect(codeOf(renew(false, paused()))).toBe('subscription.no_period');
    expect(codeOf(renew(false, stripe()))).toBe('subscription.authority_stripe');
  });
});

describe('pause', () => {
  test('I75 stop_period credits the unused time, and a new period begins with the resumption', () => {
    const of = account();
    of.apply(unwrap(pause(of)));
    of.bill(at('2026-05-20T00:00:00Z'));
    of.apply(unwrap(resume(of, at('2026-05-20T00:00:00Z'))));
    of.bill(at('2026-06-19T00:00:00Z'));
    expect(amounts(of)).toEqual([1000n, -500n, 1000n]);
    expect(formatInstant(of.subscription.anchorAt)).toBe('2026-05-20T00:00:00Z');
  });

  test('I75 keep_period leaves what was paid, and the same grid is charged from its end or the resumption', () => {
    for (const [until, expected] of [
      ['2026-04-20T00:00:00Z', [1000n, 1000n]],
      ['2026-05-16T12:00:00Z', [1000n, 500n]],
    ] as const) {
      const of = account();
      of.apply(unwrap(pause(of, { mode: 'keep_period', until: at(until) })));
      of.bill(at('2026-05-31T00:00:00Z'));
      expect(amounts(of)).toEqual(expected);
      expect(of.subscription).toMatchObject({ status: 'active', anchorAt: APRIL });
    }
  });

  test('I75 usage of a pause is not billed', () => {
    const of = account(version('u', [metered('m', '1')]));
    of.use('meter_m', at('2026-04-10T00:00:00Z'), 1n);
    of.use('meter_m', at('2026-04-18T00:00:00Z'), 10n);
    of.use('meter_m', at('2026-04-25T00:00:00Z'), 100n);
    of.apply(unwrap(pause(of, { mode: 'keep_period', until: at('2026-04-20T00:00:00Z') })));
    of.bill(MAY);
    expect(amounts(of)).toEqual([100n, 10000n]);
  });

  test('what comes due in a pause waits for the resumption, and can be undone until then', () => {
    for (const undoes of [true, false]) {
      const of = account();
      of.apply(unwrap(change(of, MID, { when: { at: at('2026-05-10T00:00:00Z') }, stepId: 'held' })));
      of.apply(unwrap(pause(of)));
      of.bill(at('2026-05-20T00:00:00Z'));
      expect(of.subscription.planVersionId).toBe('ver_basic');
      const now = at('2026-05-20T00:00:00Z');
      if (undoes) of.apply(unwrap(decideUndo({ now, subscription: of.subscription, stepId: 'held' })));
      of.apply(unwrap(resume(of, now)));
      of.bill(now);
      expect(amounts(of)).toEqual([1000n, -500n, undoes ? 1000n : 3000n]);
    }
  });

  test('undoing a pause undoes the resumption that was set for it; an add-on of meanwhile resumes too', () => {
    const of = account();
    const from = at('2026-04-20T00:00:00Z');
    const until = at('2026-04-25T00:00:00Z');
    of.apply(unwrap(pause(of, { from, until, stepIds: { pause: 'p', resume: 'r' }, itemIds: itemIds(1) })));
    expect(codeOf(pause(of))).toBe('subscription.pause_pending');
    const undone = unwrap(decideUndo({ now: MID, subscription: of.subscription, stepId: 'p' }));
    expect(undone.changes[0]).toMatchObject({ fields: { schedule: [] } });
    of.apply(unwrap(addOn(of)));
    of.bill(MAY);
    expect(openItems(of.subscription).map(({ price }) => price.key)).toEqual(['basic', 'a']);
  });

  test('a resumption can be set, moved and taken back', () => {
    const of = paused();
    of.apply(unwrap(resume(of, at('2026-06-01T00:00:00Z'), MID)));
    of.apply(unwrap(resume(of, MAY, MID)));
    expect(of.subscription.schedule.map((ahead) => ahead.at)).toEqual([MAY]);
    const [set] = of.subscription.schedule;
    of.apply(unwrap(decideUndo({ now: MID, subscription: of.subscription, stepId: set!.id })));
    of.bill(MAY);
    expect(of.subscription.status).toBe('paused');
    expect(codeOf(resume(of, APRIL, MAY))).toBe('subscription.resume_in_past');
    expect(codeOf(resume(account()))).toBe('subscription.not_paused');
  });

  test('refuses what cannot be', () => {
    expect(codeOf(pause(stripe()))).toBe('subscription.authority_stripe');
    expect(codeOf(pause(paused()))).toBe('subscription.not_pausable');
    expect(codeOf(pause(new Account().start(APRIL, trial)))).toBe('subscription.not_pausable');
    expect(codeOf(pause(account(), { from: APRIL }))).toBe('subscription.pause_in_past');
    expect(codeOf(pause(account(), { until: MID }))).toBe('subscription.pause_too_short');
    const ending = account();
    ending.apply(unwrap(cancel(ending, 'period_end')));
    expect(codeOf(pause(ending, { from: MAY }))).toBe('subscription.cancel_pending');
  });

  test('a pause that was set comes due while past due, and dunning goes on in it', () => {
    const of = account();
    of.apply(unwrap(pause(of, { from: at('2026-04-20T00:00:00Z') })));
    const fields = { status: 'past_due' } as const;
    of.apply({
      changes: [{ type: 'subscription.update', subscriptionId: 'sub_1', fromStatus: 'active', fields }],
      events: [],
    });
    of.bill(at('2026-04-21T00:00:00Z'));
    expect(of.subscription.status).toBe('paused');
  });
});

describe('add-ons and charges', () => {
  test('an add-on is charged for the rest of the period, changes its number, and ends', () => {
    const of = account(version('s', [flat('s', 1000n)]));
    of.apply(unwrap(addOn(of, 1, MID, 2n)));
    of.bill(MID);
    expect(amounts(of)).toEqual([1000n, 300n]);
    const more = (
      quantity: bigint,
      when: 'now' | 'period_end' | { at: typeof MID } = 'now',
      addOnId = 'addon_b',
    ) =>
      decideAddOnQuantity({ ...asked(), now: MID, subscription: of.subscription, addOnId, quantity, when });
    expect(codeOf(more(2n))).toBe('subscription.no_change');
    expect(codeOf(more(0n))).toBe('subscription.seats_out_of_range');
    expect(codeOf(more(3n, { at: APRIL }))).toBe('subscription.change_in_past');
    expect(codeOf(more(3n, 'now', 'addon_x'))).toBe('add_on.not_added');
    of.apply(unwrap(more(4n, 'period_end')));
    of.apply(unwrap(more(3n)));
    expect(of.subscription.schedule).toEqual([]);
    of.apply(unwrap(more(5n, 'period_end')));
    const end = (when: 'now' | 'period_end' | { at: typeof MID }, addOnId = 'addon_b') =>
      decideEndAddOn({
        ...asked(),
        now: MID,
        subscription: of.subscription,
        addOnId,
        when,
        creditUnused: true,
      });
    expect(codeOf(end('now', 'addon_x'))).toBe('add_on.not_added');
    expect(codeOf(end({ at: APRIL }))).toBe('subscription.change_in_past');
    of.apply(unwrap(end('period_end')));
    expect(codeOf(end('period_end'))).toBe('add_on.end_pending');
    of.apply(unwrap(end({ at: at('2026-05-16T12:00:00Z') })));
    of.bill(at('2026-06-15T00:00:00Z'));
    expect(amounts(of).sort()).toEqual([1000n, 300n, -300n, 450n, 1000n, 1500n, -750n, 1000n].sort());
    expect(of.subscription.schedule).toEqual([]);
  });

  test('an add-on of a trial is charged from its end', () => {
    const of = new Account().start(APRIL, trial);
    of.apply(unwrap(addOn(of, 0, at('2026-04-03T00:00:00Z'))));
    of.bill(MID);
    expect(new Set(amounts(of))).toEqual(new Set([500n, 1000n]));
    expect(of.lines().every((line) => line.servicePeriod.start === at('2026-04-11T00:00:00Z'))).toBe(true);
  });

  test('single charges stand on the next invoice, once', () => {
    const of = account();
    const charge = (price: Price, on = of) =>
      decideCharge({ now: MID, subscription: on.subscription, chargeId: 'c1', price, quantity: 2n });
    of.apply(unwrap(charge(seats('fee', '7.5'))));
    of.apply(unwrap(addOn(of, 2)));
    of.bill(MID);
    of.bill(MAY);
    expect(amounts(of).sort()).toEqual([1000n, 1500n, 700n, 1000n].sort());
    expect(codeOf(charge(metered('m', '1')))).toBe('price.invalid');
    expect(codeOf(charge(flat('x', -5n)))).toBe('price.invalid');
    expect(codeOf(charge(flat('x', 5n), canceled()))).toBe('subscription.not_live');
    expect(codeOf(charge(flat('x', 5n), paused()))).toBe('subscription.paused');
    expect(codeOf(charge(flat('x', 5n), stripe()))).toBe('subscription.authority_stripe');
  });

  test('refuse what cannot be', () => {
    const of = account();
    expect(codeOf(addOn(of, 1))).toBe('add_on.not_for_plan');
    expect(codeOf(addOn(of, 0, MID, 0n))).toBe('subscription.seats_out_of_range');
    const dollars = { ...ADD_ONS[0]!, currency: 'USD' as typeof EUR };
    const input = { now: MID, subscription: of.subscription, quantity: 1n, itemIds: itemIds(1) };
    expect(codeOf(decideAddOn({ ...input, addOn: dollars }))).toBe('add_on.currency_differs');
    of.apply(unwrap(addOn(of, 0)));
    expect(codeOf(addOn(of, 0))).toBe('add_on.already_added');
    expect(codeOf(addOn(paused()))).toBe('subscription.paused');
  });
});

describe('discounts', () => {
  test('begin with the running period, or with the next where its charge is billed already', () => {
    const once = coupon('once', { duration: { kind: 'once' } });
    const early = new Account().start(APRIL, basic);
    early.apply(unwrap(discount(early, once, { now: APRIL })));
    const late = account();
    late.apply(unwrap(discount(late, once)));
    for (const each of [early, late]) each.bill(at('2026-06-01T00:00:00Z'));
    expect(amounts(early)).toEqual([750n, 1000n, 1000n]);
    expect(amounts(late)).toEqual([1000n, 750n, 1000n]);
  });

  test('of a trial begin with its first period, also after the trial was moved', () => {
    for (const endAt of [at('2026-04-06T00:00:00Z'), at('2026-04-26T00:00:00Z')]) {
      const of = new Account().start(APRIL, trial);
      const twice = coupon('twice', { duration: { kind: 'periods', count: 2 } });
      of.apply(unwrap(discount(of, twice, { now: APRIL })));
      of.apply(
        unwrap(decideTrial({ now: APRIL, subscription: of.subscription, endAt, itemIds: itemIds(1) })),
      );
      of.bill(at('2026-07-01T00:00:00Z'));
      expect(amounts(of)).toEqual([750n, 750n, 1000n]);
    }
  });

  test('end when told to: periods from then on are not lowered', () => {
    const of = new Account().start(APRIL, basic);
    of.apply(unwrap(discount(of, coupon('c'), { now: APRIL, discountId: 'd' })));
    const end = (now = MID) => decideEndDiscount({ now, subscription: of.subscription, discountId: 'd' });
    of.bill(APRIL);
    of.apply(unwrap(end()));
    of.bill(MAY);
    expect(amounts(of)).toEqual([750n, 1000n]);
    expect(codeOf(end(MAY))).toBe('discount.not_found');
  });

  test('refuse what cannot be', () => {
    const of = account();
    expect(codeOf(discount(of, coupon('c', { redeemBy: MID })))).toBe('coupon.expired');
    expect(codeOf(discount(of, coupon('c', { maxRedemptions: 3 }), { redemptions: 3 }))).toBe(
      'coupon.exhausted',
    );
    expect(codeOf(discount(of, coupon('c', { maxPerCustomer: 1 }), { redemptionsByCustomer: 1 }))).toBe(
      'coupon.exhausted',
    );
    const yen = coupon('c', { value: { kind: 'amount', amountsMinor: { ['JPY' as typeof EUR]: 1n } } });
    expect(codeOf(discount(of, yen))).toBe('coupon.currency_differs');
    const other = coupon('c', { scope: { planIds: ['plan_x'], priceKeys: [] } });
    expect(codeOf(discount(of, other))).toBe('coupon.not_for_plan');
    of.apply(unwrap(discount(of)));
    expect(codeOf(discount(of))).toBe('coupon.already_applied');
    expect(codeOf(discount(of, coupon('alone', { isStackable: false })))).toBe('coupon.not_stackable');
    expect(codeOf(discount(canceled()))).toBe('subscription.canceled');
    expect(codeOf(discount(stripe()))).toBe('subscription.authority_stripe');
  });
});

describe('trial', () => {
  const move = (of: Account, endAt: typeof MID, now = APRIL) =>
    decideTrial({ now, subscription: of.subscription, endAt, itemIds: itemIds(2) });

  test('ends at once or later, and what was laid for its end moves with it', () => {
    const of = new Account().start(APRIL, trial, { more: { endAfterPeriods: 2 } });
    of.apply(unwrap(addOn(of, 0, APRIL)));
    of.apply(unwrap(change(of, APRIL, { when: 'period_end' })));
    of.apply(unwrap(move(of, at('2026-04-21T00:00:00Z'))));
    expect(of.subscription.schedule.map((ahead) => [ahead.kind, formatInstant(ahead.at)])).toEqual([
      ['change', '2026-04-21T00:00:00Z'],
      ['cancel', '2026-06-21T00:00:00Z'],
    ]);
    of.bill(at('2026-04-30T00:00:00Z'));
    expect(new Set(amounts(of))).toEqual(new Set([500n, 3000n]));
  });

  test('a trial that was canceled costs nothing, also if it ends earlier than it was to', () => {
    const of = new Account().start(APRIL, trial);
    of.apply(unwrap(cancel(of, 'period_end', APRIL)));
    of.apply(unwrap(move(of, at('2026-04-02T00:00:00Z'))));
    of.bill(MAY);
    expect(of.subscription.status).toBe('canceled');
    expect(of.lines()).toEqual([]);
  });

  test('refuses what cannot be', () => {
    const of = new Account().start(APRIL, trial);
    expect(codeOf(move(of, APRIL, at('2026-04-02T00:00:00Z')))).toBe('subscription.trial_end_in_past');
    expect(codeOf(move(of, at('2030-01-01T00:00:00Z')))).toBe('subscription.trial_too_long');
    expect(codeOf(move(of, at('2026-04-11T00:00:00Z')))).toBe('subscription.no_change');
    expect(codeOf(move(account(), MID))).toBe('subscription.trial_over');
    expect(codeOf(move(stripe(), MID))).toBe('subscription.authority_stripe');
  });
});

describe('preview', () => {
  test('gives what is due today and the next invoice, which are those of the decision when it is made', () => {
    const of = account(version('u', [flat('u', 1000n), metered('m', '1')]));
    of.use('meter_m', at('2026-04-10T00:00:00Z'), 4n);
    of.bill(MID);
    const decision = unwrap(change(of));
    const billing = {
      now: MID,
      invoiceId: 'preview',
      customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: 0n },
      subscriptions: [of.subscription],
      billed: of.books.billed,
      taxChoice: NO_TAX,
      settings: DEFAULT_BILLING_SETTINGS,
      hasPaymentMethod: true,
    };
    const usage = usageToPreview(billing, decision).map(({ itemId, meterId, period }) => ({
      itemId,
      meterId,
      period,
      quantity: dec('4'),
      eventCount: 4n,
      digest: null,
    }));
    const preview = unwrap(previewDecision({ ...billing, usage }, decision));
    of.apply(decision);
    const today = of.bill(MID).invoice!;
    expect(preview.today.invoice?.totals).toEqual(today.totals);
    expect(today.totals.dueMinor).toBe(1000n + 400n);
    const next = of.bill(MAY).invoice!;
    expect(preview.next?.at).toBe(MAY);
    expect(preview.next?.decision.invoice?.totals).toEqual(next.totals);
    const ending = unwrap(cancel(of, 'now', MAY));
    const last = {
      ...billing,
      now: MAY,
      subscriptions: [of.subscription],
      billed: of.books.billed,
      usage: [],
    };
    expect(unwrap(previewDecision(last, ending)).next).toBeNull();
  });
});
