import { describe, expect, test } from 'vitest';
import type { PriceModel } from '../../catalog/price-model.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import {
  type CompileChanges,
  compiledWith,
  compileInputOf,
  discountOf,
  itemOf,
  percentOff,
  storyOf,
  subscriptionWith,
} from '../../testing/billing-story.ts';
import { at, dec, flat, price, unwrap } from '../../testing/factories.ts';
import { playBoth } from '../../testing/play-both.ts';
import { billedLinesOf, decideInvoice } from '../decide-invoice.ts';
import type { BilledLine } from '../line.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { NO_TAX } from '../tax.ts';
import { compileBilling } from './compile-billing.ts';

/** What lies beyond the last tier is not billed. */
const REJECTING = { ...DEFAULT_BILLING_SETTINGS.rating, boundedLastTier: 'reject' } as const;
const FEBRUARY = at('2025-02-01T00:00:00Z');

function isLeft(subscription: Subscription, changes: CompileChanges = {}): boolean {
  return compileBilling(compileInputOf(subscription, changes)) === null;
}

/** What a subscription is billed up to a moment, remembered as billed. */
function billedUpTo(subscription: Subscription, now = FEBRUARY): readonly BilledLine[] {
  const decided = decideInvoice({
    now,
    invoiceId: 'inv_1',
    customer: { id: 'cus_1', currency: subscription.currency, creditBalanceMinor: 0n },
    subscriptions: [subscription],
    billed: [],
    usage: [],
    taxChoice: NO_TAX,
    settings: DEFAULT_BILLING_SETTINGS,
    hasPaymentMethod: true,
  });
  const { invoice } = unwrap(decided);
  return invoice === null ? [] : billedLinesOf(invoice);
}

const MONTHLY = subscriptionWith([itemOf(flat('a', 3000n))]);

describe('a subscription is left to decideInvoice', () => {
  test('where somebody else bills it, or usage is billed at a threshold', () => {
    expect(isLeft(MONTHLY)).toBe(false);
    expect(isLeft({ ...MONTHLY, billingAuthority: 'stripe' })).toBe(true);
    expect(isLeft(MONTHLY, { settings: { thresholdMinor: 1000n } })).toBe(true);
    expect(isLeft({ ...MONTHLY, ownThreshold: { amountMinor: 1000n } })).toBe(true);
    expect(
      isLeft({ ...MONTHLY, ownThreshold: { amountMinor: null } }, { settings: { thresholdMinor: 1n } }),
    ).toBe(false);
  });

  test('where a price needs more than the quantity of a period', () => {
    const left = (model: PriceModel, more: Parameters<typeof price>[1] = {}) =>
      isLeft(subscriptionWith([itemOf(price('p', { model, ...more }))]), { settings: { rating: REJECTING } });
    const meter = { quantity: { kind: 'meter', meterId: 'm' }, timing: 'in_arrears' } as const;
    // One unit is beyond the only tier.
    const tier = { upTo: dec('0.5'), unitPrice: dec('1'), flatMinor: 0n };
    const beyond: PriceModel = { kind: 'graduated', per: 1n, tiers: [tier] };
    const commitment: PriceModel = { kind: 'commitment', minimumMinor: 1n, maximumMinor: null };
    expect(left(commitment, { timing: 'in_arrears' })).toBe(true);
    expect(left({ kind: 'dynamic' }, meter)).toBe(true);
    expect(left(beyond)).toBe(true);
    expect(left({ kind: 'flat', amountMinor: 1n }, { ...meter, timing: 'in_advance' })).toBe(true);
    expect(left({ kind: 'flat', amountMinor: 1n }, meter)).toBe(false);
    const charge = { id: 'once', at: FEBRUARY, description: 'x', quantity: 1n, addOnId: null };
    const charging = (model: PriceModel) =>
      isLeft(subscriptionWith([], { charges: [{ ...charge, price: price('p', { model }) }] }), {
        settings: { rating: REJECTING },
      });
    expect(charging(beyond)).toBe(true);
    expect(charging({ kind: 'flat', amountMinor: 1n })).toBe(false);
  });

  test('where tax or a discount is computed in a way that is not prepared', () => {
    const tax = { rounding: 'precise_once', inclusive: 'round_tax' } as const;
    expect(isLeft(MONTHLY, { settings: { tax } })).toBe(true);
    const discounts = { ...DEFAULT_BILLING_SETTINGS.discounts, percent: 'on_total' } as const;
    const lowered = { ...MONTHLY, discounts: [discountOf('d', percentOff('10'))] };
    expect(isLeft(lowered, { settings: { discounts } })).toBe(true);
    expect(isLeft(lowered)).toBe(false);
  });

  test('where an id would put its lines elsewhere on the document', () => {
    expect(isLeft(subscriptionWith([itemOf(flat('a', 1n)), itemOf(flat('b', 1n), { id: 'item/b' })]))).toBe(
      true,
    );
  });
});

