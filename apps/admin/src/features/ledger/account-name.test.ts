import { expect, test } from 'vitest';
import { accountName } from './account-name.ts';

test('an account of the books is named in words, its place too', () => {
  expect(accountName('credit_liability')).toBe('Credit liability');
  expect(accountName('cash:stripe')).toBe('Cash at Stripe');
  expect(accountName('tax:DE:19')).toBe('Tax Germany 19 %');
  expect(accountName('tax:US-TX:6.25')).toBe('Tax United States: TX 6.25 %');
  expect(accountName('revenue:oss_fr_5_5')).toBe('Revenue, France 5.5 % (OSS)');
});
