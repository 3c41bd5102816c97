import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type PriceTerms } from '../catalog/price.ts';
import type { PercentageModel, PriceModel, Tier } from '../catalog/price-model.ts';
import { currencyCode } from '../money/currency.ts';
import { formatRational } from '../money/rational.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from './policy.ts';
import { rateReading } from './rate-reading.ts';
import type { PriceReading } from './reading.ts';
import { verifyTrace } from './verify-trace.ts';

function rate(
  model: PriceModel,
  reading: PriceReading | string,
  options: { terms?: Partial<PriceTerms>; policy?: Partial<RatingPolicy>; currency?: string } = {},
) {
  return rateReading(
    { model, terms: { ...DEFAULT_PRICE_TERMS, ...options.terms } },
    typeof reading === 'string' ? { quantity: dec(reading) } : reading,
    currencyCode(options.currency ?? 'EUR'),
    { ...DEFAULT_RATING_POLICY, ...options.policy },
  );
}

/** The amount in minor units, of a trace that was verified. */
function minor(...args: Parameters<typeof rate>): bigint {
  const rating = unwrap(rate(...args));
  expect(verifyTrace(rating.trace)).toEqual({ ok: true });
  return rating.amountMinor;
}

const tier = (upTo: string | null, unitPrice: string, flatMinor = 0n): Tier => ({
  upTo: upTo === null ? null : dec(upTo),
  unitPrice: dec(unitPrice),
  flatMinor,
});
const tiers = [tier('10', '1', 500n), tier('20', '0.5', 200n), tier(null, '0.1')];
const graduated: PriceModel = { kind: 'graduated', tiers, per: 1n };
const volume: PriceModel = { kind: 'volume', tiers, per: 1n };
const packages: PriceModel = { kind: 'package', size: dec('10'), packagePrice: dec('3') };
const perUnit: PriceModel = { kind: 'per_unit', unitPrice: dec('1'), per: 1n };
const percentage = (changes: Partial<PercentageModel>): PriceModel => ({
  kind: 'percentage',
  ratePercent: dec('10'),
  fixedFee: dec('0'),
  freeEvents: null,
  freeAmount: null,
  minimumPerEvent: null,
  maximumPerEvent: null,
  ...changes,
});
const events = (...amounts: string[]): PriceReading => ({
  quantity: dec('0'),
  amounts: amounts.map(dec),
});

describe('the classic traps', () => {
  test('I62 a half cent goes away from zero once, not once a unit', () => {
    const half: PriceModel = { kind: 'per_unit', unitPrice: dec('0.005'), per: 1n };
    expect(['1', '2', '3'].map((quantity) => minor(half, quantity))).toEqual([1n, 1n, 2n]);
    const third: PriceModel = { kind: 'per_unit', unitPrice: dec('0.1'), per: 3n };
    expect(minor(third, '1')).toBe(3n);
    expect(minor(third, '3')).toBe(10n);
  });

  test('I34 a quantity above a bound by a fraction belongs to the next tier', () => {
    expect(minor(volume, '10')).toBe(1500n);
    expect(minor(volume, '10.000000000001')).toBe(700n);
    expect(minor(graduated, '10')).toBe(1500n);
    expect(minor(graduated, '10.000000000001')).toBe(1700n);
  });

  test('I34 a started package counts whole, and an even one does not start another', () => {
    const amounts = ['0', '0.000000000001', '10', '10.000000000001', '20'].map((units) =>
      minor(packages, units),
    );
    expect(amounts).toEqual([0n, 300n, 300n, 600n, 600n]);
  });

  test('I62 yen have no decimals and dinars have three', () => {
    const price: PriceModel = { kind: 'per_unit', unitPrice: dec('0.0015'), per: 1n };
    expect(minor(price, '1000', { currency: 'JPY' })).toBe(2n);
    expect(minor(price, '1000', { currency: 'EUR' })).toBe(150n);
    expect(minor(price, '1000', { currency: 'KWD' })).toBe(1500n);
    expect(minor(price, '1', { currency: 'KWD' })).toBe(2n);
  });

  test('I62 a conversion without an end as a decimal stays exact', () => {
    const conversion = { operation: 'divide', factor: dec('3'), rounding: 'none', places: 0 } as const;
    const price: PriceModel = { kind: 'per_unit', unitPrice: dec('0.015'), per: 1n };
    const rating = unwrap(rate(price, '1', { terms: { conversion } }));
    expect(formatRational(rating.exactMinor)).toBe('1/2');
    expect(rating.amountMinor).toBe(1n);
  });
});

