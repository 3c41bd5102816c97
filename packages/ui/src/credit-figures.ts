import { currencyDecimals, decimalsOf, MINUS } from './format.ts';

/** What one kind of credits is counted in: units of the seller's own, or money, which is counted in minor units. */
export interface CreditUnit {
  readonly unit: string;
  readonly currency: string | null;
}

/** A decimal string of the wire as people read it: of money in whole units of its currency. Nothing is rounded. */
export function shownCredits(value: string, { currency }: CreditUnit): string {
  return currency === null ? value : movePoint(value, -currencyDecimals(currency));
}

/** What a person typed as the wire has it. What is no number stays as it is, for the server to refuse. */
export function typedCredits(text: string | undefined, type: CreditUnit | undefined): string {
  const plain = (text ?? '').trim().replace(',', '.').replace(MINUS, '-');
  if (type?.currency == null || !/^-?\d+(\.\d+)?$/.test(plain)) return plain;
  return movePoint(plain, currencyDecimals(type.currency));
}

/**
 * How many decimals the amounts of each kind have where they stand below each other. Money never has fewer than its
 * currency.
 */
export function creditDecimals(
  amounts: readonly { readonly value: string; readonly type: CreditUnit }[],
): (type: CreditUnit) => number {
  const kinds = Map.groupBy(amounts, ({ type }) => kindOf(type));
  return (type) => {
    const shown = (kinds.get(kindOf(type)) ?? []).map(({ value }) => shownCredits(value, type));
    return Math.max(type.currency === null ? 0 : currencyDecimals(type.currency), decimalsOf(shown));
  };
}

const kindOf = ({ unit, currency }: CreditUnit) => currency ?? unit;

/** `1250.5` with its point two places to the left is `12.505`. The text is moved, so nothing is rounded. */
function movePoint(decimal: string, places: number): string {
  const sign = decimal.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  const digits = whole.padStart(Math.max(0, 1 - places), '0') + fraction.padEnd(Math.max(0, places), '0');
  const cut = Math.max(whole.length, Math.max(0, 1 - places)) + places;
  const left = digits.slice(0, cut).replace(/^0+(?=\d)/, '');
  const right = digits.slice(cut).replace(/0+$/, '');
  return sign + left + (right === '' ? '' : `.${right}`);
}
