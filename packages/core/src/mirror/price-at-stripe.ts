import { DEFAULT_PRICE_TERMS, type Price } from '../catalog/price.ts';
import type { PriceModel, Tier } from '../catalog/price-model.ts';
import { counted } from '../kernel/counted.ts';
import {
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromInteger,
  decimal12FromScaled,
  formatDecimal12,
  parseDecimal12,
} from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { currencyCode, minorUnitsPerMajor } from '../money/currency.ts';
import { type Cadence, cadenceStep } from '../time/cadence.ts';

/** The figures of a recurring price at Stripe. Amounts are decimal text in minor units, as Stripe has them. */
export interface PriceFiguresAtStripe {
  /** Three capital letters. */
  readonly currency: string;
  readonly interval: 'day' | 'week' | 'month' | 'year';
  readonly intervalCount: number;
  readonly usage: 'licensed' | 'metered';
  /** Null where tiers say it. */
  readonly unitAmount: string | null;
  readonly tiersMode: 'graduated' | 'volume' | null;
  readonly tiers: readonly TierAtStripe[];
  /** A started package of so many units costs as much as a full one. */
  readonly packageSize: bigint | null;
}

export interface TierAtStripe {
  /** Null in the last one. */
  readonly upTo: bigint | null;
  readonly unitAmount: string | null;
  readonly flatAmount: string | null;
}

/** What a price at Stripe is in the words of the catalogue; its meter is known by the caller. */
export interface PriceFigures {
  readonly model: PriceModel;
  readonly quantity: 'fixed' | 'seats' | 'meter';
  readonly cadence: Cadence;
}

// Stripe counts these in hundredths, although they have none.
const COUNTED_OTHERWISE: ReadonlySet<string> = new Set(['ISK', 'UGX']);

/**
 * A price of ours as Stripe would have it. Refused with `mirror.not_expressible` where Stripe has no such price: nothing
 * is sold there for another amount than here.
 */
export function priceToStripe(price: Price, currency: string): Result<PriceFiguresAtStripe> {
  const reason = hindrance(price, currency);
  if (reason !== null) return refuse('mirror.not_expressible', reason, { price: price.key });
  const shape = shapeOf(price.model, currency);
  const period = intervalOf(price.cadence);
  if (shape === null || period === null)
    return refuse('mirror.not_expressible', 'Stripe has no price of this model.', { price: price.key });
  const usage = price.quantity.kind === 'meter' ? 'metered' : 'licensed';
  return ok({ currency, ...period, usage, ...shape });
}

function hindrance(price: Price, currency: string): string | null {
  const { terms, timing, quantity } = price;
  if (COUNTED_OTHERWISE.has(currency)) return `Stripe counts ${currency} in other units.`;
  if (price.alignment !== 'anniversary') return 'Stripe lays periods out from the subscription alone.';
  if (timing !== (quantity.kind === 'meter' ? 'in_arrears' : 'in_advance'))
    return 'Stripe charges usage in arrears and everything else in advance.';
  if (price.model.kind === 'flat' && quantity.kind !== 'fixed')
    return 'Stripe multiplies an amount by the quantity.';
  if (price.model.kind !== 'flat' && quantity.kind === 'fixed') return 'A fixed price is one amount.';
  const plain = DEFAULT_PRICE_TERMS;
  const isPlain =
    terms.includedUnits === plain.includedUnits &&
    terms.minimumMinor === null &&
    terms.maximumMinor === null &&
    terms.conversion === null &&
    terms.discountPercent === plain.discountPercent;
  return isPlain ? null : 'Stripe has no terms around a period.';
}

type Shape = Pick<PriceFiguresAtStripe, 'unitAmount' | 'tiersMode' | 'tiers' | 'packageSize'>;

function shapeOf(model: PriceModel, currency: string): Shape | null {
  const plain = { unitAmount: null, tiersMode: null, tiers: [], packageSize: null };
  const text = (unitPrice: Decimal12) => amountText(unitPrice, currency);
  switch (model.kind) {
    case 'flat':
      return { ...plain, unitAmount: `${model.amountMinor}` };
    case 'per_unit':
      return model.per === 1n ? { ...plain, unitAmount: text(model.unitPrice) } : null;
    case 'package': {
      const size = wholeOf(model.size);
      return size === null ? null : { ...plain, unitAmount: text(model.packagePrice), packageSize: size };
    }
    case 'graduated':
    case 'volume': {
      const tiers = model.per === 1n ? tiersOf(model.tiers, text) : null;
      return tiers === null ? null : { ...plain, tiersMode: model.kind, tiers };
    }
    default:
      return null;
  }
}

function tiersOf(tiers: readonly Tier[], text: (unitPrice: Decimal12) => string): TierAtStripe[] | null {
  const found: TierAtStripe[] = [];
  for (const { upTo, unitPrice, flatMinor, capMinor } of tiers) {
    const bound = upTo === null ? null : wholeOf(upTo);
    if ((upTo !== null && bound === null) || (capMinor ?? null) !== null) return null;
    found.push({ upTo: bound, unitAmount: text(unitPrice), flatAmount: `${flatMinor}` });
  }
  // Stripe's last tier is open.
  return found.at(-1)?.upTo === null ? found : null;
}