describe('what is billed already must be what would have been billed', () => {
  const billed = billedUpTo(MONTHLY);
  const [first, second] = billed as readonly [BilledLine, BilledLine];

  test('the first periods of every price, over the service that they are for', () => {
    expect(billed).toHaveLength(2);
    expect(isLeft(MONTHLY, { billed })).toBe(false);
    expect(isLeft(MONTHLY, { billed: [first] })).toBe(false);
    expect(isLeft(MONTHLY, { billed: [second] })).toBe(true);
    const { start, end } = second.servicePeriod;
    const moved = (servicePeriod: BilledLine['servicePeriod']) => [first, { ...second, servicePeriod }];
    expect(isLeft(MONTHLY, { billed: moved({ start: at('2025-02-02T00:00:00Z'), end }) })).toBe(true);
    expect(isLeft(MONTHLY, { billed: moved({ start, end: at('2025-02-28T00:00:00Z') }) })).toBe(true);
    expect(isLeft(MONTHLY, { billed: [first, { ...second, isWaived: true }] })).toBe(true);
    expect(isLeft(MONTHLY, { billed: [first, { ...second, isWaived: false }] })).toBe(false);
  });

  test('lines of other subscriptions do not matter', () => {
    const other = { ...second, key: 'item_b/recurring/0', subscriptionId: 'sub_2' };
    expect(isLeft(MONTHLY, { billed: [first, other] })).toBe(false);
    expect(isLeft(MONTHLY, { billed: [first, { ...other, subscriptionId: 'sub_1' }] })).toBe(true);
  });

  test('a part of a period, a credit and a charge made once as well', () => {
    const middle = at('2025-01-16T12:00:00Z');
    const charge = { id: 'once', at: middle, description: 'x', quantity: 1n, addOnId: null };
    const subscription = subscriptionWith(
      [
        itemOf(flat('a', 3000n), { activeTo: middle, creditUnused: true }),
        itemOf(flat('b', 3000n), { activeFrom: middle }),
        itemOf(flat('c', 3000n, { timing: 'in_arrears' }), { activeTo: middle }),
      ],
      { charges: [{ ...charge, price: flat('x', 70n) }] },
    );
    const lines = billedUpTo(subscription, middle);
    expect(lines.map(({ kind }) => kind)).toEqual([
      'recurring',
      'proration_credit',
      'recurring',
      'recurring',
      'one_off',
    ]);
    expect(isLeft(subscription, { billed: lines })).toBe(false);
    for (const line of lines) {
      const shifted = { ...line, servicePeriod: { ...line.servicePeriod, end: FEBRUARY - 1 } };
      const others = lines.filter((one) => one !== line);
      expect(isLeft(subscription, { billed: [...others, shifted as BilledLine] })).toBe(true);
    }
    // All of it is billed: only February is left.
    const billing = compiledWith(subscription, { billed: lines });
    expect(billing.nextDueAt(middle)).toBe(FEBRUARY);
    expect(billing.bill(FEBRUARY, [])?.totalMinor).toBe(3000);
  });
});

