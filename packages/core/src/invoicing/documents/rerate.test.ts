import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideCorrectionCharge } from '../../subscriptions/decide-correction.ts';
import { Account, at, dec, flat, metered, unwrap, version } from '../../testing/factories.ts';
import type { Instant } from '../../time/instant.ts';
import { instant } from '../../time/instant.ts';
import { periodUsage } from '../../usage/period-usage.ts';
import type { UsageQuantity } from '../line.ts';
import type { UsageCorrection } from '../usage-correction.ts';
import { periodsTouched, type RatedAgain, type RerateInput, rerate, windowsToRerate } from './rerate.ts';

const START = at('2026-03-01T00:00:00Z');
const TIERED = metered('api', '0', {
  model: {
    kind: 'graduated',
    per: 1n,
    tiers: [
      { upTo: dec('100'), unitPrice: dec('0.1'), flatMinor: 500n },
      { upTo: null, unitPrice: dec('0.03'), flatMinor: 0n },
    ],
  },
});

function account(settings = {}, price = TIERED) {
  return new Account({ settings }).start(START, version('s', [flat('base', 1000n), price]));
}

/** Looks at the periods that a moment counts in once more. */
function again(
  sold: Account,
  now: Instant,
  moments: readonly Instant[],
  earlier: readonly UsageCorrection[] = [],
  meterId = 'meter_api',
) {
  const { subscription, settings } = sold;
  const { billed } = sold.books;
  const touched = periodsTouched(subscription, billed, { meterId, moments, carriesOver: false });
  const input: RerateInput = { now, subscription, settings, billed, periods: touched.settled };
  const usage = windowsToRerate(input).map(
    (window): UsageQuantity => ({
      itemId: window.itemId,
      meterId: window.meterId,
      period: window.period,
      digest: null,
      ...periodUsage(sold.readings.get(window.meterId) ?? [], window.period),
    }),
  );
  return { touched, rated: unwrap(rerate(input, usage, earlier)) };
}

const deltaOf = (rated: readonly RatedAgain[]) =>
  rated.reduce((sum, one) => sum + one.grossAfterMinor - one.grossBeforeMinor, 0n);

function correctionOf({
  itemId,
  billingStart,
  grossAfterMinor,
  grossBeforeMinor,
}: RatedAgain): UsageCorrection {
  const deltaMinor = grossAfterMinor - grossBeforeMinor;
  return { itemId, billingStart, grossDeltaMinor: deltaMinor, amountMinor: deltaMinor, chargeId: null };
}

