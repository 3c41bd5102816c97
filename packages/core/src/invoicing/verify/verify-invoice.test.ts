import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import { DEFAULT_PRORATION_POLICY } from '../../proration/policy.ts';
import { decideCancel } from '../../subscriptions/decide-cancel.ts';
import { Account, at, dec, flat, metered, price, seats, unwrap, version } from '../../testing/factories.ts';
import { AMOUNT_COUPONS, coupon, history, PERCENT_COUPONS, playHistory } from '../../testing/histories.ts';
import { canonicalInvoice } from '../canonical-invoice.ts';
import type { IssuedInvoice } from '../invoice.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import type { TaxRate } from '../tax.ts';
import { rounded, spread } from './pair.ts';
import { verifyInvoice } from './verify-invoice.ts';

const PARTIES = { number: 'INV-2026-000001', seller: { name: 'Seller' }, buyer: { name: 'Buyer' } };
const START = at('2026-04-01T00:00:00Z');

function exported(invoice: IssuedInvoice): JsonObject {
  return JSON.parse(JSON.stringify(canonicalInvoice(invoice, PARTIES))) as JsonObject;
}

function rate(id: string, percent: string): TaxRate {
  return { id, name: id, percent: dec(percent), category: 'S', country: 'DE' };
}

/** An invoice with tiers, usage, seats, discounts of both kinds, a part of a period, a credit and two rates. */
function richInvoice(
  mode: 'exclusive' | 'inclusive' = 'exclusive',
  more: Partial<BillingSettings> = {},
): IssuedInvoice {
  const tiers = [
    { upTo: dec('10'), unitPrice: dec('0.333'), flatMinor: 5n },
    { upTo: null, unitPrice: dec('0.125'), flatMinor: 0n },
  ];
  const plan = version('rich', [
    flat('base', 4999n, { proration: 'day' }),
    seats('seat', '7.77'),
    metered('api', '1', { model: { kind: 'graduated', tiers, per: 1n }, taxCode: 'usage' }),
    price('floor', {
      timing: 'in_arrears',
      model: { kind: 'commitment', minimumMinor: 60_000n, maximumMinor: null },
    }),
  ]);
  const account = new Account({
    taxChoice: { mode, standardRate: rate('vat', '19'), ratesByTaxCode: { usage: rate('low', '7') } },
    settings: { rounding: 'half_even', ...more },
  });
  account.start(START, plan, { seats: 3n, timeZone: 'Europe/Berlin' });
  const discount = (id: string, value: ReturnType<typeof coupon>['value']) => ({
    type: 'subscription_discount.create' as const,
    subscriptionId: 'sub_1',
    discount: {
      id,
      coupon: coupon(id, { value }),
      redeemedAt: START,
      from: START,
      until: null,
      periods: null,
    },
  });
  const changes = [
    discount('percent', { kind: 'percent', percent: dec('12.5') }),
    discount('amount', { kind: 'amount', amountsMinor: { EUR: 1000n } as never }),
  ];
  account.apply({ changes, events: [] });
  account.use('meter_api', at('2026-04-05T00:00:00Z'), 33n);
  account.use('meter_api', at('2026-05-05T00:00:00Z'), 900n);
  account.creditBalanceMinor = 77n;
  const now = at('2026-05-12T10:00:00Z');
  const { subscription } = account;
  account.apply(
    unwrap(
      decideCancel({
        now,
        subscription,
        when: 'now',
        creditUnused: true,
        reason: 'asked',
        stepId: 'step',
        days: DEFAULT_PRORATION_POLICY,
      }),
    ),
  );
  return account.bill(at('2026-06-02T00:00:00Z')).invoice as IssuedInvoice;
}

