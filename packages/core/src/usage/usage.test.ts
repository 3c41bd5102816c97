import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Meter } from '../catalog/meter.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import { MONTHLY } from '../time/cadence.ts';
import { instant, MS_PER_DAY } from '../time/instant.ts';
import { zoneNamed } from '../time/zone.ts';
import { DEFAULT_LATE_WINDOW_MS, type EventFacts, judgeEvent } from './event-verdict.ts';
import { LATE_USAGE, lateUsageFor } from './late-policy.ts';
import { proratedUnits } from './levels.ts';
import { periodUsage } from './period-usage.ts';

const NOW = at('2026-04-15T00:00:00Z');
const meter: Meter = {
  id: 'm',
  key: 'bytes',
  name: 'Bytes',
  eventType: 'request',
  aggregation: 'sum',
  valueProperty: 'bytes',
  unitProperty: null,
};

function judge(overrides: Partial<EventFacts>) {
  return judgeEvent({
    now: NOW,
    time: NOW,
    data: { bytes: 5 },
    meters: [meter],
    customerId: 'cus_1',
    stored: 'none',
    billedThrough: null,
    lateWindowMs: DEFAULT_LATE_WINDOW_MS,
    ...overrides,
  });
}

test('a sound event gives a reading for each meter of its type', () => {
  const both = [
    meter,
    { ...meter, id: 'c', aggregation: 'count' as const, valueProperty: null, unitProperty: null },
  ];
  expect(judge({ meters: both })).toEqual({
    outcome: 'accepted',
    countedAt: NOW,
    isCorrection: false,
    readings: [
      { meterId: 'm', value: dec('5') },
      { meterId: 'c', value: dec('1') },
    ],
  });
});

test('I33 a repetition is a duplicate even when it is late or its customer is gone, and other content under the same id is kept aside', () => {
  const old = instant(NOW - 400 * MS_PER_DAY);
  expect(judge({ stored: 'same', time: old, customerId: null, meters: [], billedThrough: NOW })).toEqual({
    outcome: 'duplicate',
  });
  expect(judge({ stored: 'different' })).toEqual({ outcome: 'quarantined', reason: 'id_conflict' });
});

test('I35 an event for time that stands on an invoice is kept aside, never added to it', () => {
  const billedThrough = at('2026-04-01T00:00:00Z');
  expect(judge({ time: instant(billedThrough - 1), billedThrough })).toEqual({
    outcome: 'quarantined',
    reason: 'late',
  });
  expect(judge({ time: billedThrough, billedThrough }).outcome).toBe('accepted');
  expect(judge({ time: instant(NOW - DEFAULT_LATE_WINDOW_MS - 1) })).toEqual({
    outcome: 'quarantined',
    reason: 'late',
  });
});

test('I144 under every policy an event older than the late window waits, and no other policy moves its time', () => {
  const window = DEFAULT_LATE_WINDOW_MS;
  const moment = fc.integer({ min: -2 * window, max: 0 }).map((back) => instant(NOW + back));
  fc.assert(
    fc.property(fc.constantFrom(...LATE_USAGE), moment, moment, (late, time, billedThrough) => {
      const verdict = judge({ time, billedThrough, late });
      const isBilled = time < billedThrough;
      const waits = time < NOW - window || (isBilled && late === 'quarantine');
      const countedAt = isBilled && late === 'next_invoice' ? NOW : time;
      expect(verdict).toMatchObject(
        waits
          ? { outcome: 'quarantined', reason: 'late' }
          : { countedAt, isCorrection: isBilled && late === 'correct' },
      );
    }),
  );
});

test('I230 an event that missed the bills of several meters follows the most careful of them, whatever their order', () => {
  const said = fc.constantFrom(...LATE_USAGE, null);
  fc.assert(
    fc.property(fc.array(said, { maxLength: 4 }), fc.constantFrom(...LATE_USAGE), (meters, seller) => {
      const policy = lateUsageFor(meters, seller);
      const all = meters.length === 0 ? [seller] : meters.map((own) => own ?? seller);
      expect(all).toContain(policy);
      if (policy !== 'quarantine') expect(all).not.toContain('quarantine');
      if (policy === 'next_invoice') expect(new Set(all)).toEqual(new Set(['next_invoice']));
      expect(lateUsageFor([...meters].reverse(), seller)).toBe(policy);
    }),
  );
});

