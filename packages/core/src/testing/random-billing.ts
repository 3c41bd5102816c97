import fc from 'fast-check';
import type { AppliedDiscount } from '../catalog/coupon.ts';
import { DEFAULT_PRICE_TERMS, type Price } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '../invoicing/settings.ts';
import type { TaxChoice, TaxRate } from '../invoicing/tax.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { currencyCode } from '../money/currency.ts';
import {
  FROM_PLAN,
  type OneOffCharge,
  type Subscription,
  type SubscriptionItem,
} from '../subscriptions/subscription.ts';
import { CADENCE_INTERVALS, type Cadence } from '../time/cadence.ts';
import { type Instant, MS_PER_DAY } from '../time/instant.ts';
import { dec, price } from './factories.ts';

/** A subscription before and after something about it changed, with the moments at which it is billed. */
export interface BillingStory {
  readonly before: Subscription;
  readonly after: Subscription;
  /** Runs before the change, and runs after it; ascending. */
  readonly early: readonly Instant[];
  readonly late: readonly Instant[];
  readonly settings: BillingSettings;
  readonly taxChoice: TaxChoice;
  readonly creditBalanceMinor: bigint;
  /** Usage quantities, taken round and round. */
  readonly quantities: readonly bigint[];
}

const START = Date.UTC(2025, 0, 1);
const ONE = 10n ** 12n;

const moments = (from: number, days: number) =>
  fc.oneof(
    fc.nat(days).map((day) => (from + day * MS_PER_DAY) as Instant),
    fc.nat(days * 86_400).map((second) => (from + second * 1000) as Instant),
    fc.nat(days * MS_PER_DAY).map((ms) => (from + ms) as Instant),
  );
const unitPrices = fc.oneof(
  fc.bigInt({ min: 0n, max: 50_000n }).map((cents) => (cents * 10n ** 10n) as Decimal12),
  fc.bigInt({ min: 0n, max: 10n ** 14n }).map((fine) => fine as Decimal12),
);
const minors = fc.bigInt({ min: 0n, max: 100_000n });
const tierBounds = fc.tuple(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 51n, max: 5000n }));

