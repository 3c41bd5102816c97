import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meterFault, meterMisfit } from '../catalog/check-meter.ts';
import { METER_AGGREGATIONS, type Meter, type MeterAggregation } from '../catalog/meter.ts';
import { DEFAULT_METER_TERMS, type MeterTerms } from '../catalog/meter-terms.ts';
import { type PropertyFilter, passesFilters } from '../catalog/property-filter.ts';
import { type Decimal12, formatDecimal12 } from '../kernel/decimal.ts';
import {
  addRational,
  compareRational,
  RATIONAL_ZERO,
  rational,
  subtractRational,
} from '../money/rational.ts';
import { ROUNDING_MODES } from '../money/round.ts';
import { dec } from '../testing/factories.ts';
import { instant, MS_PER_HOUR } from '../time/instant.ts';
import { judgeEvent } from './event-verdict.ts';
import { addFigures, EMPTY_FIGURE, exactQuantity, figureOf, nearestRank, roundQuantity } from './figure.ts';
import { bucketOf, type MemberReading, measureReadings } from './measure-readings.ts';

const terms = (patch: Partial<MeterTerms>): MeterTerms => ({ ...DEFAULT_METER_TERMS, ...patch });

function meterOf(aggregation: MeterAggregation, patch: Partial<MeterTerms> = {}): Meter {
  return {
    id: 'm',
    key: 'm',
    name: 'M',
    eventType: 'e',
    aggregation,
    valueProperty: aggregation === 'count' ? null : 'v',
    unitProperty: null,
    terms: terms({
      percentile: aggregation === 'percentile' ? dec('95') : null,
      weightedBy: aggregation === 'weighted_sum' ? 'hour' : null,
      ...patch,
    }),
  };
}

const END = 20 * MS_PER_HOUR;
const readings = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: END - 1 }).map(instant),
    value: fc.bigInt({ min: -5n, max: 40n }).map((value) => (value * 10n ** 11n) as Decimal12),
    member: fc.constantFrom('a', 'b', 'c', 'd'),
  }),
  { maxLength: 30 },
);
const span = { start: instant(3 * MS_PER_HOUR), end: instant(17 * MS_PER_HOUR) };
const figure = (list: readonly MemberReading[]) => list.map(figureOf).reduce(addFigures, EMPTY_FIGURE);