test('what cannot be placed is kept aside', () => {
  expect(judge({ customerId: null })).toEqual({ outcome: 'quarantined', reason: 'unknown_customer' });
  expect(judge({ meters: [] })).toEqual({ outcome: 'quarantined', reason: 'unknown_meter' });
});

test('what is wrong in itself is rejected with all its reasons', () => {
  const ahead = instant(NOW + 5 * 60_000);
  expect(judge({ time: ahead }).outcome).toBe('accepted');
  const verdict = judge({ time: instant(ahead + 1), data: { bytes: 0.5 } });
  expect(verdict.outcome === 'rejected' && verdict.reasons.map((reason) => reason.code)).toEqual([
    'event.in_future',
    'meter.value_malformed',
  ]);
});

test('I32 periods that tile a stretch of time sum to the usage of the stretch', () => {
  const readings = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 1000 }).map(instant),
      value: fc.bigInt({ min: -5n, max: 99n }).map((value) => value as Decimal12),
    }),
  );
  fc.assert(
    fc.property(readings, fc.uniqueArray(fc.integer({ min: 1, max: 1000 })), (list, cuts) => {
      const bounds = [0, ...cuts.sort((a, b) => a - b), 1001].map(instant);
      let quantity = 0n;
      let eventCount = 0n;
      for (let index = 0; index + 1 < bounds.length; index += 1) {
        const part = periodUsage(list, { start: bounds[index]!, end: bounds[index + 1]! });
        quantity += part.quantity;
        eventCount += part.eventCount;
      }
      expect({ quantity, eventCount }).toEqual(periodUsage(list, { start: instant(0), end: instant(1001) }));
    }),
  );
});

describe('a level', () => {
  const april = { start: at('2026-04-01T00:00:00Z'), end: at('2026-05-01T00:00:00Z') };
  const whole = { period: april, zone: zoneNamed('UTC'), cadence: MONTHLY };
  const bySecond = { basis: 'second', days: 'actual' } as const;
  const move = (text: string, change: string) => ({ at: at(text), change: dec(change) });

  test('is charged from the moment that a unit came, and given back from the moment that it went', () => {
    const changes = [move('2026-04-10T00:00:00Z', '5'), move('2026-04-16T00:00:00Z', '-2')];
    expect(proratedUnits({ opening: dec('0'), changes }, april, whole, bySecond)).toEqual([
      { full: dec('5'), prorated: dec('3.5') },
      { full: dec('-2'), prorated: dec('-1') },
    ]);
  });

  test('that stood before is charged for the service, measured by the whole period', () => {
    const service = { start: at('2026-04-16T00:00:00Z'), end: at('2026-04-28T00:00:00Z') };
    expect(proratedUnits({ opening: dec('3'), changes: [] }, service, whole, bySecond)).toEqual([
      { full: dec('3'), prorated: dec('1.2') },
    ]);
  });

  test('that moves to and fro at one moment costs nothing, and by day one that does so within a day', () => {
    const changes = [move('2026-04-10T08:00:00Z', '7'), move('2026-04-10T17:00:00Z', '-7')];
    const byDay = proratedUnits({ opening: dec('0'), changes }, april, whole, { ...bySecond, basis: 'day' });
    expect(byDay.map(({ prorated }) => prorated)).toEqual([dec('4.9'), dec('-4.9')]);
  });

  test('whose units are there the whole period adds up to whole units, however the parts fall', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: april.end - april.start - 1 }), { maxLength: 8 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 9 }), (moments, units) => {
        const ordered = moments.sort((a, b) => a - b).map((ms) => instant(april.start + ms));
        const opening = dec(`${units}`);
        const changes = ordered.flatMap((moment) => [
          { at: moment, change: dec(`-${units}`) },
          { at: moment, change: opening },
        ]);
        const parts = proratedUnits({ opening, changes }, april, whole, bySecond);
        expect(parts.reduce((sum, { prorated }) => sum + prorated, 0n)).toBe(opening);
      }),
    );
  });
});
