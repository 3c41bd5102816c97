import fc from 'fast-check';
import { expect, test } from 'vitest';
import { creditsOf, type LineToCredit } from './correction-way.ts';
import { deductionOf } from './deduction.ts';

const own = (key: string, grossMinor: bigint, more: Partial<LineToCredit> = {}): LineToCredit => ({
  key,
  grossMinor,
  amountMinor: grossMinor,
  status: 'open',
  invoiceId: 'inv_1',
  totalMinor: grossMinor,
  creditedMinor: 0n,
  deductedMinor: 0n,
  invoiceDeductedMinor: 0n,
  invoiceLeftMinor: 0n,
  invoiceOffsetMinor: 80n,
  ...more,
});

const deducted = (line: LineToCredit, lessMinor: bigint) =>
  deductionOf([line], creditsOf([line], lessMinor), lessMinor);

test('I622 what was deducted for one period of an invoice is not left of it for another', () => {
  // Two lines of 100, lowered by 80 to an invoice of 120, which was refunded whole without a note.
  const first = deducted(own('calls', 100n), 100n);
  expect(first).toMatchObject({ grossMinor: 80n, parts: [{ grossMinor: 80n, totalMinor: 80n }] });
  const second = own('bytes', 100n, { invoiceDeductedMinor: 80n });
  expect(deducted(second, 100n)).toEqual({ grossMinor: 0n, amountMinor: 0n, parts: [] });
  // The refund came back: what is left of all that was claimed can be noted, and no more.
  const back = { invoiceDeductedMinor: 160n, invoiceLeftMinor: 120n };
  expect(creditsOf([own('bytes', 100n, back)], 100n).map(({ amountMinor }) => amountMinor)).toEqual([39n]);
});

test('I622 a deduction says of which lines it is, with the tax that they had, a part of a unit as a whole one', () => {
  const more = { invoiceOffsetMinor: 357n, invoiceDeductedMinor: 30n };
  const lines = [
    own('late', 101n, { totalMinor: 120n, ...more, amountMinor: 51n }),
    own('early', 200n, { totalMinor: 238n, ...more, deductedMinor: 25n }),
    own('more', 200n, { totalMinor: 238n, ...more }),
  ];
  const { parts, ...sum } = deductionOf(lines, [], 400n);
  expect(parts.map(({ line: { key }, ...part }) => [key, part.grossMinor, part.totalMinor])).toEqual([
    ['late', 101n, 120n],
    ['early', 173n, 206n],
  ]);
  expect(sum).toEqual({ grossMinor: 274n, amountMinor: 51n + 173n });
});

test('I622 notes, refunds and deductions of whatever periods never come to more than the invoice claimed', () => {
  const period = fc.record({ grossMinor: fc.bigInt(1n, 10_000n), lessMinor: fc.bigInt(0n, 20_000n) });
  const share = fc.bigInt(0n, 100n);
  fc.assert(
    fc.property(fc.array(period, { minLength: 1 }), share, share, (periods, offsetShare, refundShare) => {
      const totals = periods.map(({ grossMinor }) => (grossMinor * 119n) / 100n);
      const claimedMinor = totals.reduce((sum, totalMinor) => sum + totalMinor, 0n);
      const invoiceOffsetMinor = (claimedMinor * 2n * offsetShare) / 100n;
      const totalMinor = claimedMinor - invoiceOffsetMinor;
      const refundedMinor = totalMinor > 0n ? (totalMinor * refundShare) / 100n : 0n;
      let notedMinor = 0n;
      let deductedMinor = 0n;
      for (const [index, { grossMinor, lessMinor }] of periods.entries()) {
        const line = own(`${index}`, grossMinor, {
          totalMinor: totals[index] ?? 0n,
          invoiceOffsetMinor,
          invoiceDeductedMinor: deductedMinor,
          invoiceLeftMinor: totalMinor - refundedMinor - notedMinor,
        });
        const credits = creditsOf([line], lessMinor);
        const found = deductionOf([line], credits, lessMinor);
        for (const { amountMinor } of credits) notedMinor += (amountMinor * line.totalMinor) / grossMinor;
        for (const part of found.parts) deductedMinor += part.totalMinor;
      }
      expect(notedMinor + refundedMinor + deductedMinor <= claimedMinor).toBe(true);
      expect(refundedMinor + notedMinor <= (totalMinor > 0n ? totalMinor : 0n)).toBe(true);
    }),
  );
});
