import { describe, expect, test } from 'vitest';
import type { PriceModel } from '../../catalog/price-model.ts';
import { billedByBoth, itemOf, linesByBoth, storyOf, subscriptionWith } from '../../testing/billing-story.ts';
import { at, dec, flat, metered, price, seats } from '../../testing/factories.ts';
import { MS_PER_DAY } from '../../time/instant.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';

const MIDDLE = '2025-01-16T12:00:00Z';
const ended = (moment: string) => ({ activeTo: at(moment), creditUnused: true });

describe('in advance', () => {
  const monthly = subscriptionWith([itemOf(flat('a', 3000n))]);

  test('every period is billed once, at its beginning, and what was missed is billed by the next run', () => {
    const runs = [
      '2025-01-01T00:00:00Z',
      '2025-01-31T23:59:59Z',
      '2025-02-01T00:00:00Z',
      '2025-04-01T00:00:00Z',
    ];
    expect(linesByBoth(storyOf(monthly, runs))).toEqual([
      ['recurring 3000'],
      null,
      ['recurring 3000'],
      ['recurring 3000', 'recurring 3000'],
    ]);
    expect(linesByBoth(storyOf(monthly, ['2025-12-01T00:00:00Z']))[0]).toHaveLength(12);
  });

  test('nothing is billed before the item begins, a part of a period by the second, by the day or whole', () => {
    const from = { activeFrom: at(MIDDLE) };
    const late = subscriptionWith([
      itemOf(flat('a', 3100n), from),
      itemOf(flat('b', 3100n, { proration: 'day' }), from),
      itemOf(flat('c', 3100n, { proration: 'none' }), from),
    ]);
    // 15.5 of 31 days; 16 of them by the day, of which the 16th counts.
    expect(linesByBoth(storyOf(late, ['2025-01-16T11:59:59Z', MIDDLE, '2025-02-01T00:00:00Z']))).toEqual([
      null,
      ['recurring 1550', 'recurring 1600', 'recurring 3100'],
      ['recurring 3100', 'recurring 3100', 'recurring 3100'],
    ]);
  });

  test('an item that ends gets its unused time back, by the second, by the day or not at all', () => {
    const over = subscriptionWith([
      itemOf(flat('a', 3100n), ended(MIDDLE)),
      itemOf(flat('b', 3100n, { proration: 'day' }), ended(MIDDLE)),
      itemOf(flat('c', 3100n, { proration: 'none' }), ended(MIDDLE)),
      itemOf(flat('d', 3100n), { activeTo: at(MIDDLE) }),
    ]);
    expect(linesByBoth(storyOf(over, ['2025-01-01T00:00:00Z', MIDDLE, '2025-02-01T00:00:00Z']))).toEqual([
      ['recurring 3100', 'recurring 3100', 'recurring 3100', 'recurring 3100'],
      ['proration_credit -1550', 'proration_credit -1600'],
      null,
    ]);
    // The same in one run, the credits after the charges that they take back a part of.
    expect(linesByBoth(storyOf(over, [MIDDLE]))[0]?.slice(4)).toEqual([
      'proration_credit -1550',
      'proration_credit -1600',
    ]);
  });

  test('an item that ends where its period begins is not billed for it, or charged and credited', () => {
    const open = subscriptionWith([itemOf(flat('a', 3100n))]);
    const over = subscriptionWith([itemOf(flat('a', 3100n), ended('2025-02-01T00:00:00Z'))]);
    expect(linesByBoth(storyOf(over, ['2025-01-01T00:00:00Z', '2025-03-01T00:00:00Z']))).toEqual([
      ['recurring 3100'],
      null,
    ]);
    const runs = { early: ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z'].map(at) };
    expect(
      linesByBoth({ ...storyOf(open, ['2025-02-01T00:00:00Z', '2025-03-01T00:00:00Z'], runs), after: over }),
    ).toEqual([['recurring 3100'], ['recurring 3100'], ['proration_credit -3100'], null]);
  });

  test('a change is credited and charged, also where it comes to a subscription that is billed already', () => {
    const open = subscriptionWith([itemOf(seats('s', '10'), { quantity: 3n })]);
    const changed = subscriptionWith([
      itemOf(seats('s', '10'), { quantity: 3n, ...ended(MIDDLE) }),
      itemOf(seats('s', '10'), { id: 'item_t', quantity: 5n, activeFrom: at(MIDDLE) }),
    ]);
    const early = { early: [at('2025-01-01T00:00:00Z')] };
    expect(
      linesByBoth({ ...storyOf(open, [MIDDLE, '2025-02-01T00:00:00Z'], early), after: changed }),
    ).toEqual([['recurring 3000'], ['proration_credit -1500', 'recurring 2500'], ['recurring 5000']]);
  });

  test('parts of amounts and periods beyond plain numbers are as exact', () => {
    // 20 million a month and 10,000.01 a month to the millisecond: three quarters of one of 31 days, and a third.
    const part = { activeFrom: at('2025-01-08T18:00:00Z') };
    const fine = { activeFrom: at('2025-01-11T08:00:00.001Z') };
    const items = [
      itemOf(flat('a', 2_000_000_000n), { ...part, ...ended(MIDDLE) }),
      itemOf(flat('b', 1_000_001n), fine),
      itemOf(flat('c', 1_000_001n), { ...fine, ...ended('2025-01-11T08:00:00.002Z') }),
    ];
    // b: 20 days 16 hours less 1 ms of 31 days are 666,667.33; c gives all but 0.0004 of that back.
    expect(linesByBoth(storyOf(subscriptionWith(items), ['2025-01-31T00:00:00Z']))).toEqual([
      [
        'recurring 1500000000',
        'recurring 666667',
        'recurring 666667',
        'proration_credit -666667',
        'proration_credit -1000000000',
      ],
    ]);
  });

  test('rounding is that of the seller, for a part as for what is given back of it', () => {
    const settings = { ...DEFAULT_BILLING_SETTINGS, rounding: 'up' as const };
    const half = subscriptionWith([
      itemOf(flat('a', 101n), ended(MIDDLE)),
      itemOf(flat('b', 101n), { activeFrom: at(MIDDLE) }),
    ]);
    expect(linesByBoth(storyOf(half, [MIDDLE], { settings }))[0]).toEqual([
      'recurring 101',
      'proration_credit -51',
      'recurring 51',
    ]);
    const down = { settings: { ...settings, rounding: 'down' as const } };
    expect(linesByBoth(storyOf(half, [MIDDLE], down))[0]).toEqual([
      'recurring 101',
      'proration_credit -50',
      'recurring 50',
    ]);
  });
});

describe('in arrears', () => {
  const flatFee = flat('a', 3100n, { timing: 'in_arrears' });

  test('a fee is billed at the end of its period or of its item, without grace', () => {
    const settings = { ...DEFAULT_BILLING_SETTINGS, usageGraceMs: 3 * MS_PER_DAY };
    const both = subscriptionWith([
      itemOf(flatFee),
      itemOf({ ...flatFee, key: 'b' }, { activeTo: at(MIDDLE) }),
    ]);
    const runs = ['2025-01-16T11:59:59Z', MIDDLE, '2025-01-31T23:59:59Z', '2025-02-01T00:00:00Z'];
    expect(linesByBoth(storyOf(both, runs, { settings }))).toEqual([
      null,
      ['recurring 1550'],
      null,
      ['recurring 3100'],
    ]);
  });

  test('usage is billed when the grace after it is over, up to the end of its item', () => {
    const settings = { ...DEFAULT_BILLING_SETTINGS, usageGraceMs: MS_PER_DAY };
    const both = subscriptionWith([
      itemOf(metered('m', '0.5')),
      itemOf(metered('n', '0.25'), { activeTo: at(MIDDLE) }),
    ]);
    const runs = [
      '2025-01-17T11:59:59Z',
      '2025-01-17T12:00:00Z',
      '2025-02-01T23:59:59Z',
      '2025-02-02T00:00:00Z',
    ];
    const story = storyOf(both, runs, { settings, quantities: [dec('1000')] });
    expect(linesByBoth(story)).toEqual([null, ['usage 25000'], null, ['usage 50000']]);
    const service = billedByBoth(story)[1]?.lines[0]?.servicePeriod;
    expect(service).toEqual({ start: at('2025-01-01T00:00:00Z'), end: at(MIDDLE) });
  });

  test('usage is rated by tiers and packages as a whole, at nothing where it is below zero', () => {
    const tiers = [
      { upTo: dec('100'), unitPrice: dec('0.10'), flatMinor: 0n },
      { upTo: null, unitPrice: dec('0.05'), flatMinor: 300n },
    ];
    const models: readonly PriceModel[] = [
      { kind: 'graduated', per: 1n, tiers },
      { kind: 'volume', per: 1n, tiers },
      { kind: 'package', size: dec('40'), packagePrice: dec('2') },
      {
        kind: 'stair_step',
        steps: [
          { upTo: dec('100'), amountMinor: 900n },
          { upTo: null, amountMinor: 1200n },
        ],
      },
      { kind: 'flat', amountMinor: 77n },
    ];
    const items = models.map((model, one) =>
      itemOf(
        price(`p${one}`, { model, quantity: { kind: 'meter', meterId: `m${one}` }, timing: 'in_arrears' }),
      ),
    );
    const story = storyOf(subscriptionWith(items), ['2025-02-01T00:00:00Z']);
    // 100 × 10 + 50 × 5 + 300; 150 × 5 + 300; 4 packages; the second step.
    expect(linesByBoth({ ...story, quantities: [dec('150')] })[0]).toEqual([
      'usage 1550',
      'usage 1050',
      'usage 800',
      'usage 1200',
      'usage 77',
    ]);
    const [negative] = billedByBoth({ ...story, quantities: [dec('-5')] });
    expect(negative?.lines.map(({ quantity, amountMinor }) => [quantity, amountMinor])).toEqual([
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
      [0n, 900n],
      [0n, 77n],
    ]);
    expect(negative?.lines[0]?.explanation.quantity).toBe(dec('-5'));
  });

  test('quantities go to their own lines, whatever stands between them', () => {
    const items = [itemOf(metered('a', '1')), itemOf(flat('b', 500n)), itemOf(metered('ccc', '1'))];
    // The quantity of an item is told by the length of its id: 6 and 8 letters, at an end that divides by 7.
    const quantities = ['1', '2', '3', '4', '5', '6', '7'].map(dec);
    const end = at('2025-02-01T00:00:00Z');
    const quantityOf = (length: number) => Number(quantities[(end + length) % 7]) / 1e10;
    expect(
      linesByBoth(storyOf(subscriptionWith(items), ['2025-02-01T00:00:00Z'], { quantities }))[0],
    ).toEqual(['recurring 500', `usage ${quantityOf(6)}`, 'recurring 500', `usage ${quantityOf(8)}`]);
  });
});

describe('charges that are made once', () => {
  const charge = { id: 'setup', at: at(MIDDLE), description: 'Set-up', addOnId: null };

  test('are billed once, when they are made, at their whole price', () => {
    const model: PriceModel = { kind: 'per_unit', unitPrice: dec('12.5'), per: 1n };
    const once = subscriptionWith([], {
      charges: [{ ...charge, price: price('x', { model }), quantity: 3n }],
    });
    const story = storyOf(once, ['2025-01-16T11:59:59Z', MIDDLE, '2025-02-16T12:00:00Z']);
    expect(linesByBoth(story)).toEqual([null, ['one_off 3750'], null]);
    const line = billedByBoth(story)[1]?.lines[0];
    expect(line?.key).toBe('setup/one_off');
    expect(line?.explanation.quantity).toBe(dec('3'));
    // A billing that is made ready after it finds it billed.
    const later = { ...storyOf(once, ['2025-03-01T00:00:00Z'], { early: [at(MIDDLE)] }) };
    expect(linesByBoth(later)).toEqual([['one_off 3750'], null]);
  });
});
