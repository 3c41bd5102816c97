import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rational } from '../money/rational.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { chargedAcrossLines } from './convert-units.ts';
import { capSpend, trueUp } from './period-bounds.ts';
import { DEFAULT_RATING_POLICY } from './policy.ts';

const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { maxLength: 8 });
const sumOf = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);

describe('a minimum commitment', () => {
  const charged = (...values: bigint[]) => values.map((amountMinor) => ({ amountMinor, isProrated: false }));

  test('I96 charges and true-up reach the commitment exactly, and never go beyond what was charged above it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 10n }), amounts, (commitmentMinor, values) => {
        const up = trueUp({ commitmentMinor, amounts: charged(...values) }, DEFAULT_RATING_POLICY);
        const sum = sumOf(values);
        expect(up.amountMinor).toBe(sum > commitmentMinor ? 0n : commitmentMinor - sum);
      }),
    );
  });

  test('commitment and plan fee are prorated and rounded one by one, or only their difference is', () => {
    const input = {
      commitmentMinor: 1000n,
      share: rational(1n, 3n),
      amounts: [
        { amountMinor: 500n, isProrated: true },
        { amountMinor: 10n, isProrated: false },
      ],
    };
    expect(trueUp(input, DEFAULT_RATING_POLICY).amountMinor).toBe(333n - 167n - 10n);
    const exact = { ...DEFAULT_RATING_POLICY, commitmentRounding: 'subtract_then_round' } as const;
    expect(trueUp(input, exact).amountMinor).toBe(157n);
  });
});

describe('a spend cap', () => {
  test('I96 what is left adds up to the smaller of cap and sum, and no line grows', () => {
    const splits = fc.constantFrom('proportional' as const, 'last_first' as const);
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 0n, max: 10n ** 10n }), splits, (values, cap, split) => {
        const kept = unwrap(capSpend(values, cap, split));
        const sum = sumOf(values);
        const isCapped = sum > cap;
        expect(sumOf(kept)).toBe(isCapped ? cap : sum);
        for (const [index, value] of values.entries()) {
          const left = kept[index] as bigint;
          expect(left >= 0n && left <= value).toBe(true);
        }
      }),
    );
  });

  test('the last lines give way first, or all in proportion', () => {
    expect(unwrap(capSpend([60n, 40n, 20n], 80n, 'last_first'))).toEqual([60n, 20n, 0n]);
    expect(unwrap(capSpend([60n, 40n, 20n], 60n, 'proportional'))).toEqual([30n, 20n, 10n]);
  });

  test('a negative cap and credits are refused', () => {
    expect(codeOf(capSpend([1n], -1n, 'last_first'))).toBe('cap.negative');
    expect(codeOf(capSpend([-1n], 1n, 'last_first'))).toBe('cap.negative_amount');
  });
});

test('free units are used up line by line', () => {
  expect(chargedAcrossLines(dec('10'), dec('0'), dec('4'))).toBe(dec('0'));
  expect(chargedAcrossLines(dec('10'), dec('4'), dec('8'))).toBe(dec('2'));
  expect(chargedAcrossLines(dec('10'), dec('12'), dec('8'))).toBe(dec('8'));
});
