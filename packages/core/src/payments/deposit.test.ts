import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at, EUR, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { decideRelease } from './deposit.ts';

const NOW = at('2026-04-01T00:00:00Z');
const deposit = (heldMinor: bigint) => ({ id: 'preq_1', customerId: 'cus_1', currency: EUR, heldMinor });

test('I284 of a deposit never more becomes credit than is held, in whatever parts', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 1000n), fc.array(fc.bigInt(1n, 600n)), (total, parts) => {
      let heldMinor = total;
      let creditMinor = 0n;
      for (const [index, amountMinor] of parts.entries()) {
        const decision = decideRelease({
          releaseId: `${index}`,
          now: NOW,
          deposit: deposit(heldMinor),
          amountMinor,
        });
        if (!decision.ok) {
          expect(amountMinor > heldMinor).toBe(true);
          continue;
        }
        heldMinor -= decision.value.amountMinor;
        const [credit] = decision.value.changes;
        if (credit?.type === 'customer_credit.add') creditMinor += credit.deltaMinor;
      }
      expect(heldMinor + creditMinor).toBe(total);
    }),
  );
});

test('I284 without an amount all that is held is released, and nothing is refused', () => {
  const input = { releaseId: 'r', now: NOW, amountMinor: null };
  expect(unwrap(decideRelease({ ...input, deposit: deposit(500n) })).amountMinor).toBe(500n);
  expect(codeOf(decideRelease({ ...input, deposit: deposit(0n) }))).toBe('deposit.exceeds_held');
});
