import { expect, test } from 'vitest';
import fixture from '../../fixtures/mrr.json' with { type: 'json' };
import { currencyCode } from '../money/currency.ts';
import { parseMinor } from '../money/format.ts';
import { formatRational } from '../money/rational.ts';
import { Account, at, flat, metered, seats, unwrap, version } from '../testing/factories.ts';
import { type CadenceInterval, YEARLY } from '../time/cadence.ts';
import { mrrMinor, periodsPerMonth } from './mrr.ts';

const NOW = at('2026-04-01T00:00:00Z');

test.each(fixture.cases)('brings a price to one month as in $id', (entry) => {
  const { amount, interval, interval_count } = entry.price;
  const cadence = { interval: interval as CadenceInterval, count: interval_count };
  const account = new Account().start(NOW, version('p', [flat('p', BigInt(amount), { cadence })]));
  expect(mrrMinor([account.subscription], NOW)).toBe(
    unwrap(parseMinor(entry.expected.mrr, currencyCode(entry.currency))),
  );
});

test('the sum is rounded once, and usage, trials and ended subscriptions do not count', () => {
  const yearly = version('y', [flat('y', 1001n, { cadence: YEARLY }), metered('m', '5')]);
  const accounts = [1, 2, 3].map(() => new Account().start(NOW, yearly).subscription);
  expect(mrrMinor(accounts, NOW)).toBe(250n);
  expect(mrrMinor([new Account().start(NOW, { ...yearly, trialDays: 7 }).subscription], NOW)).toBe(0n);
  expect(mrrMinor([], NOW)).toBe(0n);
  const team = new Account().start(NOW, version('t', [seats('t', '10')]), { seats: 7n }).subscription;
  expect(mrrMinor([team], NOW)).toBe(7000n);
  expect(mrrMinor([{ ...team, status: 'canceled' }], NOW)).toBe(0n);
});

test('weeks count 52 a year and a day is a thirtieth of a month', () => {
  expect(formatRational(periodsPerMonth({ interval: 'week', count: 1 }))).toBe('13/3');
  expect(formatRational(periodsPerMonth({ interval: 'day', count: 1 }))).toBe('30');
  expect(formatRational(periodsPerMonth({ interval: 'quarter', count: 1 }))).toBe('1/3');
});