describe('what a meter makes of its readings', () => {
  test('I122 is the same in whatever order they come, and played again', () => {
    fc.assert(
      fc.property(readings, fc.constantFrom(...METER_AGGREGATIONS), fc.integer(), (list, kind, seed) => {
        const meter = meterOf(kind);
        const turned = list.map((_, index) => list[(index + Math.abs(seed)) % list.length] as MemberReading);
        const one = measureReadings(meter, list, span);
        expect(compareRational(one, measureReadings(meter, turned.reverse(), span))).toBe(0);
        expect(measureReadings(meter, list, span)).toEqual(one);
      }),
    );
  });

  test('I122 is the same wherever the readings are cut into parts that are put together again', () => {
    fc.assert(
      fc.property(readings, fc.array(fc.integer({ min: 0, max: 30 })), (list, cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), 31];
        const parts = bounds.slice(1).map((end, index) => figure(list.slice(bounds[index], end)));
        expect(parts.reduceRight((sum, part) => addFigures(part, sum), EMPTY_FIGURE)).toEqual(figure(list));
      }),
    );
  });

  test('I123 adds up over periods that tile a stretch: counts, sums and sums over time; values as sets', () => {
    fc.assert(
      fc.property(readings, fc.uniqueArray(fc.integer({ min: 1, max: END - 1 })), (list, cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), END].map(instant);
        const whole = { start: instant(0), end: instant(END) };
        const tiles = bounds.slice(1).map((end, index) => ({ start: bounds[index] ?? instant(0), end }));
        for (const kind of ['count', 'sum', 'weighted_sum'] as const) {
          const meter = meterOf(kind);
          const sum = tiles.reduce(
            (total, tile) => addRational(total, measureReadings(meter, list, tile)),
            RATIONAL_ZERO,
          );
          expect(compareRational(sum, measureReadings(meter, list, whole))).toBe(0);
        }
        const sets = tiles.map((tile) => list.filter(({ at }) => at >= tile.start && at < tile.end));
        const union = new Set(sets.flatMap((set) => set.map(({ member }) => member)));
        const unique = measureReadings(meterOf('unique'), list, whole);
        expect(unique).toEqual(rational(BigInt(union.size) * 10n ** 12n, 1n));
      }),
    );
  });

  test('latest takes the last moment, and the highest of several at that moment', () => {
    const list = [
      { at: instant(4 * MS_PER_HOUR), value: dec('9') },
      { at: instant(5 * MS_PER_HOUR), value: dec('2') },
      { at: instant(5 * MS_PER_HOUR), value: dec('3') },
      { at: instant(18 * MS_PER_HOUR), value: dec('8') },
    ];
    expect(measureReadings(meterOf('latest'), list, span)).toEqual(rational(dec('3'), 1n));
    expect(measureReadings(meterOf('latest'), [], span)).toEqual(rational(0n, 1n));
  });

  test('an average without end is rounded at the twelfth place, half away from zero', () => {
    const list = ['1', '0', '1'].map((value) => ({ at: span.start, value: dec(value) }));
    const exact = measureReadings(meterOf('average'), list, span);
    expect(exact).toEqual(rational(2n * 10n ** 12n, 3n));
    expect(formatDecimal12(roundQuantity(exact, null).quantity)).toBe('0.666666666667');
  });

  test('a sum over time is what stood times how long it stood: 10 GB for 14 hours and 5 GB for 6 of them', () => {
    const list = [
      { at: instant(0), value: dec('10') },
      { at: instant(5 * MS_PER_HOUR), value: dec('5') },
      { at: instant(11 * MS_PER_HOUR), value: dec('-5') },
    ];
    const exact = measureReadings(meterOf('weighted_sum'), list, span);
    expect(formatDecimal12(roundQuantity(exact, null).quantity)).toBe('170');
    const byDay = measureReadings(meterOf('weighted_sum', { weightedBy: 'day' }), list, span);
    expect(formatDecimal12(roundQuantity(byDay, { step: dec('0.01'), mode: 'up' }).quantity)).toBe('7.09');
  });

  test('I124 a percentile is one of the readings: the first at or below which lie p percent of them', () => {
    const percentile = fc.bigInt({ min: 1n, max: 10_000n }).map((value) => (value * 10n ** 10n) as Decimal12);
    fc.assert(
      fc.property(readings, percentile, (list, p) => {
        fc.pre(list.length > 0);
        const whole = { start: instant(0), end: instant(END) };
        const found = measureReadings(meterOf('percentile', { percentile: p }), list, whole).numerator;
        const atMost = (bound: bigint) => BigInt(list.filter(({ value }) => value <= bound).length);
        const needed = p * BigInt(list.length);
        expect(list.map(({ value }) => value)).toContain(found);
        expect(atMost(found) * 100n * 10n ** 12n >= needed).toBe(true);
        expect(atMost(found - 1n) * 100n * 10n ** 12n < needed).toBe(true);
      }),
    );
    expect(nearestRank(dec('95'), 20n)).toBe(19n);
    expect(nearestRank(dec('100'), 7n)).toBe(7n);
  });

  test('I125 a rounded quantity is a whole number of steps, less than one step away, and rounding it again changes nothing', () => {
    const step = fc.bigInt({ min: 1n, max: 10n ** 13n }).map((value) => value as Decimal12);
    const exact = fc.tuple(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      fc.bigInt({ min: 1n, max: 999n }),
    );
    fc.assert(
      fc.property(exact, step, fc.constantFrom(...ROUNDING_MODES), ([over, under], size, mode) => {
        const value = rational(over, under);
        const { quantity } = roundQuantity(value, { step: size, mode });
        expect(quantity % size).toBe(0n);
        const off = subtractRational(rational(quantity, 1n), value);
        expect(compareRational(off, rational(size, 1n))).toBe(-1);
        expect(compareRational(off, rational(-size, 1n))).toBe(1);
        expect(roundQuantity(rational(quantity, 1n), { step: size, mode }).quantity).toBe(quantity);
      }),
    );
  });

  test('a figure without readings is zero, but a level and a sum over time stand', () => {
    for (const kind of METER_AGGREGATIONS) {
      const nothing = { inside: EMPTY_FIGURE, opening: dec('2'), uniqueCount: 0n, atRank: null };
      const { quantity } = roundQuantity(exactQuantity(meterOf(kind), nothing, span), null);
      expect(formatDecimal12(quantity)).toBe({ level: '2', weighted_sum: '28' }[kind as string] ?? '0');
    }
  });
});

