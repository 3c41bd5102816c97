import fc from 'fast-check';
import type { AddOn } from '../catalog/add-on.ts';
import type { Coupon } from '../catalog/coupon.ts';
import type { PlanVersion } from '../catalog/plan.ts';
import { DEFAULT_PRICE_TERMS } from '../catalog/price.ts';
import type { Decision } from '../decision/change.ts';
import type { Release } from '../invoicing/consolidation.ts';
import type { BillingSettings } from '../invoicing/settings.ts';
import type { Result } from '../kernel/result.ts';
import { decideAddOn, decideCharge, decideEndAddOn } from '../subscriptions/decide-add-on.ts';
import { decideAddOnQuantity } from '../subscriptions/decide-add-on-quantity.ts';
import { decideAutoRenew } from '../subscriptions/decide-auto-renew.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import { decideDiscount, decideEndDiscount } from '../subscriptions/decide-discount.ts';
import { decideMigration } from '../subscriptions/decide-migration.ts';
import { decideOverride } from '../subscriptions/decide-override.ts';
import { decidePause, decideResume } from '../subscriptions/decide-pause.ts';
import { decideSeats } from '../subscriptions/decide-seats.ts';
import { decideTrial } from '../subscriptions/decide-trial.ts';
import { decideUndo } from '../subscriptions/decide-undo.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { YEARLY } from '../time/cadence.ts';
import { addMs, type Instant, instant, MS_PER_DAY } from '../time/instant.ts';
import { Account, dec, EUR, flat, metered, plan, price, seats, version } from './factories.ts';

/** Days over which a history acts; billing goes on after them. */
export const HISTORY_DAYS = 300;
const SLACK_DAYS = 40;

export const PLANS: readonly PlanVersion[] = [
  version('s', [flat('s', 999n), metered('m', '0.013')]),
  version('l', [flat('l', 3100n), seats('seat', '7.77'), metered('m', '0.007')], 9),
  version('y', [flat('y', 29000n, { cadence: YEARLY }), metered('m', '0.01')]),
  version('w', [seats('ws', '2.5', { cadence: { interval: 'week', count: 2 }, timing: 'in_arrears' })]),
  version('d', [flat('d', 2000n, { proration: 'day' }), seats('ds', '3', { proration: 'day' })]),
  version('n', [flat('n', 1500n, { proration: 'none' }), seats('ns', '4', { proration: 'none' })], 5),
  version('c', [flat('c', 4000n, { alignment: 'calendar' }), metered('m', '0.02')]),
  version('free', []),
];

/** A newer version of every plan. */
const NEWER = PLANS.map((old): PlanVersion => ({ ...old, id: `${old.id}_2`, number: 2 }));

export const ADD_ONS: readonly AddOn[] = [
  {
    id: 'addon_a',
    key: 'a',
    name: 'A',
    kind: 'recurring',
    currency: EUR,
    prices: [flat('a', 500n)],
    planIds: [],
  },
  {
    id: 'addon_b',
    key: 'b',
    name: 'B',
    kind: 'recurring',
    currency: EUR,
    prices: [price('b', { model: { kind: 'per_unit', unitPrice: dec('3'), per: 1n } })],
    planIds: ['plan_s', 'plan_l'],
  },
  {
    id: 'addon_o',
    key: 'o',
    name: 'O',
    kind: 'one_off',
    currency: EUR,
    prices: [flat('o', 700n)],
    planIds: [],
  },
];

export function coupon(key: string, overrides: Partial<Coupon> = {}): Coupon {
  return {
    id: `coupon_${key}`,
    key,
    name: key,
    value: { kind: 'percent', percent: dec('25') },
    duration: { kind: 'forever' },
    scope: { planIds: [], priceKeys: [] },
    maxRedemptions: null,
    maxPerCustomer: null,
    redeemBy: null,
    stackOrder: 0,
    isStackable: true,
    ...overrides,
  };
}

export const PERCENT_COUPONS: readonly Coupon[] = [
  coupon('quarter'),
  coupon('half', { value: { kind: 'percent', percent: dec('50') }, duration: { kind: 'once' } }),
];

export const AMOUNT_COUPONS: readonly Coupon[] = [
  coupon('amount', {
    value: { kind: 'amount', amountsMinor: { [EUR]: 800n } },
    duration: { kind: 'periods', count: 3 },
  }),
];

