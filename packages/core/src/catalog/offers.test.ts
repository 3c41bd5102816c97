import { describe, expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { at, dec, EUR, flat, metered, price } from '../testing/factories.ts';
import { coupon } from '../testing/histories.ts';
import type { AddOn } from './add-on.ts';
import { checkAddOn } from './check-add-on.ts';
import { type CouponDraft, checkCoupon } from './check-coupon.ts';

const COUPONS = { now: at('2026-06-01T00:00:00Z'), planIds: ['plan_a'], priceKeys: ['base'] };
const ADD_ONS = { planIds: ['plan_a'], meters: [{ id: 'meter_m' }] };
const addOn: AddOn = {
  id: 'addon_1',
  key: 'extra',
  name: 'Extra',
  kind: 'recurring',
  currency: EUR,
  prices: [flat('extra', 500n)],
  planIds: ['plan_a'],
};

function couponFaults(overrides: Partial<CouponDraft>): string[] {
  return checkCoupon(coupon('save', overrides), COUPONS).map(({ pointer, code }) => `${pointer} ${code}`);
}

function addOnFaults(overrides: Partial<AddOn>): string[] {
  return checkAddOn({ ...addOn, ...overrides }, ADD_ONS).map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('a coupon', () => {
  test('without a fault has none', () => {
    expect(couponFaults({ scope: { planIds: ['plan_a'], priceKeys: ['base'] } })).toEqual([]);
    const amountsMinor = { [EUR]: 500n, [currencyCode('JPY')]: 800n };
    expect(couponFaults({ value: { kind: 'amount', amountsMinor } })).toEqual([]);
  });

  test.each<[string, Partial<CouponDraft>]>([
    ['/key key.malformed', { key: 'Not a key' }],
    ['/name price.name', { name: '' }],
    ['/value/percent coupon.percent', { value: { kind: 'percent', percent: dec('100.1') } }],
    ['/value/percent coupon.percent', { value: { kind: 'percent', percent: dec('0') } }],
    ['/value/percent coupon.percent', { value: { kind: 'percent', percent: dec('-5') } }],
    ['/value/amounts_minor coupon.no_amount', { value: { kind: 'amount', amountsMinor: {} } }],
    [
      '/value/amounts_minor/EUR amount.out_of_range',
      { value: { kind: 'amount', amountsMinor: { [EUR]: -1n } } },
    ],
    [
      '/value/amounts_minor/EUR amount.out_of_range',
      { value: { kind: 'amount', amountsMinor: { [EUR]: 10n ** 18n } } },
    ],
    [
      '/value/amounts_minor/XX~1 currency.unknown',
      { value: { kind: 'amount', amountsMinor: { ['XX/' as typeof EUR]: 1n } } },
    ],
    ['/value/kind coupon.value', { value: { kind: 'gift' } as never }],
    ['/duration/count coupon.periods', { duration: { kind: 'periods', count: 0 } }],
    ['/duration/count coupon.periods', { duration: { kind: 'periods', count: Number.NaN } }],
    ['/duration/count coupon.periods', { duration: { kind: 'periods', count: 1.5 } }],
    ['/duration/kind coupon.duration', { duration: { kind: 'twice' } as never }],
    ['/max_redemptions coupon.limit', { maxRedemptions: 0 }],
    ['/max_per_customer coupon.limit', { maxPerCustomer: -1 }],
    ['/redeem_by coupon.redeem_by_past', { redeemBy: at('2026-06-01T00:00:00Z') }],
    ['/stack_order coupon.stack_order', { stackOrder: 0.5 }],
    ['/scope/plan_ids/0 reference.unknown', { scope: { planIds: ['plan_x'], priceKeys: [] } }],
    ['/scope/price_keys/1 reference.duplicate', { scope: { planIds: [], priceKeys: ['base', 'base'] } }],
  ])('is refused with %s', (fault, overrides) => {
    expect(couponFaults(overrides)).toEqual([fault]);
  });

  test('I66 shows all its faults at once, each with its place', () => {
    const faults = couponFaults({
      key: '',
      maxRedemptions: 0,
      value: { kind: 'percent', percent: dec('101') },
    });
    expect(faults).toEqual([
      '/key key.malformed',
      '/value/percent coupon.percent',
      '/max_redemptions coupon.limit',
    ]);
  });
});

describe('an add-on', () => {
  test('without a fault has none', () => {
    expect(addOnFaults({})).toEqual([]);
    expect(addOnFaults({ prices: [metered('m', '0.1')] })).toEqual([]);
    expect(addOnFaults({ kind: 'one_off', planIds: [] })).toEqual([]);
  });

  test.each<[string, Partial<AddOn>]>([
    ['/key key.malformed', { key: '9' }],
    ['/name price.name', { name: '' }],
    ['/kind add_on.kind', { kind: 'weekly' as never }],
    ['/currency currency.unknown', { currency: 'XXZ' as never }],
    ['/prices add_on.prices', { prices: [] }],
    ['/prices/1/key key.duplicate', { prices: [flat('a', 1n), flat('a', 2n)] }],
    ['/prices/0/model/amount_minor amount.out_of_range', { prices: [flat('a', -1n)] }],
    ['/prices/0/quantity add_on.metered_once', { kind: 'one_off', prices: [metered('m', '1')] }],
    ['/prices/0/quantity/meter_id meter.unknown', { prices: [metered('other', '1')] }],
    [
      '/prices/0/model add_on.commitment',
      {
        prices: [
          price('c', {
            model: { kind: 'commitment', minimumMinor: 100n, maximumMinor: null },
            timing: 'in_arrears',
          }),
        ],
      },
    ],
    ['/plan_ids/0 reference.unknown', { planIds: ['plan_x'] }],
    ['/plan_ids/1 reference.duplicate', { planIds: ['plan_a', 'plan_a'] }],
  ])('is refused with %s', (fault, overrides) => {
    expect(addOnFaults(overrides)).toEqual([fault]);
  });
});
