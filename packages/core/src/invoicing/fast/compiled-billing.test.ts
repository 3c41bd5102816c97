import { describe, expect, test } from 'vitest';
import type { Subscription } from '../../subscriptions/subscription.ts';
import {
  amountOff,
  amountsOfRun,
  compiledWith,
  discountOf,
  itemOf,
  percentOff,
  STORY_MONTHS,
  STORY_START,
  subscriptionWith,
} from '../../testing/billing-story.ts';
import { at, dec, flat, metered, unwrap } from '../../testing/factories.ts';
import type { Instant } from '../../time/instant.ts';
import { billedLinesOf, decideInvoice, usageToLoad } from '../decide-invoice.ts';
import type { BilledLine } from '../line.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { NO_TAX } from '../tax.ts';
import type { CompiledBilling } from './compiled-billing.ts';
import { documentOf } from './fast-document.ts';

const JANUARY = STORY_START;
const MIDDLE = at('2025-01-16T12:00:00Z');
const FEBRUARY = at('2025-02-01T00:00:00Z');
const MARCH = at('2025-03-01T00:00:00Z');

/** The document of `decideInvoice` for the same lines. */
function decided(subscription: Subscription, now: Instant, billed: readonly BilledLine[], quantity = '0') {
  const run = {
    now,
    subscriptions: [subscription],
    billed,
    settings: DEFAULT_BILLING_SETTINGS,
    hasPaymentMethod: true,
  };
  const usage = usageToLoad(run).map(({ itemId, meterId, period }) => ({
    itemId,
    meterId,
    period,
    quantity: dec(quantity),
    eventCount: 0n,
    digest: null,
  }));
  const customer = { id: 'cus_1', currency: subscription.currency, creditBalanceMinor: 0n };
  return unwrap(decideInvoice({ ...run, usage, customer, invoiceId: 'inv', taxChoice: NO_TAX })).invoice;
}