const days = fc.double({ min: 0, max: HISTORY_DAYS, noNaN: true });
const ahead = fc.double({ min: 0, max: 70, noNaN: true });
const turn = fc.constantFrom('now' as const, 'period_end' as const, 'at' as const);
const small = fc.nat(7);
const lasts: fc.Arbitrary<number | null> = fc.option(fc.double({ min: 0.1, max: 60, noNaN: true }));
const op = <K extends string, T extends object>(kind: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record({ day: days, kind: fc.constant(kind), ...fields } as never) as fc.Arbitrary<
    { day: number; kind: K } & T
  >;

const operation = fc.oneof(
  { weight: 5, arbitrary: op('use', { units: fc.integer({ min: 1, max: 1000 }) }) },
  { weight: 4, arbitrary: op('plan', { plan: small, when: turn, ahead, isProrated: fc.boolean() }) },
  { weight: 2, arbitrary: op('migrate', { isNow: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: op('seats', {
      seats: fc.integer({ min: 1, max: 20 }),
      when: turn,
      ahead,
      isProrated: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: op('cancel', { when: turn, ahead, creditUnused: fc.boolean() }) },
  { weight: 1, arbitrary: op('renew', { isOn: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: op('pause', {
      mode: fc.constantFrom('keep_period' as const, 'stop_period' as const),
      ahead: fc.oneof(fc.constant(0), ahead),
      lasts,
    }),
  },
  { weight: 3, arbitrary: op('resume', { ahead: fc.oneof(fc.constant(0), ahead) }) },
  { weight: 3, arbitrary: op('add', { addOn: fc.nat(2), quantity: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: op('drop', { addOn: fc.nat(1), when: turn, ahead, creditUnused: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: op('more', { addOn: fc.nat(1), quantity: fc.integer({ min: 1, max: 5 }), when: turn, ahead }),
  },
  { weight: 1, arbitrary: op('charge', { amount: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 2, arbitrary: op('discount', { coupon: fc.nat(2) }) },
  { weight: 1, arbitrary: op('undiscount', { which: small }) },
  { weight: 2, arbitrary: op('override', { item: small, amount: fc.integer({ min: 0, max: 5000 }) }) },
  { weight: 1, arbitrary: op('trial', { ahead: fc.double({ min: 0, max: 30, noNaN: true }) }) },
  { weight: 3, arbitrary: op('undo', { which: small }) },
);
export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

export const history = fc.record({
  start: fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 11, 31) }),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'),
  plan: small,
  billingDay: fc.option(fc.integer({ min: 1, max: 31 }), { freq: 3 }),
  endAfterPeriods: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 2 }),
  trialEnd: fc.constantFrom('convert' as const, 'cancel' as const, 'cancel_without_payment_method' as const),
  startsIn: fc.option(fc.integer({ min: -20, max: 20 }), { freq: 3 }),
  phases: fc.array(fc.record({ plan: small, day: fc.integer({ min: 30, max: 200 }) }), { maxLength: 2 }),
  operations: fc.array(operation, { maxLength: 14 }),
});
export type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

export interface Playing {
  /** How often billing runs besides the moments of the operations; 0 for only then. */
  readonly everyDays: number;
  /** Whether billing runs at every moment that falls due. */
  readonly atDueMoments: boolean;
  readonly coupons?: readonly Coupon[] | undefined;
  readonly settings?: Partial<BillingSettings>;
  /** What may be billed at a moment; all that fell due, if left out. */
  readonly release?: (now: Instant) => Release | undefined;
}

/** Plays a history in memory. Commands see the subscription as it is at their moment: billing moves it along first. */
export function playHistory(
  tale: History,
  playing: Playing,
  seen?: (account: Account, now: Instant, before: Subscription) => void,
) {
  const start = instant(tale.start);
  const account = new Account({ settings: { maxLinesPerSubscriptionDay: 500, ...playing.settings } });
  account.release = playing.release ?? null;
  const ids = counter();
  const phases = [...tale.phases].sort((a, b) => a.day - b.day);
  account.start(start, PLANS[tale.plan]!, {
    timeZone: tale.zone,
    seats: 3n,
    startAt: tale.startsIn === null ? null : addMs(start, tale.startsIn * MS_PER_DAY),
    more: {
      itemIds: ids(3),
      maxBackdateDays: 20,
      billingDay: tale.billingDay,
      trialEnd: tale.trialEnd,
      endAfterPeriods: tale.endAfterPeriods,
      phases: phases
        .filter((phase, index) => index === 0 || phase.day > phases[index - 1]!.day)
        .map((phase) => ({
          stepId: ids(1)[0]!,
          at: addMs(start, phase.day * MS_PER_DAY),
          plan: plan(PLANS[phase.plan]!.planId.slice(5), phase.plan),
          version: PLANS[phase.plan]!,
          seats: 2n,
          itemIds: ids(3),
        })),
    },
  });
  let now: Instant = start;
  const moveTo = (to: Instant) => {
    if (playing.atDueMoments) account.billThrough(to);
    const stepMs = playing.everyDays * MS_PER_DAY;
    for (let step = now + stepMs; stepMs > 0 && step < to; step += stepMs)
      account.bill(instant(Math.round(step)));
    now = to;
  };
  for (const entry of [...tale.operations].sort((a, b) => a.day - b.day)) {
    const moment = instant(Math.round(start + entry.day * MS_PER_DAY));
    moveTo(moment);
    account.bill(moment);
    const before = account.subscription;
    if (entry.kind === 'use') account.use('meter_m', moment, BigInt(entry.units));
    else {
      const decision = decideOperation(account, entry, moment, ids, playing.coupons ?? PERCENT_COUPONS);
      if (decision?.ok) account.apply(decision.value);
    }
    seen?.(account, moment, before);
  }
  const end = instant(start + (HISTORY_DAYS + SLACK_DAYS) * MS_PER_DAY);
  moveTo(end);
  account.bill(end);
  return { account, end };
}

export function counter(): (count: number) => string[] {
  let last = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      last += 1;
      return `id${String(last).padStart(5, '0')}`;
    });
}

/** The decision that an operation asks for; null where there is nothing that it could be about. */
export function decideOperation(
  { subscription, books, settings }: Account,
  entry: Exclude<Operation, { kind: 'use' }>,
  now: Instant,
  ids: (count: number) => string[],
  coupons: readonly Coupon[],
): Result<Decision> | null {
  const base = { now, subscription };
  const asked = () => ({
    itemIds: ids(8),
    stepId: ids(1)[0]!,
    isProrated: 'isProrated' in entry ? entry.isProrated : true,
    days: settings.proration,
  });
  const later = (dayCount: number) => addMs(now, Math.round(dayCount * MS_PER_DAY));
  const when = (timing: 'now' | 'period_end' | 'at', dayCount: number) =>
    timing === 'at' ? { at: later(dayCount) } : timing;
  switch (entry.kind) {
    case 'plan': {
      const target = PLANS[entry.plan]!;
      return decideChange({
        ...base,
        ...asked(),
        currentPlan: plan(subscription.planId.slice(5), 1),
        newPlan: plan(target.planId.slice(5), entry.plan),
        newVersion: target,
        seats: null,
        when: when(entry.when, entry.ahead),
        direction: null,
      });
    }
    case 'migrate':
      return decideMigration({
        ...base,
        ...asked(),
        currentPlan: plan(subscription.planId.slice(5), 1),
        version: NEWER.find((candidate) => candidate.planId === subscription.planId)!,
        when: entry.isNow ? 'now' : 'at_renewal',
      });
    case 'seats':
      return decideSeats({
        ...base,
        ...asked(),
        seats: BigInt(entry.seats),
        when: when(entry.when, entry.ahead),
      });
    case 'cancel':
      return decideCancel({
        ...base,
        ...asked(),
        when: when(entry.when, entry.ahead),
        creditUnused: entry.creditUnused,
        reason: 'story',
      });
    case 'renew':
      return decideAutoRenew({ ...base, isOn: entry.isOn, stepId: ids(1)[0]! });
    case 'pause':
      return decidePause({
        ...base,
        ...asked(),
        mode: entry.mode,
        from: later(entry.ahead),
        until: entry.lasts === null ? null : later(entry.ahead + entry.lasts),
        stepIds: { pause: ids(1)[0]!, resume: ids(1)[0]! },
      });
    case 'resume':
      return decideResume({ ...base, ...asked(), at: later(entry.ahead) });
    case 'add':
      return decideAddOn({
        ...base,
        addOn: ADD_ONS[entry.addOn]!,
        quantity: BigInt(entry.quantity),
        itemIds: ids(2),
      });
    case 'drop':
      return decideEndAddOn({
        ...base,
        ...asked(),
        addOnId: ADD_ONS[entry.addOn]!.id,
        when: when(entry.when, entry.ahead),
        creditUnused: entry.creditUnused,
      });
    case 'more':
      return decideAddOnQuantity({
        ...base,
        ...asked(),
        addOnId: ADD_ONS[entry.addOn]!.id,
        quantity: BigInt(entry.quantity),
        when: when(entry.when, entry.ahead),
      });
    case 'charge':
      return decideCharge({
        ...base,
        chargeId: ids(1)[0]!,
        price: flat('fee', BigInt(entry.amount)),
        quantity: 1n,
      });
    case 'discount':
      return decideDiscount({
        ...base,
        coupon: coupons[entry.coupon % coupons.length]!,
        discountId: ids(1)[0]!,
        redemptions: 0,
        redemptionsByCustomer: 0,
        billed: books.billed,
      });
    case 'undiscount': {
      const { discounts } = subscription;
      if (discounts.length === 0) return null;
      return decideEndDiscount({ ...base, discountId: discounts[entry.which % discounts.length]!.id });
    }
    case 'override': {
      const item = subscription.items.at(-1 - (entry.item % Math.max(1, subscription.items.length)));
      if (item === undefined) return null;
      return decideOverride({
        ...base,
        ...asked(),
        itemId: ids(1)[0]!,
        priceKey: item.price.key,
        override:
          item.price.quantity.kind === 'fixed'
            ? { model: { kind: 'flat', amountMinor: BigInt(entry.amount) }, terms: DEFAULT_PRICE_TERMS }
            : { model: { kind: 'per_unit', unitPrice: dec('2.2'), per: 1n }, terms: DEFAULT_PRICE_TERMS },
      });
    }
    case 'trial':
      return decideTrial({ ...base, endAt: later(entry.ahead), itemIds: ids(8) });
    case 'undo': {
      const { schedule } = subscription;
      if (schedule.length === 0) return null;
      return decideUndo({ ...base, stepId: schedule[entry.which % schedule.length]!.id });
    }
  }
}
