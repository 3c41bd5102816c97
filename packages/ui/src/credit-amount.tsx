import { currencyDecimals } from './format.ts';
import { Quantity } from './money.tsx';

export interface CreditAmountProps {
  /** A decimal string, as on the wire; of money credits in minor units. */
  readonly value: string;
  readonly type: { readonly unit: string; readonly currency: string | null };
  readonly className?: string | undefined;
}

/** An amount of credits with what they are called; credits that are money in whole units of their currency. */
export function CreditAmount({ value, type, className }: CreditAmountProps) {
  if (type.currency === null) return <Quantity value={value} unit={type.unit} className={className} />;
  const shown = inMajorUnits(value, currencyDecimals(type.currency));
  return <Quantity value={shown} unit={type.currency} className={className} />;
}

/** `1250.5` with two decimals is `12.505`; the text is moved, so nothing is rounded. */
function inMajorUnits(value: string, decimals: number): string {
  const isNegative = value.startsWith('-');
  const [whole = '0', places = ''] = value.replace('-', '').split('.');
  const padded = whole.padStart(decimals + 1, '0');
  const cut = padded.length - decimals;
  const fraction = `${padded.slice(cut)}${places}`;
  const text = fraction === '' ? padded : `${padded.slice(0, cut)}.${fraction}`;
  return isNegative ? `-${text}` : text;
}
