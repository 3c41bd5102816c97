import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decimal12 } from '../kernel/decimal.ts';
import { rateReading } from '../rating/rate-reading.ts';
import { verifyTrace } from '../rating/verify-trace.ts';
import { dec, EUR, flat, metered, price } from '../testing/factories.ts';
import { checkPlan, MAX_PRICES_PER_PLAN } from './check-plan.ts';
import type { Meter } from './meter.ts';
import { DEFAULT_PRICE_TERMS, type Price, type PriceTerms, UNIT_ROUNDINGS } from './price.ts';
import type { PriceModel } from './price-model.ts';

const meter: Meter = {
  id: 'meter_m',
  key: 'm',
  name: 'M',
  eventType: 'm',
  aggregation: 'count',
  valueProperty: null,
  unitProperty: null,
};

function faultsOf(changed: Price): string[] {
  const draft = { currency: EUR, prices: [changed], entitlements: [], trialDays: 0 };
  return checkPlan(draft, { meters: [meter], features: [] }).map((fault) => `${fault.pointer} ${fault.code}`);
}

/** Faults of a metered price with this model, from the model on. */
function ofModel(model: PriceModel): string[] {
  return faultsOf(metered('m', '1', { model })).map((fault) => fault.replace('/prices/0/model', ''));
}

function ofTerms(change: Partial<PriceTerms>, model?: PriceModel): string[] {
  const terms = { ...DEFAULT_PRICE_TERMS, ...change };
  const changed = metered('m', '1', { terms, ...(model === undefined ? {} : { model }) });
  return faultsOf(changed).map((fault) => fault.replace('/prices/0/terms', ''));
}

const negative = dec('-1');
const huge = (10n ** 39n) as Decimal12;
const open = { upTo: null, unitPrice: dec('1'), flatMinor: 0n };

