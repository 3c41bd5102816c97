import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import { decideSeats } from '../subscriptions/decide-seats.ts';
import {
  Account,
  at,
  dec,
  flat,
  itemIds,
  metered,
  plan,
  seats,
  unwrap,
  version,
} from '../testing/factories.ts';
import { history, PERCENT_COUPONS, playHistory } from '../testing/histories.ts';
import { type DiffedInvoice, diffInvoices, type InvoiceDifference } from './diff-invoices.ts';
import type { LineKind } from './line.ts';

const NONE: InvoiceDifference = {
  totalMinor: 0n,
  priceMinor: 0n,
  volumeMinor: 0n,
  mixMinor: 0n,
  planMinor: 0n,
  taxMinor: 0n,
  oneOffMinor: 0n,
};

interface Sold {
  readonly key: string;
  readonly units: string;
  readonly netMinor: bigint;
  readonly kind?: LineKind;
  readonly plan?: string;
  readonly meterId?: string | null;
}

/** An invoice with what a comparison reads. */
function invoiceOf(sold: readonly Sold[], taxMinor = 0n, documentMinor = 0n): DiffedInvoice {
  const lines = sold.map(
    ({ key, units, netMinor, kind = 'recurring', plan: planVersionId = 'p', meterId = null }) => ({
      kind,
      meterId,
      quantity: dec(units),
      netMinor,
      explanation: { planVersionId, priceKey: key } as never,
    }),
  );
  const netMinor = sold.reduce((sum, line) => sum + line.netMinor, documentMinor);
  return { lines, totals: { netMinor, taxMinor, totalMinor: netMinor + taxMinor } };
}

function partsOf(difference: InvoiceDifference): bigint {
  const { totalMinor: _, ...parts } = difference;
  return Object.values(parts).reduce((sum: bigint, part: bigint) => sum + part, 0n);
}

