import { describe, expect, test } from 'vitest';
import type { Price } from '../../catalog/price.ts';
import type { PriceModel } from '../../catalog/price-model.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import {
  amountOff,
  amountsOfRun,
  compiledWith,
  discountOf,
  itemOf,
  percentOff,
  STORY_START,
  subscriptionWith,
} from '../../testing/billing-story.ts';
import { at, dec, flat, price } from '../../testing/factories.ts';
import type { Instant } from '../../time/instant.ts';
import type { BilledLine } from '../line.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { NO_TAX } from '../tax.ts';

const JANUARY = STORY_START;
const MIDDLE = at('2025-01-16T12:00:00Z');
const FEBRUARY = at('2025-02-01T00:00:00Z');
const MARCH = at('2025-03-01T00:00:00Z');

function chargeOf({ key }: Price): BilledLine {
  const period = { start: JANUARY, end: FEBRUARY };
  return {
    key: `item_${key}/recurring/${JANUARY}`,
    subscriptionId: 'sub_1',
    itemId: `item_${key}`,
    kind: 'recurring',
    servicePeriod: period,
    billingPeriod: period,
    quantity: dec('1'),
    grossMinor: 0n,
    discounts: [],
    amountMinor: 0n,
    creditedMinor: 0n,
    billableAt: JANUARY,
  };
}

