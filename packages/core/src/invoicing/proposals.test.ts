import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Coupon } from '../catalog/coupon.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import type { Change } from '../decision/change.ts';
import { formatRational } from '../money/rational.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import {
  Account,
  at,
  dec,
  EUR,
  flat,
  itemIds,
  metered,
  plan,
  price,
  seats,
  unwrap,
  version,
} from '../testing/factories.ts';
import { coupon } from '../testing/histories.ts';
import { MONTHLY } from '../time/cadence.ts';
import { addMs, MS_PER_DAY } from '../time/instant.ts';
import { discountLines } from './discount-lines.ts';
import { decideVoid } from './documents/decide-void.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';
import { gapsOf } from './usage-parts.ts';

const START = at('2026-04-01T00:00:00Z');
const END = at('2026-05-01T00:00:00Z');
const GRADUATED: PriceModel = {
  kind: 'graduated',
  per: 1n,
  tiers: [
    { upTo: dec('10'), unitPrice: dec('1'), flatMinor: 0n },
    { upTo: null, unitPrice: dec('0.5'), flatMinor: 0n },
  ],
};

function endNow(account: Account, moment: string, creditUnused = true): void {
  const { subscription } = account;
  const given = { now: at(moment), subscription, when: 'now', creditUnused, reason: 'asked' } as const;
  account.apply(unwrap(decideCancel({ ...given, stepId: 'end', days: DEFAULT_PRORATION_POLICY })));
}

function voidInvoice(account: Account, id: string): void {
  const { invoice, status, paidMinor, creditPaidMinor } = account.books.invoices.get(id)!;
  const standing = { invoice, status, paidMinor, creditPaidMinor, hasCreditNotes: false } as const;
  const { billed } = account.books;
  const given = { ...standing, now: END, billed, subscriptions: [account.subscription], unpaid: [] };
  account.apply(unwrap(decideVoid({ ...given, periods: 'bill_again', reason: 'x' })));
}

function give(account: Account, id: string, more: Partial<Coupon>): void {
  const change: Change = {
    type: 'subscription_discount.create',
    subscriptionId: 'sub_1',
    discount: {
      id,
      coupon: coupon(id, more),
      redeemedAt: START,
      from: START,
      until: null,
      periods: {
        anchorAt: START,
        timeZone: 'UTC',
        cadence: MONTHLY,
        alignment: 'anniversary',
        billingDay: null,
      },
    },
  };
  account.apply({ changes: [change], events: [] });
}

function amountsOf(account: Account): readonly bigint[] {
  return account.lines().map((line) => line.amountMinor);
}

