import { expect, test } from 'vitest';
import { linePrice } from '../src/unit-price.ts';

const tier = { unitAmount: '0.0450', per: '1', flatAmount: '0' };

test('one price is shown with its currency and no fewer decimals than it; anything else is said in words', () => {
  expect(linePrice([tier], 'EUR', 'en')).toEqual({ unitPrice: '0.045\u00a0EUR' });
  expect(linePrice([{ ...tier, unitAmount: '2', per: '1000' }], 'EUR', 'en')).toEqual({
    unitPrice: '2.00\u00a0EUR per 1,000',
  });
  expect(linePrice([tier, tier], 'EUR', 'en')).toEqual({ pricedBy: 'in tiers' });
  expect(linePrice([{ ...tier, unitAmount: '0.00' }], 'EUR', 'en')).toEqual({ pricedBy: 'included' });
});

test('no unit price is shown where it does not lead to the amount', () => {
  expect(linePrice([{ ...tier, flatAmount: '500' }], 'EUR', 'en')).toEqual({});
  expect(linePrice([], 'EUR', 'en')).toEqual({});
});
