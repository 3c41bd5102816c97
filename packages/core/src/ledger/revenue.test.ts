import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LineKind } from '../invoicing/line.ts';
import { at, EUR } from '../testing/factories.ts';
import { type CalendarDate, dateAt, monthNumber } from '../time/calendar-date.ts';
import { instant, MS_PER_DAY } from '../time/instant.ts';
import { zoneNamed } from '../time/zone.ts';
import { monthEndPosting } from './month-end-posting.ts';
import {
  billedThrough,
  deferredAfter,
  earnedThrough,
  lastDayOf,
  lastMonth,
  type RevenueLine,
  revenueSchedule,
} from './revenue-schedule.ts';
import { monthText, revenueWaterfall } from './revenue-waterfall.ts';

const BERLIN = zoneNamed('Europe/Berlin');
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe'].map(
  zoneNamed,
);

function line(netMinor: bigint, start: string, end: string, more: Partial<RevenueLine> = {}): RevenueLine {
  const servicePeriod = { start: at(start), end: at(end) };
  return {
    kind: 'recurring',
    netMinor,
    servicePeriod,
    issuedAt: servicePeriod.start,
    corrections: [],
    ...more,
  };
}

function said(given: RevenueLine): string[] {
  return revenueSchedule(given, BERLIN).map(({ month, earnedMinor }) => `${monthText(month)} ${earnedMinor}`);
}

const START = at('2024-01-01T00:00:00Z');
const moment = fc.integer({ min: 0, max: 900 * MS_PER_DAY }).map((ms) => instant(START + ms));
const kinds: LineKind[] = ['recurring', 'proration_credit', 'usage', 'one_off', 'true_up', 'spend_cap'];

/** A line of any sign, sold before, during or after its service, and taken back in parts or whole. */
const anyLine = fc
  .record({
    kind: fc.constantFrom(...kinds),
    net: fc.bigInt({ min: -100_000n, max: 100_000n }),
    start: moment,
    lengthMs: fc.integer({ min: 0, max: 800 * MS_PER_DAY }),
    issuedAt: moment,
    cuts: fc.array(fc.record({ share: fc.bigInt({ min: 0n, max: 40n }), days: fc.nat(700) }), {
      maxLength: 4,
    }),
  })
  .map(({ kind, net, start, lengthMs, issuedAt, cuts }): RevenueLine => {
    let left = net;
    const corrections = cuts.map(({ share, days }) => {
      const netMinor = (left * share) / 40n;
      left -= netMinor;
      return { at: instant(issuedAt + days * MS_PER_DAY), netMinor };
    });
    const servicePeriod = { start, end: instant(start + lengthMs) };
    return { kind, netMinor: net, servicePeriod, issuedAt, corrections };
  });

const standing = ({ netMinor, corrections }: RevenueLine) =>
  corrections.reduce((sum, correction) => sum - correction.netMinor, netMinor);
const total = (given: RevenueLine, zone = BERLIN) =>
  revenueSchedule(given, zone).reduce((sum, { earnedMinor }) => sum + earnedMinor, 0n);

