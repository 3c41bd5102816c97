import type { PriceAmounts, PriceRecord, Tier } from '../../state/billing-records.ts';
import { decimal, divideRounded, ONE } from './decimal.ts';

/** What a price asks in a currency, or undefined when it is not offered in it. */
export function amountsIn(price: PriceRecord, currency: string): PriceAmounts | undefined {
  return price.currency === currency ? price.amounts : price.others[currency];
}

/**
 * What a quantity costs in minor units, rounded once, halves away from zero. `quantity` is scaled by 10^12;
 * `part` is the share of the period that is paid for.
 */
export function costOf(
  price: PriceRecord,
  currency: string,
  quantity: bigint,
  part: { readonly of: number; readonly whole: number } = { of: 1, whole: 1 },
): number {
  const amounts = amountsIn(price, currency);
  if (amounts === undefined) throw new Error('a price is billed in a currency that it is not offered in');
  const units = transformed(price, quantity);
  // Twice scaled: once by the unit price, once by the quantity.
  const exact =
    amounts.tiers === null
      ? decimal(amounts.unitAmount ?? '0') * units
      : tieredCost(amounts.tiers, price.tiersMode ?? 'graduated', units);
  return Number(divideRounded(exact * BigInt(part.of), ONE * ONE * BigInt(part.whole)));
}

function transformed({ transform }: PriceRecord, quantity: bigint): bigint {
  if (transform === null) return quantity;
  const size = BigInt(transform.divideBy) * ONE;
  const whole = quantity / size;
  const up = transform.round === 'up' && quantity % size !== 0n;
  return (up ? whole + 1n : whole) * ONE;
}

function tieredCost(tiers: readonly Tier[], mode: 'graduated' | 'volume', units: bigint): bigint {
  const flat = (tier: Tier) => decimal(tier.flatAmount ?? '0') * ONE;
  const each = (tier: Tier) => decimal(tier.unitAmount ?? '0');
  const end = (tier: Tier) => (tier.upTo === null ? null : BigInt(tier.upTo) * ONE);
  if (mode === 'volume') {
    const tier = tiers.find((one) => (end(one) ?? units) >= units);
    return tier === undefined ? 0n : each(tier) * units + flat(tier);
  }
  let cost = 0n;
  let from = 0n;
  for (const [index, tier] of tiers.entries()) {
    // The flat amount of the first tier is asked for also when nothing was used.
    if (index > 0 && units <= from) break;
    const to = end(tier) ?? units;
    const inside = (to < units ? to : units) - from;
    cost += each(tier) * (inside > 0n ? inside : 0n) + flat(tier);
    from = to;
  }
  return cost;
}
