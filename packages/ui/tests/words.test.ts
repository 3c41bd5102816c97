import fc from 'fast-check';
import { expect, test } from 'vitest';
import { creditDecimals, shownCredits, typedCredits } from '../src/credit-figures.ts';
import { creditEntryWords } from '../src/credit-words.ts';
import { type NamedPlan, planNames } from '../src/plan-names.ts';

const plan = (key: string, name: string, interval: 'month' | 'year'): NamedPlan => ({
  key,
  name,
  prices: [{ timing: 'in_advance', cadence: { interval, count: 1 }, quantity: { kind: 'fixed' } }],
});

test('plans that share a name say how they are paid, and which they are where that is the same', () => {
  expect([
    ...planNames([
      plan('starter', 'Starter', 'month'),
      plan('starter-yearly', 'Starter', 'year'),
      plan('free', 'Free', 'month'),
      plan('pro-2026', 'Pro', 'month'),
      plan('pro', 'Pro', 'month'),
    ]),
  ]).toEqual([
    ['starter', 'Starter, by the month'],
    ['starter-yearly', 'Starter, by the year'],
    ['free', 'Free'],
    ['pro-2026', 'Pro (pro-2026)'],
    ['pro', 'Pro (pro)'],
  ]);
});

test('an entry of credits says what happened in words, and names what used them', () => {
  const entry = { source: 'allowance', featureName: null, reason: '' } as const;
  const words = (patch: Partial<Parameters<typeof creditEntryWords>[0]>) =>
    Object.values(creditEntryWords({ kind: 'granted', ...entry, ...patch })).join(': ');
  expect(words({})).toBe('Granted: From the plan');
  expect(words({ kind: 'consumed', featureName: 'API calls' })).toBe('Used: API calls');
  expect(words({ source: 'purchase', reason: '1,000 AI credits' })).toBe('Bought: 1,000 AI credits');
  expect(words({ kind: 'rolled_over', reason: 'The time was over.' })).toBe(
    'Carried over: into the next period',
  );
  expect(words({ source: 'rollover', reason: 'The time was over.' })).toBe(
    'Carried over: from the period before',
  );
  expect(words({ kind: 'expired', reason: 'The time was over.' })).toBe('Expired: From the plan');
  expect(words({ kind: 'revoked', reason: 'Given twice' })).toBe('Taken back: Given twice');
});

test('credits that are money are typed and read in whole units of their currency, and go over the wire in minor ones', () => {
  const euro = { unit: 'EUR', currency: 'EUR' };
  const own = { unit: 'credits', currency: null };
  expect(shownCredits('1250.5', euro)).toBe('12.505');
  expect(shownCredits('-5', euro)).toBe('-0.05');
  expect(typedCredits(' 12,5 ', euro)).toBe('1250');
  expect(typedCredits('\u22120.055', euro)).toBe('-5.5');
  expect(typedCredits('many', euro)).toBe('many');
  expect(typedCredits('12,5', own)).toBe('12.5');
  const amounts = fc.tuple(
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    fc.constantFrom('EUR', 'JPY', 'KWD'),
  );
  fc.assert(
    fc.property(amounts, ([amount, currency]) => {
      const type = { unit: currency, currency };
      expect(typedCredits(shownCredits(String(amount), type), type)).toBe(String(amount));
    }),
  );
  const decimals = creditDecimals([
    { value: '1000', type: euro },
    { value: '237.75', type: own },
    { value: '4', type: own },
  ]);
  expect([decimals(own), decimals(euro), decimals({ unit: 'JPY', currency: 'JPY' })]).toEqual([2, 2, 0]);
});
