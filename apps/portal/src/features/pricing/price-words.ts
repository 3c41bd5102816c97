import type { PlanRight, Price, PublicPlan, Tier } from '@billhook/sdk/generated/types';
import { formatBytes, formatQuantity } from '@billhook/ui/format';
import { pricingSentence } from '@billhook/ui/pricing-words';
import { unitPriceText } from '@billhook/ui/unit-price';

const MIB = '1048576';

/** `1,000 calls`, `call`, `MiB`: what a unit price is for. */
function perText(per: string, unit: string, locale: string): string {
  if (unit === 'bytes') return per === MIB ? 'MiB' : formatBytes(per, locale);
  return per === '1' ? unit.replace(/s$/, '') : `${formatQuantity(per, locale)} ${unit}`;
}

function countText(quantity: string, unit: string, locale: string): string {
  return unit === 'bytes' ? formatBytes(quantity, locale) : `${formatQuantity(quantity, locale)} ${unit}`;
}

const isFree = ({ unitAmount, flatAmount }: Tier) => /^0(\.0+)?$/.test(unitAmount) && flatAmount === '0';

/** What use costs, in one sentence: `10,000 calls included, then 0.50 EUR per 1,000 calls`. */
export function usagePriceText(price: Price, unit: string, currency: string, locale: string): string {
  const { pricing } = price;
  if (pricing.model === 'flat') return price.name;
  if (!('per' in pricing) || pricing.model === 'matrix')
    return pricingSentence(pricing, unit, currency, locale);
  const each = (amount: string) =>
    `${unitPriceText(amount, currency, locale)} per ${perText(pricing.per, unit, locale)}`;
  if (pricing.model === 'per_unit') return each(pricing.unitAmount);
  const parts = pricing.tiers.map((tier, index) => {
    const upTo = tier.upTo === null ? null : countText(tier.upTo, unit, locale);
    if (isFree(tier)) return index === 0 && upTo ? `${upTo} included` : 'no charge';
    if (upTo !== null) return `${each(tier.unitAmount)} up to ${upTo}`;
    return index === 0 ? each(tier.unitAmount) : `then ${each(tier.unitAmount)}`;
  });
  return parts.join(', ');
}

/** A right as the cell of a matrix; true and false are drawn. */
export function rightText(right: PlanRight, plan: PublicPlan, locale: string): string | boolean {
  if (right.kind === 'boolean') return right.enabled;
  if (right.kind === 'configuration') {
    const { value } = right;
    if (typeof value === 'boolean') return value;
    return Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'number'
        ? formatQuantity(`${value}`, locale)
        : value;
  }
  if (right.limit === null) return 'Unlimited';
  const unit = right.unit || (plan.units[right.feature] ?? '');
  return countText(right.limit, unit, locale);
}
