import { describe, expect, test } from 'vitest';
import type { Price } from '../catalog/price.ts';
import { decimal12FromInteger } from '../kernel/decimal.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from '../proration/policy.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { Account, at, flat, unwrap, version } from '../testing/factories.ts';
import { joinLines, joinsLines } from './entries.ts';
import type { LineKind, ProposedLine } from './line.ts';
import { proposeLines } from './propose-lines.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';

const START = at('2026-04-01T00:00:00Z');
const ROUNDING = 'half_away_from_zero';
const SOLD = new Account().start(START, version('p', [flat('p', 1n)])).subscription;
const [PATTERN] = unwrap(
  proposeLines({
    subscription: SOLD,
    now: START,
    usage: [],
    settings: DEFAULT_BILLING_SETTINGS,
    billed: [],
  }),
) as readonly [ProposedLine];

interface Part {
  readonly item: string;
  /** The exact amount in hundredths of the minor unit. */
  readonly hundredths: bigint;
  readonly kind?: LineKind;
  readonly price?: string;
  readonly units?: bigint;
}

function line({ item, hundredths, kind = 'recurring', price = item, units = 1n }: Part): ProposedLine {
  const exactMinor = rational(hundredths, 100n);
  const grossMinor = roundRational(exactMinor, ROUNDING);
  return {
    ...PATTERN,
    key: `${item}/${kind}`,
    kind,
    itemId: item,
    priceId: price,
    quantity: decimal12FromInteger(units),
    grossMinor,
    amountMinor: grossMinor,
    explanation: { ...PATTERN.explanation, exactMinor },
  };
}

function charge(item: string, hundredths: bigint, more: Partial<Part> = {}): ProposedLine {
  return line({ item, hundredths, ...more });
}

function credit(item: string, hundredths: bigint, more: Partial<Part> = {}): ProposedLine {
  return line({ item, hundredths, kind: 'proration_credit', ...more });
}

/** A subscription with an item for every line; all of them begin in the moment of the lines. */
function soldWith(lines: readonly ProposedLine[], more: Partial<SubscriptionItem> = {}): Subscription {
  const [item] = SOLD.items as readonly [SubscriptionItem];
  return { ...SOLD, items: lines.map(({ itemId }) => ({ ...item, ...more, id: itemId })) };
}

/** Item, amount and entry of the lines when they are joined; the beginning that all entries share is left out. */
function joined(
  lines: readonly ProposedLine[],
  policy: Partial<ProrationPolicy>,
  subscription = soldWith(lines),
): readonly unknown[] {
  const proration = { ...DEFAULT_PRORATION_POLICY, ...policy };
  return joinLines(subscription, lines, { proration, rounding: ROUNDING }).map((one) => {
    const { entry = null } = one.explanation;
    const moment = `sub_1/${START}`;
    expect(one.grossMinor).toBe(one.amountMinor);
    if (entry !== null) expect(entry.startsWith(moment)).toBe(true);
    return [one.itemId, one.amountMinor, entry?.slice(moment.length) ?? null];
  });
}

const DIFFERENCE = { rounding: 'difference' } as const;
const SUMS = { rounding: 'credit_and_charge' } as const;

describe('lines of one entry add up to their rounded sum', () => {
  test('among equals the first of the document gives way, whatever the order they come in', () => {
    // 0.4 + 0.4 + 0.4 is 1, and each alone is 0.
    expect(joined([charge('c', 40n), charge('a', 40n), charge('b', 40n)], SUMS)).toEqual([
      ['c', 0n, '/charge'],
      ['a', 1n, '/charge'],
      ['b', 0n, '/charge'],
    ]);
    // 0.5 + 0.5 is 1, and each alone is 1.
    expect(joined([charge('b', 50n), charge('a', 50n)], SUMS)).toEqual([
      ['b', 1n, '/charge'],
      ['a', 0n, '/charge'],
    ]);
    // Five times 0.4 is 2.
    const five = ['a', 'b', 'c', 'd', 'e'].map((item) => charge(item, 40n));
    expect(joined(five, SUMS).map((one) => (one as readonly unknown[])[1])).toEqual([1n, 1n, 0n, 0n, 0n]);
  });

  test('the line that was rounded most gives way first', () => {
    expect(joined([charge('a', 30n), charge('b', 45n), charge('c', 40n)], SUMS)).toEqual([
      ['a', 0n, '/charge'],
      ['b', 1n, '/charge'],
      ['c', 0n, '/charge'],
    ]);
  });

  test('a credit gives way before a charge that was rounded more', () => {
    // -0.6 + 10.45 is 10; alone they are -1 and 10.
    expect(joined([charge('a', 1045n), credit('b', -60n)], DIFFERENCE)).toEqual([
      ['a', 10n, ''],
      ['b', 0n, ''],
    ]);
  });

  test.each([
    ['rounded the other way', -40n, 0n],
    ['not rounded at all', -500n, -5n],
  ])('a credit that was %s does not', (_, exact, kept) => {
    // With -0.4 the sum is 0.95, with -5 it is -3.65: one more than the lines alone in both cases.
    const rest = [charge('b', 45n), charge('c', 45n), charge('d', 45n)];
    expect(joined([credit('a', exact), ...rest], DIFFERENCE)).toEqual([
      ['a', kept, ''],
      ['b', 1n, ''],
      ['c', 0n, ''],
      ['d', 0n, ''],
    ]);
  });
});