const models: fc.Arbitrary<PriceModel> = fc.oneof(
  minors.map((amountMinor): PriceModel => ({ kind: 'flat', amountMinor })),
  fc
    .tuple(unitPrices, fc.constantFrom(1n, 3n, 1000n))
    .map(([unitPrice, per]): PriceModel => ({ kind: 'per_unit', unitPrice, per })),
  fc
    .tuple(
      fc.constantFrom('graduated' as const, 'volume' as const),
      tierBounds,
      fc.array(unitPrices, { minLength: 3, maxLength: 3 }),
      minors,
    )
    .map(
      ([kind, bounds, prices, flatMinor]): PriceModel => ({
        kind,
        per: 1n,
        tiers: [...bounds, null].map((bound, index) => ({
          upTo: bound === null ? null : ((bound * ONE) as Decimal12),
          unitPrice: prices[index] as Decimal12,
          flatMinor: index === 1 ? flatMinor : 0n,
        })),
      }),
    ),
  fc.tuple(fc.bigInt({ min: 1n, max: 100n }), unitPrices).map(
    ([size, packagePrice]): PriceModel => ({
      kind: 'package',
      size: (size * ONE) as Decimal12,
      packagePrice,
    }),
  ),
);
const cadences: fc.Arbitrary<Cadence> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Cadence>({ interval: 'month', count: 1 }) },
  {
    weight: 2,
    arbitrary: fc.record({
      interval: fc.constantFrom(...CADENCE_INTERVALS),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
);
const terms = fc.oneof(
  { weight: 4, arbitrary: fc.constant(DEFAULT_PRICE_TERMS) },
  {
    weight: 1,
    arbitrary: fc.record({
      includedUnits: fc.bigInt({ min: 0n, max: 20n }).map((units) => (units * ONE) as Decimal12),
      minimumMinor: fc.option(minors, { nil: null }),
      maximumMinor: fc.option(
        minors.map((minor) => minor + 100_000n),
        { nil: null },
      ),
      conversion: fc.constant(null),
      discountPercent: fc.constantFrom(dec('0'), dec('12.5')),
    }),
  },
);

const prices: fc.Arbitrary<Price> = fc
  .record({
    id: fc.nat(9),
    model: models,
    quantity: fc.constantFrom('fixed' as const, 'seats' as const, 'meter' as const),
    timing: fc.constantFrom('in_advance' as const, 'in_arrears' as const),
    cadence: cadences,
    alignment: fc.constantFrom('anniversary' as const, 'calendar' as const),
    proration: fc.constantFrom('second' as const, 'second' as const, 'day' as const, 'none' as const),
    terms,
    taxCode: fc.constantFrom('standard', 'standard', 'reduced', 'none'),
  })
  .map(({ id, quantity, timing, ...rest }) =>
    price(`p${id}`, {
      ...rest,
      quantity: quantity === 'meter' ? { kind: 'meter', meterId: `meter_${id}` } : { kind: quantity },
      timing: quantity === 'meter' ? 'in_arrears' : timing,
    }),
  );

interface DrawnItem {
  readonly price: Price;
  readonly quantity: bigint;
  readonly delay: number;
  readonly isAdded: boolean;
  readonly end: {
    readonly afterChangeMs: number;
    readonly isEarly: boolean;
    readonly creditUnused: boolean;
  } | null;
}

const drawnItems: fc.Arbitrary<DrawnItem> = fc.record({
  price: prices,
  quantity: fc.bigInt({ min: 0n, max: 40n }),
  delay: fc.oneof(fc.constant(0), fc.nat(40 * MS_PER_DAY)),
  isAdded: fc.boolean(),
  end: fc.option(
    fc.record({
      afterChangeMs: fc.oneof(fc.constant(0), moments(0, 60)),
      isEarly: fc.boolean(),
      creditUnused: fc.boolean(),
    }),
    { nil: null },
  ),
});

const drawnDiscounts = fc.record({
  value: fc.oneof(
    fc
      .constantFrom('10', '33.333333', '100', '7.5')
      .map((text) => ({ kind: 'percent' as const, percent: dec(text) })),
    minors.map((minor) => ({ kind: 'amount' as const, amountsMinor: { [currencyCode('EUR')]: minor } })),
  ),
  priceKeys: fc.oneof(
    fc.constant([]),
    fc.subarray(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9']),
  ),
  stackOrder: fc.integer({ min: 0, max: 3 }),
  from: moments(START, 60),
  days: fc.option(fc.nat(120), { nil: null }),
  cadence: fc.option(cadences, { nil: null }),
});

const RATES: Readonly<Record<string, TaxRate>> = {
  standard: { id: 'r19', name: 'VAT', percent: dec('19'), category: 'S', country: 'DE' },
  reduced: { id: 'r7', name: 'VAT', percent: dec('7.7'), category: 'S', country: 'CH' },
};
const taxChoices: fc.Arbitrary<TaxChoice> = fc.record({
  mode: fc.constantFrom('exclusive' as const, 'inclusive' as const),
  standardRate: fc.constantFrom(RATES.standard ?? null, null),
  ratesByTaxCode: fc.constantFrom<Record<string, TaxRate>>({}, { reduced: RATES.reduced as TaxRate }),
});

const settingsOf: fc.Arbitrary<BillingSettings> = fc
  .record({
    zeroInvoices: fc.constantFrom('issue' as const, 'skip' as const),
    rounding: fc.constantFrom(
      'half_away_from_zero' as const,
      'half_even' as const,
      'up' as const,
      'down' as const,
    ),
    paymentTermsDays: fc.constantFrom(0, 14),
    usageGraceMs: fc.constantFrom(0, 3_600_000, 3 * MS_PER_DAY),
    order: fc.constantFrom('given' as const, 'percent_then_fixed' as const),
    split: fc.constantFrom('largest_remainder' as const, 'remainder_last' as const),
    tax: fc.constantFrom('per_category' as const, 'per_category' as const, 'per_line' as const),
  })
  .map(({ order, split, tax, ...rest }) => ({
    ...DEFAULT_BILLING_SETTINGS,
    ...rest,
    discounts: { order, split, percent: 'per_line' },
    tax: { rounding: tax, inclusive: 'round_tax' },
    maxLinesPerInvoice: 5000,
  }));

/** Random subscriptions, in everything that a compiled billing has to get right. */
export const billingStories: fc.Arbitrary<BillingStory> = fc
  .record({
    start: moments(START, 45),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia'),
    billingDay: fc.oneof(fc.constant(null), fc.constant(null), fc.integer({ min: 1, max: 31 })),
    items: fc.array(drawnItems, { minLength: 1, maxLength: 8 }),
    discounts: fc.array(drawnDiscounts, { maxLength: 3 }),
    charges: fc.array(fc.tuple(moments(START, 150), prices, fc.bigInt({ min: 1n, max: 9n })), {
      maxLength: 2,
    }),
    early: fc.array(moments(START, 90), { maxLength: 4 }),
    late: fc.array(moments(START + 90 * MS_PER_DAY, 120), { minLength: 1, maxLength: 6 }),
    settings: settingsOf,
    taxChoice: taxChoices,
    creditBalanceMinor: fc.constantFrom(0n, 0n, 5_000n),
    quantities: fc.array(
      fc.oneof(
        fc.bigInt({ min: 0n, max: 10_000n }).map((units) => units * ONE),
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 16n }),
      ),
      { minLength: 7, maxLength: 7 },
    ),
  })
  .map(({ start, items, discounts, charges, early, late, zone, billingDay, ...rest }) => {
    const runs = [...early].sort((a, b) => a - b);
    const changeAt = runs.at(-1) ?? start;
    const shape = { start, zone, billingDay, charges, discounts };
    const known = items.filter((item) => !item.isAdded);
    return {
      ...rest,
      early: runs,
      late: late.sort((a, b) => a - b),
      before: subscriptionOf(
        shape,
        known.map((item, index) => itemOf(item, index, start, changeAt, false)),
      ),
      after: subscriptionOf(shape, [
        ...known.map((item, index) => itemOf(item, index, start, changeAt, true)),
        ...items
          .filter((item) => item.isAdded)
          .map((item, index) =>
            itemOf(item, known.length + index, Math.max(start, changeAt) as Instant, changeAt, true),
          ),
      ]),
    };
  });

function itemOf(
  drawn: DrawnItem,
  index: number,
  from: Instant,
  changeAt: Instant,
  isAfter: boolean,
): SubscriptionItem {
  const { end } = drawn;
  const activeFrom = (from + drawn.delay) as Instant;
  const isEnded = end !== null && (isAfter || end.isEarly);
  const base = end?.isEarly === true ? from : Math.max(from, changeAt);
  return {
    id: `item_${index}`,
    planId: index % 2 === 0 ? 'plan_a' : 'plan_b',
    planVersionId: 'ver_a',
    price: drawn.price,
    isOverridden: false,
    source: FROM_PLAN,
    quantity: drawn.quantity,
    anchorAt: from,
    activeFrom,
    activeTo: isEnded ? (Math.max(activeFrom, base + end.afterChangeMs) as Instant) : null,
    creditUnused: isEnded && end.creditUnused,
  };
}

interface Shape {
  readonly start: Instant;
  readonly zone: string;
  readonly billingDay: number | null;
  readonly charges: readonly (readonly [Instant, Price, bigint])[];
  readonly discounts: readonly (typeof drawnDiscounts extends fc.Arbitrary<infer T> ? T : never)[];
}

function subscriptionOf(shape: Shape, items: readonly SubscriptionItem[]): Subscription {
  const { start, zone, billingDay } = shape;
  return {
    id: 'sub_1',
    customerId: 'cus_1',
    planId: 'plan_a',
    planVersionId: 'ver_a',
    status: 'active',
    currency: currencyCode('EUR'),
    timeZone: zone,
    billingAuthority: 'billhook',
    seats: 1n,
    startAt: start,
    trialEndAt: null,
    trialEnd: 'convert',
    anchorAt: start,
    billingDay,
    endedAt: null,
    schedule: [],
    pauses: [],
    discounts: shape.discounts.map((drawn, index) => discountOf(drawn, index, shape)),
    charges: shape.charges.map(
      ([at, chargePrice, quantity], index): OneOffCharge => ({
        id: `charge_${index}`,
        at,
        description: 'Set-up',
        price: { ...chargePrice, quantity: { kind: 'fixed' } },
        quantity,
        addOnId: null,
      }),
    ),
    nextActionAt: null,
    items,
  };
}

function discountOf(drawn: Shape['discounts'][number], index: number, shape: Shape): AppliedDiscount {
  const { value, priceKeys, stackOrder, from, days, cadence } = drawn;
  return {
    id: `discount_${index}`,
    coupon: {
      id: `coupon_${index}`,
      key: `c${index}`,
      name: 'Coupon',
      value,
      duration: { kind: 'forever' },
      scope: { planIds: index === 2 ? ['plan_a'] : [], priceKeys },
      maxRedemptions: null,
      maxPerCustomer: null,
      redeemBy: null,
      stackOrder,
      isStackable: true,
    },
    redeemedAt: from,
    from,
    until: days === null ? null : ((from + days * MS_PER_DAY) as Instant),
    periods:
      cadence === null
        ? null
        : {
            anchorAt: shape.start,
            timeZone: shape.zone,
            cadence,
            alignment: 'anniversary',
            billingDay: shape.billingDay,
          },
  };
}