describe('the bounds on the lines of a day and of an invoice hold without being counted', () => {
  const bounded = (
    maxLinesPerSubscriptionDay: number,
    maxLinesPerPriceDay: number,
    maxLinesPerInvoice = 500,
  ) => ({
    settings: { maxLinesPerSubscriptionDay, maxLinesPerPriceDay, maxLinesPerInvoice },
  });

  test('an item that begins shortly before its period ends has two lines that day', () => {
    const midnight = { anchorAt: at('2025-01-01T23:45:00Z'), activeFrom: at('2025-02-01T23:30:00Z') };
    const shortly = subscriptionWith([itemOf(flat('a', 3000n), midnight)]);
    const settings = { ...DEFAULT_BILLING_SETTINGS, ...bounded(1, 1).settings };
    expect(playBoth(storyOf(shortly, ['2025-02-02T00:00:00Z'], { settings }))).toMatchObject([
      { decided: 'refused', compiled: undefined },
    ]);
    expect(isLeft(shortly, bounded(1, 1))).toBe(true);
    expect(isLeft(shortly, bounded(2, 1))).toBe(false);
    expect(isLeft(shortly, bounded(1, 2))).toBe(false);
  });

  test('and one of days three, where a clock change brings the next day into it', () => {
    const daily = { cadence: { interval: 'day', count: 1 } } as const;
    // Berlin turns its clocks on 30 March 2025: that day begins at 00:15 UTC, the next one at 23:15.
    const item = itemOf(flat('a', 3000n, daily), {
      anchorAt: at('2025-03-01T00:15:00Z'),
      activeFrom: at('2025-03-30T00:10:00Z'),
    });
    const berlin = subscriptionWith([item], { timeZone: 'Europe/Berlin' });
    const settings = { ...DEFAULT_BILLING_SETTINGS, ...bounded(2, 2).settings };
    expect(playBoth(storyOf(berlin, ['2025-03-31T00:00:00Z'], { settings }))).toMatchObject([
      { decided: 'refused', compiled: undefined },
    ]);
    expect(isLeft(berlin, bounded(2, 2))).toBe(true);
    expect(isLeft(berlin, bounded(3, 2))).toBe(false);
  });

  test('every price counts as its item with most lines, every credit and every charge made once as one', () => {
    const price = (key: string) => itemOf(flat(key, 3000n));
    const again = { ...price('a'), id: 'item_again' };
    const over = itemOf(flat('o', 3000n), { activeTo: at('2025-01-16T12:00:00Z'), creditUnused: true });
    const charges = ['x', 'y', 'z'].map((id) => ({
      id,
      at: FEBRUARY,
      description: id,
      price: flat(id, 1n),
      quantity: 1n,
      addOnId: null,
    }));
    const least = (subscription: Subscription) =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9].find((bound) => !isLeft(subscription, bounded(bound, 0)));
    expect(least(subscriptionWith([price('a')]))).toBe(2);
    expect(least(subscriptionWith([price('a'), again]))).toBe(2);
    expect(least(subscriptionWith([price('a'), price('b'), price('c')]))).toBe(6);
    expect(least(subscriptionWith([over]))).toBe(3);
    expect(least(subscriptionWith([{ ...over, price: flat('o', 3000n, { timing: 'in_arrears' }) }]))).toBe(2);
    expect(least(subscriptionWith([over, price('a'), again], { charges }))).toBe(8);
    // The bound of a price counts for each price, not for each item.
    expect(isLeft(subscriptionWith([price('a'), price('b'), price('c')]), bounded(1, 2))).toBe(false);
    expect(isLeft(subscriptionWith([over, again, price('a')]), bounded(1, 3))).toBe(false);
    expect(isLeft(subscriptionWith([over, again, price('a')]), bounded(1, 2))).toBe(true);
    // All lines of a day are bounded as those of an invoice: here 2 + 1 + 2 + 2 + 3.
    const all = subscriptionWith([over, price('a'), again], { charges });
    expect(isLeft(all, bounded(100, 0, 10))).toBe(false);
    expect(isLeft(all, bounded(100, 0, 9))).toBe(true);
  });
});