describe('a line is earned', () => {
  test('by day over its service: a year by its months, with the leap day', () => {
    expect(said(line(36_600n, '2024-01-15T11:00:00Z', '2025-01-15T11:00:00Z'))).toEqual([
      '2024-01 1700',
      '2024-02 2900',
      '2024-03 3100',
      '2024-04 3000',
      '2024-05 3100',
      '2024-06 3000',
      '2024-07 3100',
      '2024-08 3100',
      '2024-09 3000',
      '2024-10 3100',
      '2024-11 3000',
      '2024-12 3100',
      '2025-01 1400',
    ]);
  });

  test('by local days, so that a night of 23 or 25 hours weighs as much as any other', () => {
    // 20 March to 19 April in Berlin, over the change of 29 March 2026: 12 days of March and 19 of April.
    expect(said(line(3100n, '2026-03-19T23:00:00Z', '2026-04-19T22:00:00Z'))).toEqual([
      '2026-03 1200',
      '2026-04 1900',
    ]);
    expect(said(line(3100n, '2026-10-19T22:00:00Z', '2026-11-19T23:00:00Z'))).toEqual([
      '2026-10 1200',
      '2026-11 1900',
    ]);
  });

  test('at once where it is for what was used or done, and where its service is over when it is invoiced', () => {
    const service = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'] as const;
    const issuedAt = at('2026-03-20T00:00:00Z');
    for (const kind of ['usage', 'one_off', 'true_up', 'spend_cap'] as const) {
      expect(said(line(999n, ...service, { kind, issuedAt }))).toEqual(['2026-03 999']);
    }
    expect(said(line(999n, ...service, { issuedAt: at('2026-05-02T00:00:00Z') }))).toEqual(['2026-05 999']);
    expect(said(line(0n, ...service))).toEqual([]);
  });

  test('in the month of the invoice for the days that had passed, and later where the service begins later', () => {
    const late = line(3000n, '2026-04-01T00:00:00Z', '2026-07-10T00:00:00Z', {
      issuedAt: at('2026-05-31T08:00:00Z'),
    });
    expect(said(late)).toEqual(['2026-05 1830', '2026-06 900', '2026-07 270']);
    const early = line(300n, '2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z', {
      issuedAt: at('2026-04-02T00:00:00Z'),
    });
    expect(said(early)).toEqual(['2026-06 300']);
  });

  test('no more once it is void: what had been earned is taken back then', () => {
    const corrections = [{ at: at('2026-02-10T09:00:00Z'), netMinor: 9000n }];
    const voided = line(9000n, '2025-12-31T23:00:00Z', '2026-03-31T22:00:00Z', { corrections });
    expect(said(voided)).toEqual(['2026-01 3100', '2026-02 -3100']);
  });

  test('less by what a credit note takes back, of every day alike', () => {
    const corrections = [{ at: at('2026-02-10T09:00:00Z'), netMinor: 4500n }];
    const credited = line(9000n, '2025-12-31T23:00:00Z', '2026-03-31T22:00:00Z', { corrections });
    expect(said(credited)).toEqual(['2026-01 3100', '2026-02 -150', '2026-03 1550']);
  });
});

test('I330 the months of a schedule add up to what stands of the line, in every zone', () => {
  fc.assert(
    fc.property(anyLine, fc.constantFrom(...ZONES), (given, zone) => {
      expect(total(given, zone)).toBe(standing(given));
      const end = lastDayOf(lastMonth(given, zone));
      expect(deferredAfter(given, end, zone)).toBe(0n);
      expect(earnedThrough(given, end, zone)).toBe(standing(given));
    }),
  );
});

test('I330 an uncorrected line never earns backwards, never more than itself, and each day within a unit of its share', () => {
  fc.assert(
    fc.property(anyLine, fc.nat(1000), (given, offset) => {
      const whole = { ...given, corrections: [], kind: 'recurring' as const };
      const sign = whole.netMinor < 0n ? -1n : 1n;
      const first = dateAt(whole.servicePeriod.start, BERLIN);
      const day = (first + offset) as CalendarDate;
      const before = sign * earnedThrough(whole, (day - 1) as CalendarDate, BERLIN);
      const after = sign * earnedThrough(whole, day, BERLIN);
      expect(before >= 0n && before <= after && after <= sign * whole.netMinor).toBe(true);
      const count = BigInt(Math.max(dateAt(whole.servicePeriod.end, BERLIN) - first, 1));
      if (day < dateAt(whole.issuedAt, BERLIN) || BigInt(offset + 1) >= count) return;
      const distance = 2n * (after * count - sign * whole.netMinor * BigInt(offset + 1));
      expect(distance <= count && distance >= -count).toBe(true);
    }),
  );
});

