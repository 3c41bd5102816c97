import { DEFAULT_PRICE_SHAPE, type Price } from '@billhook/core/catalog/price';
import type { PriceModel } from '@billhook/core/catalog/price-model';
import { billedLinesOf, decideInvoice, usageToLoad } from '@billhook/core/invoicing/decide-invoice';
import { compileBilling } from '@billhook/core/invoicing/fast/compile-billing';
import type { CompiledBilling } from '@billhook/core/invoicing/fast/compiled-billing';
import { documentOf } from '@billhook/core/invoicing/fast/fast-document';
import type { AheadInput } from '@billhook/core/invoicing/fast/preview-ahead';
import type { BilledLine, UsageQuantity } from '@billhook/core/invoicing/line';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import type { TaxChoice } from '@billhook/core/invoicing/tax';
import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { currencyCode } from '@billhook/core/money/currency';
import {
  FROM_PLAN,
  type Subscription,
  type SubscriptionItem,
} from '@billhook/core/subscriptions/subscription';
import { MONTHLY } from '@billhook/core/time/cadence';
import { type Instant, MS_PER_DAY, parseInstant } from '@billhook/core/time/instant';

/** One customer in the middle of a change, as a run finds them. */
export interface BillingCase {
  readonly subscription: Subscription;
  readonly billed: readonly BilledLine[];
  readonly settings: BillingSettings;
  readonly taxChoice: TaxChoice;
  /** The moment of the run that is measured. */
  readonly at: Instant;
}

const EUR = currencyCode('EUR');
export const SETTINGS: BillingSettings = { ...DEFAULT_BILLING_SETTINGS, maxLinesPerInvoice: 10_000 };
export const TAX: TaxChoice = {
  mode: 'exclusive',
  standardRate: { id: 's', name: 'VAT 19 %', percent: decimal('19'), category: 'S', country: 'DE' },
  ratesByTaxCode: {
    reduced: { id: 'r', name: 'VAT 7 %', percent: decimal('7'), category: 'S', country: 'DE' },
  },
};

/**
 * A subscription in its third month whose seats went from 12 to 17 in the middle of it, so that the run after it makes
 * seven lines for every `width`: fee, seats, add-on of the month ahead, the credit of 12 seats for the rest of the month,
 * the charge of 17 for it, and two prices over usage in tiers. All are discounted by 15 percent and taxed at two rates.
 */
export function billingCase(seed: number, width = 1): BillingCase {
  const startAt = moment('2026-01-01T00:00:00Z');
  const lastRunAt = moment('2026-03-01T00:00:00Z');
  const changeAt = (moment('2026-03-09T00:00:00Z') + ((seed * 7_919_000) % (14 * MS_PER_DAY))) as Instant;
  const before = subscriptionOf(seed, startAt, itemsOf(seed, width, startAt, null));
  const billed = billThrough(before, [startAt, moment('2026-02-01T00:00:00Z'), lastRunAt]);
  const subscription = subscriptionOf(seed, startAt, itemsOf(seed, width, startAt, changeAt));
  return { subscription, billed, settings: SETTINGS, taxChoice: TAX, at: moment('2026-04-01T00:00:00Z') };
}

/** Every billing of it compiled, after a check that both ways make the same document. */
export function compiledCase(one: BillingCase, usage: readonly UsageQuantity[]): CompiledBilling {
  const billing = compileBilling({ ...one, creditBalanceMinor: 0n });
  const decided = decideCase(one, usage);
  const bill = billing?.bill(one.at, quantitiesFor(billing, one.at, usage));
  if (billing === null || bill == null) throw new Error('This subscription is compiled.');
  const compiled = documentOf(billing, { invoiceId: 'inv', usage });
  if (text(compiled) !== text(decided)) throw new Error('Both ways make the same document.');
  return billing;
}

export function decideCase(one: BillingCase, usage: readonly UsageQuantity[]) {
  const decision = decideInvoice({
    now: one.at,
    invoiceId: 'inv',
    customer: { id: 'cus', currency: EUR, creditBalanceMinor: 0n },
    subscriptions: [one.subscription],
    billed: one.billed,
    usage,
    taxChoice: one.taxChoice,
    settings: one.settings,
    hasPaymentMethod: true,
  });
  if (!decision.ok) throw new Error(decision.refusal.detail);
  return decision.value.invoice;
}

export function usageOf(
  { subscription, billed, settings, at }: BillingCase,
  seed: number,
): readonly UsageQuantity[] {
  const windows = usageToLoad({
    now: at,
    subscriptions: [subscription],
    billed,
    settings,
    hasPaymentMethod: true,
  });
  return windows.map(({ itemId, meterId, period }, index) => ({
    itemId,
    meterId,
    period,
    quantity: ((BigInt((seed * 7919 + index * 104_729) % 40_000_000) * 10n ** 12n) / 1000n) as Decimal12,
    eventCount: 3n,
    digest: null,
  }));
}

/** The quantities in the order in which a compiled billing takes them. */
export function quantitiesFor(
  billing: CompiledBilling | null,
  at: Instant,
  usage: readonly UsageQuantity[],
): readonly bigint[] {
  billing?.rewind();
  const windows = billing?.windows(at) ?? [];
  return windows.map(({ itemId }) => usage.find((one) => one.itemId === itemId)?.quantity ?? -1n);
}