describe('conditions on the properties of an event', () => {
  const value = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom('eu', 'us', '', '7', 'x'),
    fc.integer({ min: -3, max: 9 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant({ a: 1 }),
  );

  test('I126 every event lies in exactly one bucket of a grouping, and the buckets add up to the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ region: value, size: value })), (events) => {
        const buckets = Map.groupBy(events, (data) => JSON.stringify(bucketOf(['region', 'size'], data)));
        expect([...buckets.values()].reduce((sum, bucket) => sum + bucket.length, 0)).toBe(events.length);
        expect(new Set([...buckets.values()].flat()).size).toBe(new Set(events).size);
      }),
    );
    expect(bucketOf(['region'], {})).toEqual(['']);
    expect(bucketOf(['region'], { region: 7 })).toEqual(bucketOf(['region'], { region: '7' }));
  });

  test('I126 a condition and its opposite share no event and leave none out; ranges that follow each other too', () => {
    fc.assert(
      fc.property(value, (region) => {
        const holds = (filter: PropertyFilter) => passesFilters([filter], { region });
        const [property, values] = ['region', ['eu', '7']];
        expect(holds({ operator: 'in', property, values })).toBe(
          !holds({ operator: 'not_in', property, values }),
        );
        expect(holds({ operator: 'exists', property })).toBe(!holds({ operator: 'missing', property }));
        const ranges = [
          [null, dec('2')],
          [dec('2'), dec('5')],
          [dec('5'), null],
        ] as const;
        const hits = ranges.filter(([from, below]) => holds({ operator: 'range', property, from, below }));
        const isFigure = typeof region === 'number' || region === '7';
        expect(hits.length).toBe(isFigure ? 1 : 0);
      }),
    );
  });

  test('an event that meets no conditions counts nowhere, and its value is not asked for', () => {
    const meter = meterOf('sum', { filters: [{ operator: 'equals', property: 'region', value: 'eu' }] });
    const judge = (data: Record<string, string>) =>
      judgeEvent({
        now: instant(0),
        time: instant(0),
        data,
        meters: [meter],
        customerId: 'c',
        stored: 'none',
        billedThrough: null,
        lateWindowMs: 1,
      });
    expect(judge({ region: 'us' })).toMatchObject({ outcome: 'accepted', readings: [] });
    expect(judge({ region: 'eu', v: '2' })).toMatchObject({
      outcome: 'accepted',
      readings: [{ meterId: 'm', value: dec('2') }],
    });
    expect(judge({ region: 'eu' }).outcome).toBe('rejected');
  });

  test('a meter of different values reads a text or a whole number and nothing else', () => {
    const read = (v: unknown) =>
      judgeEvent({
        now: instant(0),
        time: instant(0),
        data: { v } as never,
        meters: [meterOf('unique')],
        customerId: 'c',
        stored: 'none',
        billedThrough: null,
        lateWindowMs: 1,
      });
    const counted = (member: string) => ({
      outcome: 'accepted',
      readings: [{ meterId: 'm', value: dec('1'), member }],
    });
    expect(read('ann')).toMatchObject(counted('ann'));
    expect(read(7)).toMatchObject(counted('7'));
    for (const wrong of ['', null, 0.5, 'x'.repeat(201), {}]) expect(read(wrong).outcome).toBe('rejected');
  });
});

test('what a meter says has to fit its kind', () => {
  const faultOf = (kind: MeterAggregation, patch: Partial<MeterTerms>) =>
    meterFault(meterOf(kind, patch))?.member ?? null;
  const range = (from: string | null, below: string | null): PropertyFilter => ({
    operator: 'range',
    property: 'p',
    from: from === null ? null : dec(from),
    below: below === null ? null : dec(below),
  });
  for (const kind of METER_AGGREGATIONS) expect(faultOf(kind, {})).toBeNull();
  expect(faultOf('percentile', { percentile: null })).toBe('percentile');
  expect(faultOf('percentile', { percentile: dec('0') })).toBe('percentile');
  expect(faultOf('percentile', { percentile: dec('100.1') })).toBe('percentile');
  expect(faultOf('sum', { percentile: dec('50') })).toBe('percentile');
  expect(faultOf('weighted_sum', { weightedBy: null })).toBe('weighted_by');
  expect(faultOf('level', { weightedBy: 'day' })).toBe('weighted_by');
  expect(faultOf('sum', { rounding: { step: dec('0'), mode: 'up' } })).toBe('rounding');
  expect(faultOf('sum', { groupBy: ['a', 'a'] })).toBe('group_by');
  expect(faultOf('sum', { filters: [range(null, null)] })).toBe('filters');
  expect(faultOf('sum', { filters: [range('2', '2')] })).toBe('filters');
  expect(faultOf('sum', { filters: [range('2', '3'), range(null, '9')] })).toBeNull();
  expect(meterFault({ ...meterOf('weighted_sum'), unitProperty: 'u' })?.member).toBe('unit');
  const rounded = meterOf('sum', { rounding: { step: dec('1'), mode: 'up' } });
  expect(meterMisfit({ kind: 'dynamic' }, rounded)).toContain('rounds');
  expect(meterMisfit({ kind: 'flat', amountMinor: 1n }, rounded)).toBeNull();
});
