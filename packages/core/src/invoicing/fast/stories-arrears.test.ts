import { describe, expect, test } from 'vitest';
import type { PriceModel } from '../../catalog/price-model.ts';
import { billedByBoth, itemOf, linesByBoth, storyOf, subscriptionWith } from '../../testing/billing-story.ts';
import { at, dec, flat, metered, price } from '../../testing/factories.ts';
import { MS_PER_DAY } from '../../time/instant.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';

const MIDDLE = '2025-01-16T12:00:00Z';

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