describe('an exported invoice', () => {
  test('I80 holds whatever happened to its subscription, computed from its explanations alone', () => {
    let lines = 0;
    fc.assert(
      fc.property(history, fc.constantFrom(undefined, PERCENT_COUPONS, AMOUNT_COUPONS), (tale, coupons) => {
        const { account } = playHistory(tale, { everyDays: 0, atDueMoments: false, coupons });
        for (const { invoice } of account.books.invoices.values()) {
          const verdict = verifyInvoice(exported(invoice));
          expect(verdict).toEqual({ ok: true, lines: invoice.lines.length });
          lines += invoice.lines.length;
        }
      }),
      { numRuns: 60 },
    );
    expect(lines).toBeGreaterThan(100);
  });

  test.each(['exclusive', 'inclusive'] as const)(
    'holds with tax %s, two rates and every kind of line',
    (mode) => {
      const invoice = richInvoice(mode);
      expect(new Set(invoice.lines.map((line) => line.kind))).toEqual(
        new Set(['recurring', 'usage', 'proration_credit', 'true_up']),
      );
      expect(verifyInvoice(exported(invoice))).toEqual({ ok: true, lines: invoice.lines.length });
    },
  );

  test('holds under every policy of rounding, of discounts and of taxes', () => {
    for (const rounding of ['per_category', 'per_line', 'precise_once'] as const)
      for (const inclusive of ['round_tax', 'round_net'] as const)
        for (const percent of ['per_line', 'on_total'] as const)
          for (const split of ['largest_remainder', 'remainder_last'] as const)
            for (const days of ['actual', 'fixed_30'] as const)
              for (const mode of ['exclusive', 'inclusive'] as const) {
                const invoice = richInvoice(mode, {
                  tax: { rounding, inclusive },
                  discounts: { order: 'percent_then_fixed', percent, split },
                  proration: { ...DEFAULT_BILLING_SETTINGS.proration, days },
                });
                expect(verifyInvoice(exported(invoice))).toEqual({ ok: true, lines: invoice.lines.length });
              }
  });

  test('a zone that is not known, or a period without length, is no reason to throw', () => {
    for (const [pointer, value] of [
      ['time_zone', 'Mars/Olympus'],
      ['billing_period', { start: '2026-05-01T00:00:00Z', end: '2026-05-01T00:00:00Z' }],
      ['trace', { model: 'flat' }],
    ] as const) {
      const copy = exported(richInvoice()) as unknown as {
        lines: { explanation: Record<string, unknown> }[];
      };
      for (const line of copy.lines) line.explanation[pointer] = value;
      expect(typeof verifyInvoice(copy).ok).toBe('boolean');
    }
  });

  test('I80 any figure that is changed is found, with its place', () => {
    const whole = exported(richInvoice());
    const places = [...figuresOf(whole, '')];
    expect(places.length).toBeGreaterThan(150);
    const unnoticed = places.filter(({ pointer }) => {
      const copy = JSON.parse(JSON.stringify(whole)) as JsonObject;
      bump(copy, pointer);
      return verifyInvoice(copy).ok;
    });
    expect(unnoticed.map(({ pointer }) => pointer)).toEqual([]);
  });

  test('a difference names its place and both amounts', () => {
    const copy = exported(richInvoice()) as { totals: { due_minor: string } } & JsonObject;
    const stated = copy.totals.due_minor;
    copy.totals.due_minor = '1';
    expect(verifyInvoice(copy)).toEqual({
      ok: false,
      differences: [{ at: '/totals/due_minor', stated: '1', found: stated }],
    });
  });

  test('what is no invoice is told apart without throwing', () => {
    for (const wrong of [
      null,
      3,
      'x',
      [],
      {},
      { format: 'billhook-invoice/1', lines: [{}], adjustments: 4 },
    ]) {
      expect(verifyInvoice(wrong).ok).toBe(false);
    }
  });

  test('its own rounding and spreading work like those of the field', () => {
    expect([rounded([5n, 2n], 'half_even'), rounded([7n, 2n], 'half_even')]).toEqual([2n, 4n]);
    expect([rounded([-5n, 2n], 'half_away_from_zero'), rounded([5n, 2n], 'down')]).toEqual([-3n, 2n]);
    expect([
      rounded([9n, 4n], 'up'),
      rounded([9n, 4n], 'half_even'),
      rounded([11n, 4n], 'half_even'),
    ]).toEqual([3n, 2n, 3n]);
    expect(
      spread(2n, [
        [1n, 3n],
        [1n, 3n],
        [4n, 3n],
      ]),
    ).toEqual([1n, 0n, 1n]);
    expect(
      spread(-1n, [
        [-1n, 2n],
        [-1n, 2n],
      ]),
    ).toEqual([0n, -1n]);
  });
});

/** Members that no figure follows from: names, times that are only shown, and what stands on other invoices. */
const ONLY_SHOWN =
  /\/(number|event_count|credit_applied_minor|credited_minor|period_index|from|up_to|places|available_minor)$|^\/(issued_at|due_at)|\/readings\//;
const FIGURE = /^-?\d+(\.\d+)?(\/\d+)?$/;

function* figuresOf(value: unknown, pointer: string): Generator<{ pointer: string }> {
  if (typeof value === 'string') {
    if (FIGURE.test(value) && !ONLY_SHOWN.test(pointer)) yield { pointer };
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, below] of Object.entries(value)) yield* figuresOf(below, `${pointer}/${name}`);
  }
}

function bump(document: JsonObject, pointer: string): void {
  const names = pointer.split('/').slice(1);
  const last = names.pop() as string;
  let parent = document as Record<string, unknown>;
  for (const name of names) parent = parent[name] as Record<string, unknown>;
  const text = parent[last] as string;
  parent[last] = text.includes('/') || text.includes('.') ? '17' : `${BigInt(text) + 1n}`;
}
