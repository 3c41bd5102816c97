import { expect, test } from 'vitest';
import { formatRational, rational } from '../money/rational.ts';
import type { SubscriptionItem } from '../subscriptions/subscription.ts';
import { Account, at, flat, version } from '../testing/factories.ts';
import { creditLine, shareOfCharge } from './credit-line.ts';
import { proposalContext } from './proposal-context.ts';
import type { ServiceSpan } from './service-spans.ts';
import { spansOf } from './service-spans.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';

test.each([
  ['half of what half a period cost', [1n, 2n], [1n, 4n], '500'],
  ['all of it, where more is unused than was charged', [1n, 4n], [1n, 2n], '1000'],
  ['a third, exactly', [1n, 1n], [1n, 3n], '1000/3'],
  ['nothing, where nothing was charged', [0n, 1n], [1n, 2n], '0'],
] as const)('the unused share of a charge of 10.00 is %s', (_, charged, unused, expected) => {
  const share = shareOfCharge(
    { amountMinor: 1000n, fraction: rational(charged[0], charged[1]) },
    rational(unused[0], unused[1]),
  );
  expect(formatRational(share)).toBe(expected);
});

test('nothing is given back of a period that was never charged', () => {
  const [start, now] = [at('2026-04-01T00:00:00Z'), at('2026-04-16T00:00:00Z')];
  const { subscription } = new Account().start(start, version('p', [flat('p', 1000n)]));
  const [item] = subscription.items as readonly [SubscriptionItem];
  const settings = DEFAULT_BILLING_SETTINGS;
  const context = proposalContext({ subscription, now, usage: [], billed: [], settings });
  const spans = spansOf(subscription, { ...item, activeTo: now, creditUnused: true }, context);
  expect(spans.map(({ kind }) => kind)).toEqual(['recurring', 'proration_credit']);
  expect(creditLine(context, spans[1] as ServiceSpan, new Map())).toBeNull();
});