describe('models', () => {
  test('a sound one of each kind has no faults', () => {
    const sound: PriceModel[] = [
      { kind: 'per_unit', unitPrice: dec('1'), per: 1n },
      { kind: 'graduated', tiers: [{ ...open, capMinor: 5n }], per: 1n },
      { kind: 'volume', tiers: [open], per: 1n },
      { kind: 'prorated_graduated', tiers: [open], per: 1n },
      { kind: 'stair_step', steps: [{ upTo: null, amountMinor: 1n }] },
      { kind: 'package', size: dec('10'), packagePrice: dec('1') },
      {
        kind: 'percentage',
        ratePercent: dec('2.9'),
        fixedFee: dec('0.3'),
        freeEvents: 3n,
        freeAmount: dec('100'),
        minimumPerEvent: dec('1'),
        maximumPerEvent: dec('1'),
      },
      { kind: 'graduated_percentage', tiers: [{ upTo: null, ratePercent: dec('1'), flatMinor: 0n }] },
      {
        kind: 'matrix',
        dimensions: ['region'],
        cells: [{ values: ['eu'], unitPrice: dec('1') }],
        otherUnitPrice: null,
        per: 1n,
      },
      { kind: 'dynamic' },
      { kind: 'dynamic_multiplier', multiplier: dec('1.2') },
      {
        kind: 'block_tiers',
        mode: 'top_tier',
        units: [{ name: 'a', tiers: [{ blockSize: dec('1'), maxBlocks: 5n, blockPrice: dec('1') }] }],
      },
      { kind: 'capacity_tiers', tiers: [{ limits: [{ name: 'a', max: dec('1') }], amountMinor: 1n }] },
    ];
    for (const model of sound) expect(ofModel(model)).toEqual([]);
    expect(faultsOf(flat('base', 1n))).toEqual([]);
  });

  test('tiers that overlap, leave a gap at the top or hide behind an open one are refused, of every kind', () => {
    const ends = (...bounds: (string | null)[]) =>
      bounds.map((bound) => (bound === null ? null : dec(bound)));
    const wrong: [(Decimal12 | null)[], string][] = [
      [ends('10', '10', null), '1/up_to price.tier_overlap'],
      [ends('10', '5', null), '1/up_to price.tier_overlap'],
      [ends('0', null), '0/up_to price.tier_overlap'],
      [ends('10'), '0/up_to price.tier_not_open'],
      [ends(null, null), '0/up_to price.tier_open_inside'],
    ];
    for (const [bounds, fault] of wrong) {
      const tiers = bounds.map((upTo) => ({ ...open, upTo }));
      for (const kind of ['graduated', 'volume', 'prorated_graduated'] as const) {
        expect(ofModel({ kind, tiers, per: 1n })).toEqual([`/tiers/${fault}`]);
      }
      const percents = bounds.map((upTo) => ({ upTo, ratePercent: dec('1'), flatMinor: 0n }));
      expect(ofModel({ kind: 'graduated_percentage', tiers: percents })).toEqual([`/tiers/${fault}`]);
      const steps = bounds.map((upTo) => ({ upTo, amountMinor: 1n }));
      expect(ofModel({ kind: 'stair_step', steps })).toEqual([`/steps/${fault}`]);
    }
    expect(ofModel({ kind: 'stair_step', steps: [] })).toEqual(['/steps price.tiers_count']);
  });

  test('negative and huge figures are refused where they stand', () => {
    expect(ofModel({ kind: 'package', size: dec('0'), packagePrice: negative })).toEqual([
      '/size price.size',
      '/package_price price.unit_price',
    ]);
    expect(ofModel({ kind: 'dynamic_multiplier', multiplier: huge })).toEqual(['/multiplier price.size']);
    const tiers = [{ upTo: huge, unitPrice: huge, flatMinor: -1n, capMinor: 10n ** 15n }, open];
    expect(ofModel({ kind: 'graduated', tiers, per: 0n })).toEqual([
      '/per price.per',
      '/tiers/0/unit_price price.unit_price',
      '/tiers/0/flat_minor amount.out_of_range',
      '/tiers/0/cap_minor amount.out_of_range',
      '/tiers/0/up_to price.quantity',
    ]);
    expect(
      ofModel({
        kind: 'percentage',
        ratePercent: dec('101'),
        fixedFee: negative,
        freeEvents: -1n,
        freeAmount: negative,
        minimumPerEvent: dec('5'),
        maximumPerEvent: dec('4'),
      }),
    ).toEqual([
      '/rate_percent price.percent',
      '/fixed_fee price.unit_price',
      '/free_events price.count',
      '/free_amount price.quantity',
      '/minimum_per_event price.minimum_above_maximum',
    ]);
  });

  test('a matrix names each combination once, with a value for every dimension', () => {
    const cell = (...values: string[]) => ({ values, unitPrice: dec('1') });
    expect(
      ofModel({
        kind: 'matrix',
        dimensions: ['region', 'region', ''],
        cells: [cell('a', 'b', 'c'), cell('a', 'b', 'c'), cell('a')],
        otherUnitPrice: negative,
        per: 1n,
      }),
    ).toEqual([
      '/dimensions/1 price.name_duplicate',
      '/dimensions/2 price.name',
      '/other_unit_price price.unit_price',
      '/cells/1/values price.cell_duplicate',
      '/cells/2/values price.cell_values',
    ]);
    expect(ofModel({ kind: 'matrix', dimensions: [], cells: [], otherUnitPrice: null, per: 1n })).toEqual([
      '/dimensions price.dimensions_count',
      '/cells price.cells_count',
    ]);
  });

  test('blocks and capacity have names once, sizes above zero and limits that do not fall', () => {
    const block = { blockSize: dec('0'), maxBlocks: 0n, blockPrice: dec('1') };
    expect(
      ofModel({
        kind: 'block_tiers',
        mode: 'all_tiers',
        units: [
          {
            name: 'a',
            tiers: [block, { ...block, blockSize: dec('1'), maxBlocks: null }, { ...block, maxBlocks: 1n }],
          },
          { name: 'a', tiers: [] },
        ],
      }),
    ).toEqual([
      '/units/1/name price.name_duplicate',
      '/units/0/tiers/0/block_size price.size',
      '/units/0/tiers/0/max_blocks price.count',
      '/units/0/tiers/1/max_blocks price.tier_open_inside',
      '/units/0/tiers/2/block_size price.size',
      '/units/1/tiers price.tiers_count',
    ]);
    expect(ofModel({ kind: 'block_tiers', mode: 'all_tiers', units: [] })).toEqual([
      '/units price.units_count',
    ]);
    const limit = (max: string | null) => [{ name: 'cpu', max: max === null ? null : dec(max) }];
    expect(
      ofModel({
        kind: 'capacity_tiers',
        tiers: [
          { limits: limit('4'), amountMinor: 1n },
          { limits: limit('2'), amountMinor: -1n },
          { limits: limit(null), amountMinor: 1n },
          { limits: limit('9'), amountMinor: 1n },
        ],
      }),
    ).toEqual([
      '/tiers/1/amount_minor amount.out_of_range',
      '/tiers/1/limits/0/max price.tier_overlap',
      '/tiers/3/limits/0/max price.tier_overlap',
    ]);
  });

  test('a model over events needs a meter, and an unknown model is named', () => {
    expect(faultsOf(price('p', { model: { kind: 'dynamic' }, quantity: { kind: 'seats' } }))).toEqual([
      '/prices/0/quantity price.model_needs_meter',
    ]);
    expect(ofModel({ kind: 'free' } as unknown as PriceModel)).toEqual([' price.model_unknown']);
  });
});

