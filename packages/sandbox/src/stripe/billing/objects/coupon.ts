import type {
  CouponRecord,
  DiscountRecord,
  PromotionCodeRecord,
  TaxRateRecord,
} from '../../../state/billing-records.ts';

/** True while a coupon can be redeemed. */
export function isValid(coupon: CouponRecord, now: number): boolean {
  const { redeemBy, maxRedemptions, timesRedeemed } = coupon;
  return (redeemBy === null || now < redeemBy) && (maxRedemptions === null || timesRedeemed < maxRedemptions);
}

/** A coupon as Stripe's API shows it. */
export function renderCoupon(coupon: CouponRecord, now: number): object {
  return {
    id: coupon.id,
    object: 'coupon',
    amount_off: coupon.amountOff,
    created: coupon.created,
    currency: coupon.currency,
    duration: coupon.duration,
    duration_in_months: coupon.durationInMonths,
    livemode: false,
    max_redemptions: coupon.maxRedemptions,
    metadata: coupon.metadata,
    name: coupon.name,
    percent_off: coupon.percentOff === null ? null : Number(coupon.percentOff),
    redeem_by: coupon.redeemBy,
    times_redeemed: coupon.timesRedeemed,
    valid: isValid(coupon, now),
  };
}

/** A promotion code as Stripe's API shows it. */
export function renderPromotionCode(code: PromotionCodeRecord): object {
  return {
    id: code.id,
    object: 'promotion_code',
    active: code.active,
    code: code.code,
    created: code.created,
    customer: code.customer,
    customer_account: null,
    expires_at: code.expiresAt,
    livemode: false,
    max_redemptions: code.maxRedemptions,
    metadata: code.metadata,
    promotion: { coupon: code.coupon, type: 'coupon' },
    restrictions: {
      first_time_transaction: code.firstTime,
      minimum_amount: code.minimumAmount,
      minimum_amount_currency: code.minimumCurrency,
    },
    times_redeemed: code.timesRedeemed,
  };
}

/** A discount as Stripe's API shows it. */
export function renderDiscount(discount: DiscountRecord): object {
  return {
    id: discount.id,
    object: 'discount',
    checkout_session: null,
    customer: discount.customer,
    customer_account: null,
    end: discount.end,
    invoice: discount.invoice,
    invoice_item: null,
    promotion_code: discount.promotionCode,
    source: { coupon: discount.coupon, type: 'coupon' },
    start: discount.created,
    subscription: discount.subscription,
    subscription_item: null,
  };
}

/** A tax rate as Stripe's API shows it. */
export function renderTaxRate(rate: TaxRateRecord): object {
  return {
    id: rate.id,
    object: 'tax_rate',
    active: rate.active,
    country: rate.country,
    created: rate.created,
    description: rate.description,
    display_name: rate.displayName,
    effective_percentage: null,
    flat_amount: null,
    inclusive: rate.inclusive,
    jurisdiction: rate.jurisdiction,
    jurisdiction_level: null,
    livemode: false,
    metadata: rate.metadata,
    percentage: Number(rate.percentage),
    rate_type: 'percentage',
    state: rate.state,
    tax_type: rate.taxType,
  };
}
