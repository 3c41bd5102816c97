import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rational } from '../money/rational.ts';
import { at, dec, EUR } from '../testing/factories.ts';
import { afterReload, decideReload, type ReloadInput, type ReloadReason } from './decide-reload.ts';
import { topUpOf } from './top-up.ts';

const NOW = at('2026-01-10T00:00:00Z');
const input: ReloadInput = {
  settings: {
    enabled: true,
    threshold: dec('100'),
    priceMinor: 1000n,
    monthlyMaximumMinor: 3000n,
    failureCount: 0,
    suspendedAt: null,
  },
  balance: dec('99.9'),
  isPending: false,
  spentThisMonthMinor: 2000n,
  hasPaymentMethod: true,
};

test('I112 credits are bought below the threshold, one purchase at a time, within the month, and not while suspended', () => {
  expect(decideReload(input)).toEqual({ kind: 'reload' });
  const no = (reason: ReloadReason, more: Partial<ReloadInput>) =>
    expect(decideReload({ ...input, ...more })).toEqual({ kind: 'none', reason });
  no('off', { settings: { ...input.settings, enabled: false } });
  no('suspended', { settings: { ...input.settings, suspendedAt: NOW } });
  no('enough', { balance: dec('100') });
  no('pending', { isPending: true });
  no('monthly_maximum', { spentThisMonthMinor: 2001n });
  no('no_payment_method', { hasPaymentMethod: false });
  const unlimited = { ...input.settings, monthlyMaximumMinor: null };
  expect(decideReload({ ...input, settings: unlimited, spentThisMonthMinor: 10n ** 12n }).kind).toBe(
    'reload',
  );
});

test('I113 the third failed payment in a row suspends reloads, and a success forgets the failures before', () => {
  let settings = { failureCount: 0, suspendedAt: null as typeof input.settings.suspendedAt };
  settings = afterReload(settings, 'failed', NOW);
  settings = afterReload(settings, 'failed', NOW);
  expect(settings).toEqual({ failureCount: 2, suspendedAt: null });
  expect(afterReload(settings, 'paid', NOW)).toEqual({ failureCount: 0, suspendedAt: null });
  expect(afterReload(settings, 'failed', NOW)).toEqual({ failureCount: 3, suspendedAt: NOW });
});

test('I112 whatever is drawn, the reloads of a month never cost more than its maximum', () => {
  const minor = fc.bigInt({ min: 1n, max: 10_000n });
  fc.assert(
    fc.property(
      minor,
      fc.bigInt({ min: 0n, max: 50_000n }),
      fc.integer({ max: 30, min: 1 }),
      (priceMinor, max, tries) => {
        let spent = 0n;
        const settings = { ...input.settings, priceMinor, monthlyMaximumMinor: max };
        for (let n = 0; n < tries; n += 1)
          if (decideReload({ ...input, settings, spentThisMonthMinor: spent }).kind === 'reload')
            spent += priceMinor;
        expect(spent <= max).toBe(true);
      },
    ),
  );
});

test('a purchase is a whole amount of money, and gives the credits that it buys', () => {
  const rate = rational(3n, 1000n);
  expect(topUpOf(rational(1000n, 1n), rate, EUR, { kind: 'to_money' })).toEqual({
    credits: dec('1000'),
    priceMinor: 300n,
  });
  expect(topUpOf(rational(1n, 1n), rate, EUR, { kind: 'to_money' }).priceMinor).toBe(0n);
  expect(
    topUpOf(rational(12_345_678n, 1_000_000n), rational(1n, 1n), EUR, { kind: 'cut_credits', places: 5 }),
  ).toEqual({
    credits: dec('12.34567'),
    priceMinor: 1235n,
  });
});
