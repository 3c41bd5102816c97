import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type PriceTerms } from '../catalog/price.ts';
import type { PriceModel, Tier } from '../catalog/price-model.ts';
import type { JsonObject } from '../kernel/json.ts';
import { dec, EUR, unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { convertUnits } from './convert-units.ts';
import { modelSlices } from './model-slices.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from './policy.ts';
import { rateReading } from './rate-reading.ts';
import type { PriceReading } from './reading.ts';
import { traceJson } from './trace-json.ts';

interface More {
  readonly terms?: Partial<PriceTerms>;
  readonly policy?: Partial<RatingPolicy>;
}

function rate(model: PriceModel, reading: PriceReading | string, { terms, policy }: More = {}) {
  const price = { model, terms: { ...DEFAULT_PRICE_TERMS, ...terms } };
  const read = typeof reading === 'string' ? { quantity: dec(reading) } : reading;
  return rateReading(price, read, EUR, { ...DEFAULT_RATING_POLICY, ...policy });
}

/** Of each slice: label, unit, bounds of its tier, quantity, unit price, per, flat amount and exact amount. */
function slicesOf(...args: Parameters<typeof rate>) {
  const { slices } = traceJson(unwrap(rate(...args)).trace) as unknown as { slices: readonly JsonObject[] };
  return slices.map((slice) =>
    ['label', 'unit', 'from', 'up_to', 'quantity', 'unit_price', 'per', 'flat_minor', 'exact_minor'].map(
      (name) => slice[name],
    ),
  );
}

const stepsOf = (...args: Parameters<typeof rate>) => {
  const { quantity_steps, amount_steps } = traceJson(unwrap(rate(...args)).trace);
  return [quantity_steps, amount_steps];
};

const tier = (upTo: string | null, unitPrice: string, flatMinor = 0n): Tier => ({
  upTo: upTo === null ? null : dec(upTo),
  unitPrice: dec(unitPrice),
  flatMinor,
});
const tiers = [tier('10', '1', 500n), tier('20', '0.5', 200n), tier(null, '0.1')];

describe('slices as they are explained', () => {
  test('of units, tiers and steps', () => {
    expect(slicesOf({ kind: 'per_unit', unitPrice: dec('3'), per: 100n }, '50')).toEqual([
      [null, 'units', '0', null, '50', '3', '100', '0', '150'],
    ]);
    expect(slicesOf({ kind: 'graduated', tiers, per: 1n }, '25')).toEqual([
      [null, 'units', '0', '10', '10', '1', '1', '500', '1500'],
      [null, 'units', '10', '20', '10', '0.5', '1', '200', '700'],
      [null, 'units', '20', null, '5', '0.1', '1', '0', '50'],
    ]);
    expect(slicesOf({ kind: 'volume', tiers, per: 1n }, '15')).toEqual([
      [null, 'units', '10', '20', '15', '0.5', '1', '200', '950'],
    ]);
    const steps = [
      { upTo: dec('10'), amountMinor: 700n },
      { upTo: null, amountMinor: 900n },
    ];
    expect(slicesOf({ kind: 'stair_step', steps }, '11')).toEqual([
      [null, 'units', '10', null, '1', '0', '1', '900', '900'],
    ]);
    expect(slicesOf({ kind: 'stair_step', steps }, '10')).toEqual([
      [null, 'units', '0', '10', '1', '0', '1', '700', '700'],
    ]);
  });

  test('of packages, each started one counting whole', () => {
    const model: PriceModel = { kind: 'package', size: dec('10'), packagePrice: dec('3') };
    expect(slicesOf(model, '11')).toEqual([[null, 'packages', '0', null, '2', '3', '1', '0', '600']]);
    expect(slicesOf(model, '10')).toEqual([[null, 'packages', '0', null, '1', '3', '1', '0', '300']]);
    expect(stepsOf(model, '11')).toEqual([[{ step: 'packages', size: '10', from: '11', to: '2' }], []]);
    const later = {
      quantity: dec('4'),
      line: { position: 'last', before: { quantity: dec('18'), billedMinor: 600n } },
    } as const;
    expect(stepsOf(model, later)).toEqual([
      [
        { step: 'earlier_units', units: '18', from: '4', to: '22' },
        { step: 'packages', size: '10', from: '22', to: '3' },
        { step: 'billed_before', units: '2', from: '3', to: '1' },
      ],
      [],
    ]);
    const first = {
      ...later,
      line: { position: 'mid', before: { quantity: dec('0'), billedMinor: 0n } },
    } as const;
    expect(stepsOf(model, first)).toEqual([[{ step: 'packages', size: '10', from: '4', to: '1' }], []]);
  });

  test('of events: the share, the fees, the bounds, and what is free', () => {
    const model: PriceModel = {
      kind: 'percentage',
      ratePercent: dec('10'),
      fixedFee: dec('0.5'),
      freeEvents: 1n,
      freeAmount: null,
      minimumPerEvent: dec('2'),
      maximumPerEvent: dec('5'),
    };
    const reading = { quantity: dec('0'), amounts: ['99', '20', '1', '100', '15', '45'].map(dec) };
    // 20: 2.50. 1: 0.60, raised to 2. 100: 10.50, lowered to 5. 15: exactly 2. 45: exactly 5.
    expect(slicesOf(model, reading)).toEqual([
      ['rate', 'money', '0', null, '80', '10', '100', '0', '800'],
      ['fixed_fee', 'events', '0', null, '3', '0.5', '1', '0', '150'],
      ['minimum_per_event', 'events', '0', null, '1', '2', '1', '0', '200'],
      ['maximum_per_event', 'events', '0', null, '1', '5', '1', '0', '500'],
      ['free', 'events', '0', null, '1', '0', '1', '0', '0'],
    ]);
    const beforeFee = { policy: { perEventBounds: 'before_fixed_fee' } } as const;
    // The shares alone: 2, 0.10 raised, 10 lowered, 1.50 raised, 4.50; and a fee for each of the five.
    expect(slicesOf(model, reading, beforeFee).map(([label, , , , quantity]) => [label, quantity])).toEqual([
      ['rate', '65'],
      ['fixed_fee', '5'],
      ['minimum_per_event', '2'],
      ['maximum_per_event', '1'],
      ['free', '1'],
    ]);
  });

  test('of free allowances by number and by amount, ended by the first limit or by the last', () => {
    const model: PriceModel = {
      kind: 'percentage',
      ratePercent: dec('10'),
      fixedFee: dec('0'),
      freeEvents: 2n,
      freeAmount: dec('100'),
      minimumPerEvent: null,
      maximumPerEvent: null,
    };
    const reading = { quantity: dec('0'), amounts: ['60', '60', '10', '0'].map(dec) };
    const charged = (more: More = {}, changes: object = {}) =>
      slicesOf({ ...model, ...changes } as PriceModel, reading, more).map(([label, , , , quantity]) => [
        label,
        quantity,
      ]);
    // The first event is free, 40 of the second too, and then an end has been reached.
    expect(charged()).toEqual([
      ['rate', '30'],
      ['fixed_fee', '3'],
      ['free', '1'],
    ]);
    const last = { policy: { freeAllowance: 'last_limit_ends_it' } } as const;
    expect(charged(last)).toEqual([
      ['rate', '10'],
      ['fixed_fee', '2'],
      ['free', '2'],
    ]);
    expect(charged({}, { freeEvents: null })).toEqual([
      ['rate', '30'],
      ['fixed_fee', '3'],
      ['free', '1'],
    ]);
    const freeZero = { policy: { zeroAmountEvent: 'free' } } as const;
    expect(charged(freeZero, { freeEvents: null })).toEqual([
      ['rate', '30'],
      ['fixed_fee', '2'],
      ['free', '2'],
    ]);
    const minimum = { policy: { freeEventMinimum: 'on_all_events' } } as const;
    expect(charged(minimum, { freeAmount: null, minimumPerEvent: dec('0.5') })).toEqual([
      ['rate', '10'],
      ['fixed_fee', '1'],
      ['minimum_per_event', '3'],
      ['free', '2'],
    ]);
  });

  test('of values, blocks and capacity, by their names', () => {
    const byValue = [
      { values: ['eu', 'large'], quantity: dec('3') },
      { values: ['us', 'small'], quantity: dec('2') },
    ];
    const matrix: PriceModel = {
      kind: 'matrix',
      dimensions: ['region', 'size'],
      cells: [{ values: ['eu', 'large'], unitPrice: dec('4') }],
      otherUnitPrice: dec('1'),
      per: 1n,
    };
    expect(slicesOf(matrix, { quantity: dec('5'), byValue })).toEqual([
      ['eu / large', 'units', '0', null, '3', '4', '1', '0', '1200'],
      ['us / small', 'units', '0', null, '2', '1', '1', '0', '200'],
    ]);
    const closed = rate({ ...matrix, otherUnitPrice: null }, { quantity: dec('5'), byValue });
    expect(closed).toMatchObject({ ok: false, refusal: { facts: { values: ['us', 'small'] } } });
    expect(codeOf(closed)).toBe('rating.value_without_price');
    expect(codeOf(rate(matrix, '5'))).toBe('rating.values_missing');
    expect(slicesOf(matrix, '0')).toEqual([]);

    const block = (blockSize: string, maxBlocks: bigint | null, blockPrice: string) => ({
      blockSize: dec(blockSize),
      maxBlocks,
      blockPrice: dec(blockPrice),
    });
    const blocks = (mode: 'all_tiers' | 'top_tier', last: bigint | null = null): PriceModel => ({
      kind: 'block_tiers',
      mode,
      units: [{ name: 'gb', tiers: [block('10', 2n, '5'), block('50', last, '20')] }],
    });
    const used = (quantity: string) => ({
      quantity: dec(quantity),
      byValue: [{ values: ['gb'], quantity: dec(quantity) }],
    });
    expect(slicesOf(blocks('all_tiers'), used('71'))).toEqual([
      ['gb', 'blocks', '0', '20', '2', '5', '1', '0', '1000'],
      ['gb', 'blocks', '20', null, '2', '20', '1', '0', '4000'],
    ]);
    expect(slicesOf(blocks('top_tier'), used('71'))).toEqual([
      ['gb', 'blocks', '20', null, '2', '20', '1', '0', '4000'],
    ]);
    expect(slicesOf(blocks('top_tier'), used('20'))).toEqual([
      ['gb', 'blocks', '0', '20', '2', '5', '1', '0', '1000'],
    ]);
    expect(slicesOf(blocks('all_tiers', 1n), used('80'))).toEqual([
      ['gb', 'blocks', '0', '20', '2', '5', '1', '0', '1000'],
      ['gb', 'blocks', '20', '70', '1', '20', '1', '0', '2000'],
    ]);
    const reject = { policy: { boundedLastTier: 'reject' } } as const;
    expect(codeOf(rate(blocks('all_tiers', 1n), used('80'), reject))).toBe('rating.beyond_last_tier');
    expect(codeOf(rate(blocks('all_tiers', 1n), used('70'), reject))).toBe('ok');
    expect(
      slicesOf(blocks('all_tiers'), used('0')).map(([label, , , , quantity]) => [label, quantity]),
    ).toEqual([['gb', '0']]);

    const capacity: PriceModel = {
      kind: 'capacity_tiers',
      tiers: [
        {
          limits: [
            { name: 'cpu', max: dec('2') },
            { name: 'ram', max: dec('8') },
          ],
          amountMinor: 1000n,
        },
        {
          limits: [
            { name: 'cpu', max: dec('4') },
            { name: 'ram', max: null },
          ],
          amountMinor: 3000n,
        },
      ],
    };
    const peaks = (cpu: string, ram: string) => ({
      quantity: dec('1'),
      peaks: [
        { values: ['cpu'], quantity: dec(cpu) },
        { values: ['ram'], quantity: dec(ram) },
      ],
    });
    const small = [['tier 1', 'units', '0', null, '1', '0', '1', '1000', '1000']];
    const large = [['tier 2', 'units', '0', null, '1', '0', '1', '3000', '3000']];
    expect([slicesOf(capacity, peaks('2', '8')), slicesOf(capacity, '0')]).toEqual([small, small]);
    expect([
      slicesOf(capacity, peaks('2', '9')),
      slicesOf(capacity, peaks('3', '1')),
      slicesOf(capacity, peaks('5', '1')),
    ]).toEqual([large, large, large]);
    expect(codeOf(rate(capacity, peaks('5', '1'), reject))).toBe('rating.beyond_last_tier');
    expect(codeOf(rate(capacity, '1'))).toBe('rating.peaks_missing');
  });

  test('of tiers of percentages, over the sum or over every event', () => {
    const model: PriceModel = {
      kind: 'graduated_percentage',
      tiers: [
        { upTo: dec('100'), ratePercent: dec('10'), flatMinor: 50n },
        { upTo: null, ratePercent: dec('5'), flatMinor: 0n },
      ],
    };
    const reading = { quantity: dec('0'), amounts: ['150', '60'].map(dec) };
    expect(slicesOf(model, reading)).toEqual([
      [null, 'money', '0', '100', '100', '10', '100', '50', '1050'],
      [null, 'money', '100', null, '110', '5', '100', '0', '550'],
    ]);
    expect(slicesOf(model, reading, { policy: { eventInput: 'each_event' } })).toEqual([
      [null, 'money', '0', '100', '160', '10', '100', '100', '1700'],
      [null, 'money', '100', null, '50', '5', '100', '0', '250'],
    ]);
    expect(slicesOf(model, '210')).toEqual(slicesOf(model, reading));
    const negative = { quantity: dec('0'), amounts: [dec('-1')] };
    const reject = { policy: { negativeQuantity: 'reject', eventInput: 'each_event' } } as const;
    expect(codeOf(rate(model, negative, reject))).toBe('rating.quantity_negative');
  });
});

describe('steps as they are explained', () => {
  const flat: PriceModel = { kind: 'flat', amountMinor: 1000n };

  test('of a flat fee, a discount and the bounds, in the order of the policy', () => {
    const terms = { discountPercent: dec('50'), minimumMinor: 600n, maximumMinor: 900n };
    expect(stepsOf(flat, '1', { terms })[1]).toEqual([
      { step: 'flat_fee', amount_minor: '1000', from: '0', to: '1000' },
      { step: 'discount', percent: '50', from: '1000', to: '500' },
      { step: 'maximum', bound_minor: '900', billed_before_minor: '0', from: '500', to: '500' },
      { step: 'minimum', bound_minor: '600', billed_before_minor: '0', from: '500', to: '600' },
    ]);
    expect(stepsOf(flat, '1', { terms, policy: { discountOrder: 'after_bounds' } })[1]).toEqual([
      { step: 'flat_fee', amount_minor: '1000', from: '0', to: '1000' },
      { step: 'maximum', bound_minor: '900', billed_before_minor: '0', from: '1000', to: '900' },
      { step: 'minimum', bound_minor: '600', billed_before_minor: '0', from: '900', to: '900' },
      { step: 'discount', percent: '50', from: '900', to: '450' },
    ]);
  });

  test('of a line inside a period, which bills nothing of what is known at the end only', () => {
    const line = (position: 'mid' | 'last', billedMinor: bigint) => ({
      quantity: dec('1'),
      line: { position, before: { quantity: dec('5'), billedMinor } },
    });
    const terms = { minimumMinor: 600n, maximumMinor: 900n };
    expect(stepsOf(flat, line('mid', 0n), { terms })[1]).toEqual([
      { step: 'flat_fee', amount_minor: '1000', from: '0', to: '1000' },
      { step: 'not_yet_due', from: '1000', to: '0' },
      { step: 'maximum', bound_minor: '900', billed_before_minor: '0', from: '0', to: '0' },
    ]);
    expect(stepsOf(flat, line('mid', 0n), { terms, policy: { minimumSpend: 'every_line' } })[1]).toHaveLength(
      4,
    );
    const perUnit: PriceModel = { kind: 'per_unit', unitPrice: dec('10'), per: 1n };
    expect(stepsOf(perUnit, line('last', 950n), { terms })[1]).toEqual([
      { step: 'maximum', bound_minor: '900', billed_before_minor: '950', from: '1000', to: '0' },
      { step: 'minimum', bound_minor: '600', billed_before_minor: '950', from: '0', to: '0' },
    ]);
    const volume: PriceModel = { kind: 'volume', tiers, per: 1n };
    expect(stepsOf(volume, line('last', 0n))[0]).toEqual([
      { step: 'earlier_units', units: '5', from: '1', to: '6' },
    ]);
    expect(stepsOf(perUnit, line('last', 0n))[0]).toEqual([]);
  });

  test('of units that are converted and included, each line alone or as a difference of sums', () => {
    const perUnit: PriceModel = { kind: 'per_unit', unitPrice: dec('1'), per: 1n };
    const conversion = { operation: 'divide', factor: dec('10'), rounding: 'ceiling', places: 0 } as const;
    const terms = { conversion, includedUnits: dec('1') };
    const converted = { operation: 'divide', factor: '10', rounding: 'ceiling', places: 0 };
    const later = {
      quantity: dec('8'),
      line: { position: 'last', before: { quantity: dec('15'), billedMinor: 0n } },
    } as const;
    const steps = (reading: PriceReading, policy: Partial<RatingPolicy> = {}) =>
      stepsOf(perUnit, reading, { terms, policy })[0];
    expect(steps({ quantity: dec('15') })).toEqual([
      { step: 'conversion', conversion: converted, from: '15', to: '2' },
      { step: 'included_units', units: '1', from: '2', to: '1' },
    ]);
    expect(steps({ quantity: dec('15') }, { unitDiscountOrder: 'discount_then_convert' })).toEqual([
      { step: 'included_units', units: '1', from: '15', to: '14' },
      { step: 'conversion', conversion: converted, from: '14', to: '2' },
    ]);
    expect(steps(later)).toEqual([
      { step: 'conversion', conversion: converted, from: '8', to: '1' },
      { step: 'included_units', units: '0', from: '1', to: '1' },
    ]);
    // 15 were 2 tens and 23 are 3, so that this line has one of them.
    expect(steps(later, { splitUnitRounding: 'cumulative' })).toEqual([
      { step: 'earlier_units', units: '15', from: '8', to: '23' },
      { step: 'conversion', conversion: converted, from: '23', to: '3' },
      { step: 'billed_before', units: '2', from: '3', to: '1' },
      { step: 'included_units', units: '0', from: '1', to: '1' },
    ]);
    const below = {
      ...later,
      line: { position: 'last', before: { quantity: dec('-5'), billedMinor: 0n } },
    } as const;
    expect(steps(below)).toEqual([
      { step: 'conversion', conversion: converted, from: '8', to: '1' },
      { step: 'included_units', units: '1', from: '1', to: '0' },
    ]);
  });
});

describe('units', () => {
  test('are converted by a factor above zero and rounded to places', () => {
    const by = (
      operation: 'multiply' | 'divide',
      factor: string,
      rounding: 'none' | 'ceiling' | 'floor' | 'half_up',
      places = 0,
    ) =>
      convertUnits({ numerator: 7n, denominator: 2n }, { operation, factor: dec(factor), rounding, places });
    expect(by('multiply', '2', 'none')).toEqual({ numerator: 7n, denominator: 1n });
    expect(by('divide', '2', 'none')).toEqual({ numerator: 7n, denominator: 4n });
    expect(by('divide', '2', 'floor', 1)).toEqual({ numerator: 17n, denominator: 10n });
    expect(by('divide', '2', 'ceiling', 1)).toEqual({ numerator: 9n, denominator: 5n });
    expect(by('divide', '7', 'half_up')).toEqual({ numerator: 1n, denominator: 1n });
    expect(by('divide', '7', 'floor')).toEqual({ numerator: 0n, denominator: 1n });
    expect(by('multiply', '2', 'ceiling')).toEqual({ numerator: 7n, denominator: 1n });
    for (const factor of ['0', '-1']) expect(() => by('multiply', factor, 'none')).toThrow(A_BUG);
  });
});

test('a model that nobody knows is a bug', () => {
  const zero = { numerator: 0n, denominator: 1n };
  const scope = {
    reading: { quantity: dec('0') },
    units: { quantity: dec('0'), stretch: { from: zero, to: zero, isFirst: true }, steps: [] },
    currency: EUR,
    policy: DEFAULT_RATING_POLICY,
  };
  expect(() => modelSlices({ kind: 'barter' } as never, scope)).toThrow(A_BUG);
});

describe('units that are charged for the part of a period that each was there', () => {
  const last = (upTo: string | null): PriceModel => ({
    kind: 'prorated_graduated',
    tiers: [tier('2', '10', 100n), tier('5', '5', 200n), tier(upTo, '1', 50n)],
    per: 1n,
  });
  const moves = (...events: readonly (readonly [string, string])[]): PriceReading => ({
    quantity: dec('1'),
    prorated: events.map(([full, prorated]) => ({ full: dec(full), prorated: dec(prorated) })),
  });
  /** Of each slice: the tier, the units and the flat amount. */
  const tiersOf = (reading: PriceReading, upTo: string | null = null, more: More = {}) =>
    slicesOf(last(upTo), reading, more).map(([, unit, from, end, quantity, , , flat]) => [
      unit,
      from,
      end,
      quantity,
      flat,
    ]);

  test('are priced in the tiers that their event passes, in proportion', () => {
    expect(tiersOf(moves(['4', '2']))).toEqual([
      ['units', '0', '2', '1', '100'],
      ['units', '2', '5', '1', '200'],
    ]);
    // Four less three pass one unit of the first tier and two of the second.
    expect(tiersOf(moves(['4', '2'], ['-3', '-1']))).toEqual([
      ['units', '0', '2', '2/3', '100'],
      ['units', '2', '5', '1/3', '200'],
    ]);
    expect(tiersOf(moves(['2', '1']))).toEqual([['units', '0', '2', '1', '100']]);
    expect(tiersOf(moves(['2', '2'], ['3', '1.5']))).toEqual([
      ['units', '0', '2', '2', '100'],
      ['units', '2', '5', '1.5', '200'],
    ]);
  });

  test('go into the first tier below nothing, and into the last beyond its end', () => {
    expect(tiersOf(moves(['10', '10']), '8')).toEqual([
      ['units', '0', '2', '2', '100'],
      ['units', '2', '5', '3', '200'],
      ['units', '5', '8', '5', '50'],
    ]);
    expect(tiersOf(moves(['10', '10'])).at(-1)).toEqual(['units', '5', null, '5', '50']);
    const free = { policy: { zeroQuantity: 'free' } } as const;
    expect(tiersOf(moves(['-2', '-1']), null, free)).toEqual([['units', '0', '2', '-1', '0']]);
    expect(tiersOf(moves(), null, free)).toEqual([]);
    expect(tiersOf(moves())).toEqual([['units', '0', '2', '0', '100']]);
    // From two below nothing to two above: half of what came lies below.
    expect(tiersOf(moves(['-2', '0'], ['4', '4']))).toEqual([['units', '0', '2', '4', '100']]);
  });

  test('stay in the tier of the level where their event moves nothing', () => {
    const at = (level: string) =>
      tiersOf(moves([level, '0'], ['0', '0.5']))
        .filter(([, , , quantity]) => quantity !== '0')
        .map(([, from, , quantity]) => [from, quantity]);
    expect([at('0'), at('1'), at('2'), at('3'), at('5'), at('6')]).toEqual([
      [['0', '0.5']],
      [['0', '0.5']],
      [['0', '0.5']],
      [['2', '0.5']],
      [['2', '0.5']],
      [['5', '0.5']],
    ]);
  });

  test('cost at most the bound of their tier, and choose it themselves if the policy says so', () => {
    const capped: PriceModel = {
      kind: 'prorated_graduated',
      tiers: [{ ...tier('2', '10', 100n), capMinor: 1500n }, tier(null, '5')],
      per: 1n,
    };
    expect(slicesOf(capped, moves(['2', '2'])).map((slice) => slice.at(-1))).toEqual(['1500']);
    expect(slicesOf(capped, moves(['2', '1'])).map((slice) => slice.at(-1))).toEqual(['1100']);
    const pick = { policy: { proratedTiers: 'prorated_units_pick_tier' } } as const;
    expect(tiersOf(moves(['4', '2'], ['4', '1']), null, pick)).toEqual([
      ['units', '0', '2', '2', '100'],
      ['units', '2', '5', '1', '200'],
    ]);
    expect(tiersOf(moves(['-4', '-2']), null, pick)).toEqual([['units', '0', '2', '0', '100']]);
    expect(codeOf(rate(last(null), '1'))).toBe('rating.prorated_missing');
    expect(codeOf(rate(last(null), '0'))).toBe('ok');
  });
});
