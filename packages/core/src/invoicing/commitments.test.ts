import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Price } from '../catalog/price.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { Account, at, flat, price, unwrap, version } from '../testing/factories.ts';

const START = at('2026-04-01T00:00:00Z');
const END = at('2026-05-01T00:00:00Z');
const ARREARS: Partial<Price> = { timing: 'in_arrears', proration: 'day' };

function committed(
  fees: readonly bigint[],
  bounds: { readonly minimumMinor: bigint | null; readonly maximumMinor: bigint | null },
): Account {
  const prices = fees.map((amountMinor, index) => flat(`fee${index}`, amountMinor, ARREARS));
  const model = { kind: 'commitment', ...bounds } as const;
  return new Account().start(START, version('committed', [...prices, price('bound', { ...ARREARS, model })]));
}

function sumOf(account: Account): bigint {
  return account.lines().reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

const fees = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { maxLength: 6 });
const bound = fc.bigInt({ min: 0n, max: 10n ** 10n });
const total = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);

test('I96 a bill reaches the commitment exactly, and never goes beyond what was charged above it', () => {
  fc.assert(
    fc.property(fees, bound, (amounts, minimumMinor) => {
      const account = committed(amounts, { minimumMinor, maximumMinor: null });
      account.bill(END);
      const sum = total(amounts);
      expect(sumOf(account)).toBe(sum > minimumMinor ? sum : minimumMinor);
    }),
  );
});

test('I96 a bill comes to the smaller of cap and sum', () => {
  fc.assert(
    fc.property(fees, bound, (amounts, maximumMinor) => {
      const account = committed(amounts, { minimumMinor: null, maximumMinor });
      account.bill(END);
      const sum = total(amounts);
      expect(sumOf(account)).toBe(sum < maximumMinor ? sum : maximumMinor);
    }),
  );
});

test('I96 of a part of a period the commitment takes its share, rounded once beside what was charged', () => {
  const account = committed([500n, 10n], { minimumMinor: 1000n, maximumMinor: null });
  const decision = decideCancel({
    now: at('2026-04-11T00:00:00Z'),
    subscription: account.subscription,
    when: 'now',
    creditUnused: true,
    reason: 'asked',
    stepId: 'step_1',
    days: DEFAULT_PRORATION_POLICY,
  });
  account.apply(unwrap(decision));
  account.bill(END);
  // Ten days of thirty: 167 and 3 of the fees, and 163 to reach a third of 1000.
  expect(account.lines().map(({ amountMinor }) => amountMinor)).toEqual([167n, 3n, 163n]);
});
