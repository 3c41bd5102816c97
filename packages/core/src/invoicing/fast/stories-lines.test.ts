import { describe, expect, test } from 'vitest';
import { itemOf, linesByBoth, storyOf, subscriptionWith } from '../../testing/billing-story.ts';
import { at, flat, metered, seats } from '../../testing/factories.ts';
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

  test('where nothing is prorated, a period that was begun is charged whole, and one that was not is credited whole', () => {
    const price = flat('a', 3100n, { proration: 'none' });
    const early = { early: ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z'].map(at) };
    const until = (moment: string) => ({
      ...storyOf(subscriptionWith([itemOf(price)]), ['2025-03-01T00:00:00Z'], early),
      after: subscriptionWith([itemOf(price, ended(moment))]),
    });
    expect(linesByBoth(until('2025-02-01T00:00:00Z'))[2]).toEqual(['proration_credit -3100']);
    expect(linesByBoth(until('2025-02-01T00:00:01Z'))[2]).toBeNull();
  });

  test('an item without an end is not credited, and neither is what is billed in arrears', () => {
    const credited = { creditUnused: true };
    const arrears = flat('b', 3100n, { timing: 'in_arrears' });
    const open = subscriptionWith([
      itemOf(flat('a', 3100n), credited),
      itemOf(arrears, { activeTo: at(MIDDLE), ...credited }),
    ]);
    const early = { early: [at('2025-01-01T00:00:00Z')] };
    expect(linesByBoth(storyOf(open, [MIDDLE, '2025-02-01T00:00:00Z'], early))).toEqual([
      ['recurring 3100'],
      ['recurring 1550'],
      ['recurring 3100'],
    ]);
  });

  test('an item that ends where it begins costs nothing', () => {
    const never = { activeFrom: at(MIDDLE), ...ended(MIDDLE) };
    const items = [
      itemOf(flat('a', 3100n), never),
      itemOf(flat('b', 3100n, { timing: 'in_arrears' }), never),
      itemOf(metered('m', '1'), never),
    ];
    const runs = ['2025-01-01T00:00:00Z', MIDDLE, '2025-03-01T00:00:00Z'];
    expect(linesByBoth(storyOf(subscriptionWith(items), runs))).toEqual([null, null, null]);
  });

  test('a day that a zone skipped costs nothing', () => {
    const anchorAt = at('2011-12-29T10:00:00Z');
    const daily = { cadence: { interval: 'day', count: 1 }, alignment: 'calendar' } as const;
    const days = (more: Parameters<typeof flat>[2]) =>
      itemOf(flat('a', 100n, { ...daily, ...more }), { anchorAt, activeFrom: anchorAt });
    const apia = (item: ReturnType<typeof days>) =>
      subscriptionWith([item], { timeZone: 'Pacific/Apia', startAt: anchorAt, anchorAt });
    // Thursday 29 December 2011 was followed by Saturday the 31st.
    const runs = ['2011-12-30T09:59:59Z', '2011-12-31T10:00:00Z', '2012-01-01T10:00:00Z'];
    const early = { early: [anchorAt] };
    expect(linesByBoth(storyOf(apia(days({})), runs, early))).toEqual([
      ['recurring 100'],
      null,
      ['recurring 100', 'recurring 100'],
      ['recurring 100'],
    ]);
    // The same where the Saturday was billed before a billing was made ready.
    const saturday = { early: [anchorAt, at('2011-12-31T09:00:00Z')] };
    expect(linesByBoth(storyOf(apia(days({})), ['2011-12-31T10:00:00Z'], saturday))).toEqual([
      ['recurring 100'],
      ['recurring 100'],
      ['recurring 100'],
    ]);
    expect(linesByBoth(storyOf(apia(days({ timing: 'in_arrears' })), runs, early))).toEqual([
      null,
      null,
      ['recurring 100', 'recurring 100'],
      ['recurring 100'],
    ]);
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
