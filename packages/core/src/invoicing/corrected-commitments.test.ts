import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideCorrectionCharge } from '../subscriptions/decide-correction.ts';
import { Account, at, metered, price, unwrap, version } from '../testing/factories.ts';
import { type Instant, instant } from '../time/instant.ts';
import { periodUsage } from '../usage/period-usage.ts';
import { periodsTouched, rerate, windowsToRerate } from './documents/rerate.ts';

const START = at('2026-01-01T00:00:00Z');
const END = at('2026-04-01T00:00:00Z');
const METER = 'meter_api';
const API = metered('api', '0.1');

function committed(minimumMinor: bigint | null, maximumMinor: bigint | null): Account {
  const bound = price('bound', {
    model: { kind: 'commitment', minimumMinor, maximumMinor },
    timing: 'in_arrears',
    cadence: { interval: 'quarter', count: 1 },
  });
  return new Account().start(START, version('committed', [API, bound]));
}

/** Settles what was billed for these moments by what is known of them now: more as a charge, less as by a note. */
function settle(sold: Account, now: Instant, moments: readonly Instant[]): void {
  const { subscription, settings, books, corrections } = sold;
  const scope = { meterId: METER, moments, carriesOver: false };
  const periods = periodsTouched(subscription, books.billed, scope).settled;
  const input = { now, subscription, settings, billed: books.billed, periods };
  const usage = windowsToRerate(input).map(({ itemId, meterId, period }) => ({
    itemId,
    meterId,
    period,
    digest: null,
    ...periodUsage(sold.readings.get(meterId) ?? [], period),
  }));
  for (const rated of unwrap(rerate(input, usage, corrections))) {
    const deltaMinor = rated.grossAfterMinor - rated.grossBeforeMinor;
    const chargeId = deltaMinor > 0n ? `chg_${corrections.length}` : null;
    if (chargeId !== null)
      sold.apply(
        decideCorrectionCharge({
          now,
          subscription: sold.subscription,
          chargeId,
          price: API,
          grossMinor: deltaMinor,
          description: 'Corrected usage',
          when: 'next_invoice',
        }),
      );
    const { itemId, billingStart } = rated;
    corrections.push({
      itemId,
      billingStart,
      grossDeltaMinor: deltaMinor,
      amountMinor: deltaMinor,
      chargeId,
    });
  }
}

/** What was billed, less what notes took back. */
function totalOf(sold: Account): bigint {
  let sumMinor = 0n;
  for (const { amountMinor } of sold.lines()) sumMinor += amountMinor;
  for (const { amountMinor, chargeId } of sold.corrections) if (chargeId === null) sumMinor += amountMinor;
  return sumMinor;
}

const dayOf = (day: number) => instant(START + day * 86_400_000 + 1);

test('I592 usage of a month that is corrected before its commitment is billed counts as it is known then', () => {
  const sold = committed(5000n, null);
  sold.use(METER, dayOf(3), 100n);
  sold.billThrough(at('2026-02-10T00:00:00Z'));
  sold.use(METER, dayOf(4), 150n);
  settle(sold, at('2026-02-10T00:00:00Z'), [dayOf(4)]);
  sold.billThrough(END);
  // 1000 and 1500 of usage: 2500 are missing of the minimum.
  expect(sold.lines().map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)).toEqual([
    'usage 1000',
    'one_off 1500',
    'usage 0',
    'usage 0',
    'true_up 2500',
  ]);
});

test('I592 a charge that is billed beside its commitment counts in it', () => {
  const sold = committed(5000n, null);
  sold.use(METER, dayOf(3), 100n);
  sold.billThrough(at('2026-03-10T00:00:00Z'));
  sold.use(METER, dayOf(4), 150n);
  settle(sold, at('2026-03-10T00:00:00Z'), [dayOf(4)]);
  sold.billThrough(END);
  expect(totalOf(sold)).toBe(5000n);
});

test('I592 whenever corrections come, a quarter costs its usage within the bounds of its commitment', () => {
  const uses = fc.array(
    fc.record({ day: fc.integer({ min: 0, max: 89 }), units: fc.bigInt(0n, 80n), known: fc.bigInt(0n, 80n) }),
    { minLength: 1, maxLength: 6 },
  );
  const bounds = fc.tuple(fc.option(fc.bigInt(0n, 3000n)), fc.option(fc.bigInt(3000n, 6000n)));
  const seen = fc.constantFrom(at('2026-02-10T00:00:00Z'), at('2026-03-10T00:00:00Z'), END);
  fc.assert(
    fc.property(uses, bounds, seen, (drawn, [least, most], now) => {
      const sold = committed(least, most);
      for (const { day, known } of drawn) if (known > 0n) sold.use(METER, dayOf(day), known);
      sold.billThrough(now);
      sold.readings.delete(METER);
      for (const { day, units } of drawn) if (units > 0n) sold.use(METER, dayOf(day), units);
      settle(
        sold,
        now,
        drawn.map(({ day }) => dayOf(day)),
      );
      sold.billThrough(at('2026-05-01T00:00:00Z'));
      let wanted = drawn.reduce((sum, { units }) => sum + units * 10n, 0n);
      if (least !== null && wanted < least) wanted = least;
      if (most !== null && wanted > most) wanted = most;
      expect(totalOf(sold)).toBe(wanted);
    }),
  );
});
