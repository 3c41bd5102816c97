import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanVersion } from '../catalog/plan.ts';
import type { Price } from '../catalog/price.ts';
import type { JsonObject } from '../kernel/json.ts';
import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from '../proration/policy.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import { decideSeats } from '../subscriptions/decide-seats.ts';
import { Account, at, dec, flat, itemIds, plan, seats, unwrap, version } from '../testing/factories.ts';
import { AMOUNT_COUPONS, coupon, history, PERCENT_COUPONS, playHistory } from '../testing/histories.ts';
import { addMs, MS_PER_DAY } from '../time/instant.ts';
import { canonicalInvoice } from './canonical-invoice.ts';
import { entriesOf } from './entries.ts';
import { compileBilling } from './fast/compile-billing.ts';
import type { InvoiceLine, IssuedInvoice } from './invoice.ts';
import { verifyInvoice } from './verify/verify-invoice.ts';

const APRIL = at('2026-04-01T00:00:00Z');
const DAY_11 = at('2026-04-11T00:00:00Z');
const PARTIES = { number: 'INV-1', seller: {}, buyer: {} };

/** Started and billed on the first day of a month of 30 days. */
function billed(planVersion: PlanVersion, proration: Partial<ProrationPolicy>, count = 1n): Account {
  const settings = { proration: { ...DEFAULT_PRORATION_POLICY, ...proration } };
  const account = new Account({ settings }).start(APRIL, planVersion, { seats: count });
  account.bill(APRIL);
  return account;
}

function moveTo(account: Account, newVersion: PlanVersion, now = DAY_11): void {
  const decision = decideChange({
    now,
    subscription: account.subscription,
    currentPlan: plan('old', 1),
    newPlan: plan(newVersion.planId.slice(5), 2),
    newVersion,
    itemIds: itemIds(newVersion.prices.length),
    stepId: 'step_1',
    seats: null,
    when: 'now',
    direction: null,
    isProrated: true,
    days: account.settings.proration,
  });
  account.apply(unwrap(decision));
}

function seatsTo(account: Account, count: bigint, now = DAY_11): void {
  const decision = decideSeats({
    now,
    subscription: account.subscription,
    seats: count,
    when: 'now',
    itemIds: itemIds(2),
    stepId: 'step_1',
    isProrated: true,
    days: account.settings.proration,
  });
  account.apply(unwrap(decision));
}

function linesOf(account: Account, now = DAY_11): readonly InvoiceLine[] {
  return account.bill(now).invoice?.lines ?? [];
}

function amountsOf(lines: readonly InvoiceLine[]): bigint[] {
  return lines.map(({ amountMinor }) => amountMinor).sort((a, b) => Number(a - b));
}

function entriesIn(lines: readonly InvoiceLine[]): bigint[] {
  return entriesOf(lines).map((entry) => entry.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n));
}

const two = (key: string, ...prices: readonly bigint[]) =>
  version(
    key,
    prices.map((amount, index) => flat(`${key}${index}`, amount)),
  );

