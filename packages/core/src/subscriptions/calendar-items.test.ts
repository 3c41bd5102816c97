import { expect, test } from 'vitest';
import { formatRational } from '../money/rational.ts';
import { Account, at, flat, version } from '../testing/factories.ts';
import { formatInstant } from '../time/instant.ts';
import { currentPeriod } from './items.ts';

const monthly = version('calendar', [flat('base', 3000n, { alignment: 'calendar' })]);

test('I85 a calendar price bills the rest of the running month first, over the full month, and then whole months', () => {
  const account = new Account().start(at('2026-06-10T22:00:00Z'), monthly, { timeZone: 'Europe/Berlin' });
  account.bill(at('2026-08-15T00:00:00Z'));
  const lines = account
    .lines()
    .map(({ servicePeriod, amountMinor, explanation }) => [
      formatInstant(servicePeriod.start),
      formatInstant(servicePeriod.end),
      formatRational(explanation.fraction),
      amountMinor,
    ]);
  expect(lines).toEqual([
    ['2026-06-10T22:00:00Z', '2026-06-30T22:00:00Z', '2/3', 2000n],
    ['2026-06-30T22:00:00Z', '2026-07-31T22:00:00Z', '1', 3000n],
    ['2026-07-31T22:00:00Z', '2026-08-31T22:00:00Z', '1', 3000n],
  ]);
});

test('the running period of a calendar price is its month', () => {
  const account = new Account().start(at('2026-06-10T22:00:00Z'), monthly, { timeZone: 'Europe/Berlin' });
  const running = currentPeriod(account.subscription, at('2026-07-05T00:00:00Z'));
  expect(running?.index).toBe(1);
  expect(formatInstant(running?.period.end ?? at('2026-01-01T00:00:00Z'))).toBe('2026-07-31T22:00:00Z');
});
