import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineGroups } from './line-groups.ts';

const line = fc.record({
  subscriptionId: fc.constantFrom('a', 'b', 'c'),
  amountMinor: fc.bigInt({ min: -1000n, max: 1000n }),
});

test('I492 each line stands in the group of its subscription, in order, and subtotals add up to the lines', () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const groups = lineGroups(lines);
      const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, 0n);
      expect(groups.reduce((total, { subtotalMinor }) => total + subtotalMinor, 0n)).toBe(sum);
      expect(groups.flatMap((group) => group.lines)).toHaveLength(lines.length);
      for (const { subscriptionId, lines: own } of groups)
        expect(own).toEqual(lines.filter((one) => one.subscriptionId === subscriptionId));
      const firsts = [...new Set(lines.map((one) => one.subscriptionId))];
      expect(groups.map(({ subscriptionId }) => subscriptionId)).toEqual(firsts);
    }),
  );
});
