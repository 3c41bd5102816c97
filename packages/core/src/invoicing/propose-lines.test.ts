import { describe, expect, test } from 'vitest';
import type { AppliedDiscount, CouponValue } from '../catalog/coupon.ts';
import type { Price } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import { MAX_AMOUNT_MINOR } from '../money/money.ts';
import type { OneOffCharge, Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { Account, at, dec, EUR, flat, metered, price, unwrap, version } from '../testing/factories.ts';
import { coupon } from '../testing/histories.ts';
import { MONTHLY } from '../time/cadence.ts';
import { zoneNamed } from '../time/zone.ts';
import { type BilledLine, lineKey, type UsageQuantity } from './line.ts';
import type { ProposalInput } from './proposal-context.ts';
import { proposeLines, usageWindows } from './propose-lines.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from './settings.ts';

const APRIL = { start: at('2026-04-01T00:00:00Z'), end: at('2026-05-01T00:00:00Z') };
const MID = at('2026-04-16T00:00:00Z');
const BOUNDED: PriceModel = {
  kind: 'graduated',
  per: 1n,
  tiers: [{ upTo: dec('10'), unitPrice: dec('1'), flatMinor: 0n }],
};
const STRICT: Partial<BillingSettings> = {
  rating: { ...DEFAULT_BILLING_SETTINGS.rating, boundedLastTier: 'reject' },
};

/** A subscription from 1 April; its items are called a, b, c. */
function subscribed(prices: readonly Price[], more: Partial<Subscription> = {}): Subscription {
  const { subscription } = new Account().start(APRIL.start, version('v', prices));
  const items = subscription.items.map((item, nth) => ({ ...item, id: 'abc'.charAt(nth) }));
  return { ...subscription, items, ...more };
}

type Given = Partial<Pick<ProposalInput, 'usage' | 'billed'>>;

function input(
  subscription: Subscription,
  now = APRIL.end,
  given: Given = {},
  settings: Partial<BillingSettings> = {},
): ProposalInput {
  const all = { ...DEFAULT_BILLING_SETTINGS, ...settings };
  return { subscription, now, usage: [], billed: [], ...given, settings: all };
}

function amounts(...given: Parameters<typeof input>) {
  return unwrap(proposeLines(input(...given))).map(({ itemId, amountMinor }) => [itemId, amountMinor]);
}

function refusal(...given: Parameters<typeof input>) {
  const result = proposeLines(input(...given));
  return result.ok ? null : [result.refusal.code, result.refusal.facts];
}

function billedLine(itemId: string, amountMinor: bigint, more: Partial<BilledLine> = {}): BilledLine {
  return {
    key: lineKey(itemId, more.kind ?? 'recurring', APRIL.start),
    subscriptionId: 'sub_1',
    itemId,
    kind: 'recurring',
    servicePeriod: APRIL,
    billingPeriod: APRIL,
    quantity: dec('1'),
    grossMinor: amountMinor,
    discounts: [],
    amountMinor,
    creditedMinor: 0n,
    billableAt: APRIL.start,
    ...more,
  };
}

function used(itemId: string, units: string, period = APRIL): UsageQuantity {
  return { itemId, meterId: 'meter_api', period, quantity: dec(units), eventCount: 1n, digest: null };
}

function amountOff(amountMinor: bigint): AppliedDiscount {
  return off({ kind: 'amount', amountsMinor: { [EUR]: amountMinor } });
}

function off(value: CouponValue): AppliedDiscount {
  return {
    id: 'off',
    coupon: coupon('off', { value }),
    redeemedAt: APRIL.start,
    from: APRIL.start,
    until: null,
    periods: {
      anchorAt: APRIL.start,
      timeZone: 'UTC',
      cadence: MONTHLY,
      alignment: 'anniversary',
      billingDay: null,
    },
  };
}

describe('the usage to load', () => {
  test('is that of metered prices whose period is over, with what each of them needs', () => {
    const model: PriceModel = { ...BOUNDED, kind: 'prorated_graduated' };
    const subscription = subscribed(
      [flat('base', 1000n), metered('api', '1'), metered('level', '1', { model, proration: 'day' })],
      { timeZone: 'Europe/Berlin' },
    );
    const proration = { ...DEFAULT_BILLING_SETTINGS.proration, days: 'fixed_30' as const };
    const window = { subscriptionId: 'sub_1', period: APRIL };
    expect(usageWindows(input(subscription, APRIL.end, {}, { proration }))).toEqual([
      {
        ...window,
        key: lineKey('b', 'usage', APRIL.start),
        itemId: 'b',
        meterId: 'meter_api',
        needs: { kind: 'none' },
      },
      {
        ...window,
        key: lineKey('c', 'usage', APRIL.start),
        itemId: 'c',
        meterId: 'meter_level',
        needs: {
          kind: 'prorated',
          whole: { period: APRIL, zone: zoneNamed('Europe/Berlin'), cadence: MONTHLY },
          rule: { basis: 'day', days: 'fixed_30' },
        },
      },
    ]);
  });

  test('is none that is billed, and none of a subscription that is billed elsewhere', () => {
    const sold = [metered('api', '1')];
    const billed = [billedLine('a', 0n, { kind: 'usage' })];
    expect(usageWindows(input(subscribed(sold), APRIL.end, { billed }))).toEqual([]);
    const elsewhere = subscribed(sold, { billingAuthority: 'stripe' });
    expect(usageWindows(input(elsewhere))).toEqual([]);
    expect(unwrap(proposeLines(input(elsewhere)))).toEqual([]);
  });
});

describe('an amount off', () => {
  test('that does not split evenly goes by the order of the document, whatever the order of the items', () => {
    const [a, b] = [flat('a', 500n), flat('b', 500n)];
    const subscription = subscribed([a, b], { discounts: [amountOff(1n)] });
    const items = subscription.items.toReversed();
    expect(amounts({ ...subscription, items }, APRIL.start)).toEqual([
      ['a', 499n],
      ['b', 500n],
    ]);
  });

  test('is taken after percentages given later, where the seller wants that', () => {
    const discounts = [amountOff(500n), off({ kind: 'percent', percent: dec('10') })];
    const subscription = subscribed([flat('a', 1000n)], { discounts });
    expect(amounts(subscription, APRIL.start)).toEqual([['a', 450n]]);
    const percentFirst = { ...DEFAULT_BILLING_SETTINGS.discounts, order: 'percent_then_fixed' as const };
    expect(amounts(subscription, APRIL.start, {}, { discounts: percentFirst })).toEqual([['a', 400n]]);
  });

  test('is free again, as far as its charge is taken back, for what is charged in that moment', () => {
    const { items, ...rest } = subscribed([flat('old', 1000n), flat('new', 2000n)]);
    const [old, young] = items as readonly [SubscriptionItem, SubscriptionItem];
    const changed: Subscription = {
      ...rest,
      discounts: [amountOff(800n)],
      items: [
        { ...old, activeTo: MID, creditUnused: true },
        { ...young, activeFrom: MID },
      ],
    };
    // Half of the 200 that were paid comes back, and with it half of the 800; the new half costs 1000.
    const after = [
      ['a', -100n],
      ['b', 600n],
    ];
    expect(amounts(changed, MID)).toEqual([['a', 200n], ...after]);
    const discounts = [{ discountId: 'off', periodIndex: 0, amountMinor: 800n }];
    const billed = [billedLine('a', 200n, { grossMinor: 1000n, discounts })];
    expect(amounts(changed, MID, { billed })).toEqual(after);
  });
});

describe('what cannot be billed', () => {
  test('is refused by the name of its line, be it usage of a period, of a threshold or a single charge', () => {
    const bounded = subscribed([metered('api', '1', { model: BOUNDED })]);
    const because = { because: 'rating.beyond_last_tier' };
    const key = lineKey('a', 'usage', APRIL.start);
    const refused = ['billing.rating_refused', { key, ...because }];
    expect(refusal(bounded, APRIL.end, { usage: [used('a', '11')] }, STRICT)).toEqual(refused);
    expect(refusal(bounded)).toEqual(['billing.usage_missing', { key }]);
    const soFar = { start: APRIL.start, end: MID };
    const threshold = { ...STRICT, thresholdMinor: 1n };
    expect(refusal(bounded, MID, { usage: [used('a', '11', soFar)] }, threshold)).toEqual(refused);

    const charge: OneOffCharge = {
      id: 'setup',
      at: MID,
      description: 'Set-up',
      price: price('setup', { model: BOUNDED }),
      quantity: 11n,
      addOnId: null,
    };
    const charged = subscribed([], { charges: [charge] });
    expect(refusal(charged, MID, {}, STRICT)).toEqual([
      'billing.rating_refused',
      { key: 'setup/one_off', ...because },
    ]);
    expect(amounts(charged, MID)).toEqual([['setup', 1000n]]);
  });

  test('is a line beyond the range of amounts, of either sign, and not one at its end', () => {
    const most = subscribed([flat('a', MAX_AMOUNT_MINOR)]);
    expect(amounts(most, APRIL.start)).toEqual([['a', MAX_AMOUNT_MINOR]]);
    const more = subscribed([flat('a', MAX_AMOUNT_MINOR + 1n)]);
    const key = lineKey('a', 'recurring', APRIL.start);
    expect(refusal(more, APRIL.start)).toEqual(['billing.amount_out_of_range', { key }]);

    const nothing: PriceModel = { kind: 'commitment', minimumMinor: null, maximumMinor: 0n };
    const capped = subscribed([flat('a', 1n), price('cap', { timing: 'in_arrears', model: nothing })]);
    const billed = (spentMinor: bigint) => ({ billed: [billedLine('a', spentMinor)] });
    expect(amounts(capped, APRIL.end, billed(MAX_AMOUNT_MINOR))).toContainEqual(['b', -MAX_AMOUNT_MINOR]);
    expect(refusal(capped, APRIL.end, billed(MAX_AMOUNT_MINOR + 1n))).toEqual([
      'billing.amount_out_of_range',
      { key: lineKey('b', 'true_up', APRIL.start) },
    ]);
  });
});

test('usage that is billed again costs what it cost, and what follows it goes on in the tiers', () => {
  const model: PriceModel = {
    ...BOUNDED,
    tiers: [
      { upTo: dec('10'), unitPrice: dec('1'), flatMinor: 0n },
      { upTo: null, unitPrice: dec('0.5'), flatMinor: 0n },
    ],
  };
  const subscription = subscribed([metered('api', '1', { model })]);
  const [fifth, tenth] = [at('2026-04-05T00:00:00Z'), at('2026-04-10T00:00:00Z')];
  const second = billedLine('a', 300n, {
    key: lineKey('a', 'usage', APRIL.start, 1),
    kind: 'usage',
    servicePeriod: { start: fifth, end: tenth },
    quantity: dec('4'),
  });
  const usage = [
    used('a', '8', { start: APRIL.start, end: fifth }),
    used('a', '6', { start: tenth, end: APRIL.end }),
  ];
  // The first 8 cost 1.00 each; 12 are in by then, so the last 6 cost 0.50 each.
  expect(amounts(subscription, APRIL.end, { usage, billed: [second] })).toEqual([
    ['a', 800n],
    ['a', 300n],
  ]);
});

test('a commitment counts a credit where its charge began, also inside the period of a price by the calendar', () => {
  const tenth = at('2026-04-10T00:00:00Z');
  const model: PriceModel = { kind: 'commitment', minimumMinor: 1000n, maximumMinor: null };
  const { items, ...rest } = subscribed([
    flat('a', 3000n, { alignment: 'calendar' }),
    price('least', { timing: 'in_arrears', model }),
  ]);
  const late = items.map((item) => ({ ...item, anchorAt: tenth, activeFrom: tenth }));
  const [a, b] = late as unknown as readonly [SubscriptionItem, SubscriptionItem];
  const cut = { ...a, activeTo: at('2026-04-17T00:00:00Z'), creditUnused: true };
  // 21 of 30 days are charged and 14 of them given back: 700 of the 1000 are spent.
  expect(amounts({ ...rest, anchorAt: tenth, items: [cut, b] }, at('2026-05-10T00:00:00Z'))).toEqual([
    ['a', 2100n],
    ['a', -1400n],
    ['b', 300n],
  ]);
});

test('a commitment counts the lines of its own subscription alone', () => {
  const model: PriceModel = { kind: 'commitment', minimumMinor: 1500n, maximumMinor: null };
  const subscription = subscribed([flat('a', 1000n), price('least', { timing: 'in_arrears', model })]);
  const billed = [billedLine('a', 1000n), billedLine('z', 400n, { subscriptionId: 'sub_2' })];
  expect(amounts(subscription, APRIL.end, { billed })).toContainEqual(['b', 500n]);
});
