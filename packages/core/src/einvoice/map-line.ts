import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { fromMinor, sumOf } from './figures.ts';
import type { EAdjustment, ELine, VatCategory } from './model.ts';
import type { SourceLine } from './source.ts';

/** Prices with more places are written as the price of the whole quantity instead, which is exact. */
const PRICE_STEP = DECIMAL12_SCALE / 1_000_000n;
const ONE = DECIMAL12_SCALE as Decimal12;

/** The category and the rate of a line. */
export interface Taxing {
  readonly category: VatCategory;
  readonly percent: Decimal12 | null;
}

/**
 * A line of the model. Its amount came about by tiers, shares of a period and roundings, which a unit price cannot
 * tell: where `amount / quantity` is no plain price, the amount itself is the price of the whole quantity (BT-149), so
 * that quantity, price, allowances and net hold to the cent. What is taken back has a negative quantity, because
 * prices never are (BR-27).
 */
export function mapLine(line: SourceLine, taxing: Taxing, currency: CurrencyCode): ELine {
  const net = fromMinor(line.netMinor, currency);
  const adjustments = net < 0n ? [] : discountsOf(line, currency);
  const gross = (net + sumOf(adjustments.map(({ amount }) => amount))) as Decimal12;
  return {
    id: line.id,
    name: line.name,
    note: line.note,
    unit: line.unit,
    period: line.period,
    net,
    adjustments,
    ...taxing,
    ...priceOf(gross, line.quantity),
  };
}

/** Discounts of prices with tax are lowered to their share of the net. */
function discountsOf(line: SourceLine, currency: CurrencyCode): readonly EAdjustment[] {
  return line.discounts.flatMap(({ reason, amountMinor }): EAdjustment[] => {
    const netMinor =
      line.amountMinor === 0n || line.amountMinor === line.netMinor
        ? amountMinor
        : roundRational(rational(amountMinor * line.netMinor, line.amountMinor), 'half_away_from_zero');
    if (netMinor <= 0n) return [];
    return [
      { isCharge: false, amount: fromMinor(netMinor, currency), reason, category: null, percent: null },
    ];
  });
}

function priceOf(gross: Decimal12, quantity: Decimal12): Pick<ELine, 'quantity' | 'price' | 'priceBase'> {
  const isBack = gross < 0n;
  const magnitude = (isBack ? -gross : gross) as Decimal12;
  const units = quantity < 0n ? -quantity : quantity;
  const signed = (value: bigint) => (isBack ? -value : value) as Decimal12;
  // Nothing was counted, or nothing is charged for it: one piece at the amount.
  if (units === 0n || magnitude === DECIMAL12_ZERO)
    return { quantity: signed(units === 0n ? ONE : units), price: magnitude, priceBase: ONE };
  const scaled = magnitude * DECIMAL12_SCALE;
  const price = scaled / units;
  if (scaled % units === 0n && price % PRICE_STEP === 0n)
    return { quantity: signed(units), price: price as Decimal12, priceBase: ONE };
  return { quantity: signed(units), price: magnitude, priceBase: units as Decimal12 };
}