describe('runs follow each other', () => {
  const both = subscriptionWith([itemOf(flat('a', 3000n)), itemOf(metered('m', '1'))]);

  test('none goes back in time, and one of the same moment finds nothing left', () => {
    const billing = compiledWith(both);
    expect(amountsOfRun(billing, FEBRUARY, ['5'])).toEqual([3000, 3000, 500]);
    expect(amountsOfRun(billing, FEBRUARY)).toEqual([]);
    expect(documentOf(billing, { invoiceId: 'inv' })).toBeNull();
    expect(amountsOfRun(billing, (FEBRUARY - 1) as Instant)).toBeNull();
    expect(amountsOfRun(billing, FEBRUARY)).toEqual([]);
  });

  test('after one that was left to decideInvoice only a rewind makes them right again', () => {
    for (const quantities of [[], ['5', '6']]) {
      const billing = compiledWith(both);
      expect(amountsOfRun(billing, FEBRUARY, quantities)).toBeNull();
      expect(amountsOfRun(billing, FEBRUARY)).toBeNull();
      expect(amountsOfRun(billing, FEBRUARY, ['5'])).toBeNull();
      billing.rewind();
      expect(amountsOfRun(billing, FEBRUARY, ['5'])).toEqual([3000, 3000, 500]);
    }
  });

  test('a rewind forgets lines, discounts, credits and what the customer was granted', () => {
    const discounts = [
      discountOf('d', amountOff(600n), {}, { periods: STORY_MONTHS }),
      discountOf('e', percentOff('10'), { scope: { planIds: [], priceKeys: ['z'] } }),
    ];
    const change = subscriptionWith(
      [
        itemOf(flat('a', 3000n), { activeTo: MIDDLE, creditUnused: true }),
        itemOf(flat('b', 1000n), { activeFrom: MIDDLE }),
      ],
      { discounts },
    );
    // A third of January is credited against what is left; the credit of 1,000 is used first.
    const told = (billing: CompiledBilling) =>
      [JANUARY, MIDDLE, FEBRUARY].map((now) => {
        const lines = amountsOfRun(billing, now);
        const { creditAppliedMinor, creditGrantedMinor, dueMinor } = billing.invoice;
        return { lines, creditAppliedMinor, creditGrantedMinor, dueMinor };
      });
    const expected = [
      { lines: [2400], creditAppliedMinor: 1000, creditGrantedMinor: 0, dueMinor: 1400 },
      { lines: [-1200, 200], creditAppliedMinor: 0, creditGrantedMinor: 1000, dueMinor: 0 },
      { lines: [400], creditAppliedMinor: 400, creditGrantedMinor: 0, dueMinor: 0 },
    ];
    const billing = compiledWith(change, { creditBalanceMinor: 1000n });
    for (let round = 0; round < 3; round += 1) {
      expect(told(billing)).toEqual(expected);
      billing.rewind();
    }
    // The same where the charge was billed before this billing was made ready.
    const first = decided(subscriptionWith([itemOf(flat('a', 3000n))], { discounts }), JANUARY, []);
    const late = compiledWith(change, { billed: billedLinesOf(first as never) });
    for (let round = 0; round < 3; round += 1) {
      expect(amountsOfRun(late, MIDDLE)).toEqual([-1200, 200]);
      late.rewind();
    }
  });

  test('a charge that another usage lowers differently is credited, and explained, anew', () => {
    // 1,000 off the usage of January and the fee of February, of which the second half is not used.
    const end = at('2025-02-15T00:00:00Z');
    const fee = itemOf(flat('a', 3000n), { activeFrom: FEBRUARY, activeTo: end, creditUnused: true });
    const over = subscriptionWith([fee, itemOf(metered('m', '1'))], {
      discounts: [discountOf('d', amountOff(1000n))],
    });
    const billing = compiledWith(over);
    // 1,000 is split over 3,000 and 1,000, or over 3,000 and 5,000: half of 2,250 or of 2,625 is given back.
    for (const [quantity, creditMinor] of [
      ['10', -1125n],
      ['50', -1313n],
      ['10', -1125n],
    ] as const) {
      const documents = [FEBRUARY, end].map((now) => {
        const quantities = billing.windows(now).map(() => dec(quantity));
        expect(billing.bill(now, quantities)).not.toBeNull();
        return documentOf(billing, { invoiceId: 'inv' });
      });
      expect(documents[1]?.lines[0]?.amountMinor).toBe(creditMinor);
      const first = decided(over, FEBRUARY, [], quantity);
      expect(documents).toEqual([first, decided(over, end, billedLinesOf(first as never))]);
      billing.rewind();
    }
  });
});

describe('a credit', () => {
  const over = subscriptionWith([
    itemOf(flat('a', 3000n), { activeTo: MIDDLE, creditUnused: true }),
    itemOf(flat('b', 700n), { activeFrom: MIDDLE }),
  ]);
  const [charge] = billedLinesOf(decided(subscriptionWith([itemOf(flat('a', 3000n))]), JANUARY, []) as never);

  test('takes back no more than credit notes have left of its charge', () => {
    for (const [creditedMinor, creditMinor] of [
      [0n, 1500],
      [1499n, 1500],
      [1500n, 1500],
      [1501n, 1499],
      [3000n, 0],
    ] as const) {
      const billed = [{ ...(charge as BilledLine), creditedMinor }];
      const billing = compiledWith(over, { billed });
      expect(amountsOfRun(billing, MIDDLE)).toEqual([0 - creditMinor, 350]);
      expect(documentOf(billing, { invoiceId: 'inv' })).toEqual(decided(over, MIDDLE, billed));
    }
  });

  test('of a charge that nothing was left of is no line', () => {
    const free = (more: Partial<Subscription>) => {
      const billing = compiledWith({ ...over, ...more });
      return [JANUARY, MIDDLE, FEBRUARY].map((now) => amountsOfRun(billing, now));
    };
    const scope = { planIds: [], priceKeys: ['a'] };
    expect(free({ discounts: [discountOf('d', percentOff('100'), { scope })] })).toEqual([[0], [350], [700]]);
    // The lines after it keep their discounts.
    const half = { scope: { planIds: [], priceKeys: ['b'] } };
    const discounts = [
      discountOf('d', percentOff('100'), { scope }),
      discountOf('e', percentOff('50'), half),
    ];
    expect(free({ discounts })).toEqual([[0], [175], [350]]);
  });
});