describe('tiers', () => {
  test('graduated charges each unit in its tier, with the flat amounts of the tiers it enters', () => {
    expect(minor(graduated, '25')).toBe(500n + 1000n + 200n + 500n + 50n);
  });

  test('volume charges all units in the tier of the total, or of the quantity that selects it', () => {
    expect(minor(volume, '25')).toBe(250n);
    expect(minor(volume, { quantity: dec('25'), tierQuantity: dec('5') })).toBe(3000n);
  });

  test('stair-step charges one amount for the step', () => {
    const model: PriceModel = {
      kind: 'stair_step',
      steps: [
        { upTo: dec('10'), amountMinor: 100n },
        { upTo: null, amountMinor: 900n },
      ],
    };
    expect(['0', '10', '11'].map((quantity) => minor(model, quantity))).toEqual([100n, 100n, 900n]);
    expect(minor(model, '0', { policy: { zeroQuantity: 'free' } })).toBe(0n);
  });

  test('a tier with a bound of its own costs no more, also over several lines', () => {
    const capped: PriceModel = {
      kind: 'graduated',
      per: 1n,
      tiers: [{ ...tier(null, '1', 100n), capMinor: 550n }],
    };
    expect(minor(capped, '5')).toBe(550n);
    expect(minor(capped, '2')).toBe(300n);
    const line = { position: 'last', before: { quantity: dec('2'), billedMinor: 300n } } as const;
    expect(minor(capped, { quantity: dec('3'), line })).toBe(250n);
  });

  test('zero usage pays the first flat amount or nothing, as the seller has it', () => {
    for (const model of [graduated, volume]) {
      expect(minor(model, '0')).toBe(500n);
      expect(minor(model, '0', { policy: { zeroQuantity: 'free' } })).toBe(0n);
    }
  });

  test('what lies beyond a last tier with an end is left out or refused', () => {
    const bounded = [tier('10', '1'), tier('20', '0.5')];
    const steps = [{ upTo: dec('10'), amountMinor: 700n }];
    const models: [PriceModel, bigint][] = [
      [{ kind: 'graduated', per: 1n, tiers: bounded }, 1500n],
      [{ kind: 'volume', per: 1n, tiers: bounded }, 1000n],
      [{ kind: 'stair_step', steps }, 700n],
    ];
    for (const [model, covered] of models) {
      expect(minor(model, '25')).toBe(covered);
      const refused = rate(model, '25', { policy: { boundedLastTier: 'reject' } });
      expect(codeOf(refused)).toBe('rating.beyond_last_tier');
    }
  });

  test('without any tier nothing is charged', () => {
    const none: PriceModel[] = [
      { kind: 'graduated', per: 1n, tiers: [] },
      { kind: 'volume', per: 1n, tiers: [] },
      { kind: 'stair_step', steps: [] },
      { kind: 'capacity_tiers', tiers: [] },
    ];
    for (const model of none) expect(minor(model, '0')).toBe(0n);
  });

  test('a negative quantity is taken as zero or refused', () => {
    expect(minor(perUnit, '-3')).toBe(0n);
    expect(codeOf(rate(perUnit, '-3', { policy: { negativeQuantity: 'reject' } }))).toBe(
      'rating.quantity_negative',
    );
  });
});

