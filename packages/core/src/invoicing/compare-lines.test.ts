import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rational } from '../money/rational.ts';
import { dec } from '../testing/factories.ts';
import { history, PERCENT_COUPONS, playHistory } from '../testing/histories.ts';
import { type ComparedLine, compareLines } from './compare-lines.ts';

type Part = Partial<Omit<ComparedLine, 'quantity' | 'explanation'>> & {
  units?: string;
  price?: string;
  plan?: string;
  share?: [bigint, bigint];
};

function line({ units = '1', price = 'base', plan = 'v1', share = [1n, 1n], ...part }: Part): ComparedLine {
  const grossMinor = part.grossMinor ?? 1000n;
  const amountMinor = part.amountMinor ?? grossMinor;
  return {
    kind: 'recurring',
    itemId: 'item',
    subscriptionId: 'sub',
    netMinor: amountMinor,
    taxMinor: 0n,
    ...part,
    quantity: dec(units),
    grossMinor,
    amountMinor,
    explanation: { priceKey: price, planVersionId: plan, fraction: rational(...share) },
  };
}

const NOTHING = {
  changeMinor: 0n,
  quantityMinor: 0n,
  shareMinor: 0n,
  priceMinor: 0n,
  discountMinor: 0n,
  taxMinor: 0n,
};
const causes = (after: Part[], before: Part[]) =>
  compareLines(after.map(line), before.map(line)).map((pair) => pair.causes);

describe('two lines of one thing', () => {
  test('more of it at the same price is quantity', () => {
    expect(causes([{ units: '5', grossMinor: 5000n }], [{ units: '3', grossMinor: 3000n }])).toEqual([
      { ...NOTHING, changeMinor: 2000n, quantityMinor: 2000n },
    ]);
  });

  test('half of the period is a share of it, and seats that grew in that half are quantity', () => {
    expect(
      causes([{ units: '4', share: [1n, 2n], grossMinor: 2000n }], [{ units: '3', grossMinor: 3000n }]),
    ).toEqual([{ ...NOTHING, changeMinor: -1000n, shareMinor: -1500n, quantityMinor: 500n }]);
  });

  test('a discount that ended and a tax that came are told apart from the price', () => {
    expect(
      causes(
        [{ grossMinor: 1200n, netMinor: 1200n, taxMinor: 228n }],
        [{ grossMinor: 1000n, amountMinor: 900n }],
      ),
    ).toEqual([{ ...NOTHING, changeMinor: 528n, priceMinor: 200n, discountMinor: 100n, taxMinor: 228n }]);
  });

  test('a tax that prices include is in the price', () => {
    expect(
      causes(
        [{ grossMinor: 1190n, netMinor: 1000n, taxMinor: 190n }],
        [{ grossMinor: 1190n, netMinor: 1190n }],
      ),
    ).toEqual([NOTHING]);
  });

  test('what was nothing before is quantity as a whole, and so is what is gone', () => {
    const usage = { kind: 'usage' as const, price: 'calls' };
    expect(
      causes([{ ...usage, units: '7', grossMinor: 70n }], [{ ...usage, units: '0', grossMinor: 0n }]),
    ).toEqual([{ ...NOTHING, changeMinor: 70n, quantityMinor: 70n }]);
    expect(causes([], [{ ...usage, units: '7', grossMinor: 70n }])).toEqual([
      { ...NOTHING, changeMinor: -70n, quantityMinor: -70n },
    ]);
  });
});

test('lines find each other by item, then by price, then by key of the price; what takes back stays apart', () => {
  const after = [
    line({ itemId: 'a' }),
    line({ itemId: 'new', price: 'seats' }),
    line({ itemId: 'other', price: 'calls', plan: 'v2' }),
    line({ itemId: 'fresh', price: 'extra' }),
    line({ itemId: 'a', kind: 'proration_credit', grossMinor: -500n }),
  ];
  const before = [
    line({ itemId: 'gone', price: 'setup' }),
    line({ itemId: 'was', price: 'calls' }),
    line({ itemId: 'old', price: 'seats', subscriptionId: 'sub2' }),
    line({ itemId: 'a', price: 'renamed' }),
  ];
  const names = compareLines(after, before).map(({ after: [now], before: [old] }) => [
    now?.itemId,
    old?.itemId,
  ]);
  expect(names).toEqual([
    ['a', 'a'],
    ['new', 'old'],
    ['other', 'was'],
    ['fresh', undefined],
    ['a', undefined],
    [undefined, 'gone'],
  ]);
});

test('I423 over any two invoices of a life each line is compared once, and the causes add up to the change', () => {
  fc.assert(
    fc.property(history, fc.nat(), fc.nat(), (tale, first, second) => {
      const { account } = playHistory(tale, { everyDays: 9, atDueMoments: true, coupons: PERCENT_COUPONS });
      const invoices = [...account.books.invoices.values()].map((record) => record.invoice);
      const [after, before] = [first, second].map((n) => invoices[n % Math.max(invoices.length, 1)]);
      if (after === undefined || before === undefined) return;
      const pairs = compareLines(after.lines, before.lines);
      const seen = pairs.flatMap((pair) => [...pair.after, ...pair.before]);
      expect(new Set(seen).size).toBe(new Set([...after.lines, ...before.lines]).size);
      expect(seen).toHaveLength(after.lines.length + before.lines.length);
      let sumMinor = 0n;
      for (const {
        causes: { changeMinor, ...parts },
      } of pairs) {
        expect(Object.values(parts).reduce((sum: bigint, part: bigint) => sum + part, 0n)).toBe(changeMinor);
        sumMinor += changeMinor;
      }
      const extras = (invoice: typeof after) =>
        invoice.adjustments.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0n);
      expect(sumMinor + extras(after) - extras(before)).toBe(
        after.totals.totalMinor - before.totals.totalMinor,
      );
    }),
    { numRuns: 60 },
  );
});
