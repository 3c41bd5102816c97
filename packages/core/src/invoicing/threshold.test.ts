import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type Price } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { Account, at, dec, flat, metered, unwrap, version } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import type { Instant } from '../time/instant.ts';
import { type BilledLine, lineKey, type UsageQuantity } from './line.ts';
import { type ProposalContext, proposalContext } from './proposal-context.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from './settings.ts';
import { partialSpans, thresholdLines } from './threshold.ts';

const GRADUATED: PriceModel = {
  kind: 'graduated',
  per: 1n,
  tiers: [
    { upTo: dec('10'), unitPrice: dec('1'), flatMinor: 0n },
    { upTo: null, unitPrice: dec('0.5'), flatMinor: 0n },
  ],
};

function april(day: number): Instant {
  return at(`2026-04-${`${day}`.padStart(2, '0')}T00:00:00Z`);
}

function subscribed(prices: readonly Price[], item: Partial<SubscriptionItem> = {}): Subscription {
  const { subscription } = new Account().start(april(1), version('u', prices));
  return { ...subscription, items: subscription.items.map((sold) => ({ ...sold, ...item })) };
}

function contextOf(
  subscription: Subscription,
  now: Instant,
  more: { usage?: readonly UsageQuantity[]; billed?: readonly BilledLine[] } = {},
  settings: Partial<BillingSettings> = {},
): ProposalContext {
  const all = { ...DEFAULT_BILLING_SETTINGS, thresholdMinor: 500n, ...settings };
  return proposalContext({ subscription, now, usage: [], billed: [], ...more, settings: all });
}

/** Usage of the nth item from one day to another. */
function used(
  { items }: Subscription,
  nth: number,
  [from, to]: readonly [number, number],
  units: string,
): UsageQuantity {
  const period = { start: april(from), end: april(to) };
  const itemId = items[nth]?.id ?? '';
  return { itemId, meterId: 'm', period, quantity: dec(units), eventCount: 1n, digest: null };
}

function amountsOf(context: ProposalContext) {
  return unwrap(thresholdLines(context)).map(({ amountMinor }) => amountMinor);
}

describe('the usage that a threshold looks at', () => {
  const api = metered('api', '1');
  const MAY = at('2026-05-01T00:00:00Z');

  test.each([
    ['runs from the beginning of the period up to now', {}, april(10), [[april(1), april(10)]]],
    ['begins with its item', { activeFrom: april(5) }, april(10), [[april(5), april(10)]]],
    [
      'is that of an item which ends later as well',
      { activeTo: april(20) },
      april(10),
      [[april(1), april(10)]],
    ],
    ['is none of an item that has ended', { activeTo: april(5) }, april(10), []],
    ['is none of an item that ends now', { activeTo: april(10) }, april(10), []],
    ['is none of an item that begins now', {}, april(1), []],
    ['is none of an item that has not begun', { activeFrom: april(20) }, april(10), []],
    ['is none in the moment a period begins', {}, MAY, []],
  ] as const)('%s', (_, item, now, expected) => {
    const spans = partialSpans(contextOf(subscribed([flat('base', 1000n), api], item), now));
    expect(spans.map(({ servicePeriod: { start, end } }) => [start, end])).toEqual(expected);
    for (const span of spans)
      expect(span).toMatchObject({ kind: 'usage', billableAt: now, position: 'mid', item: { price: api } });
  });

  test('is none where no threshold is set', () => {
    expect(partialSpans(contextOf(subscribed([api]), april(10), {}, { thresholdMinor: null }))).toEqual([]);
  });
});

describe('the lines that a threshold calls up', () => {
  const week = [1, 8] as const;

  test('are those of all prices together, without those that nothing was used of', () => {
    const subscription = subscribed([metered('a', '1'), metered('b', '1'), metered('c', '1')]);
    const usage = [
      used(subscription, 0, week, '2'),
      used(subscription, 1, week, '0'),
      used(subscription, 2, week, '3'),
    ];
    expect(amountsOf(contextOf(subscription, april(8), { usage }))).toEqual([200n, 300n]);
    expect(amountsOf(contextOf(subscription, april(8), { usage }, { thresholdMinor: 501n }))).toEqual([]);
  });

  test('have what a maximum leaves of the price', () => {
    const terms = { ...DEFAULT_PRICE_TERMS, maximumMinor: 600n };
    const subscription = subscribed([metered('a', '1', { terms })]);
    const usage = [used(subscription, 0, week, '9')];
    expect(amountsOf(contextOf(subscription, april(8), { usage }))).toEqual([600n]);
  });

  test('are refused where the usage is not known', () => {
    const refused = thresholdLines(contextOf(subscribed([metered('a', '1')]), april(8)));
    expect(codeOf(refused)).toBe('billing.usage_missing');
  });

  test('go on in the tiers where those before them end, also those of this run', () => {
    const subscription = subscribed([metered('a', '1', { model: GRADUATED })]);
    const itemId = subscription.items[0]?.id ?? '';
    // The line of the first days was voided; the second one, of 4 units, stands.
    const second: BilledLine = {
      key: lineKey(itemId, 'usage', april(1), 1),
      subscriptionId: subscription.id,
      itemId,
      kind: 'usage',
      servicePeriod: { start: april(5), end: april(10) },
      billingPeriod: { start: april(1), end: at('2026-05-01T00:00:00Z') },
      quantity: dec('4'),
      grossMinor: 300n,
      discounts: [],
      amountMinor: 300n,
      creditedMinor: 0n,
      billableAt: april(10),
    };
    const usage = [used(subscription, 0, [1, 5], '8'), used(subscription, 0, [10, 20], '6')];
    // 8 units at 1.00; 12 units are in by then, so the 6 after them cost 0.50 each.
    expect(amountsOf(contextOf(subscription, april(20), { usage, billed: [second] }))).toEqual([800n, 300n]);
  });
});