test('I331 credit notes in any order leave the same books, and those that take all back leave none of it', () => {
  fc.assert(
    fc.property(anyLine, fc.integer(), fc.nat(900), (given, seed, offset) => {
      const order = given.corrections.map((_, index) => (index + Math.abs(seed)) % given.corrections.length);
      const shuffled = { ...given, corrections: order.map((index) => given.corrections[index]!).reverse() };
      expect(revenueSchedule(shuffled, BERLIN)).toEqual(revenueSchedule(given, BERLIN));
      const lastAt = instant(
        Math.max(given.issuedAt, ...given.corrections.map((correction) => correction.at)),
      );
      const day = (dateAt(lastAt, BERLIN) + offset) as CalendarDate;
      const rest = { at: lastAt, netMinor: standing(given) };
      const gone = { ...given, corrections: [...given.corrections, rest] };
      expect([earnedThrough(gone, day, BERLIN), deferredAfter(gone, day, BERLIN)]).toEqual([0n, 0n]);
      // Several notes leave every day as one note over their sum would.
      const one = {
        ...given,
        corrections: [{ at: lastAt, netMinor: given.netMinor - standing(given) }],
      };
      expect(earnedThrough(given, day, BERLIN)).toBe(earnedThrough(one, day, BERLIN));
    }),
  );
});

test('I330 what is billed is earned or deferred on every day, and a waterfall carries it from month to month', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 8 }), (lines) => {
      const fromMonth = monthNumber(2024, 1);
      const toMonth = Math.max(fromMonth, ...lines.map((each) => lastMonth(each, BERLIN)));
      const months = revenueWaterfall(lines, { fromMonth, toMonth }, BERLIN);
      let deferred = 0n;
      let earned = 0n;
      for (const month of months) {
        expect(month.deferredBeforeMinor).toBe(deferred);
        expect(month.deferredBeforeMinor + month.billedMinor - month.earnedMinor).toBe(month.deferredMinor);
        deferred = month.deferredMinor;
        earned += month.earnedMinor;
      }
      expect(deferred).toBe(0n);
      expect(earned).toBe(lines.reduce((sum, each) => sum + standing(each), 0n));
      for (const each of lines) {
        const day = lastDayOf(fromMonth + 7);
        const parts = earnedThrough(each, day, BERLIN) + deferredAfter(each, day, BERLIN);
        expect(parts).toBe(billedThrough(each, day, BERLIN));
      }
    }),
  );
});

test('I332 the end of a month posts the difference alone, both ways, and nothing when it is done again', () => {
  const none = { deferredMinor: 0n, deferredInBooksMinor: 0n, doubtfulMinor: 0n, doubtfulInBooksMinor: 0n };
  const end = { id: 'm', currency: EUR, occurredAt: at('2026-03-31T21:59:59.999Z'), ...none };
  const said = (more: Partial<typeof end>) =>
    monthEndPosting({ ...end, ...more })?.entries.map(({ side, account, amountMinor }) =>
      [side, account, amountMinor].join(' '),
    );
  expect(said({ deferredMinor: 500n, deferredInBooksMinor: 200n })).toEqual([
    'debit revenue 300',
    'credit deferred_revenue 300',
  ]);
  expect(said({ deferredMinor: 100n, deferredInBooksMinor: 200n, doubtfulMinor: 7n })).toEqual([
    'debit deferred_revenue 100',
    'credit revenue 100',
    'debit bad_debt 7',
    'credit bad_debt_allowance 7',
  ]);
  expect(said({ doubtfulInBooksMinor: 7n })).toEqual(['debit bad_debt_allowance 7', 'credit bad_debt 7']);
  const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
  fc.assert(
    fc.property(amount, amount, (deferredMinor, doubtfulMinor) => {
      const books = { deferredInBooksMinor: deferredMinor, doubtfulInBooksMinor: doubtfulMinor };
      expect(monthEndPosting({ ...end, deferredMinor, doubtfulMinor, ...books })).toBeNull();
    }),
  );
});
