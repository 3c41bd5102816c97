import type { Pricing } from '@billhook/sdk/generated/types';
import { expect, test } from 'vitest';
import { tierFault, typedPricing } from './typed-pricing.ts';

const tier = (upTo: string | null, unitAmount = '1') => ({ upTo, unitAmount, flatAmount: '0' });
const tiered = (...tiers: ReturnType<typeof tier>[]): Pricing => ({ model: 'graduated', tiers, per: '1' });

test('a tier that is being typed is told at its own field, and not at the one after it', () => {
  const tiers = [tier(''), tier('200'), tier(null)];
  expect(tiers.map((_, index) => tierFault(tiers, index))).toEqual(['Write a number.', undefined, undefined]);
  const crossed = [tier('1000'), tier('200'), tier(null)];
  expect(tierFault(crossed, 1)).toBe('Must be above the tier before.');
});

test('nobody is asked what a price costs that is not whole yet', () => {
  const whole = tiered(tier('1000', '0.02'), tier(null, '0.005'));
  expect(typedPricing(whole)).toBe(whole);
  expect(typedPricing(tiered(tier('', '1'), tier(null)))).toBeNull();
  expect(typedPricing(tiered(tier('1000', ''), tier(null)))).toBeNull();
  expect(typedPricing(tiered(tier('1000'), tier('200'), tier(null)))).toBeNull();
  expect(typedPricing({ model: 'per_unit', unitAmount: '0.5', per: '0' })).toBeNull();
  expect(typedPricing({ model: 'per_unit', unitAmount: '.', per: '1' })).toBeNull();
  expect(typedPricing({ model: 'per_unit', unitAmount: '0.5', per: '1000' })).not.toBeNull();
  expect(typedPricing({ model: 'flat', amount: '100' })).not.toBeNull();
});