describe('what is one entry', () => {
  const old = credit('old', -1040n);
  const more = credit('more', -1040n);
  const young = charge('young', 2040n);
  const also = charge('also', 2040n);
  const lines = [old, more, young, also];

  test('nothing, where every line is rounded alone', () => {
    expect(joinsLines(DEFAULT_PRORATION_POLICY)).toBe(false);
    const alone = lines.map(({ itemId, amountMinor }) => [itemId, amountMinor, null]);
    expect(joined(lines, {})).toEqual(alone);
    // Also where seats are joined, and no number of seats has changed.
    expect(joined(lines, { seats: 'single_entry' })).toEqual(alone);
  });

  test('the credits and the charges, or all of them', () => {
    expect(joinsLines({ ...DEFAULT_PRORATION_POLICY, ...SUMS })).toBe(true);
    expect(joined(lines, SUMS)).toEqual([
      ['old', -10n, '/credit'],
      ['more', -11n, '/credit'],
      ['young', 20n, '/charge'],
      ['also', 21n, '/charge'],
    ]);
    // -20.8 + 40.8 is 20, as the lines alone are.
    expect(joined(lines, DIFFERENCE)).toEqual([
      ['old', -10n, ''],
      ['more', -10n, ''],
      ['young', 20n, ''],
      ['also', 20n, ''],
    ]);
  });

  test('no line that is the only one of its kind', () => {
    expect(joined([old, young], SUMS)).toEqual([
      ['old', -10n, null],
      ['young', 20n, null],
    ]);
  });

  test.each([
    ['a charge of a later period', { activeFrom: START - 1 }],
    ['a charge in arrears', { price: { timing: 'in_arrears' } as Price }],
  ])('not %s', (_, item) => {
    const items = soldWith(lines, item as Partial<SubscriptionItem>);
    const entries = joined(lines, DIFFERENCE, items);
    expect(entries.map((one) => (one as readonly unknown[])[2])).toEqual(['', '', null, null]);
  });

  test('not a charge that is made once', () => {
    const once = line({ item: 'setup', hundredths: 40n, kind: 'one_off' });
    const entries = joined([young, also, once], DIFFERENCE, soldWith([young, also]));
    expect(entries.map((one) => (one as readonly unknown[])[2])).toEqual(['', '', null]);
  });
});

describe('a change of seats is one entry where the seller wants that', () => {
  const SEATS = { seats: 'single_entry' } as const;
  const two = credit('old', -1040n, { price: 'seat', units: 2n });
  const three = charge('new', 1560n, { price: 'seat', units: 3n });

  test('of the credit for the old number and the charge for the new one', () => {
    expect(joinsLines({ ...DEFAULT_PRORATION_POLICY, ...SEATS })).toBe(true);
    // -10.4 + 15.6 is 5; alone they are -10 and 16.
    expect(joined([two, three, charge('base', 40n)], SEATS)).toEqual([
      ['old', -11n, '/seat'],
      ['new', 16n, '/seat'],
      ['base', 0n, null],
    ]);
    expect(joined([two, three], {})).toEqual([
      ['old', -10n, null],
      ['new', 16n, null],
    ]);
  });

  test.each([
    ['of one number', [two, charge('new', 1560n, { price: 'seat', units: 2n })]],
    ['of two prices', [two, charge('new', 1560n, { price: 'other', units: 3n })]],
    ['that are both charges', [charge('old', 1040n, { price: 'seat', units: 2n }), three]],
  ])('but not of lines %s', (_, lines) => {
    expect(joined(lines, SEATS).map((one) => (one as readonly unknown[])[2])).toEqual([null, null]);
    const both = { ...SEATS, ...DIFFERENCE };
    expect(joined(lines, both).map((one) => (one as readonly unknown[])[2])).toEqual(['', '']);
  });
});

test('lines that add up as they are keep their amounts and are one entry all the same', () => {
  expect(joined([charge('a', 100n), charge('b', 200n)], SUMS)).toEqual([
    ['a', 1n, '/charge'],
    ['b', 2n, '/charge'],
  ]);
});
