import { type CouponDraft, checkCoupon } from '@billhook/core/catalog/check-coupon';
import type { Coupon, CouponDuration } from '@billhook/core/catalog/coupon';
import type { CurrencyCode } from '@billhook/core/money/currency';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import type { CouponValueJson } from './coupon-json.ts';
import type { FaultList } from './faults.ts';
import { readDecimal } from './model-input.ts';

/** A coupon as a seller writes it: plans and prices by key. */
export type CouponInput = {
  key: string;
  name: string;
  value: CouponValueJson;
  duration?: CouponDuration | undefined;
  plans?: readonly string[] | undefined;
  prices?: readonly string[] | undefined;
  max_redemptions?: number | null | undefined;
  max_per_customer?: number | null | undefined;
  redeem_by?: string | null | undefined;
  stack_order?: number | undefined;
  stackable?: boolean | undefined;
};

/** What a coupon may name. */
export type CouponVocabulary = {
  /** Row ids of plans by key. */
  planIds: ReadonlyMap<string, string>;
  priceKeys: readonly string[];
};

/**
 * Reads and checks a coupon; every fault at once, with pointers into what was written.
 *
 * @param now the moment that `redeem_by` lies after; null where the coupon stands already and its moment may be over
 */
export function readCoupon(
  input: CouponInput,
  words: CouponVocabulary,
  now: Instant | null,
  faults: FaultList,
): CouponDraft {
  const draft: CouponDraft = {
    key: input.key,
    name: input.name,
    value: readValue(input.value, faults),
    duration: input.duration ?? { kind: 'forever' },
    // Core names what it does not know by what it was given, so an unknown key stands for itself.
    scope: {
      planIds: (input.plans ?? []).map((key) => words.planIds.get(key) ?? key),
      priceKeys: input.prices ?? [],
    },
    maxRedemptions: input.max_redemptions ?? null,
    maxPerCustomer: input.max_per_customer ?? null,
    redeemBy: readMoment(input.redeem_by ?? null, faults),
    stackOrder: input.stack_order ?? 0,
    isStackable: input.stackable ?? true,
  };
  const context = { planIds: [...words.planIds.values()], priceKeys: words.priceKeys };
  const checked = now === null ? { ...draft, redeemBy: null } : draft;
  for (const fault of checkCoupon(checked, { ...context, now: now ?? (0 as Instant) })) {
    faults.add(couponPointer(fault.pointer), fault.code, fault.detail);
  }
  return draft;
}

/** Core points at its own members. */
export function couponPointer(pointer: string): string {
  return pointer
    .replace(/^\/scope\/plan_ids/, '/plans')
    .replace(/^\/scope\/price_keys/, '/prices')
    .replace(/^\/value\/amounts_minor/, '/value/amounts');
}

function readValue(value: CouponValueJson, faults: FaultList): Coupon['value'] {
  if (value.kind === 'percent')
    return { kind: 'percent', percent: readDecimal(value.percent, '/value/percent', faults) };
  const amountsMinor: Partial<Record<CurrencyCode, bigint>> = {};
  // The check names a currency that there is not.
  for (const [code, minor] of Object.entries(value.amounts))
    amountsMinor[code as CurrencyCode] = BigInt(minor);
  return { kind: 'amount', amountsMinor };
}

export function readMoment(text: string | null, faults: FaultList): Instant | null {
  if (text === null) return null;
  const moment = parseInstant(text);
  if (moment.ok) return moment.value;
  faults.add('/redeem_by', moment.refusal.code, moment.refusal.detail);
  return null;
}