describe('what lies ahead', () => {
  test('the next moment is that of the first line that is not billed', () => {
    const usage = { usageGraceMs: 3_600_000 };
    const subscription = subscriptionWith(
      [
        itemOf(flat('a', 3000n), { activeTo: MIDDLE, creditUnused: true }),
        itemOf(metered('m', '1'), { activeTo: FEBRUARY }),
        itemOf(flat('z', 1n), { activeFrom: FEBRUARY, activeTo: FEBRUARY }),
      ],
      {
        charges: [
          {
            id: 'once',
            at: at('2025-01-05T00:00:00Z'),
            description: 'x',
            price: flat('x', 1n),
            quantity: 1n,
            addOnId: null,
          },
        ],
      },
    );
    const billing = compiledWith(subscription, { settings: usage });
    const moments: (Instant | null)[] = [];
    for (let now: Instant | null = JANUARY; now !== null; now = billing.nextDueAt(now)) {
      expect(
        amountsOfRun(
          billing,
          now,
          billing.windows(now).map(() => '1'),
        ),
      ).toHaveLength(1);
      moments.push(now);
    }
    expect(moments).toEqual([JANUARY, at('2025-01-05T00:00:00Z'), MIDDLE, FEBRUARY + 3_600_000]);
    expect(compiledWith(subscriptionWith([])).nextDueAt(JANUARY)).toBeNull();
    // A credit comes when its item ends, in whichever of its periods; an item that never costs anything never does.
    const end = at('2025-02-15T00:00:00Z');
    const credit = { activeTo: end, creditUnused: true };
    const later = compiledWith(
      subscriptionWith([
        itemOf(flat('a', 3000n), credit),
        itemOf(flat('b', 3000n), { activeFrom: end, ...credit }),
        itemOf(flat('c', 3000n), { activeFrom: MARCH, activeTo: MARCH, creditUnused: true }),
      ]),
    );
    expect(later.nextDueAt(at('2024-12-01T00:00:00Z'))).toBe(JANUARY);
    expect(amountsOfRun(later, FEBRUARY)).toEqual([3000, 3000]);
    expect(later.nextDueAt(FEBRUARY)).toBe(end);
    expect(amountsOfRun(later, end)).toEqual([-1500]);
    expect(later.nextDueAt(end)).toBeNull();
    // Never the same moment again, whatever is left of before.
    billing.rewind();
    expect(billing.nextDueAt(MARCH)).toBe(MARCH + 1);
  });

  test('the windows of a run say which usage it rests on, in order, and change nothing', () => {
    const items = [
      itemOf(metered('b', '1')),
      itemOf(flat('c', 1n)),
      itemOf(metered('a', '1'), { activeTo: MIDDLE }),
    ];
    const subscription = subscriptionWith(items);
    const billing = compiledWith(subscription);
    const run = {
      now: FEBRUARY,
      subscriptions: [subscription],
      billed: [],
      settings: DEFAULT_BILLING_SETTINGS,
      hasPaymentMethod: true,
    };
    const windows = billing.windows(FEBRUARY);
    expect(windows.map(({ itemId, period }) => [itemId, period.end])).toEqual([
      ['item_a', MIDDLE],
      ['item_b', FEBRUARY],
    ]);
    const asked = usageToLoad(run);
    expect(windows).toEqual([asked[1], asked[0]]);
    expect(billing.windows(FEBRUARY)).toEqual(windows);
    expect(amountsOfRun(billing, FEBRUARY, ['2', '3'])).toEqual([1, 200, 300, 1]);
  });
});
