import { DEFAULT_PRICE_SHAPE } from '@billhook/core/catalog/price';
import { currencyCode } from '@billhook/core/money/currency';
import { FROM_PLAN } from '@billhook/core/subscriptions/subscription';
import { MONTHLY } from '@billhook/core/time/cadence';
import type { Instant } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import type { StoredSubscription } from '../subscriptions/api.ts';
import { movementsBetween, mrrAt, runningAt } from './recurring.ts';

const at = (text: string) => Date.parse(`${text}T00:00:00Z`) as Instant;

/** A subscription that pays these amounts a month, each from one date to the next. */
function paying(
  steps: readonly (readonly [from: string, amountMinor: bigint, to: string | null])[],
  ended: string | null = null,
  pauses: readonly [from: string, to: string | null][] = [],
) {
  const start = at(steps[0]?.[0] ?? '');
  return {
    id: 'sub',
    status: ended === null ? 'active' : 'canceled',
    pauses: pauses.map(([from, to]) => ({ from: at(from), to: to === null ? null : at(to) })),
    timeZone: 'UTC',
    billingDay: null,
    currency: currencyCode('EUR'),
    startAt: start,
    trialEndAt: null,
    endedAt: ended === null ? null : at(ended),
    items: steps.map(([from, amountMinor, to], index) => ({
      id: `${index}`,
      price: {
        ...DEFAULT_PRICE_SHAPE,
        model: { kind: 'flat', amountMinor },
        quantity: { kind: 'fixed' },
        cadence: MONTHLY,
        timing: 'in_advance',
      },
      source: FROM_PLAN,
      anchorAt: start,
      creditUnused: false,
      quantity: 1n,
      activeFrom: at(from),
      activeTo: to === null ? null : at(to),
    })),
  } as unknown as StoredSubscription;
}

const customers = new Map([
  [
    'grows',
    [
      paying([
        ['2026-01-10', 1000n, '2026-02-10'],
        ['2026-02-10', 4000n, null],
      ]),
    ],
  ],
  [
    'shrinks',
    [
      paying([
        ['2026-01-10', 4000n, '2026-02-10'],
        ['2026-02-10', 1000n, null],
      ]),
    ],
  ],
  ['leaves', [paying([['2026-01-10', 700n, '2026-02-20']], '2026-02-20')]],
  [
    'returns',
    [paying([['2025-06-01', 500n, '2025-09-01']], '2025-09-01'), paying([['2026-02-05', 900n, null]])],
  ],
  ['comes', [paying([['2026-02-14', 300n, null]])]],
  ['passes by', [paying([['2026-02-02', 800n, '2026-02-25']], '2026-02-25')]],
]);

test('each way that revenue moves has its name, and together they are the difference', () => {
  const moved = movementsBetween(customers, at('2026-02-01'), at('2026-03-01'));
  expect(moved).toEqual({
    startMinor: 5700n,
    newMinor: 300n,
    expansionMinor: 3000n,
    contractionMinor: -3000n,
    churnMinor: -700n,
    reactivationMinor: 900n,
    endMinor: 6200n,
  });
});

test('the past does not change when something ends later', () => {
  const left = customers.get('leaves') ?? [];
  expect(mrrAt(left, at('2026-02-19'))).toBe(700n);
  expect(mrrAt(left, at('2026-02-20'))).toBe(0n);
  expect(mrrAt(left, at('2026-01-09'))).toBe(0n);
});

test('a pause counts nothing in the months that it covers, also when it is over long since', () => {
  const steps = [
    ['2026-01-10', 1000n, '2026-01-20'],
    ['2026-03-05', 1000n, null],
  ] as const;
  const paused = paying(steps, null, [['2026-01-20', '2026-03-05']]);
  const moments = ['2026-01-19', '2026-01-20', '2026-02-01', '2026-03-04', '2026-03-05'].map(at);
  expect(moments.map((moment) => mrrAt([paused], moment))).toEqual([1000n, 0n, 0n, 0n, 1000n]);
  expect(moments.map((moment) => runningAt([paused], moment).length)).toEqual([1, 0, 0, 0, 1]);
  const one = new Map([['pauses', [paused]]]);
  expect(movementsBetween(one, at('2026-01-15'), at('2026-02-15'))).toMatchObject({ churnMinor: -1000n });
  expect(movementsBetween(one, at('2026-02-15'), at('2026-03-15'))).toMatchObject({
    reactivationMinor: 1000n,
  });
});

test('after a pause that kept the paid period, what was paid counts until the next charge', () => {
  const steps = [
    ['2026-01-10', 1000n, '2026-01-20'],
    ['2026-02-10', 1000n, null],
  ] as const;
  const resumed = paying(steps, null, [['2026-01-20', '2026-01-25']]);
  const moments = ['2026-01-24', '2026-01-25', '2026-02-09', '2026-02-10'].map(at);
  expect(moments.map((moment) => mrrAt([resumed], moment))).toEqual([0n, 1000n, 1000n, 1000n]);
});