/** A monthly subscription with seats and two prices over usage, from its start on through a year. */
export function yearCase(): AheadInput {
  const startAt = moment('2026-01-31T08:30:00Z');
  return {
    subscription: subscriptionOf(1, startAt, itemsOf(1, 1, startAt, null)),
    billed: [],
    settings: SETTINGS,
    taxChoice: TAX,
    creditBalanceMinor: 0n,
    from: startAt,
    until: moment('2027-01-31T08:29:59Z'),
    usageOf: ({ period }) => decimal(`${(period.end / 1000) % 20_000}`),
  };
}

function itemsOf(
  seed: number,
  width: number,
  startAt: Instant,
  changeAt: Instant | null,
): SubscriptionItem[] {
  const each = Array.from({ length: width }, (_, index) => {
    const name = (kind: string) => `${kind}_${index}`;
    const seats = priceOf(
      name('seats'),
      { kind: 'per_unit', unitPrice: decimal('7.77'), per: 1n },
      { kind: 'seats' },
    );
    const all = [
      itemOf(priceOf(name('fee'), { kind: 'flat', amountMinor: BigInt(2900 + seed) }), 1n, startAt),
      itemOf(
        { ...priceOf(name('add'), { kind: 'flat', amountMinor: 990n }), taxCode: 'reduced' },
        1n,
        startAt,
      ),
      itemOf(usagePrice(name('calls'), 'graduated'), 1n, startAt),
      itemOf({ ...usagePrice(name('storage'), 'volume'), taxCode: 'reduced' }, 1n, startAt),
      { ...itemOf(seats, 12n, startAt), activeTo: changeAt, creditUnused: changeAt !== null },
    ];
    if (changeAt !== null)
      all.push({ ...itemOf(seats, 17n, startAt), id: name('seats2'), activeFrom: changeAt });
    return all;
  });
  return each.flat();
}

function itemOf(price: Price, quantity: bigint, startAt: Instant): SubscriptionItem {
  return {
    id: price.key,
    planId: 'plan',
    planVersionId: 'version',
    price,
    isOverridden: false,
    source: FROM_PLAN,
    quantity,
    anchorAt: startAt,
    activeFrom: startAt,
    activeTo: null,
    creditUnused: false,
  };
}

function priceOf(key: string, model: PriceModel, quantity: Price['quantity'] = { kind: 'fixed' }): Price {
  return {
    id: `price_${key}`,
    key,
    name: `Price ${key}`,
    model,
    quantity,
    timing: quantity.kind === 'meter' ? 'in_arrears' : 'in_advance',
    cadence: MONTHLY,
    ...DEFAULT_PRICE_SHAPE,
    taxCode: 'standard',
  };
}

function usagePrice(key: string, kind: 'graduated' | 'volume'): Price {
  const tiers = [
    { upTo: decimal('1000'), unitPrice: decimal('0.01'), flatMinor: 500n },
    { upTo: decimal('10000'), unitPrice: decimal('0.008'), flatMinor: 0n },
    { upTo: null, unitPrice: decimal('0.0025'), flatMinor: 0n },
  ];
  return priceOf(key, { kind, tiers, per: 1n }, { kind: 'meter', meterId: `meter_${key}` });
}

function subscriptionOf(seed: number, startAt: Instant, items: readonly SubscriptionItem[]): Subscription {
  const coupon = {
    id: 'coupon',
    key: 'coupon',
    name: '15 % off',
    value: { kind: 'percent' as const, percent: decimal('15') },
    duration: { kind: 'forever' as const },
    scope: { planIds: [], priceKeys: [] },
    maxRedemptions: null,
    maxPerCustomer: null,
    redeemBy: null,
    stackOrder: 0,
    isStackable: true,
  };
  const periods = {
    anchorAt: startAt,
    timeZone: 'UTC',
    cadence: MONTHLY,
    alignment: 'anniversary' as const,
    billingDay: null,
  };
  return {
    id: 'sub',
    customerId: 'cus',
    planId: 'plan',
    planVersionId: 'version',
    status: 'active',
    currency: EUR,
    timeZone: ['Europe/Berlin', 'UTC', 'Asia/Kolkata', 'Europe/Paris'][seed % 4] as string,
    billingAuthority: 'billhook',
    seats: 12n,
    startAt,
    trialEndAt: null,
    trialEnd: 'convert',
    anchorAt: startAt,
    billingDay: null,
    endedAt: null,
    schedule: [],
    pauses: [],
    discounts: [{ id: 'discount', coupon, redeemedAt: startAt, from: startAt, until: null, periods }],
    charges: [],
    nextActionAt: null,
    items,
  };
}

function billThrough(subscription: Subscription, runs: readonly Instant[]): readonly BilledLine[] {
  let billed: readonly BilledLine[] = [];
  for (const at of runs) {
    const one = { subscription, billed, settings: SETTINGS, taxChoice: TAX, at };
    const invoice = decideCase(one, usageOf(one, at / 1000));
    if (invoice !== null) billed = [...billed, ...billedLinesOf(invoice)];
  }
  return billed;
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));
}

function moment(value: string): Instant {
  const parsed = parseInstant(value);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.value;
}

function decimal(value: string): Decimal12 {
  const parsed = parseDecimal12(value);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.value;
}