describe('the change from one invoice to the next', () => {
  test('more of the same at the same price is volume', () => {
    const difference = diffInvoices(
      invoiceOf([{ key: 'seat', units: '5', netMinor: 5000n }]),
      invoiceOf([{ key: 'seat', units: '3', netMinor: 3000n }]),
    );
    expect(difference).toEqual({ ...NONE, totalMinor: 2000n, volumeMinor: 2000n });
  });

  test('the same for another amount is price, also where the quantity changed as well', () => {
    expect(
      diffInvoices(
        invoiceOf([{ key: 'seat', units: '3', netMinor: 2700n }]),
        invoiceOf([{ key: 'seat', units: '3', netMinor: 3000n }]),
      ),
    ).toEqual({ ...NONE, totalMinor: -300n, priceMinor: -300n });
    expect(
      diffInvoices(
        invoiceOf([{ key: 'seat', units: '6', netMinor: 4800n }]),
        invoiceOf([{ key: 'seat', units: '3', netMinor: 3000n }]),
      ),
    ).toEqual({ ...NONE, totalMinor: 1800n, priceMinor: -1200n, volumeMinor: 3000n });
  });

  test('units that move to what is dearer are mix', () => {
    const meterId = 'calls';
    const difference = diffInvoices(
      invoiceOf([
        { key: 'near', units: '2', netMinor: 200n, kind: 'usage', meterId },
        { key: 'far', units: '8', netMinor: 2400n, kind: 'usage', meterId },
      ]),
      invoiceOf([
        { key: 'near', units: '8', netMinor: 800n, kind: 'usage', meterId },
        { key: 'far', units: '2', netMinor: 600n, kind: 'usage', meterId },
      ]),
    );
    expect(difference).toEqual({ ...NONE, totalMinor: 1200n, mixMinor: 1200n });
  });

  test('units of different meters are no mix of each other', () => {
    const difference = diffInvoices(
      invoiceOf([
        { key: 'a', units: '10', netMinor: 100n, kind: 'usage', meterId: 'a' },
        { key: 'b', units: '1', netMinor: 50n, kind: 'usage', meterId: 'b' },
      ]),
      invoiceOf([
        { key: 'a', units: '1', netMinor: 10n, kind: 'usage', meterId: 'a' },
        { key: 'b', units: '2', netMinor: 100n, kind: 'usage', meterId: 'b' },
      ]),
    );
    expect(difference).toEqual({ ...NONE, totalMinor: 40n, volumeMinor: 40n });
  });

  test('what is on one invoice only is plan, and so are credits; tax and what is charged once stand apart', () => {
    const difference = diffInvoices(
      invoiceOf(
        [
          { key: 'pro', units: '1', netMinor: 3000n, plan: 'q' },
          { key: 'basic', units: '1', netMinor: -400n, kind: 'proration_credit' },
          { key: 'setup', units: '1', netMinor: 900n, kind: 'one_off' },
          { key: 'floor', units: '0', netMinor: 30n, kind: 'true_up' },
        ],
        700n,
        -50n,
      ),
      invoiceOf([{ key: 'basic', units: '1', netMinor: 1000n }], 190n),
    );
    expect(difference).toEqual({
      ...NONE,
      totalMinor: 2990n,
      planMinor: 3000n - 1000n - 400n,
      oneOffMinor: 900n + 30n - 50n,
      taxMinor: 510n,
    });
  });

  test('a price that was not used before goes to price as a whole', () => {
    const usage = { key: 'api', kind: 'usage', meterId: 'api' } as const;
    const difference = diffInvoices(
      invoiceOf([{ ...usage, units: '4', netMinor: 40n }]),
      invoiceOf([{ ...usage, units: '0', netMinor: 5n }]),
    );
    expect(difference).toEqual({ ...NONE, totalMinor: 35n, priceMinor: 35n });
  });

  test('I81 the parts add up to the change of the total, whatever is compared', () => {
    const sold: fc.Arbitrary<Sold> = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      units: fc.constantFrom('0', '1', '2.5', '7', '0.000000000001', '1000000'),
      netMinor: fc.bigInt({ min: -1_000_000_000n, max: 1_000_000_000n }),
      kind: fc.constantFrom<LineKind>(
        'recurring',
        'usage',
        'proration_credit',
        'one_off',
        'true_up',
        'spend_cap',
      ),
      plan: fc.constantFrom('p', 'q'),
      meterId: fc.constantFrom(null, 'm', 'n'),
    });
    const money = fc.bigInt({ min: -1000n, max: 1000n });
    const invoices = fc.tuple(fc.array(sold, { maxLength: 8 }), money, money);
    fc.assert(
      fc.property(invoices, invoices, (now, before) => {
        const difference = diffInvoices(invoiceOf(...now), invoiceOf(...before));
        expect(partsOf(difference)).toBe(difference.totalMinor);
        const back = diffInvoices(invoiceOf(...now), invoiceOf(...now));
        expect(back).toEqual(NONE);
      }),
    );
  });

  test('I81 the parts add up over every two invoices that follow one another in a life', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const { account } = playHistory(tale, { everyDays: 9, atDueMoments: true, coupons: PERCENT_COUPONS });
        const invoices = [...account.books.invoices.values()].map((record) => record.invoice);
        for (const [at, invoice] of invoices.entries()) {
          const previous = invoices[at - 1];
          if (previous === undefined) continue;
          const difference = diffInvoices(invoice, previous);
          expect(partsOf(difference)).toBe(invoice.totals.totalMinor - previous.totals.totalMinor);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a price that counted nothing before is price as a whole, and no growth of what is counted with it', () => {
    const used = { kind: 'usage', meterId: 'm' } as const;
    const before = [
      { key: 'a', units: '10', netMinor: 100n, ...used },
      { key: 'b', units: '0', netMinor: 0n, ...used },
    ];
    const after = [
      { key: 'a', units: '10', netMinor: 100n, ...used },
      { key: 'b', units: '5', netMinor: 50n, ...used },
    ];
    expect(diffInvoices(invoiceOf(after), invoiceOf(before))).toEqual({
      ...NONE,
      totalMinor: 50n,
      priceMinor: 50n,
    });
  });

  test('an upgrade in the middle of a month shows as plan, seats as volume', () => {
    const start = at('2026-04-01T00:00:00Z');
    const team = version('team', [seats('seat', '10'), metered('api', '0.10')]);
    const pro = version('pro', [flat('pro', 9000n)]);
    const account = new Account().start(start, team, { seats: 2n });
    const first = account.bill(start).invoice!;
    const now = at('2026-05-01T00:00:00Z');
    account.apply(
      unwrap(
        decideSeats({
          now,
          subscription: account.subscription,
          seats: 5n,
          when: 'now',
          itemIds: itemIds(2),
          stepId: 'seats',
          isProrated: true,
          days: DEFAULT_PRORATION_POLICY,
        }),
      ),
    );
    const second = account.bill(now).invoice!;
    expect(diffInvoices(second, first)).toMatchObject({ totalMinor: 3000n, volumeMinor: 3000n });
    const later = at('2026-05-16T12:00:00Z');
    account.apply(
      unwrap(
        decideChange({
          now: later,
          subscription: account.subscription,
          currentPlan: plan('team', 1),
          newPlan: plan('pro', 2),
          newVersion: pro,
          itemIds: itemIds(2),
          seats: null,
          when: 'now',
          direction: null,
          stepId: 'change',
          isProrated: true,
          days: DEFAULT_PRORATION_POLICY,
        }),
      ),
    );
    const third = account.bill(later).invoice!;
    expect(new Set(third.lines.map((line) => line.netMinor))).toEqual(new Set([-2500n, 4500n, 0n]));
    expect(diffInvoices(third, second)).toEqual({ ...NONE, totalMinor: -3000n, planMinor: -3000n });
  });
});
