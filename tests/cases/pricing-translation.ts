import { DEFAULT_PRICE_TERMS, type PriceTerms, type UnitConversion } from '@billhook/core/catalog/price';
import type { PriceModel, Tier } from '@billhook/core/catalog/price-model';
import { type Decimal12, decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import type { CurrencyCode } from '@billhook/core/money/currency';
import { parseMinor } from '@billhook/core/money/format';
import type { PriceReading } from '@billhook/core/rating/reading';

interface TierConfig {
  readonly up_to: string | null;
  readonly unit_amount?: string;
  readonly rate_percent?: string;
  readonly flat_amount: string;
  readonly max_amount?: string;
}

interface ConversionConfig {
  readonly operation?: UnitConversion['operation'];
  readonly factor?: string;
  readonly rounding?: UnitConversion['rounding'];
  readonly precision?: number;
}

/** The members of `config` of all models together. */
export interface PricingConfig extends ConversionConfig {
  readonly amount?: string;
  readonly unit_amount?: string;
  readonly free_units?: string;
  readonly dimension?: string;
  readonly unit_amounts?: Readonly<Record<string, string>>;
  readonly tiers?: readonly (TierConfig & {
    max?: Readonly<Record<string, string | null>>;
    price?: string;
  })[];
  readonly package_size?: string;
  readonly package_amount?: string;
  readonly rate_percent?: string;
  readonly fixed_per_event?: string;
  readonly free_events?: number | string | null;
  readonly free_amount?: string | null;
  readonly min_per_event?: string | null;
  readonly max_per_event?: string | null;
  readonly multiplier?: string;
  readonly mode?: 'all_tiers' | 'top_tier';
  readonly units?: Readonly<
    Record<string, readonly { block_size: string; max_blocks: string | number | null; block_price: string }[]>
  >;
  readonly commitment?: string;
  readonly prorate?: { numerator: number | string; denominator: number | string } | null;
  readonly min_amount?: string;
  readonly max_amount?: string;
  readonly discount_percent?: string;
  readonly unit_conversion?: ConversionConfig;
}

export interface PricingInput {
  readonly quantity?: string;
  readonly tier_quantity?: string;
  readonly quantities?: Readonly<Record<string, string>>;
  readonly events?: readonly string[];
  readonly event_amounts?: readonly string[];
  readonly events_full?: readonly string[];
  readonly events_prorated?: readonly string[];
  readonly peaks?: Readonly<Record<string, string>>;
  readonly fees?: readonly { amount: string; prorated?: boolean }[];
  readonly line_position?: 'single' | 'mid' | 'last';
  readonly pre_line_quantity?: string;
  readonly previously_billed?: string;
}

export function decimal(text: string): Decimal12 {
  const value = parseDecimal12(text);
  if (!value.ok) throw new Error(`${text}: ${value.refusal.detail}`);
  return value.value;
}

function orNull<T>(text: string | null | undefined, read: (text: string) => T): T | null {
  return text == null ? null : read(text);
}

/** A unit price; one with more than twelve places is written as the price of as many more units. */
function unitPriceOf(text: string): { unitPrice: Decimal12; per: bigint } {
  const [whole = '0', fraction = ''] = text.split('.');
  const more = Math.max(0, fraction.length - 12);
  if (more === 0) return { unitPrice: decimal(text), per: 1n };
  return { unitPrice: decimal12FromScaled(BigInt(`${whole}${fraction}`)), per: 10n ** BigInt(more) };
}

/** The engine's model for a case, or null for a model that it does not have. */
export function modelOf(model: string, config: PricingConfig, currency: CurrencyCode): PriceModel | null {
  const minor = (text: string) => minorOf(text, currency);
  const tiers = () => (config.tiers ?? []).map((tier) => tierOf(tier, currency));
  switch (model) {
    case 'flat':
      return { kind: 'flat', amountMinor: minor(config.amount ?? '0') };
    case 'per_unit':
      return { kind: 'per_unit', ...unitPriceOf(config.unit_amount ?? '0') };
    case 'per_unit_by_dimension':
      return {
        kind: 'matrix',
        dimensions: [config.dimension ?? ''],
        cells: Object.entries(config.unit_amounts ?? {}).map(([value, amount]) => ({
          values: [value],
          unitPrice: decimal(amount),
        })),
        otherUnitPrice: null,
        per: 1n,
      };
    case 'graduated':
    case 'volume':
    case 'prorated_graduated':
      return { kind: model, tiers: tiers(), per: 1n };
    case 'package':
      return {
        kind: 'package',
        size: decimal(config.package_size ?? '1'),
        packagePrice: decimal(config.package_amount ?? '0'),
      };
    case 'dynamic':
      return { kind: 'dynamic' };
    case 'dynamic_multiplier':
      return { kind: 'dynamic_multiplier', multiplier: decimal(config.multiplier ?? '1') };
    default:
      return eventModelOf(model, config, minor);
  }
}

function eventModelOf(
  model: string,
  config: PricingConfig,
  minor: (text: string) => bigint,
): PriceModel | null {
  switch (model) {
    case 'percentage':
      return {
        kind: 'percentage',
        ratePercent: decimal(config.rate_percent ?? '0'),
        fixedFee: decimal(config.fixed_per_event ?? '0'),
        freeEvents: config.free_events == null ? null : BigInt(config.free_events),
        freeAmount: orNull(config.free_amount, decimal),
        minimumPerEvent: orNull(config.min_per_event, decimal),
        maximumPerEvent: orNull(config.max_per_event, decimal),
      };
    case 'graduated_percentage':
      return {
        kind: 'graduated_percentage',
        tiers: (config.tiers ?? []).map((tier) => ({
          upTo: orNull(tier.up_to, decimal),
          ratePercent: decimal(tier.rate_percent ?? '0'),
          flatMinor: minor(tier.flat_amount),
        })),
      };
    case 'block_tiers':
      return {
        kind: 'block_tiers',
        mode: config.mode ?? 'all_tiers',
        units: Object.entries(config.units ?? {}).map(([name, tiers]) => ({
          name,
          tiers: tiers.map((tier) => ({
            blockSize: decimal(tier.block_size),
            maxBlocks: tier.max_blocks === null ? null : BigInt(tier.max_blocks),
            blockPrice: decimal(tier.block_price),
          })),
        })),
      };
    case 'capacity_tiers':
      return {
        kind: 'capacity_tiers',
        tiers: (config.tiers ?? []).map((tier) => ({
          limits: Object.entries(tier.max ?? {}).map(([name, max]) => ({ name, max: orNull(max, decimal) })),
          amountMinor: minor(tier.price ?? '0'),
        })),
      };
    default:
      return null;
  }
}

function tierOf(tier: TierConfig, currency: CurrencyCode): Tier {
  return {
    upTo: orNull(tier.up_to, decimal),
    unitPrice: decimal(tier.unit_amount ?? '0'),
    flatMinor: minorOf(tier.flat_amount, currency),
    capMinor: orNull(tier.max_amount, (text) => minorOf(text, currency)),
  };
}

export function termsOf(config: PricingConfig, currency: CurrencyCode): PriceTerms {
  const { unit_conversion: conversion } = config;
  return {
    ...DEFAULT_PRICE_TERMS,
    includedUnits: decimal(config.free_units ?? '0'),
    minimumMinor: orNull(config.min_amount, (text) => minorOf(text, currency)),
    maximumMinor: orNull(config.max_amount, (text) => minorOf(text, currency)),
    conversion: conversion === undefined ? null : conversionOf(conversion),
    discountPercent: decimal(config.discount_percent ?? '0'),
  };
}

export function conversionOf({ operation, factor, rounding, precision }: ConversionConfig): UnitConversion {
  return {
    operation: operation ?? 'multiply',
    factor: decimal(factor ?? '1'),
    rounding: rounding ?? 'none',
    places: precision ?? 0,
  };
}

export function readingOf(input: PricingInput, currency: CurrencyCode): PriceReading {
  const byName = (quantities: Readonly<Record<string, string>>) =>
    Object.entries(quantities).map(([name, quantity]) => ({ values: [name], quantity: decimal(quantity) }));
  const amounts = input.events ?? input.event_amounts;
  const { line_position: position, pre_line_quantity: before, previously_billed: billed } = input;
  return {
    quantity: decimal(input.quantity ?? '0'),
    ...(input.tier_quantity === undefined ? {} : { tierQuantity: decimal(input.tier_quantity) }),
    ...(amounts === undefined ? {} : { amounts: amounts.map(decimal) }),
    ...(input.quantities === undefined ? {} : { byValue: byName(input.quantities) }),
    ...(input.peaks === undefined ? {} : { peaks: byName(input.peaks) }),
    ...(input.events_full === undefined
      ? {}
      : {
          prorated: input.events_full.map((full, index) => ({
            full: decimal(full),
            prorated: decimal(input.events_prorated?.[index] ?? '0'),
          })),
        }),
    line: {
      position: position ?? 'single',
      before:
        before === undefined && billed === undefined
          ? null
          : { quantity: decimal(before ?? '0'), billedMinor: minorOf(billed ?? '0', currency) },
    },
  };
}

/** Zeros at the end are no further places. */
export function minorOf(text: string, currency: CurrencyCode): bigint {
  const short = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  const value = parseMinor(short, currency);
  if (!value.ok) throw new Error(`${text}: ${value.refusal.detail}`);
  return value.value;
}
