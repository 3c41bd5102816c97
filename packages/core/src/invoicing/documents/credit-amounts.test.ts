import { describe, expect, test } from 'vitest';
import { dec } from '../../testing/factories.ts';
import type { TaxRate } from '../tax.ts';
import { DEFAULT_TAX_POLICY } from '../tax-policy.ts';
import { coversRest } from './covers-rest.ts';
import {
  type CreditBase,
  type CreditedPart,
  creditAmounts,
  DEFAULT_CREDIT_NOTE_POLICY,
} from './credit-amounts.ts';

const VAT: TaxRate = { id: 'vat', name: 'VAT', percent: dec('20'), category: 'S', country: 'FR' };

function part(creditMinor: bigint, grossMinor = 6833n, discountMinor = 0n): CreditedPart {
  return { grossMinor, discountMinor, rates: [VAT], creditMinor };
}

function credited(parts: readonly CreditedPart[], more: Partial<CreditBase> = {}) {
  const { lines, ...sums } = creditAmounts({
    parts,
    mode: 'exclusive',
    policy: DEFAULT_TAX_POLICY,
    notePolicy: DEFAULT_CREDIT_NOTE_POLICY,
    left: { netMinor: null, totalMinor: 1_000_000n },
    isLast: false,
    ...more,
  });
  for (const name of ['discountMinor', 'netMinor', 'taxMinor'] as const)
    expect(lines.reduce((sum, line) => sum + line[name], 0n)).toBe(sums[name]);
  return sums;
}

describe('what a note gives back', () => {
  test('I78 notes of one line that each round its discount give back the line together, and no unit more', () => {
    const [grossMinor, discountMinor] = [2894n, 965n];
    let leftAmountMinor = grossMinor - discountMinor;
    for (const creditMinor of [781n, 115n, 1998n]) {
      const one = { grossMinor, discountMinor, rates: [], creditMinor, leftAmountMinor };
      leftAmountMinor -= creditMinor - credited([one]).discountMinor;
    }
    expect(leftAmountMinor).toBe(0n);
  });

  test('I78 however small the parts of a discounted line are, they never give back more than is left of it', () => {
    for (const sign of [1n, -1n])
      for (const discountMinor of [1n, 3n, 5n, 6n, 9n]) {
        let leftAmountMinor = sign * (10n - discountMinor);
        for (let taken = 0; taken < 10; taken += 1) {
          const one = { grossMinor: sign * 10n, discountMinor: sign * discountMinor, rates: [] };
          leftAmountMinor -= sign - credited([{ ...one, creditMinor: sign, leftAmountMinor }]).discountMinor;
          expect(leftAmountMinor * sign).toBeGreaterThanOrEqual(0n);
        }
      }
  });

  test('is rounded as on the invoice, or as the exact total rounded down less the net', () => {
    const parts = [part(100n, 99_290n, 480n), part(100n, 299_770n, 1449n), part(100n, 3130n, 15n)];
    expect(credited(parts)).toEqual({ discountMinor: 1n, netMinor: 299n, taxMinor: 60n, totalMinor: 359n });
    const notePolicy = { ...DEFAULT_CREDIT_NOTE_POLICY, rounding: 'total_minus_subtotal' } as const;
    expect(credited(parts, { notePolicy })).toEqual({
      discountMinor: 1n,
      netMinor: 299n,
      taxMinor: 59n,
      totalMinor: 358n,
    });
  });

  test('stays within what is left of the invoice, unless only the lines bound it', () => {
    const left = { netMinor: null, totalMinor: 8199n };
    expect(credited([part(6833n)], { left })).toMatchObject({
      netMinor: 6833n,
      taxMinor: 1366n,
      totalMinor: 8199n,
    });
    const notePolicy = { ...DEFAULT_CREDIT_NOTE_POLICY, bound: 'lines' } as const;
    expect(credited([part(6833n)], { left, notePolicy }).totalMinor).toBe(8200n);
    expect(credited([part(6833n)], { left, notePolicy, isLast: true }).totalMinor).toBe(8199n);
    expect(credited([part(6833n)], { left: { netMinor: null, totalMinor: 6000n } })).toMatchObject({
      netMinor: 6000n,
      taxMinor: 0n,
    });
  });

  test('of prices with tax, the tax is taken out of the credit', () => {
    expect(credited([part(1200n, 2400n, 240n)], { mode: 'inclusive' })).toEqual({
      discountMinor: 120n,
      netMinor: 900n,
      taxMinor: 180n,
      totalMinor: 1080n,
    });
  });

  test('of a line over nothing is nothing', () => {
    expect(credited([part(0n, 0n, 0n)]).totalMinor).toBe(0n);
  });

  test('is the rest if earlier notes add up to all other lines but for their rounding', () => {
    const rest = [part(0n), part(6833n)];
    expect(coversRest(rest, [8200n], 'exclusive')).toBe(true);
    expect(coversRest(rest, [8199n], 'exclusive')).toBe(false);
    expect(coversRest(rest, [6833n], 'inclusive')).toBe(true);
    expect(coversRest(rest, [6832n], 'inclusive')).toBe(false);
    expect(coversRest(rest, [4100n, 4100n], 'exclusive')).toBe(true);
    expect(coversRest([part(6833n)], [], 'exclusive')).toBe(true);
  });
});