describe('a run is left to decideInvoice', () => {
  test('from the moment on at which the subscription itself becomes another one', () => {
    const schedule = [
      { id: 's2', at: MARCH },
      { id: 's1', at: FEBRUARY },
    ] as unknown as Subscription['schedule'];
    const item = itemOf(flat('a', 3000n));
    const planned = compiledWith(subscriptionWith([item], { schedule }));
    expect(amountsOfRun(planned, (FEBRUARY - 1) as Instant)).toEqual([3000]);
    expect(amountsOfRun(planned, FEBRUARY)).toBeNull();
  });

  test('from the end of a trial on that may end the subscription', () => {
    const isBilled = (more: Partial<Subscription>) =>
      amountsOfRun(compiledWith(subscriptionWith([itemOf(flat('a', 3000n))], more)), FEBRUARY) !== null;
    for (const status of ['trialing', 'scheduled'] as const) {
      expect(isBilled({ status, trialEnd: 'cancel', trialEndAt: FEBRUARY })).toBe(false);
      expect(isBilled({ status, trialEnd: 'cancel_without_payment_method', trialEndAt: FEBRUARY })).toBe(
        false,
      );
      expect(isBilled({ status, trialEnd: 'cancel', trialEndAt: (FEBRUARY + 1) as Instant })).toBe(true);
      expect(isBilled({ status, trialEnd: 'convert', trialEndAt: FEBRUARY })).toBe(true);
      expect(isBilled({ status, trialEnd: 'cancel', trialEndAt: null })).toBe(true);
    }
    expect(isBilled({ status: 'active', trialEnd: 'cancel', trialEndAt: JANUARY })).toBe(true);
    const schedule = [{ id: 's1', at: FEBRUARY }] as unknown as Subscription['schedule'];
    expect(isBilled({ status: 'trialing', trialEnd: 'cancel', trialEndAt: MARCH, schedule })).toBe(false);
  });

  test('with more lines than an invoice may have', () => {
    const monthly = subscriptionWith([itemOf(flat('a', 3000n))]);
    const settings = { maxLinesPerInvoice: 2 };
    expect(amountsOfRun(compiledWith(monthly, { settings }), FEBRUARY)).toEqual([3000, 3000]);
    expect(amountsOfRun(compiledWith(monthly, { settings }), MARCH)).toBeNull();
  });

  test('with a quantity that cannot be rated', () => {
    const tiers = [{ upTo: dec('100'), unitPrice: dec('1'), flatMinor: 0n }];
    const model: PriceModel = { kind: 'graduated', per: 1n, tiers };
    const meter = { quantity: { kind: 'meter', meterId: 'm' }, timing: 'in_arrears' } as const;
    const used = subscriptionWith([itemOf(price('p', { model, ...meter }))]);
    const rating = { ...DEFAULT_BILLING_SETTINGS.rating, boundedLastTier: 'reject' } as const;
    expect(amountsOfRun(compiledWith(used, { settings: { rating } }), FEBRUARY, ['100'])).toEqual([10_000]);
    expect(amountsOfRun(compiledWith(used, { settings: { rating } }), FEBRUARY, ['101'])).toBeNull();
    expect(amountsOfRun(compiledWith(used), FEBRUARY, ['101'])).toEqual([10_000]);
  });

  test('with an amount, a sum or a total beyond any invoice', () => {
    const costing = (...minors: readonly bigint[]) =>
      subscriptionWith(minors.map((minor, one) => itemOf(flat(`p${one}`, minor))));
    const most = 900_000_000_000_000n;
    expect(amountsOfRun(compiledWith(costing(most / 2n)), JANUARY)).toEqual([Number(most / 2n)]);
    expect(amountsOfRun(compiledWith(costing(most / 2n + 1n)), JANUARY)).toBeNull();
    expect(amountsOfRun(compiledWith(costing(most / 4n, most / 4n + 1n)), JANUARY)).toBeNull();
    // Nothing is left of it, but no line may be larger than an invoice.
    const discounts = [discountOf('d', percentOff('100'))];
    expect(amountsOfRun(compiledWith({ ...costing(most), discounts }), JANUARY)).toEqual([0]);
    expect(amountsOfRun(compiledWith({ ...costing(most + 1n), discounts }), JANUARY)).toBeNull();
    // Three times as much with its tax.
    const doubled = (percent: string) => {
      const standardRate = {
        id: 'r',
        name: 'r',
        percent: dec(percent),
        category: 'S',
        country: null,
      } as const;
      return { taxChoice: { ...NO_TAX, standardRate } };
    };
    expect(amountsOfRun(compiledWith(costing(most / 3n), doubled('200')), JANUARY)).toEqual([
      Number(most / 3n),
    ]);
    expect(amountsOfRun(compiledWith(costing(most / 3n + 1n), doubled('200')), JANUARY)).toBeNull();
    expect(amountsOfRun(compiledWith(costing(most / 2n), doubled('1000')), JANUARY)).toBeNull();
  });

  test('with shares that plain numbers do not hold', () => {
    const discounts = [discountOf('d', amountOff(2n ** 40n))];
    expect(
      amountsOfRun(compiledWith(subscriptionWith([itemOf(flat('a', 2n ** 41n))], { discounts })), JANUARY),
    ).toBeNull();
    // The discount is taken, but what a credit gives back of it is too large.
    const item = itemOf(flat('a', 100_000_000n), { activeTo: MIDDLE, creditUnused: true });
    const given = { discounts: [discountOf('d', amountOff(20_000_000n))] };
    const run = compiledWith(subscriptionWith([item], given));
    expect(amountsOfRun(run, JANUARY)).toEqual([80_000_000]);
    expect(amountsOfRun(run, MIDDLE)).toEqual([-40_000_000]);
    // An amount that was taken by decideInvoice may be too large for what is given back of it.
    const price = flat('a', 2n ** 27n);
    const discounted = { discounts: [discountOf('d', amountOff(2n ** 26n))] };
    const charge = {
      ...chargeOf(price),
      discounts: [{ discountId: 'd', periodIndex: 0, amountMinor: 2n ** 26n }],
      amountMinor: 2n ** 26n,
    };
    const over = subscriptionWith([{ ...item, price }], discounted);
    expect(amountsOfRun(compiledWith(over, { billed: [charge] }), MIDDLE)).toBeNull();
    const half = { ...charge, discounts: [{ discountId: 'd', periodIndex: 0, amountMinor: 2n ** 25n }] };
    expect(amountsOfRun(compiledWith(over, { billed: [half] }), MIDDLE)).toEqual([-(2 ** 25)]);
    const large = { ...item, price: flat('a', 10_000_000_000n) };
    const more = { discounts: [discountOf('d', amountOff(225_000n))] };
    const left = compiledWith(subscriptionWith([large], more));
    expect(amountsOfRun(left, JANUARY)).toEqual([9_999_775_000]);
    expect(amountsOfRun(left, MIDDLE)).toEqual([-4_999_887_500]);
  });
});