describe('a billed period that is rated again', () => {
  const MARCH_20 = at('2026-03-20T00:00:00Z');
  const APRIL_9 = at('2026-04-09T00:00:00Z');

  test('I142 costs what it would have cost, had the usage been known when it was billed', () => {
    const uses = fc.array(fc.record({ day: fc.integer({ min: 0, max: 91 }), units: fc.bigInt(1n, 80n) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(uses, uses, (early, late) => {
        const end = at('2026-06-02T00:00:00Z');
        const dayOf = (day: number) => instant(START + day * 86_400_000 + 1);
        const sold = account();
        for (const { day, units } of early) sold.use('meter_api', dayOf(day), units);
        sold.billThrough(end);
        for (const { day, units } of late) sold.use('meter_api', dayOf(day), units);
        const known = account();
        for (const { day, units } of [...early, ...late]) known.use('meter_api', dayOf(day), units);
        known.billThrough(end);
        const { rated } = again(
          sold,
          end,
          late.map(({ day }) => dayOf(day)),
        );
        const total = (one: Account) =>
          one
            .lines()
            .filter(({ kind }) => kind === 'usage')
            .reduce((sum, { grossMinor }) => sum + grossMinor, 0n);
        expect(total(sold) + deltaOf(rated)).toBe(total(known));
      }),
    );
  });

  test('I142 counts from where earlier corrections left it', () => {
    const sold = account();
    sold.use('meter_api', MARCH_20, 50n);
    sold.billThrough(APRIL_9);
    sold.use('meter_api', MARCH_20, 60n);
    const first = again(sold, APRIL_9, [MARCH_20]).rated;
    expect(first).toMatchObject([
      {
        quantityBefore: dec('50'),
        quantityAfter: dec('110'),
        grossBeforeMinor: 1000n,
        grossAfterMinor: 1530n,
      },
    ]);
    const [rated] = first;
    const adjusted = [{ ...correctionOf(rated!), grossDeltaMinor: 530n, amountMinor: 530n }];
    expect(deltaOf(again(sold, APRIL_9, [MARCH_20], adjusted).rated)).toBe(0n);
  });

  test('I142 what stands on an invoice is measured, also before its grace is over', () => {
    const sold = account({ usageGraceMs: 86_400_000 });
    sold.use('meter_api', MARCH_20, 50n);
    sold.billThrough(at('2026-04-02T00:00:00Z'));
    sold.use('meter_api', MARCH_20, 60n);
    // As where a threshold bills an item right up to its end.
    const { rated } = again(sold, at('2026-04-01T00:00:00Z'), [MARCH_20]);
    expect(rated).toMatchObject([
      { quantityBefore: dec('50'), quantityAfter: dec('110'), grossAfterMinor: 1530n },
    ]);
  });

  test('I142 under a commitment costs only what goes beyond it', () => {
    const commitment = flat('least', 0n, {
      model: { kind: 'commitment', minimumMinor: 3000n, maximumMinor: null },
      timing: 'in_arrears',
    });
    const sold = new Account().start(START, version('s', [TIERED, commitment]));
    sold.use('meter_api', MARCH_20, 50n);
    sold.billThrough(APRIL_9);
    sold.use('meter_api', MARCH_20, 10n);
    expect(deltaOf(again(sold, APRIL_9, [MARCH_20]).rated)).toBe(0n);
    sold.use('meter_api', MARCH_20, 1000n);
    expect(deltaOf(again(sold, APRIL_9, [MARCH_20]).rated)).toBe(500n + 1000n + 960n * 3n - 3000n);
  });

  test('I142 under a commitment counts beside what came late of another price before', () => {
    const commitment = flat('least', 0n, {
      model: { kind: 'commitment', minimumMinor: 3000n, maximumMinor: null },
      timing: 'in_arrears',
    });
    const prices = [metered('api', '0.1'), metered('jobs', '0.1'), commitment];
    const sold = new Account().start(START, version('s', prices));
    sold.use('meter_api', MARCH_20, 100n);
    sold.use('meter_jobs', MARCH_20, 100n);
    sold.billThrough(APRIL_9);
    sold.use('meter_api', MARCH_20, 150n);
    const first = again(sold, APRIL_9, [MARCH_20]).rated;
    expect(deltaOf(first)).toBe(500n);
    const adjusted = first.map(correctionOf);
    // The minimum was met by the usage of before: what comes late of the other price is all beyond it.
    sold.use('meter_jobs', MARCH_20, 40n);
    expect(deltaOf(again(sold, APRIL_9, [MARCH_20], adjusted, 'meter_jobs').rated)).toBe(400n);
  });

  test('I593 what a commitment takes of a correction comes off the periods that it is for', () => {
    const commitment = flat('least', 0n, {
      model: { kind: 'commitment', minimumMinor: 5000n, maximumMinor: null },
      timing: 'in_arrears',
      cadence: { interval: 'quarter', count: 1 },
    });
    const sold = new Account().start(START, version('s', [metered('api', '0.1'), commitment]));
    sold.use('meter_api', MARCH_20, 150n);
    const now = at('2026-06-09T00:00:00Z');
    sold.billThrough(now);
    const april = at('2026-04-20T00:00:00Z');
    sold.use('meter_api', april, 300n);
    const deltas = (moments: readonly Instant[]) =>
      again(sold, now, moments).rated.map((one) => one.grossAfterMinor - one.grossBeforeMinor);
    expect(deltas([april])).toEqual([0n, 0n, 0n]);
    sold.use('meter_api', at('2026-05-20T00:00:00Z'), 100n);
    // 1500 and 3000 and 1000 are 500 beyond the minimum, which the last of them passed.
    expect(deltas([april])).toEqual([0n, 0n, 500n]);
    sold.readings.clear();
    expect(deltas([april])).toEqual([0n, 0n, 0n]);
  });

  test('that a threshold bills in parts waits until it is settled', () => {
    const sold = account({ thresholdMinor: 700n });
    sold.use('meter_api', at('2026-03-05T00:00:00Z'), 30n);
    sold.bill(at('2026-03-06T00:00:00Z'));
    const moment = at('2026-03-05T01:00:00Z');
    const { touched } = again(sold, at('2026-03-07T00:00:00Z'), [moment]);
    expect(touched).toMatchObject({ settled: [], running: [{ endsAt: at('2026-04-01T00:00:00Z') }] });
    sold.billThrough(APRIL_9);
    sold.use('meter_api', moment, 100n);
    expect(deltaOf(again(sold, APRIL_9, [moment]).rated)).toBe(790n);
  });

  test('of a level touches every later period, of a count its own alone', () => {
    const sold = account();
    sold.billThrough(at('2026-06-02T00:00:00Z'));
    const { billed } = sold.books;
    const count = (carriesOver: boolean) =>
      periodsTouched(sold.subscription, billed, {
        meterId: 'meter_api',
        moments: [at('2026-04-15T00:00:00Z')],
        carriesOver,
      }).settled.length;
    expect([count(false), count(true)]).toEqual([1, 2]);
  });
});

test.each([
  ['next_invoice', '2026-05-01T00:00:00Z'],
  ['at_once', '2026-04-09T00:00:00Z'],
] as const)('I143 what a period costs more is charged once, %s', (when, expected) => {
  const now = at('2026-04-09T00:00:00Z');
  const sold = account();
  sold.billThrough(now);
  const before = sold.lines().length;
  const input = { now, subscription: sold.subscription, chargeId: 'chg_1', price: TIERED, grossMinor: 530n };
  sold.apply(decideCorrectionCharge({ ...input, description: 'Late usage of March', when }));
  sold.billThrough(at('2026-06-02T00:00:00Z'));
  const charged = sold
    .lines()
    .slice(before)
    .filter(({ kind }) => kind === 'one_off');
  expect(charged).toMatchObject([{ description: 'Late usage of March', grossMinor: 530n }]);
  expect(charged[0]?.billableAt).toBe(at(expected));
});
