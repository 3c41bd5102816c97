import { expect, test } from 'vitest';
import { fractionText, percentText } from './percent.ts';

test('rates are typed in percent and kept as fractions, to the digit', () => {
  expect(['0.19', '0.077', '0.055', '0', '1'].map(percentText)).toEqual(['19', '7.7', '5.5', '0', '100']);
  expect(['19', '7,7', ' 5.5 ', '0', '100'].map(fractionText)).toEqual(['0.19', '0.077', '0.055', '0', '1']);
  for (const rate of ['0.19', '0.0875', '0.06625']) expect(fractionText(percentText(rate))).toBe(rate);
  expect(fractionText('nineteen')).toBe('nineteen');
});
