import { describe, expect, test } from 'vitest';
import { formatRational } from '../money/rational.ts';
import type { SubscriptionItem } from '../subscriptions/subscription.ts';
import { itemOf, STORY_START, subscriptionWith } from '../testing/billing-story.ts';
import { at, dec, flat, metered, price, unwrap } from '../testing/factories.ts';
import type { BilledLine } from './line.ts';
import { proposeLines, usageWindows } from './propose-lines.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';

const MIDDLE = at('2025-01-16T12:00:00Z');
const FEBRUARY = at('2025-02-01T00:00:00Z');
const APRIL = at('2025-04-01T00:00:00Z');

const bound = (
  minimumMinor: bigint | null,
  maximumMinor: bigint | null,
  more: Partial<SubscriptionItem> = {},
) =>
  itemOf(
    price('bound', {
      name: 'Commitment',
      model: { kind: 'commitment', minimumMinor, maximumMinor },
      timing: 'in_arrears',
    }),
    more,
  );
const fee = (minor: bigint) => itemOf(flat('fee', minor, { timing: 'in_arrears' }));

/** Kind and amount of the lines that commitments give. */
function bounded(
  items: readonly SubscriptionItem[],
  now = FEBRUARY,
  { quantities = [], billed = [] }: { quantities?: readonly string[]; billed?: readonly BilledLine[] } = {},
) {
  const charge = {
    id: 'once',
    at: STORY_START,
    description: 'x',
    price: flat('x', 77n),
    quantity: 1n,
    addOnId: null,
  };
  const subscription = subscriptionWith(items, { charges: [charge] });
  const input = { subscription, now, settings: DEFAULT_BILLING_SETTINGS, billed };
  const usage = usageWindows(input).map(({ itemId, meterId, period }, one) => ({
    itemId,
    meterId,
    period,
    quantity: dec(quantities[one] ?? '0'),
    eventCount: 0n,
    digest: null,
  }));
  return unwrap(proposeLines({ ...input, usage })).filter(({ itemId }) => itemId.startsWith('item_bound'));
}

const told = (lines: ReturnType<typeof bounded>) =>
  lines.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`);

describe('a committed period', () => {
  test.each([
    [0n, 1000n, 2000n, 'true_up 1000'],
    [999n, 1000n, 2000n, 'true_up 1'],
    [1000n, 1000n, 2000n, 'true_up 0'],
    [1500n, 1000n, 2000n, 'true_up 0'],
    [2000n, 1000n, 2000n, 'true_up 0'],
    [2001n, 1000n, 2000n, 'spend_cap -1'],
    [2001n, 1000n, null, 'true_up 0'],
    [1n, null, 2000n, 'true_up 0'],
    [2001n, null, 2000n, 'spend_cap -1'],
  ] as const)('of %s within %s and %s is brought into its bounds', (spent, least, most, line) => {
    expect(told(bounded([fee(spent), bound(least, most)]))).toEqual([line]);
  });

  test('says what it adds up, what it is called and which rule it follows', () => {
    const [lack] = bounded([fee(400n), bound(1000n, null)]);
    expect(lack).toMatchObject({
      description: 'Commitment',
      quantity: 0n,
      key: `item_bound/true_up/${STORY_START}`,
    });
    expect(lack?.explanation).toMatchObject({
      rule: 'minimum_commitment',
      trace: null,
      basis: { kind: 'spend', spentMinor: 400n, minimumMinor: 1000n, maximumMinor: null },
    });
    const [cap] = bounded([fee(400n), bound(null, 100n)]);
    expect(cap?.explanation).toMatchObject({
      rule: 'spend_cap',
      basis: { kind: 'spend', spentMinor: 400n, minimumMinor: null, maximumMinor: 100n },
    });
  });

  test('of a part of a period has a part of its bounds, rounded once', () => {
    const half = { activeTo: MIDDLE };
    const [lack] = bounded([bound(1001n, null, half)]);
    expect([lack?.amountMinor, formatRational(lack?.explanation.exactMinor as never)]).toEqual([
      501n,
      '1001/2',
    ]);
    const over = itemOf(flat('fee', 1200n, { timing: 'in_arrears' }), half);
    const [cap] = bounded([over, bound(null, 1001n, half)]);
    expect([cap?.amountMinor, formatRational(cap?.explanation.exactMinor as never)]).toEqual([
      -100n,
      '-199/2',
    ]);
  });

  test('counts the lines whose service began in it, of this run and of those before', () => {
    const items = [itemOf(metered('m', '1')), fee(100n), bound(1000n, null)];
    // 100 + 500, 100 + 2,000 and 100 + 850 of January, February and March.
    const quantities = ['5', '20', '8.5'];
    expect(told(bounded(items, APRIL, { quantities }))).toEqual(['true_up 400', 'true_up 0', 'true_up 50']);
    const line = (kind: BilledLine['kind'], start: number, amountMinor: bigint): BilledLine => ({
      key: `other/${kind}/${start}`,
      subscriptionId: 'sub_1',
      itemId: 'item_gone',
      kind,
      servicePeriod: { start, end: start + 1 } as BilledLine['servicePeriod'],
      billingPeriod: { start, end: start + 1 } as BilledLine['servicePeriod'],
      quantity: dec('1'),
      grossMinor: amountMinor,
      discounts: [],
      amountMinor,
      creditedMinor: 0n,
      billableAt: STORY_START,
    });
    const lacking = (...billed: readonly BilledLine[]) =>
      told(bounded(items, APRIL, { quantities, billed }))[0];
    expect(lacking(line('recurring', STORY_START, 7n))).toBe('true_up 393');
    expect(lacking(line('usage', FEBRUARY - 1, 7n))).toBe('true_up 393');
    expect(lacking(line('proration_credit', FEBRUARY - 1, -7n))).toBe('true_up 407');
    expect(lacking(line('usage', STORY_START - 1, 7n), line('usage', FEBRUARY, 7n))).toBe('true_up 400');
    // Neither what is charged once, nor other bounds.
    expect(lacking(line('one_off', STORY_START, 7n), line('true_up', STORY_START, 7n))).toBe('true_up 400');
    expect(lacking(line('spend_cap', STORY_START, -7n))).toBe('true_up 400');
  });

  test('counts a credit where the charge counts that it takes a part of back', () => {
    const [first, second] = [
      bound(1000n, null, { activeTo: MIDDLE }),
      bound(4000n, null, { id: 'item_bound2', activeFrom: MIDDLE }),
    ];
    // Half of 3,000 is charged from the middle on, half of that is given back a week later.
    const item = itemOf(flat('late', 3000n), {
      activeFrom: MIDDLE,
      activeTo: at('2025-01-24T06:00:00Z'),
      creditUnused: true,
    });
    expect(told(bounded([first as SubscriptionItem, second as SubscriptionItem, item]))).toEqual([
      'true_up 500',
      'true_up 1250',
    ]);
    // An item of before: all of it counts in the first half.
    const early = itemOf(flat('early', 1000n), { activeTo: at('2025-01-24T06:00:00Z'), creditUnused: true });
    expect(told(bounded([first as SubscriptionItem, second as SubscriptionItem, early]))).toEqual([
      'true_up 0',
      'true_up 2000',
    ]);
  });
});