describe('shape and terms', () => {
  test('cadence, alignment and proration are of the known kinds', () => {
    const wrong = {
      cadence: { interval: 'fortnight', count: 1.5 },
      alignment: 'moon',
      proration: 'week',
    } as unknown as Partial<Price>;
    expect(faultsOf(flat('base', 1n, wrong))).toEqual([
      '/prices/0/cadence price.cadence',
      '/prices/0/alignment price.alignment',
      '/prices/0/proration price.proration',
    ]);
  });

  test('bounds are amounts in order, percentages lie between 0 and 100', () => {
    expect(ofTerms({ minimumMinor: 5n, maximumMinor: 4n, discountPercent: dec('100.1') })).toEqual([
      '/minimum_minor price.minimum_above_maximum',
      '/discount_percent price.percent',
    ]);
    expect(ofTerms({ includedUnits: negative, minimumMinor: -1n, maximumMinor: 10n ** 16n })).toEqual([
      '/included_units price.quantity',
      '/minimum_minor amount.out_of_range',
      '/maximum_minor amount.out_of_range',
    ]);
  });

  test('a conversion has a factor above zero and known roundings', () => {
    const conversion = { operation: 'add', factor: dec('0'), rounding: 'luck', places: 13 };
    expect(ofTerms({ conversion } as unknown as Partial<PriceTerms>)).toEqual([
      '/conversion/factor price.size',
      '/conversion/operation price.conversion',
      '/conversion/rounding price.conversion',
      '/conversion/places price.conversion',
    ]);
  });

  test('terms that count units need a model by unit', () => {
    const conversion = { operation: 'divide', factor: dec('2'), rounding: 'none', places: 0 } as const;
    expect(ofTerms({ includedUnits: dec('1'), conversion }, { kind: 'dynamic' })).toEqual([
      '/included_units price.terms_need_units',
      '/conversion price.terms_need_units',
    ]);
  });
});

test(`a plan has up to ${MAX_PRICES_PER_PLAN} prices`, () => {
  const prices = Array.from({ length: MAX_PRICES_PER_PLAN }, (_, index) => flat(`p${index}`, 1n));
  const draft = { currency: EUR, prices, entitlements: [], trialDays: 0 };
  expect(checkPlan(draft, { meters: [], features: [] })).toEqual([]);
});

test('I97 any figures whatever give faults or a price that rates, and never an error', () => {
  const figure = fc.oneof(
    fc.constantFrom(0n, 1n, -1n, 10n ** 12n, 10n ** 14n, 10n ** 38n, -(10n ** 40n)),
    fc.bigInt({ min: -(10n ** 42n), max: 10n ** 42n }),
  ) as fc.Arbitrary<Decimal12>;
  const bound = fc.option(figure, { nil: null });
  const name = fc.constantFrom('', 'a', 'b', 'a'.repeat(201));
  const tiers = fc.array(
    fc.record({
      upTo: bound,
      unitPrice: figure,
      ratePercent: figure,
      flatMinor: figure,
      capMinor: bound,
      amountMinor: figure,
    }),
    { maxLength: 4 },
  );
  const anything = fc
    .record({
      kind: fc.constantFrom(
        ...(['flat', 'per_unit', 'graduated', 'volume', 'stair_step', 'package', 'percentage'] as const),
        ...([
          'graduated_percentage',
          'matrix',
          'dynamic',
          'dynamic_multiplier',
          'prorated_graduated',
        ] as const),
      ),
      tiers,
      amountMinor: figure,
      unitPrice: figure,
      per: figure,
      size: figure,
      packagePrice: figure,
      ratePercent: figure,
      fixedFee: figure,
      freeEvents: bound,
      freeAmount: bound,
      minimumPerEvent: bound,
      maximumPerEvent: bound,
      dimensions: fc.array(name, { maxLength: 2 }),
      cells: fc.array(fc.record({ values: fc.array(name, { maxLength: 2 }), unitPrice: figure }), {
        maxLength: 3,
      }),
      otherUnitPrice: bound,
      multiplier: figure,
    })
    .map((all) => ({ ...all, steps: all.tiers }) as unknown as PriceModel);
  const terms: fc.Arbitrary<PriceTerms> = fc.record({
    includedUnits: figure,
    minimumMinor: bound,
    maximumMinor: bound,
    conversion: fc.option(
      fc.record({
        operation: fc.constantFrom('multiply' as const, 'divide' as const),
        factor: figure,
        rounding: fc.constantFrom(...UNIT_ROUNDINGS),
        places: fc.integer({ min: -2, max: 14 }),
      }),
      { nil: null },
    ),
    discountPercent: figure,
  });
  let rated = 0;
  const check = (model: PriceModel, priceTerms: PriceTerms, quantity: Decimal12) => {
    const changed = metered('m', '1', { model, terms: priceTerms });
    if (faultsOf(changed).some((fault) => !fault.includes('flat_with_quantity'))) return;
    const reading = { quantity, amounts: [quantity], byValue: [{ values: ['a'], quantity }], prorated: [] };
    const rating = rateReading(changed, reading, EUR);
    if (rating.ok) expect(verifyTrace(rating.value.trace)).toEqual({ ok: true });
    rated += 1;
  };
  const either = fc.oneof(terms, fc.constant(DEFAULT_PRICE_TERMS));
  fc.assert(fc.property(anything, either, figure, check), { numRuns: 3000 });
  expect(rated).toBeGreaterThan(20);
});
