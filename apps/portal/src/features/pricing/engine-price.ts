import {
  DEFAULT_PRICE_SHAPE,
  type Price as EnginePrice,
  STANDARD_TAX_CODE,
} from '@billhook/core/catalog/price';
import type { PriceModel } from '@billhook/core/catalog/price-model';
import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import type { Price, PriceTerms, Tier } from '@billhook/sdk/generated/types';

/** A decimal of the server's; it sends none that cannot be read. */
export function decimalOf(text: string): Decimal12 {
  const value = parseDecimal12(text);
  if (!value.ok) throw new Error(value.refusal.detail);
  return value.value;
}

const decimalOrNull = (text: string | null) => (text === null ? null : decimalOf(text));
const wholeOrNull = (text: string | null | undefined) => (text == null ? null : BigInt(text));

const tierOf = (tier: Tier) => ({
  upTo: decimalOrNull(tier.upTo),
  unitPrice: decimalOf(tier.unitAmount),
  flatMinor: BigInt(tier.flatAmount),
  ...(tier.maxAmount == null ? {} : { capMinor: BigInt(tier.maxAmount) }),
});

/** The model as the engine takes it; null where a quantity does not say enough to compute an amount. */
function modelOf({ pricing }: Price): PriceModel | null {
  switch (pricing.model) {
    case 'flat':
      return { kind: 'flat', amountMinor: BigInt(pricing.amount) };
    case 'per_unit':
      return { kind: 'per_unit', unitPrice: decimalOf(pricing.unitAmount), per: BigInt(pricing.per) };
    case 'graduated':
    case 'volume':
      return { kind: pricing.model, tiers: pricing.tiers.map(tierOf), per: BigInt(pricing.per) };
    case 'stair_step':
      return {
        kind: 'stair_step',
        steps: pricing.steps.map(({ upTo, amount }) => ({
          upTo: decimalOrNull(upTo),
          amountMinor: BigInt(amount),
        })),
      };
    case 'package':
      return {
        kind: 'package',
        size: decimalOf(pricing.size),
        packagePrice: decimalOf(pricing.packageAmount),
      };
    case 'graduated_percentage':
      return {
        kind: 'graduated_percentage',
        tiers: pricing.tiers.map((tier) => ({
          upTo: decimalOrNull(tier.upTo),
          ratePercent: decimalOf(tier.ratePercent),
          flatMinor: BigInt(tier.flatAmount),
        })),
      };
    case 'dynamic_multiplier':
      return { kind: 'dynamic_multiplier', multiplier: decimalOf(pricing.multiplier) };
    case 'commitment':
      return {
        kind: 'commitment',
        minimumMinor: wholeOrNull(pricing.minimum),
        maximumMinor: wholeOrNull(pricing.maximum),
      };
    default:
      return null;
  }
}

function termsOf(terms: PriceTerms): EnginePrice['terms'] {
  const { conversion } = terms;
  return {
    includedUnits: decimalOf(terms.includedUnits ?? '0'),
    minimumMinor: wholeOrNull(terms.minimum),
    maximumMinor: wholeOrNull(terms.maximum),
    conversion: conversion == null ? null : { ...conversion, factor: decimalOf(conversion.factor) },
    discountPercent: decimalOf(terms.discountPercent ?? '0'),
  };
}

/** A price of the catalogue as the engine takes it; meters go by their keys. Null for one over single events. */
export function enginePriceOf(price: Price): EnginePrice | null {
  const model = modelOf(price);
  if (model === null) return null;
  const { id, key, name, timing, cadence, quantity, alignment, proration, terms } = price;
  return {
    id,
    key,
    name,
    model,
    quantity: quantity.kind === 'meter' ? { kind: 'meter', meterId: quantity.meter } : quantity,
    timing,
    cadence,
    alignment: alignment ?? DEFAULT_PRICE_SHAPE.alignment,
    proration: proration ?? DEFAULT_PRICE_SHAPE.proration,
    terms: termsOf(terms ?? {}),
    taxCode: STANDARD_TAX_CODE,
  };
}