describe('thresholds', () => {
  const usage = version('u', [metered('api', '1', { model: GRADUATED })]);
  const settings = { thresholdMinor: 500n };

  test('usage is billed inside its period as soon as it reaches the threshold, and the rest at the end', () => {
    const account = new Account({ settings }).start(START, usage);
    account.use('meter_api', at('2026-04-02T00:00:00Z'), 4n);
    expect(account.bill(at('2026-04-03T00:00:00Z')).invoice).toBeNull();
    account.use('meter_api', at('2026-04-04T00:00:00Z'), 4n);
    const first = account.bill(at('2026-04-05T00:00:00Z')).invoice!;
    expect(first.lines.map(({ key, amountMinor }) => [key.split('/').length, amountMinor])).toEqual([
      [3, 800n],
    ]);
    expect(account.bill(at('2026-04-05T00:00:00Z')).invoice).toBeNull();
    account.use('meter_api', at('2026-04-06T00:00:00Z'), 12n);
    const second = account.bill(at('2026-04-07T00:00:00Z')).invoice!;
    expect(second.lines.map(({ key, amountMinor }) => [key.split('/').at(-1), amountMinor])).toEqual([
      ['1', 700n],
    ]);
    account.use('meter_api', at('2026-04-08T00:00:00Z'), 2n);
    const last = account.bill(END).invoice!;
    expect(last.lines.map(({ key, amountMinor }) => [key.split('/').at(-1), amountMinor])).toEqual([
      ['2', 100n],
    ]);
    expect(last.lines[0]?.servicePeriod).toEqual({ start: at('2026-04-07T00:00:00Z'), end: END });
  });

  test('a price that is known only at the end gives nothing before it, also where minimums are topped up on every line', () => {
    const model: PriceModel = { ...GRADUATED, kind: 'volume' };
    const price = metered('api', '1', { model });
    const minimum = version('m', [{ ...price, terms: { ...price.terms, minimumMinor: 900n } }]);
    const rating = { ...DEFAULT_BILLING_SETTINGS.rating, minimumSpend: 'every_line' as const };
    const account = new Account({ settings: { ...settings, rating } }).start(START, minimum);
    account.use('meter_api', at('2026-04-02T00:00:00Z'), 4n);
    expect(account.bill(at('2026-04-03T00:00:00Z')).invoice).toBeNull();
    expect(account.bill(END).invoice?.totals.netMinor).toBe(900n);
  });

  test('a subscription may have one of its own, or none, whatever the seller set', () => {
    const invoiced = (seller: bigint | null, own: { amountMinor: bigint | null }) => {
      const account = new Account({ settings: { thresholdMinor: seller } }).start(START, usage);
      for (const [id, subscription] of account.books.subscriptions)
        account.books.subscriptions.set(id, { ...subscription, ownThreshold: own });
      account.use('meter_api', at('2026-04-02T00:00:00Z'), 4n);
      return account.bill(at('2026-04-03T00:00:00Z')).invoice?.totals.netMinor;
    };
    expect(invoiced(null, { amountMinor: 400n })).toBe(400n);
    expect(invoiced(500n, { amountMinor: 400n })).toBe(400n);
    expect(invoiced(400n, { amountMinor: 500n })).toBeUndefined();
    expect(invoiced(400n, { amountMinor: null })).toBeUndefined();
  });

  test('a threshold that is reached to the unit bills, and none is needed where none is set', () => {
    const account = new Account({ settings: { thresholdMinor: 400n } }).start(START, usage);
    account.use('meter_api', START, 4n);
    expect(account.bill(at('2026-04-03T00:00:00Z')).invoice?.totals.totalMinor).toBe(400n);
    const never = new Account().start(START, usage);
    never.use('meter_api', START, 4000n);
    expect(never.bill(at('2026-04-03T00:00:00Z')).invoice).toBeNull();
  });

  test('I75 a part whose invoice was voided is billed again at what it cost, by the same name', () => {
    const account = new Account({ settings }).start(START, usage);
    account.use('meter_api', at('2026-04-02T00:00:00Z'), 8n);
    account.bill(at('2026-04-05T00:00:00Z'));
    account.use('meter_api', at('2026-04-06T00:00:00Z'), 12n);
    account.bill(at('2026-04-07T00:00:00Z'));
    voidInvoice(account, 'inv_1');
    account.use('meter_api', at('2026-04-20T00:00:00Z'), 2n);
    const { invoice } = account.bill(END);
    const lines = invoice!.lines.map(({ key, amountMinor, servicePeriod }) => [
      key.split('/')[3] ?? '0',
      amountMinor,
      servicePeriod.start,
    ]);
    expect(lines.sort()).toEqual([
      ['0', 800n, START],
      ['2', 100n, at('2026-04-07T00:00:00Z')],
    ]);
  });

  test('I75 however a period is cut, its lines add up to what it costs on one line', () => {
    const day = fc.integer({ min: 0, max: 29 });
    const events = fc.array(fc.record({ day, units: fc.bigInt({ min: 1n, max: 9n }) }), { maxLength: 12 });
    const runs = fc.array(day, { maxLength: 8 });
    const models = fc.constantFrom<PriceModel>(
      GRADUATED,
      { kind: 'per_unit', unitPrice: dec('0.25'), per: 1n },
      { ...GRADUATED, kind: 'volume' },
    );
    const terms = fc.constantFrom(null, 300n);
    fc.assert(
      fc.property(
        events,
        runs,
        models,
        terms,
        fc.option(fc.nat(7)),
        (used, days, model, maximumMinor, voided) => {
          const base = metered('api', '1', { model });
          const one = version('u', [{ ...base, terms: { ...base.terms, maximumMinor } }]);
          const play = (thresholdMinor: bigint | null) => {
            const account = new Account({ settings: { thresholdMinor } }).start(START, one);
            for (const { day: at, units } of used)
              account.use('meter_api', addMs(START, at * MS_PER_DAY), units);
            if (thresholdMinor !== null)
              for (const on of [...days].sort((a, b) => a - b)) account.bill(addMs(START, on * MS_PER_DAY));
            const open = [...account.books.invoices].filter(([, record]) => record.status === 'open');
            if (voided !== null && open[voided] !== undefined) voidInvoice(account, open[voided][0]);
            account.bill(END);
            return account.books.billed.reduce((sum, line) => sum + line.amountMinor, 0n);
          };
          expect(play(100n)).toBe(play(null));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the stretches without a line are found, also between lines and around them', () => {
    const part = (start: string, end: string) => ({
      servicePeriod: { start: at(start), end: at(end) },
      quantity: dec('1'),
      grossMinor: 1n,
    });
    const service = { start: START, end: END };
    const third = part('2026-04-03T00:00:00Z', '2026-04-04T00:00:00Z');
    expect(gapsOf(service, [])).toEqual([service]);
    expect(gapsOf(service, [third])).toEqual([
      { start: START, end: third.servicePeriod.start },
      { start: third.servicePeriod.end, end: END },
    ]);
    expect(gapsOf(service, [part('2026-04-01T00:00:00Z', '2026-05-01T00:00:00Z')])).toEqual([]);
    const later = { start: third.servicePeriod.start, end: third.servicePeriod.end };
    expect(gapsOf(later, [part('2026-04-01T00:00:00Z', '2026-04-02T00:00:00Z')])).toEqual([later]);
    expect(gapsOf(later, [part('2026-04-05T00:00:00Z', '2026-04-06T00:00:00Z')])).toEqual([later]);
  });
});

describe('commitments', () => {
  const commitment = (minimumMinor: bigint | null, maximumMinor: bigint | null) =>
    price('bound', { timing: 'in_arrears', model: { kind: 'commitment', minimumMinor, maximumMinor } });
  const planOf = (minimumMinor: bigint | null, maximumMinor: bigint | null, more = 1000n) =>
    version('c', [flat('base', more), metered('api', '1'), commitment(minimumMinor, maximumMinor)]);
  const boundLine = (account: Account) =>
    account.lines().find(({ kind }) => kind === 'true_up' || kind === 'spend_cap')!;

  test.each([
    ['lacks of its minimum', 2000n, null, 'true_up', 300n],
    ['meets its minimum', 1700n, null, 'true_up', 0n],
    ['exceeds its cap by', 100n, 1500n, 'spend_cap', -200n],
    ['meets its cap', null, 1700n, 'true_up', 0n],
  ] as const)('a period is charged or given back what it %s', (_, minimum, maximum, kind, amountMinor) => {
    const account = new Account().start(START, planOf(minimum, maximum));
    account.use('meter_api', at('2026-04-10T00:00:00Z'), 7n);
    account.bill(START);
    account.bill(END);
    expect(boundLine(account)).toMatchObject({
      kind,
      amountMinor,
      servicePeriod: { start: START, end: END },
      explanation: { rule: kind === 'true_up' ? 'minimum_commitment' : 'spend_cap' },
    });
    expect(account.bill(END).invoice).toBeNull();
  });

  test('it waits for usage that may still arrive', () => {
    const settings = { usageGraceMs: MS_PER_DAY };
    const account = new Account({ settings }).start(START, planOf(2000n, null));
    account.bill(START);
    account.bill(END);
    expect(boundLine(account)).toBeUndefined();
    account.bill(addMs(END, MS_PER_DAY));
    expect(boundLine(account).amountMinor).toBe(1000n);
  });

  test('discounts count, one-off charges do not', () => {
    const account = new Account().start(START, planOf(2000n, null));
    give(account, 'half', {
      value: { kind: 'percent', percent: dec('50') },
      scope: { planIds: [], priceKeys: ['base'] },
    });
    const charge = {
      id: 'setup',
      at: START,
      description: 'Set-up',
      price: flat('setup', 9000n),
      quantity: 1n,
      addOnId: null,
    };
    account.apply({
      changes: [{ type: 'subscription_charge.create', subscriptionId: 'sub_1', charge }],
      events: [],
    });
    account.bill(START);
    account.bill(END);
    expect(boundLine(account).amountMinor).toBe(1500n);
  });

  test('I76 in a month that is cut by a change, each part is measured by its share and what it really cost', () => {
    const before = version('c', [flat('base', 10_000n), commitment(12_000n, null)]);
    const after = version('d', [flat('base', 15_000n), commitment(12_000n, null)]);
    const account = new Account().start(START, before);
    account.bill(START);
    const now = at('2026-04-16T00:00:00Z');
    account.apply(
      unwrap(
        decideChange({
          now,
          subscription: account.subscription,
          currentPlan: plan('c', 1),
          newPlan: plan('d', 2),
          newVersion: after,
          itemIds: itemIds(2),
          stepId: 'change',
          seats: null,
          when: 'now',
          direction: null,
          isProrated: true,
          days: DEFAULT_PRORATION_POLICY,
        }),
      ),
    );
    account.bill(now);
    account.bill(END);
    const bounds = account.lines().filter(({ kind }) => kind === 'true_up');
    expect(
      bounds.map(({ amountMinor, explanation }) => [amountMinor, formatRational(explanation.fraction)]),
    ).toEqual([
      [1000n, '1/2'],
      [0n, '1/2'],
    ]);
    expect(bounds[0]?.explanation.basis).toEqual({
      kind: 'spend',
      spentMinor: 5000n,
      minimumMinor: 12_000n,
      maximumMinor: null,
    });
  });
});

describe('credits', () => {
  test('take back the unused share of what was really charged, after discounts', () => {
    const account = new Account().start(START, version('p', [seats('seat', '10')]), { seats: 3n });
    give(account, 'tenth', { value: { kind: 'percent', percent: dec('10') } });
    account.bill(START);
    endNow(account, '2026-04-11T00:00:00Z');
    account.bill(at('2026-04-11T00:00:00Z'));
    expect(amountsOf(account)).toEqual([2700n, -1800n]);
    expect(account.lines()[1]?.explanation).toMatchObject({
      rule: 'unused_time',
      basis: { kind: 'charge', chargedMinor: 2700n, creditedMinor: 0n },
    });
  });

  test('take back a part of a part: the share is that of the charge', () => {
    const account = new Account().start(
      at('2026-04-16T00:00:00Z'),
      version('p', [flat('p', 3000n, { alignment: 'calendar' })]),
    );
    account.bill(at('2026-04-16T00:00:00Z'));
    endNow(account, '2026-04-21T00:00:00Z');
    account.bill(at('2026-04-21T00:00:00Z'));
    expect(amountsOf(account)).toEqual([1500n, -1000n]);
  });

  test('of a price without proration a period that began is charged whole; one that did not is taken back whole', () => {
    const whole = version('p', [flat('p', 3000n, { proration: 'none' })]);
    const begun = new Account().start(START, whole);
    begun.bill(START);
    endNow(begun, '2026-04-02T00:00:00Z');
    expect(begun.bill(at('2026-04-02T00:00:00Z')).invoice).toBeNull();
    const unused = new Account().start(START, whole);
    unused.bill(START);
    endNow(unused, '2026-04-01T00:00:00Z');
    unused.bill(START);
    expect(amountsOf(unused)).toEqual([3000n, -3000n]);
  });

  test('nothing is taken back of what cost nothing, nor where none is wanted', () => {
    const free = new Account().start(START, version('p', [flat('p', 0n)]));
    free.bill(START);
    endNow(free, '2026-04-02T00:00:00Z');
    expect(free.bill(at('2026-04-02T00:00:00Z')).invoice).toBeNull();
    const kept = new Account().start(START, version('p', [flat('p', 3000n)]));
    kept.bill(START);
    endNow(kept, '2026-04-02T00:00:00Z', false);
    expect(kept.bill(at('2026-04-02T00:00:00Z')).invoice).toBeNull();
  });
});

describe('discounts', () => {
  test('an amount is granted once a period, whatever number of invoices its lines stand on', () => {
    const account = new Account().start(START, version('p', [flat('a', 600n), metered('api', '1')]));
    give(account, 'amount', { value: { kind: 'amount', amountsMinor: { [EUR]: 1000n } } });
    account.use('meter_api', at('2026-04-02T00:00:00Z'), 9n);
    account.bill(START);
    account.bill(END);
    const discounted = account
      .lines()
      .map(({ grossMinor, discounts }) => [grossMinor, discounts.map((entry) => entry.amountMinor)]);
    expect(discounted.sort()).toEqual([
      [600n, [600n]],
      [600n, [600n]],
      [900n, [400n]],
    ]);
  });

  test('discounts stack in their order, each on what is left, and stop at nothing', () => {
    const account = new Account().start(START, version('p', [flat('a', 1000n)]));
    give(account, 'late', { value: { kind: 'percent', percent: dec('10') }, stackOrder: 2 });
    give(account, 'early', { value: { kind: 'amount', amountsMinor: { [EUR]: 300n } }, stackOrder: 1 });
    const { invoice } = account.bill(START);
    expect(invoice?.lines[0]).toMatchObject({
      grossMinor: 1000n,
      amountMinor: 630n,
      discounts: [
        { discountId: 'early', amountMinor: 300n, availableMinor: 300n, percent: null },
        { discountId: 'late', amountMinor: 70n, availableMinor: null, percent: dec('10') },
      ],
    });
  });

  test('another currency, plan or price is not lowered', () => {
    const account = new Account().start(START, version('p', [flat('a', 1000n)]));
    give(account, 'usd', { value: { kind: 'amount', amountsMinor: { USD: 300n } as never } });
    give(account, 'plan', { scope: { planIds: ['plan_q'], priceKeys: [] } });
    give(account, 'price', { scope: { planIds: [], priceKeys: ['b'] } });
    expect(account.bill(START).invoice?.lines[0]).toMatchObject({ amountMinor: 1000n, discounts: [] });
  });

  test('an amount is split by largest remainder, or with the rest on the last line', () => {
    const term = { value: { kind: 'amount', amountMinor: 100n }, lines: [0, 1, 2] } as const;
    const split = (mode: 'largest_remainder' | 'remainder_last') =>
      discountLines(
        [100n, 100n, 100n],
        [term],
        { ...DEFAULT_BILLING_SETTINGS.discounts, split: mode },
        'half_even',
      ).map(({ amountMinor }) => amountMinor);
    expect(split('largest_remainder')).toEqual([34n, 33n, 33n]);
    expect(split('remainder_last')).toEqual([33n, 33n, 34n]);
  });

  test('a percentage is rounded on every line, or once on the sum; lines below zero are left alone', () => {
    const term = { value: { kind: 'percent', percent: dec('50') }, lines: [0, 1, 2, 3] } as const;
    const by = (percent: 'per_line' | 'on_total') =>
      discountLines(
        [1n, 1n, -1n, 1n],
        [term],
        { ...DEFAULT_BILLING_SETTINGS.discounts, percent },
        'half_away_from_zero',
      ).map(({ line, amountMinor }) => [line, amountMinor]);
    expect(by('per_line')).toEqual([
      [0, 1n],
      [1, 1n],
      [3, 1n],
    ]);
    expect(by('on_total')).toEqual([
      [0, 1n],
      [1, 1n],
      [3, 0n],
    ]);
  });

  test('percentages come first whatever the order, where the seller says so', () => {
    const terms = [
      { value: { kind: 'amount', amountMinor: 500n }, lines: [0] },
      { value: { kind: 'percent', percent: dec('10') }, lines: [0] },
    ] as const;
    const by = (order: 'given' | 'percent_then_fixed') =>
      discountLines([1000n], terms, { ...DEFAULT_BILLING_SETTINGS.discounts, order }, 'half_even').map(
        ({ term, amountMinor }) => [term, amountMinor],
      );
    expect(by('given')).toEqual([
      [0, 500n],
      [1, 50n],
    ]);
    expect(by('percent_then_fixed')).toEqual([
      [1, 100n],
      [0, 500n],
    ]);
  });
});

test('I83 the cost of a bill grows with its lines and no faster', () => {
  const settings = { maxLinesPerSubscriptionDay: 9000, maxLinesPerInvoice: 90_000 };
  const daily = { interval: 'day', count: 1 } as const;
  const play = (days: number) => {
    const reads = { count: 0 };
    const account = new Account({ settings }).start(
      START,
      version('p', [flat('a', 300n, { cadence: daily })]),
    );
    give(account, 'amount', { value: { kind: 'amount', amountsMinor: { [EUR]: 1000n } } });
    account.bill(addMs(START, days * MS_PER_DAY));
    const billed = account.books.billed.map(
      (line) =>
        new Proxy(line, {
          get(target, name) {
            reads.count += 1;
            return Reflect.get(target, name);
          },
        }),
    );
    account.books.billed.splice(0, billed.length, ...billed);
    account.bill(addMs(START, 2 * days * MS_PER_DAY));
    return reads.count;
  };
  const [few, many] = [play(100), play(400)];
  expect(many).toBeLessThan(few * 5);
});