function intervalOf(cadence: Cadence): Pick<PriceFiguresAtStripe, 'interval' | 'intervalCount'> | null {
  const { unit, size } = cadenceStep(cadence);
  const [interval, count] =
    unit === 'months'
      ? size % 12 === 0
        ? (['year', size / 12] as const)
        : (['month', size] as const)
      : size % 7 === 0
        ? (['week', size / 7] as const)
        : (['day', size] as const);
  // No period at Stripe is longer than three years.
  const longest = { day: 1095, week: 156, month: 36, year: 3 }[interval];
  return count <= longest ? { interval, intervalCount: count } : null;
}

/**
 * A price at Stripe in the words of the catalogue. A licensed price counts seats, because Stripe multiplies it by the
 * quantity. Refused with `mirror.not_expressible` where it means something that no price here can mean.
 */
export function priceFromStripe(figures: PriceFiguresAtStripe): Result<PriceFigures> {
  const no = (detail: string) => refuse('mirror.not_expressible', detail);
  const { currency, usage } = figures;
  if (COUNTED_OTHERWISE.has(currency)) return no(`Stripe counts ${currency} in other units.`);
  const cadence = { interval: figures.interval, count: figures.intervalCount };
  const quantity = usage === 'metered' ? ('meter' as const) : ('seats' as const);
  if (figures.tiersMode !== null) {
    if (figures.packageSize !== null) return no('Tiers of packages are not known here.');
    const tiers = figures.tiers.map((tier) => tierFrom(tier, currency));
    const known = tiers.filter((tier) => tier !== null);
    if (known.length !== tiers.length) return no('A tier has an amount that is no figure.');
    return ok({ model: { kind: figures.tiersMode, tiers: known, per: 1n }, quantity, cadence });
  }
  const amount = figures.unitAmount === null ? null : unitPriceOf(figures.unitAmount, currency);
  if (amount === null) return no('The price names no amount.');
  const { packageSize } = figures;
  if (packageSize === null) {
    return ok({ model: { kind: 'per_unit', unitPrice: amount, per: 1n }, quantity, cadence });
  }
  const size = decimal12FromInteger(packageSize);
  return ok({ model: { kind: 'package', size, packagePrice: amount }, quantity, cadence });
}

function tierFrom({ upTo, unitAmount, flatAmount }: TierAtStripe, currency: string): Tier | null {
  const unitPrice = unitAmount === null ? DECIMAL12_ZERO : unitPriceOf(unitAmount, currency);
  const flat = flatAmount === null ? DECIMAL12_ZERO : decimalOf(flatAmount);
  const flatMinor = flat === null ? null : wholeOf(flat);
  if (unitPrice === null || flatMinor === null) return null;
  return { upTo: upTo === null ? null : decimal12FromInteger(upTo), unitPrice, flatMinor };
}

/** A unit price in minor units, exact. */
function amountText(unitPrice: Decimal12, currency: string): string {
  return formatDecimal12(decimal12FromScaled(unitPrice * BigInt(minorUnitsPerMajor(currencyCode(currency)))));
}

/** Null for what is no figure, and for parts that twelve places do not hold. */
function unitPriceOf(minorText: string, currency: string): Decimal12 | null {
  const minor = decimalOf(minorText);
  if (minor === null) return null;
  const per = minorUnitsPerMajor(currencyCode(currency));
  return minor % per === 0n ? decimal12FromScaled(minor / per) : null;
}

function decimalOf(text: string): Decimal12 | null {
  const value = parseDecimal12(text);
  return value.ok ? value.value : null;
}

/** A decimal without a part; null for others. */
function wholeOf(value: Decimal12): bigint | null {
  const one = decimal12FromInteger(1n);
  return value % one === 0n ? value / one : null;
}

/** Whether two prices at Stripe charge the same. */
export function sameFigures(left: PriceFiguresAtStripe, right: PriceFiguresAtStripe): boolean {
  return textOf(left) === textOf(right);
}

function textOf(figures: PriceFiguresAtStripe): string {
  const amount = (text: string | null) => {
    const value = text === null ? null : decimalOf(text);
    return value === null ? text : formatDecimal12(value);
  };
  const { currency, interval, intervalCount, usage, tiersMode, packageSize } = figures;
  const months = interval === 'year' ? intervalCount * 12 : intervalCount;
  const days = interval === 'week' ? intervalCount * 7 : intervalCount;
  const length =
    interval === 'month' || interval === 'year' ? counted(months, 'month') : counted(days, 'day');
  const unitAmount = tiersMode === null ? (amount(figures.unitAmount) ?? '0') : null;
  const tiers = figures.tiers.map((tier) =>
    [tier.upTo ?? 'inf', amount(tier.unitAmount) ?? '0', amount(tier.flatAmount) ?? '0'].join(':'),
  );
  return [currency, length, usage, unitAmount, tiersMode, packageSize, ...tiers].join('|');
}
