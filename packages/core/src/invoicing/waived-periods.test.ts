import { expect, test } from 'vitest';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { Account, at, flat, unwrap, version } from '../testing/factories.ts';

test('I92 a waived period is neither billed again nor credited, and the next one is billed', () => {
  const start = at('2026-04-01T00:00:00Z');
  const account = new Account().start(start, version('p', [flat('p', 3000n)]));
  account.bill(start);
  const { billed } = account.books;
  billed.splice(0, billed.length, ...billed.map((line) => ({ ...line, isWaived: true })));
  account.bill(at('2026-05-01T00:00:00Z'));
  expect(account.lines().map((line) => line.servicePeriod.start)).toEqual([
    start,
    at('2026-05-01T00:00:00Z'),
  ]);

  const waived = new Account().start(start, version('p', [flat('p', 3000n)]));
  waived.bill(start);
  waived.books.billed.splice(0, 1, { ...waived.books.billed[0]!, isWaived: true });
  const end = at('2026-04-16T00:00:00Z');
  const { subscription } = waived;
  waived.apply(
    unwrap(
      decideCancel({
        now: end,
        subscription,
        when: 'now',
        creditUnused: true,
        reason: 'asked',
        stepId: 'step',
        days: DEFAULT_PRORATION_POLICY,
      }),
    ),
  );
  expect(waived.bill(end).invoice).toBeNull();
  expect(waived.creditBalanceMinor).toBe(0n);
});
