import { expect, test } from 'vitest';
import { Account, at, flat, price, version } from '../testing/factories.ts';
import { addMs, MS_PER_HOUR } from '../time/instant.ts';
import { nextActionAt } from './next-action.ts';

test('I02 billing looks again when a commitment is due, which waits for late usage', () => {
  const commitment = price('bounds', {
    model: { kind: 'commitment', minimumMinor: 5000n, maximumMinor: null },
    timing: 'in_arrears',
  });
  const account = new Account().start(
    at('2026-01-01T00:00:00Z'),
    version('committed', [flat('base', 1000n), commitment]),
  );
  const end = at('2026-02-01T00:00:00Z');
  const graceMs = 3 * MS_PER_HOUR;
  expect(nextActionAt(account.subscription, at('2026-01-15T00:00:00Z'), graceMs)).toBe(end);
  expect(nextActionAt(account.subscription, end, graceMs)).toBe(addMs(end, graceMs));
});