describe('percentages', () => {
  test('the bounds of an event hold with its fee or before it', () => {
    const model = percentage({ fixedFee: dec('1'), minimumPerEvent: dec('2'), maximumPerEvent: dec('5') });
    expect(minor(model, events('5', '30', '90'))).toBe(200n + 400n + 500n);
    const before = { policy: { perEventBounds: 'before_fixed_fee' } } as const;
    expect(minor(model, events('5', '30', '90'), before)).toBe(300n + 400n + 600n);
  });

  test('the free allowance ends with its first limit or with its last', () => {
    const model = percentage({ fixedFee: dec('1'), freeEvents: 2n, freeAmount: dec('15') });
    expect(minor(model, events('10', '10', '10'))).toBe(150n + 200n);
    const last = { policy: { freeAllowance: 'last_limit_ends_it' } } as const;
    expect(minor(model, events('10', '10', '10'), last)).toBe(200n);
    expect(minor(model, events('1', '1', '10', '10'), last)).toBe(100n + 70n);
  });

  test('a free event pays no minimum, unless the seller wants it', () => {
    const model = percentage({ freeEvents: 1n, minimumPerEvent: dec('2') });
    expect(minor(model, events('5', '5'))).toBe(200n);
    expect(minor(model, events('5', '5'), { policy: { freeEventMinimum: 'on_all_events' } })).toBe(400n);
  });

  test('an event over nothing pays fee and minimum, unless the seller wants it free', () => {
    const model = percentage({ fixedFee: dec('1') });
    expect(minor(model, events('0'))).toBe(100n);
    expect(minor(model, events('0'), { policy: { zeroAmountEvent: 'free' } })).toBe(0n);
  });

  test('a refund is left out or refused; unknown events are refused, no events cost nothing', () => {
    const model = percentage({ fixedFee: dec('1') });
    expect(minor(model, events('-10', '10'))).toBe(200n);
    const reject = { policy: { negativeQuantity: 'reject' } } as const;
    const money: PriceModel[] = [
      model,
      { kind: 'dynamic' },
      { kind: 'graduated_percentage', tiers: [{ upTo: null, ratePercent: dec('1'), flatMinor: 0n }] },
    ];
    for (const priced of money)
      expect(codeOf(rate(priced, events('-1'), reject))).toBe('rating.quantity_negative');
    const each = { policy: { ...reject.policy, eventInput: 'each_event' } } as const;
    expect(codeOf(rate(money[2]!, events('-1'), each))).toBe('rating.quantity_negative');
    expect(codeOf(rate(model, '5'))).toBe('rating.amounts_missing');
    expect(minor(model, '0')).toBe(0n);
  });

  test('a plain share needs no single events, only their sum', () => {
    expect(minor(percentage({}), '250')).toBe(2500n);
    expect(minor(percentage({ freeAmount: dec('100') }), '250')).toBe(1500n);
    expect(codeOf(rate(percentage({ freeEvents: 1n }), '250'))).toBe('rating.amounts_missing');
  });

  test('tiers of percentages lie over the sum of a period or over each event', () => {
    const model: PriceModel = {
      kind: 'graduated_percentage',
      tiers: [
        { upTo: dec('100'), ratePercent: dec('10'), flatMinor: 5n },
        { upTo: null, ratePercent: dec('1'), flatMinor: 7n },
      ],
    };
    expect(minor(model, '200')).toBe(1000n + 5n + 100n + 7n);
    expect(minor(model, events('150', '50'))).toBe(1112n);
    const each = { policy: { eventInput: 'each_event' } } as const;
    expect(minor(model, events('150', '50'), each)).toBe(1000n + 5n + 50n + 7n + 500n + 5n);
    const bounded: PriceModel = { ...model, tiers: model.tiers.slice(0, 1) };
    const reject = { policy: { eventInput: 'each_event', boundedLastTier: 'reject' } } as const;
    expect(codeOf(rate(bounded, events('150'), reject))).toBe('rating.beyond_last_tier');
  });
});

