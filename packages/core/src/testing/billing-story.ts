import { expect } from 'vitest';
import type { AppliedDiscount, Coupon, CouponValue } from '../catalog/coupon.ts';
import type { Price } from '../catalog/price.ts';
import { type CompileInput, compileBilling } from '../invoicing/fast/compile-billing.ts';
import type { CompiledBilling } from '../invoicing/fast/compiled-billing.ts';
import type { IssuedInvoice } from '../invoicing/invoice.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '../invoicing/settings.ts';
import { NO_TAX } from '../invoicing/tax.ts';
import { FROM_PLAN, type Subscription, type SubscriptionItem } from '../subscriptions/subscription.ts';
import { MONTHLY } from '../time/cadence.ts';
import type { Instant } from '../time/instant.ts';
import { at, dec, EUR } from './factories.ts';
import { playBoth } from './play-both.ts';
import type { BillingStory } from './random-billing.ts';

/** The beginning of every story told by hand. */
export const STORY_START = at('2025-01-01T00:00:00Z');

/** Months from the beginning of the story on. */
export const STORY_MONTHS = {
  anchorAt: STORY_START,
  timeZone: 'UTC',
  cadence: MONTHLY,
  alignment: 'anniversary',
  billingDay: null,
} as const;

export function percentOff(text: string): CouponValue {
  return { kind: 'percent', percent: dec(text) };
}

export function amountOff(minor: bigint): CouponValue {
  return { kind: 'amount', amountsMinor: { [EUR]: minor } };
}

/** A discount on everything for ever, if nothing else is said. */
export function discountOf(
  id: string,
  value: CouponValue,
  coupon: Partial<Coupon> = {},
  more: Partial<AppliedDiscount> = {},
): AppliedDiscount {
  return {
    id,
    coupon: {
      id: `coupon_${id}`,
      key: id,
      name: id,
      value,
      duration: { kind: 'forever' },
      scope: { planIds: [], priceKeys: [] },
      maxRedemptions: null,
      maxPerCustomer: null,
      redeemBy: null,
      stackOrder: 0,
      isStackable: true,
      ...coupon,
    },
    redeemedAt: STORY_START,
    from: STORY_START,
    until: null,
    periods: null,
    ...more,
  };
}

/** One unit of a price from the beginning on; it is named after the key of its price. */
export function itemOf(price: Price, more: Partial<SubscriptionItem> = {}): SubscriptionItem {
  return {
    id: `item_${price.key}`,
    planId: 'plan_a',
    planVersionId: 'ver_a',
    price,
    isOverridden: false,
    source: FROM_PLAN,
    quantity: 1n,
    anchorAt: STORY_START,
    activeFrom: STORY_START,
    activeTo: null,
    creditUnused: false,
    ...more,
  };
}

export function subscriptionWith(
  items: readonly SubscriptionItem[],
  more: Partial<Subscription> = {},
): Subscription {
  return {
    id: 'sub_1',
    customerId: 'cus_1',
    planId: 'plan_a',
    planVersionId: 'ver_a',
    status: 'active',
    currency: EUR,
    timeZone: 'UTC',
    billingAuthority: 'billhook',
    seats: 1n,
    startAt: STORY_START,
    trialEndAt: null,
    trialEnd: 'convert',
    anchorAt: STORY_START,
    billingDay: null,
    endedAt: null,
    schedule: [],
    pauses: [],
    discounts: [],
    charges: [],
    nextActionAt: null,
    items,
    ...more,
  };
}

/** A story without a change in it: everything about the subscription is known from its beginning. */
export function storyOf(
  subscription: Subscription,
  runs: readonly string[],
  more: Partial<BillingStory> = {},
): BillingStory {
  return {
    before: subscription,
    after: subscription,
    early: [],
    late: runs.map(at),
    settings: DEFAULT_BILLING_SETTINGS,
    taxChoice: NO_TAX,
    creditBalanceMinor: 0n,
    quantities: [dec('0')],
    ...more,
  };
}

/** Bills a story by both ways: every document must be the same, and none be left to the other. */
export function billedByBoth(story: BillingStory): readonly (IssuedInvoice | null)[] {
  return playBoth(story).map(({ decided, compiled }) => {
    expect(compiled).toEqual(decided);
    if (compiled === undefined) throw new Error('This story is told to be billed by both ways.');
    return compiled;
  });
}

/** Kind and amount of every line of every document of a story; null for a run without one. */
export function linesByBoth(story: BillingStory): readonly (readonly string[] | null)[] {
  return billedByBoth(story).map(
    (document) => document?.lines.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`) ?? null,
  );
}

export interface CompileChanges extends Partial<Omit<CompileInput, 'subscription' | 'settings'>> {
  readonly settings?: Partial<BillingSettings>;
}

/** With the settings that sellers begin with, if nothing else is said. */
export function compileInputOf(
  subscription: Subscription,
  { settings, ...more }: CompileChanges = {},
): CompileInput {
  return {
    subscription,
    billed: [],
    settings: { ...DEFAULT_BILLING_SETTINGS, ...settings },
    taxChoice: NO_TAX,
    creditBalanceMinor: 0n,
    ...more,
  };
}

export function compiledWith(subscription: Subscription, changes: CompileChanges = {}): CompiledBilling {
  const billing = compileBilling(compileInputOf(subscription, changes));
  if (billing === null) throw new Error('This subscription is told to be compiled.');
  return billing;
}

/** The amounts of the lines of a run; null where it is left to `decideInvoice`. */
export function amountsOfRun(
  billing: CompiledBilling,
  now: Instant,
  quantities: readonly string[] = [],
): readonly number[] | null {
  const run = billing.bill(now, quantities.map(dec));
  return run === null ? null : [...run.lines.amountMinor.subarray(0, run.lines.count)];
}
