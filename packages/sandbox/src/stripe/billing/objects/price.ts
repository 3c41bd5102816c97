import type { PriceAmounts, PriceRecord, ProductRecord, Tier } from '../../../state/billing-records.ts';
import { decimal, ONE } from '../decimal.ts';

/** A decimal of minor units as whole ones, null where it has a fraction, as in Stripe's API. */
export function wholeOf(text: string | null): number | null {
  if (text === null) return null;
  const scaled = decimal(text);
  return scaled % ONE === 0n ? Number(scaled / ONE) : null;
}

/** A product as Stripe's API shows it. */
export function renderProduct(product: ProductRecord): object {
  return {
    id: product.id,
    object: 'product',
    active: product.active,
    created: product.created,
    default_price: product.defaultPrice,
    description: product.description,
    images: product.images,
    livemode: false,
    marketing_features: product.marketingFeatures.map((name) => ({ name })),
    metadata: product.metadata,
    name: product.name,
    package_dimensions: null,
    shippable: product.shippable,
    statement_descriptor: product.statementDescriptor,
    tax_code: product.taxCode,
    type: 'service',
    unit_label: product.unitLabel,
    updated: product.updated,
    url: product.url,
  };
}

/** A price as Stripe's API shows it. Its tiers and further currencies are shown when they are asked for. */
export function renderPrice(price: PriceRecord): object {
  const { amounts, recurring, transform } = price;
  return {
    id: price.id,
    object: 'price',
    active: price.active,
    billing_scheme: amounts.tiers === null ? 'per_unit' : 'tiered',
    created: price.created,
    currency: price.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: price.lookupKey,
    metadata: price.metadata,
    nickname: price.nickname,
    product: price.product,
    recurring:
      recurring === null
        ? null
        : {
            interval: recurring.interval,
            interval_count: recurring.intervalCount,
            meter: recurring.meter,
            trial_period_days: recurring.trialPeriodDays,
            usage_type: recurring.usageType,
          },
    tax_behavior: amounts.taxBehavior,
    tiers_mode: price.tiersMode,
    transform_quantity: transform === null ? null : { divide_by: transform.divideBy, round: transform.round },
    type: recurring === null ? 'one_time' : 'recurring',
    unit_amount: wholeOf(amounts.unitAmount),
    unit_amount_decimal: amounts.unitAmount,
  };
}

/** The tiers of a price. */
export function renderTiers(tiers: readonly Tier[] | null): object[] {
  return (tiers ?? []).map((tier) => ({
    flat_amount: wholeOf(tier.flatAmount),
    flat_amount_decimal: tier.flatAmount,
    unit_amount: wholeOf(tier.unitAmount),
    unit_amount_decimal: tier.unitAmount,
    up_to: tier.upTo,
  }));
}

/** What a price asks in each currency. */
export function renderCurrencyOptions(price: PriceRecord): object {
  const option = (amounts: PriceAmounts) => ({
    custom_unit_amount: null,
    tax_behavior: amounts.taxBehavior,
    ...(amounts.tiers === null ? {} : { tiers: renderTiers(amounts.tiers) }),
    unit_amount: wholeOf(amounts.unitAmount),
    unit_amount_decimal: amounts.unitAmount,
  });
  const all = { [price.currency]: price.amounts, ...price.others };
  return Object.fromEntries(Object.entries(all).map(([currency, amounts]) => [currency, option(amounts)]));
}

/** The older form of a recurring price, which subscription items still show. */
export function renderPlan(price: PriceRecord): object {
  const { amounts, recurring, transform } = price;
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: wholeOf(amounts.unitAmount),
    amount_decimal: amounts.unitAmount,
    billing_scheme: amounts.tiers === null ? 'per_unit' : 'tiered',
    created: price.created,
    currency: price.currency,
    interval: recurring?.interval ?? 'month',
    interval_count: recurring?.intervalCount ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: recurring?.meter ?? null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: price.tiersMode,
    transform_usage: transform === null ? null : { divide_by: transform.divideBy, round: transform.round },
    trial_period_days: recurring?.trialPeriodDays ?? null,
    usage_type: recurring?.usageType ?? 'licensed',
  };
}