describe('what is rounded', () => {
  // Of 30 days 20 are left: 2/3 of 100, 100 and 50, 50 is 66.67, 66.67 and 33.33, 33.33.
  const cases = [
    ['each_component', -68n, [-67n, -67n, 33n, 33n]],
    ['credit_and_charge', -66n, [-133n, 67n]],
    ['difference', -67n, [-67n]],
  ] as const;

  test.each(cases)('I84 a bill rounds the entries of a change by %s', (rounding, net, entries) => {
    const account = billed(two('old', 100n, 100n), { rounding });
    moveTo(account, two('new', 50n, 50n));
    const lines = linesOf(account);
    expect(lines.length).toBe(4);
    expect(entriesIn(lines).sort((a, b) => Number(a - b))).toEqual(entries);
    expect(amountsOf(lines).reduce((sum, amount) => sum + amount, 0n)).toBe(net);
  });

  test('I84 the start of several prices inside a period is rounded as one entry of charges', () => {
    for (const [rounding, expected] of [
      ['each_component', 66n],
      ['credit_and_charge', 67n],
      ['difference', 67n],
    ] as const) {
      const prices = ['a', 'b'].map((key) => flat(key, 50n));
      const settings = { proration: { ...DEFAULT_PRORATION_POLICY, rounding } };
      const account = new Account({ settings }).start(DAY_11, version('p', prices), {
        more: { billingDay: 1 },
      });
      const lines = linesOf(account);
      expect(lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(expected);
    }
  });
});

describe('a change of seats', () => {
  test('I84 is a credit and a charge, or one entry of the difference, on a bill', () => {
    for (const policy of ['credit_and_charge', 'single_entry'] as const) {
      const account = billed(version('team', [seats('seat', '0.1')]), { seats: policy }, 10n);
      seatsTo(account, 12n);
      const lines = linesOf(account);
      expect(amountsOf(lines)).toEqual([-67n, 80n]);
      expect(entriesIn(lines)).toEqual(policy === 'single_entry' ? [13n] : [-67n, 80n]);
    }
  });

  test('I84 is rounded once where it is one entry, and each of its prices is an entry of its own', () => {
    const account = billed(
      version('team', [seats('a', '0.05'), seats('b', '0.05')]),
      { seats: 'single_entry' },
      1n,
    );
    seatsTo(account, 2n);
    // 3.33 and 6.67 less: 3.33 once, where -3 and 7 would be 4.
    expect(entriesIn(linesOf(account))).toEqual([3n, 3n]);
  });

  test('what follows in the same period is credited of what was charged, as with two entries', () => {
    for (const policy of ['credit_and_charge', 'single_entry'] as const) {
      const account = billed(version('team', [seats('seat', '0.3')]), { seats: policy }, 10n);
      seatsTo(account, 20n);
      account.bill(DAY_11);
      seatsTo(account, 5n, at('2026-04-21T00:00:00Z'));
      expect(amountsOf(linesOf(account, at('2026-04-21T00:00:00Z')))).toEqual([-200n, 50n]);
    }
  });
});

describe('what a change gives back', () => {
  test('I84 is the unused time, the whole fee or nothing, on a bill that ran before the change or runs after it', () => {
    for (const [changeCredit, expected] of [
      ['unused_time', 300n - 200n + 400n],
      ['whole_fee', 400n],
      ['nothing', 300n + 400n],
    ] as const)
      for (const isBilledBefore of [true, false]) {
        const settings = { proration: { ...DEFAULT_PRORATION_POLICY, changeCredit } };
        const account = new Account({ settings }).start(APRIL, two('old', 300n));
        if (isBilledBefore) account.bill(APRIL);
        moveTo(account, two('new', 600n));
        account.bill(DAY_11);
        const sum = account.lines().reduce((total, { amountMinor }) => total + amountMinor, 0n);
        expect([changeCredit, sum]).toEqual([changeCredit, expected]);
      }
  });

  test('an end gives back the unused time whatever a change gives back', () => {
    for (const changeCredit of ['whole_fee', 'nothing'] as const) {
      const account = billed(two('old', 300n), { changeCredit });
      const decision = decideCancel({
        now: DAY_11,
        subscription: account.subscription,
        when: 'now',
        creditUnused: true,
        reason: 'asked',
        stepId: 'step_1',
        days: account.settings.proration,
      });
      account.apply(unwrap(decision));
      expect(amountsOf(linesOf(account))).toEqual([-200n]);
    }
  });

  test('a price that is charged in arrears is charged up to the change under every policy', () => {
    const arrears: Partial<Price> = { timing: 'in_arrears' };
    for (const changeCredit of ['unused_time', 'whole_fee', 'nothing'] as const) {
      const account = billed(version('old', [flat('old', 300n, arrears)]), { changeCredit });
      moveTo(account, version('new', [flat('new', 600n, arrears)]));
      expect(amountsOf(linesOf(account))).toEqual([100n]);
    }
  });
});

describe('under every setting of proration', () => {
  const policies: Partial<ProrationPolicy>[] = [
    { rounding: 'difference' },
    { rounding: 'credit_and_charge', seats: 'single_entry' },
    { rounding: 'difference', seats: 'single_entry', changeCredit: 'whole_fee' },
    { changeCredit: 'nothing' },
  ];

  test('I80 exported invoices hold, deciding again changes nothing, and no credit exceeds what was paid', () => {
    fc.assert(
      fc.property(
        history,
        fc.constantFrom(...policies),
        fc.constantFrom(undefined, PERCENT_COUPONS, AMOUNT_COUPONS),
        (tale, policy, coupons) => {
          const settings = { proration: { ...DEFAULT_PRORATION_POLICY, ...policy } };
          const { account } = playHistory(tale, { everyDays: 0, atDueMoments: false, coupons, settings });
          for (const { invoice } of account.books.invoices.values()) {
            const exported = JSON.parse(JSON.stringify(canonicalInvoice(invoice, PARTIES))) as JsonObject;
            expect(verifyInvoice(exported)).toEqual({ ok: true, lines: invoice.lines.length });
          }
          const paid = new Map(account.lines().map(({ key, amountMinor }) => [key, amountMinor]));
          for (const { explanation, amountMinor } of account.lines()) {
            const { basis } = explanation;
            if (basis?.kind === 'charge')
              expect(-amountMinor <= (paid.get(basis.chargedKey) ?? 0n)).toBe(true);
          }
          const [last] = [...account.books.invoices.values()].slice(-1);
          if (last !== undefined) expect(account.bill(last.invoice.issuedAt).invoice).toBeNull();
        },
      ),
      { numRuns: 80 },
    );
  });

  test('I60 an upgrade and a downgrade at one moment net to nothing under every setting', () => {
    const settings = fc.record<Partial<ProrationPolicy>>({
      days: fc.constantFrom('actual', 'fixed_30'),
      changeDay: fc.constantFrom('new_plan', 'old_plan'),
      terminationDay: fc.constantFrom('used', 'unused'),
      rounding: fc.constantFrom('each_component', 'credit_and_charge', 'difference'),
      seats: fc.constantFrom('credit_and_charge', 'single_entry'),
    });
    const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 4 });
    const seconds = fc.integer({ min: 1, max: 28 * 86_400 });
    const bases = fc.constantFrom('second', 'day', 'none');
    fc.assert(
      fc.property(settings, amounts, amounts, seconds, bases, (policy, low, high, second, proration) => {
        const priced = (key: string, minor: readonly bigint[]) =>
          version(
            key,
            minor.map((amount, index) => flat(`${key}${index}`, amount, { proration })),
          );
        const account = billed(priced('low', low), policy);
        const now = addMs(APRIL, second * 1000);
        moveTo(account, priced('high', high), now);
        moveTo(account, priced('low', low), now);
        account.bill(addMs(now, MS_PER_DAY));
        const sum = account.lines().reduce((total, { amountMinor }) => total + amountMinor, 0n);
        expect(sum).toBe(low.reduce((total, amount) => total + amount, 0n));
      }),
      { numRuns: 150 },
    );
  });

  test('a figure of an entry that is changed is found', () => {
    const account = billed(two('old', 100n, 100n), { rounding: 'difference' });
    moveTo(account, two('new', 50n, 50n));
    const invoice = account.bill(DAY_11).invoice as IssuedInvoice;
    const exported = JSON.parse(JSON.stringify(canonicalInvoice(invoice, PARTIES)));
    expect(verifyInvoice(exported).ok).toBe(true);
    for (const name of ['gross_minor', 'amount_minor']) {
      const copy = structuredClone(exported);
      copy.lines[0][name] = '1';
      expect(verifyInvoice(copy).ok).toBe(false);
    }
  });

  test('I86 a compiled billing leaves lines that are rounded together to decideInvoice', () => {
    for (const policy of policies.slice(0, 3)) {
      const { subscription, settings, taxChoice, books } = billed(two('old', 100n), policy);
      const { billed: lines } = books;
      const input = { subscription, settings, taxChoice, billed: lines, creditBalanceMinor: 0n };
      expect(compileBilling(input)).toBeNull();
      expect(compileBilling({ ...input, settings: new Account().settings })).not.toBeNull();
    }
  });

  test('discounts come after the rounding of the entry, and each line keeps its own', () => {
    const account = billed(two('old', 100n, 100n), { rounding: 'difference' });
    account.apply({
      changes: [
        {
          type: 'subscription_discount.create',
          subscriptionId: 'sub_1',
          discount: {
            id: 'half',
            coupon: coupon('half', { value: { kind: 'percent', percent: dec('50') } }),
            redeemedAt: APRIL,
            from: APRIL,
            until: null,
            periods: null,
          },
        },
      ],
      events: [],
    });
    moveTo(account, two('new', 60n, 60n));
    const lines = linesOf(account);
    expect(lines.map(({ grossMinor }) => grossMinor).reduce((sum, gross) => sum + gross)).toBe(-53n);
    for (const { kind, discounts } of lines) expect(discounts.length).toBe(kind === 'recurring' ? 1 : 0);
  });
});
