import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type PriceTerms, UNIT_ROUNDINGS } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import { currencyCode } from '../money/currency.ts';
import { rational } from '../money/rational.ts';
import { ROUNDING_MODES } from '../money/round.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { parseTrace } from './parse-trace.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from './policy.ts';
import { rateReading } from './rate-reading.ts';
import type { PriceReading } from './reading.ts';
import type { RatingTrace } from './trace.ts';
import { formatUnits, traceJson } from './trace-json.ts';
import { verifyTrace } from './verify-trace.ts';

const tiers = [
  { upTo: dec('10'), unitPrice: dec('1.005'), flatMinor: 500n, capMinor: 900n },
  { upTo: null, unitPrice: dec('0.00333'), flatMinor: 0n },
];
const MODELS: readonly PriceModel[] = [
  { kind: 'flat', amountMinor: 999n },
  { kind: 'per_unit', unitPrice: dec('0.0033'), per: 7n },
  { kind: 'graduated', tiers, per: 3n },
  { kind: 'volume', tiers, per: 1n },
  { kind: 'stair_step', steps: tiers.map(({ upTo, flatMinor }) => ({ upTo, amountMinor: flatMinor })) },
  { kind: 'package', size: dec('2.5'), packagePrice: dec('0.015') },
  {
    kind: 'percentage',
    ratePercent: dec('2.9'),
    fixedFee: dec('0.305'),
    freeEvents: 1n,
    freeAmount: null,
    minimumPerEvent: dec('0.5'),
    maximumPerEvent: dec('3'),
  },
  {
    kind: 'graduated_percentage',
    tiers: tiers.map(({ upTo, flatMinor }) => ({ upTo, ratePercent: dec('1.5'), flatMinor })),
  },
  {
    kind: 'matrix',
    dimensions: ['region', 'size'],
    cells: [{ values: ['eu', 's'], unitPrice: dec('0.017') }],
    otherUnitPrice: dec('0.02'),
    per: 1n,
  },
  { kind: 'dynamic' },
  { kind: 'dynamic_multiplier', multiplier: dec('1.155') },
  {
    kind: 'block_tiers',
    mode: 'all_tiers',
    units: [{ name: 'eu / s', tiers: [{ blockSize: dec('3'), maxBlocks: 9n, blockPrice: dec('0.007') }] }],
  },
  { kind: 'capacity_tiers', tiers: [{ limits: [{ name: 'eu / s', max: dec('5') }], amountMinor: 125n }] },
  { kind: 'prorated_graduated', tiers, per: 1n },
];
const UNIT_MODELS = ['per_unit', 'graduated', 'volume', 'stair_step', 'package'];

const units = fc.bigInt({ min: 0n, max: 10n ** 15n }).map((value) => value as Decimal12);
const readings: fc.Arbitrary<PriceReading> = fc.record({
  quantity: units,
  amounts: fc.array(units, { maxLength: 5 }),
  byValue: fc.array(fc.record({ values: fc.constant(['eu', 's']), quantity: units }), { maxLength: 3 }),
  peaks: fc.array(fc.record({ values: fc.constant(['eu', 's']), quantity: units }), { maxLength: 1 }),
  prorated: fc.array(fc.record({ full: units, prorated: units }), { maxLength: 4 }),
  line: fc.record({
    position: fc.constantFrom('single' as const, 'mid' as const, 'last' as const),
    before: fc.option(fc.record({ quantity: units, billedMinor: fc.bigInt({ min: 0n, max: 2000n }) }), {
      nil: null,
    }),
  }),
});
const bounds = fc.option(fc.bigInt({ min: 0n, max: 5000n }), { nil: null });
const terms: fc.Arbitrary<PriceTerms> = fc.record({
  includedUnits: units,
  minimumMinor: bounds,
  maximumMinor: bounds,
  conversion: fc.option(
    fc.record({
      operation: fc.constantFrom('multiply' as const, 'divide' as const),
      factor: fc.bigInt({ min: 1n, max: 10n ** 16n }).map((value) => value as Decimal12),
      rounding: fc.constantFrom(...UNIT_ROUNDINGS),
      places: fc.integer({ min: 0, max: 12 }),
    }),
    { nil: null },
  ),
  discountPercent: fc.bigInt({ min: 0n, max: 100n * 10n ** 12n }).map((value) => value as Decimal12),
});
const policies: fc.Arbitrary<RatingPolicy> = fc
  .record({
    rounding: fc.constantFrom(...ROUNDING_MODES),
    zeroQuantity: fc.constantFrom('charged' as const, 'free' as const),
    unitDiscountOrder: fc.constantFrom(
      'convert_round_then_discount' as const,
      'discount_then_convert' as const,
    ),
    splitUnitRounding: fc.constantFrom('each_line_alone' as const, 'cumulative' as const),
    discountOrder: fc.constantFrom('before_bounds' as const, 'after_bounds' as const),
    eventInput: fc.constantFrom('sum_of_events' as const, 'each_event' as const),
  })
  .map((choices) => ({ ...DEFAULT_RATING_POLICY, ...choices }));

