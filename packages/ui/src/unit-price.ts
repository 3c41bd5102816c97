import { currencyDecimals, formatQuantity } from './format.ts';

/** A unit price such as `0.0045 EUR`: never fewer decimals than the currency has, never cut. */
export function unitPriceText(amount: string, currency: string, locale: string): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const kept = fraction.replace(/0+$/, '').padEnd(currencyDecimals(currency), '0');
  const decimal = kept === '' ? whole : `${whole}.${kept}`;
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: kept.length,
    maximumFractionDigits: kept.length,
  });
  return `${format.format(decimal as Intl.StringNumericLiteral)}\u00a0${currency}`;
}

/** A tier of a line's price, as its explanation has it. */
export interface PricedTier {
  readonly unitAmount: string;
  readonly per: string;
  readonly flatAmount: string;
}

/** What stands in the column of unit prices: the one price there is, or by what else units are priced. */
export function linePrice(
  [tier, second]: readonly PricedTier[],
  currency: string,
  locale: string,
): { readonly unitPrice?: string; readonly pricedBy?: string } {
  if (tier === undefined) return {};
  if (second !== undefined) return { pricedBy: 'in tiers' };
  // With a fee beside it, the price of a unit would not lead to the amount.
  if (tier.flatAmount !== '0') return {};
  if (/^0(?:\.0+)?$/.test(tier.unitAmount)) return { pricedBy: 'included' };
  const per = tier.per === '1' ? '' : ` per ${formatQuantity(tier.per, locale)}`;
  return { unitPrice: `${unitPriceText(tier.unitAmount, currency, locale)}${per}` };
}