describe('prices by value and by event', () => {
  const byValue = (...rows: [string, string][]): PriceReading => ({
    quantity: dec('1'),
    byValue: rows.map(([value, quantity]) => ({ values: [value], quantity: dec(quantity) })),
  });

  test('matrix charges each combination of values its own price', () => {
    const model: PriceModel = {
      kind: 'matrix',
      dimensions: ['region'],
      cells: [
        { values: ['eu'], unitPrice: dec('2') },
        { values: ['us'], unitPrice: dec('3') },
      ],
      otherUnitPrice: null,
      per: 1n,
    };
    expect(minor(model, byValue(['eu', '2'], ['us', '1']))).toBe(700n);
    expect(codeOf(rate(model, byValue(['asia', '1'])))).toBe('rating.value_without_price');
    expect(minor({ ...model, otherUnitPrice: dec('9') }, byValue(['asia', '1']))).toBe(900n);
    expect(codeOf(rate(model, '5'))).toBe('rating.values_missing');
    expect(minor(model, '0')).toBe(0n);
    const reject = { policy: { negativeQuantity: 'reject' } } as const;
    expect(codeOf(rate(model, byValue(['eu', '-1']), reject))).toBe('rating.quantity_negative');
  });

  test('dynamic takes the price on the event, and a multiplier the amount', () => {
    expect(minor({ kind: 'dynamic' }, events('0.101', '9.019'))).toBe(912n);
    expect(minor({ kind: 'dynamic' }, '3.5')).toBe(350n);
    expect(minor({ kind: 'dynamic_multiplier', multiplier: dec('1.2') }, '10')).toBe(1200n);
  });

  test('blocks fill tier after tier, or all lie in the top one', () => {
    const model = (mode: 'all_tiers' | 'top_tier', maxBlocks: bigint | null): PriceModel => ({
      kind: 'block_tiers',
      mode,
      units: [
        {
          name: 'calls',
          tiers: [
            { blockSize: dec('10'), maxBlocks: 2n, blockPrice: dec('5') },
            { blockSize: dec('10'), maxBlocks, blockPrice: dec('1') },
          ],
        },
      ],
    });
    expect(minor(model('all_tiers', null), byValue(['calls', '21']))).toBe(1000n + 100n);
    expect(minor(model('top_tier', null), byValue(['calls', '21']))).toBe(300n);
    expect(minor(model('all_tiers', 1n), byValue(['calls', '99']))).toBe(1100n);
    expect(minor(model('all_tiers', 1n), byValue(['calls', '0']))).toBe(0n);
    const reject = { policy: { boundedLastTier: 'reject', negativeQuantity: 'reject' } } as const;
    expect(codeOf(rate(model('all_tiers', 1n), byValue(['calls', '99']), reject))).toBe(
      'rating.beyond_last_tier',
    );
    expect(codeOf(rate(model('all_tiers', 1n), byValue(['calls', '-1']), reject))).toBe(
      'rating.quantity_negative',
    );
    expect(codeOf(rate(model('all_tiers', 1n), byValue(['mails', '1'])))).toBe('rating.value_without_price');
    expect(codeOf(rate(model('all_tiers', 1n), '1'))).toBe('rating.values_missing');
  });

  test('capacity takes the first tier that holds every peak', () => {
    const model: PriceModel = {
      kind: 'capacity_tiers',
      tiers: [
        {
          limits: [
            { name: 'cpu', max: dec('2') },
            { name: 'ram', max: null },
          ],
          amountMinor: 100n,
        },
        { limits: [{ name: 'cpu', max: dec('8') }], amountMinor: 300n },
      ],
    };
    const peaks = (cpu: string): PriceReading => ({
      quantity: dec('1'),
      peaks: [{ values: ['cpu'], quantity: dec(cpu) }],
    });
    expect(['2', '2.1', '9'].map((cpu) => minor(model, peaks(cpu)))).toEqual([100n, 300n, 300n]);
    expect(codeOf(rate(model, peaks('9'), { policy: { boundedLastTier: 'reject' } }))).toBe(
      'rating.beyond_last_tier',
    );
    expect(codeOf(rate(model, '1'))).toBe('rating.peaks_missing');
    expect(minor(model, '0')).toBe(100n);
  });

  test('prorated units are priced in the tiers that whole units pass, or by themselves', () => {
    const model: PriceModel = {
      kind: 'prorated_graduated',
      per: 1n,
      tiers: [tier('5', '10', 100n), { ...tier('20', '4', 200n), capMinor: 5000n }, tier(null, '1')],
    };
    const moves = (...rows: [string, string][]): PriceReading => ({
      quantity: dec('1'),
      prorated: rows.map(([full, prorated]) => ({ full: dec(full), prorated: dec(prorated) })),
    });
    expect(minor(model, moves(['10', '5']))).toBe(2500n + 100n + 1000n + 200n);
    expect(minor(model, moves(['10', '5'], ['-10', '-5']))).toBe(300n);
    expect(minor(model, moves(['3', '3'], ['0', '1']))).toBe(4100n);
    const sum = { policy: { proratedTiers: 'prorated_units_pick_tier' } } as const;
    expect(minor(model, moves(['10', '5']), sum)).toBe(5000n + 100n);
    expect(minor(model, moves(['1', '-5']), sum)).toBe(100n);
    expect(codeOf(rate(model, '1'))).toBe('rating.prorated_missing');
    expect(minor(model, '0', { policy: { zeroQuantity: 'free' } })).toBe(0n);
  });
});

describe('terms of a period', () => {
  test('included units, minimum, maximum and discount apply around any model', () => {
    expect(minor(perUnit, '12', { terms: { includedUnits: dec('10') } })).toBe(200n);
    expect(minor(packages, '201', { terms: { includedUnits: dec('100') } })).toBe(3300n);
    expect(minor(perUnit, '1', { terms: { minimumMinor: 500n } })).toBe(500n);
    expect(minor(perUnit, '9', { terms: { maximumMinor: 500n } })).toBe(500n);
    expect(minor(perUnit, '10', { terms: { discountPercent: dec('12.5') } })).toBe(875n);
  });

  test('the discount comes before the bounds or after them', () => {
    const terms = { discountPercent: dec('50'), minimumMinor: 800n };
    expect(minor(perUnit, '10', { terms })).toBe(800n);
    expect(minor(perUnit, '10', { terms, policy: { discountOrder: 'after_bounds' } })).toBe(500n);
  });

  test('included units are counted after conversion or before it', () => {
    const conversion = { operation: 'divide', factor: dec('10'), rounding: 'ceiling', places: 0 } as const;
    const terms = { includedUnits: dec('5'), conversion };
    expect(minor(perUnit, '61', { terms })).toBe(200n);
    expect(minor(perUnit, '61', { terms, policy: { unitDiscountOrder: 'discount_then_convert' } })).toBe(
      600n,
    );
  });

  test('units are converted up, down, half up or not rounded, to some places', () => {
    const amounts = (['ceiling', 'floor', 'half_up', 'none'] as const).map((rounding) => {
      const conversion = { operation: 'multiply', factor: dec('0.25'), rounding, places: 1 } as const;
      return minor(perUnit, '1', { terms: { conversion } });
    });
    expect(amounts).toEqual([30n, 20n, 30n, 25n]);
  });
});