function traceOf(
  model: PriceModel,
  reading: PriceReading,
  priceTerms: PriceTerms,
  policy: RatingPolicy,
  code = 'EUR',
): RatingTrace {
  const isByUnit = UNIT_MODELS.includes(model.kind);
  const kept = isByUnit ? priceTerms : { ...priceTerms, includedUnits: dec('0'), conversion: null };
  return unwrap(rateReading({ model, terms: kept }, reading, currencyCode(code), policy)).trace;
}

describe('a trace', () => {
  test('I65 its amount is computed again from it alone, for every model, term and policy', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MODELS),
        readings,
        terms,
        policies,
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        (model, reading, priceTerms, policy, code) => {
          const trace = traceOf(model, reading, priceTerms, policy, code);
          expect(verifyTrace(trace)).toEqual({ ok: true });
          const read = unwrap(parseTrace(JSON.parse(JSON.stringify(traceJson(trace)))));
          expect(verifyTrace(read)).toEqual({ ok: true });
          expect(traceJson(read)).toEqual(traceJson(trace));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('I65 any figure of it that was changed is found, with its place', () => {
    const conversion = { operation: 'divide', factor: dec('2'), rounding: 'ceiling', places: 0 } as const;
    const trace = traceOf(
      {
        kind: 'graduated',
        tiers: [{ upTo: null, unitPrice: dec('1'), flatMinor: 5n, capMinor: 9000n }],
        per: 1n,
      },
      { quantity: dec('7') },
      {
        includedUnits: dec('1'),
        minimumMinor: 10n,
        maximumMinor: 900n,
        conversion,
        discountPercent: dec('10'),
      },
      DEFAULT_RATING_POLICY,
    );
    expect(verifyTrace(trace)).toEqual({ ok: true });
    const [slice] = trace.slices;
    const [discount, maximum, minimum] = trace.amountSteps;
    const wrong: [Partial<RatingTrace>, string][] = [
      [{ quantity: dec('9') }, '/quantity_steps/0/from'],
      [{ quantitySteps: trace.quantitySteps.slice(1) }, '/quantity_steps/0/from'],
      [{ quantitySteps: [{ ...trace.quantitySteps[0]!, to: rational(9n, 1n) }] }, '/quantity_steps/0/to'],
      [{ slices: [{ ...slice!, unitPrice: dec('2') }] }, '/slices/0/exact_minor'],
      [{ slices: [{ ...slice!, exactMinor: rational(1n, 3n) }] }, '/slices/0/exact_minor'],
      [{ slices: [slice!, slice!] }, '/slices'],
      [{ amountSteps: [maximum!] }, '/amount_steps/0/from'],
      [{ amountSteps: [{ ...discount!, to: rational(1n, 1n) }] }, '/amount_steps/0/to'],
      [{ amountSteps: [discount!, maximum!, { ...minimum!, to: rational(1n, 1n) }] }, '/amount_steps/2/to'],
      [{ exactMinor: rational(1n, 1n) }, '/exact_minor'],
      [{ amountMinor: trace.amountMinor + 1n }, '/amount_minor'],
      [{ currency: currencyCode('JPY') }, '/slices/0/exact_minor'],
    ];
    for (const [change, at] of wrong) {
      expect(verifyTrace({ ...trace, ...change })).toMatchObject({ ok: false, at });
    }
  });

  test('I65 every way of rounding is computed again', () => {
    const price: PriceModel = { kind: 'per_unit', unitPrice: dec('0.5'), per: 1n };
    for (const [quantity, expected] of [
      ['1', [1n, 0n, 1n, 0n]],
      ['3', [2n, 2n, 2n, 1n]],
      ['0.5', [0n, 0n, 1n, 0n]],
      ['1.5', [1n, 1n, 1n, 0n]],
    ] as const) {
      const amounts = ROUNDING_MODES.map((rounding) => {
        const policy = { ...DEFAULT_RATING_POLICY, rounding };
        const trace = traceOf(price, { quantity: dec(quantity) }, DEFAULT_PRICE_TERMS, policy, 'JPY');
        expect(verifyTrace(trace)).toEqual({ ok: true });
        return trace.amountMinor;
      });
      expect(amounts).toEqual(expected);
    }
  });

  test('numbers of units are decimals where twelve places hold them, and else fractions', () => {
    expect(formatUnits(rational(3n, 2n))).toBe('1.5');
    expect(formatUnits(rational(1n, 3n))).toBe('1/3');
    expect(formatUnits(rational(10n ** 40n, 1n))).toBe(`1${'0'.repeat(40)}`);
  });
});

describe('a trace from outside', () => {
  const sound = traceJson(
    traceOf(
      MODELS[5]!,
      { quantity: dec('7'), line: { position: 'last', before: { quantity: dec('4'), billedMinor: 3n } } },
      {
        includedUnits: dec('1'),
        minimumMinor: 1n,
        maximumMinor: 900n,
        conversion: { operation: 'divide', factor: dec('2'), rounding: 'none', places: 0 },
        discountPercent: dec('10'),
      },
      DEFAULT_RATING_POLICY,
    ),
  );

  test('never throws: what cannot be read is refused with its place', () => {
    const values: fc.Arbitrary<unknown> = fc.oneof(
      fc.constantFrom(null, '', 'NaN', '1e9', '-1', '1/0', '01', {}, [], [null], 1.5, Number.NaN, true),
      fc.string(),
    );
    const members = Object.keys(sound);
    fc.assert(
      fc.property(fc.constantFrom(...members), values, (member, value) => {
        const result = parseTrace({ ...sound, [member]: value });
        if (result.ok) verifyTrace(result.value);
        else expect(result.refusal).toMatchObject({ code: 'trace.malformed' });
      }),
    );
    for (const document of [null, 5, 'text', [], {}])
      expect(codeOf(parseTrace(document))).toBe('trace.malformed');
  });

  test('points at the member that is wrong', () => {
    const steps = sound.quantity_steps as readonly JsonObject[];
    const slices = sound.slices as readonly JsonObject[];
    const conversion = steps[0]?.conversion as JsonObject;
    const wrong: [JsonObject, string][] = [
      [{ currency: 'XXX' }, '/currency'],
      [{ model: 'free' }, '/model'],
      [{ quantity: 'NaN' }, '/quantity'],
      [{ amount_minor: '1.5' }, '/amount_minor'],
      [{ slices: [{ ...slices[0], per: '0' }] }, '/slices/0/per'],
      [{ slices: [{ ...slices[0], quantity: 'x' }] }, '/slices/0/quantity'],
      [{ quantity_steps: [{ ...steps[0], step: 'magic' }] }, '/quantity_steps/0/step'],
      [
        { quantity_steps: [{ ...steps[0], conversion: { ...conversion, factor: '0' } }] },
        '/quantity_steps/0/conversion/factor',
      ],
      [
        { quantity_steps: [{ ...steps[0], conversion: { ...conversion, places: 99 } }] },
        '/quantity_steps/0/conversion/places',
      ],
      [
        { quantity_steps: [{ ...steps[0], conversion: { ...conversion, places: '1' } }] },
        '/quantity_steps/0/conversion/places',
      ],
    ];
    for (const [change, pointer] of wrong) {
      expect(parseTrace({ ...sound, ...change })).toMatchObject({
        ok: false,
        refusal: { facts: { pointer } },
      });
    }
  });
});
