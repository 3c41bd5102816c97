import type { Pricing, Tier } from '@billhook/sdk/generated/types';

const NUMBER = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?$/;
const WHOLE = /^[1-9]\d{0,14}$/;

export const NO_NUMBER = 'Write a number.';

export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** Where a tier begins: just above the end of the one before. */
export function startOf(tiers: readonly Tier[], index: number): string {
  return index === 0 ? '0' : (tiers[index - 1]?.upTo ?? '0');
}

/** Why a tier cannot be as it is: it must end above where it begins. */
export function tierFault(tiers: readonly Tier[], index: number): string | undefined {
  const end = tiers[index]?.upTo;
  if (end === null || end === undefined) return undefined;
  if (!isNumber(end)) return NO_NUMBER;
  const start = startOf(tiers, index);
  return isNumber(start) && Number(end) <= Number(start) ? 'Must be above the tier before.' : undefined;
}

export function priceFault(text: string): string | undefined {
  return isNumber(text) ? undefined : NO_NUMBER;
}

export function perFault(text: string): string | undefined {
  return WHOLE.test(text) ? undefined : 'Write a whole number from 1.';
}

/** The pricing, or null while something of it is being typed, so that nobody is asked what it would cost. */
export function typedPricing(pricing: Pricing): Pricing | null {
  const faults =
    pricing.model === 'per_unit'
      ? [priceFault(pricing.unitAmount), perFault(pricing.per)]
      : pricing.model === 'graduated'
        ? [
            perFault(pricing.per),
            ...pricing.tiers.flatMap((tier, index) => [
              tierFault(pricing.tiers, index),
              priceFault(tier.unitAmount),
            ]),
          ]
        : [];
  return faults.every((fault) => fault === undefined) ? pricing : null;
}
