/**
 * Numbers and dates as people read them. Amounts and quantities come as strings, as they are on the wire, and
 * are never turned into a floating point number: `Intl` is given the decimal string itself.
 */

/** The true minus sign. A hyphen is shorter than a digit and lets columns of numbers wobble. */
export const MINUS = '\u2212';

const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** How many decimals a currency has: 0 for JPY, 2 for EUR, 3 for KWD. */
export function currencyDecimals(currency: string): number {
  const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

/** `-1240` with two decimals becomes `-12.40`. Throws on anything but an integer string. */
export function minorToDecimal(amountMinor: string, decimals: number): string {
  if (!INTEGER.test(amountMinor)) throw new RangeError(`Not an amount in minor units: ${amountMinor}`);
  const negative = amountMinor.startsWith('-');
  const digits = (negative ? amountMinor.slice(1) : amountMinor).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/^0+(?=\d)/, '');
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
  return negative && /[1-9]/.test(text) ? `-${text}` : text;
}

function formatExact(decimal: string, format: Intl.NumberFormat, plus: boolean): string {
  const text = format
    .formatToParts(decimal as Intl.StringNumericLiteral)
    .map((part) => (part.type === 'minusSign' ? MINUS : part.value))
    .join('');
  return plus && /[1-9]/.test(decimal) && !decimal.startsWith('-') ? `+${text}` : text;
}

export interface MoneyText {
  /** The number alone, with the locale's separators and a true minus sign. */
  readonly number: string;
  readonly currency: string;
  /** Number and currency, for a title, a button or an export. */
  readonly full: string;
  readonly negative: boolean;
}

/**
 * An amount in minor units as text.
 * @param plus shows `+` before an amount above zero, for movements.
 */
export function formatMoney(
  amountMinor: string,
  currency: string,
  locale: string,
  { plus = false }: { plus?: boolean | undefined } = {},
): MoneyText {
  const decimals = currencyDecimals(currency);
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  const decimal = minorToDecimal(amountMinor, decimals);
  const number = formatExact(decimal, format, plus);
  return { number, currency, full: `${number}\u00a0${currency}`, negative: decimal.startsWith('-') };
}

/** `1234567.5` as `1,234,567.5`. Takes a decimal string of any length. */
export function formatQuantity(
  quantity: string,
  locale: string,
  {
    maximumFractionDigits = 12,
    minimumFractionDigits = 0,
  }: { maximumFractionDigits?: number | undefined; minimumFractionDigits?: number | undefined } = {},
): string {
  if (!DECIMAL.test(quantity)) throw new RangeError(`Not a decimal quantity: ${quantity}`);
  const digits = { maximumFractionDigits, minimumFractionDigits };
  return formatExact(quantity, new Intl.NumberFormat(locale, digits), false);
}

/** The most decimals that one of these has, so that digits stand under digits in their column. */
export function decimalsOf(quantities: readonly string[]): number {
  const places = quantities.map((quantity) => (quantity.split('.')[1] ?? '').replace(/0+$/, '').length);
  return Math.max(0, ...places);
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A count of bytes in binary units with at most two decimals, cut off and not rounded up. */
export function formatBytes(bytes: string, locale: string): string {
  if (!INTEGER.test(bytes)) throw new RangeError(`Not a count of bytes: ${bytes}`);
  const value = BigInt(bytes);
  const size = value < 0n ? -value : value;
  let power = 0;
  while (power < BYTE_UNITS.length - 1 && size >> BigInt(10 * (power + 1)) > 0n) power += 1;
  const hundredths = (size * 100n) >> BigInt(10 * power);
  const decimal = minorToDecimal(`${value < 0n ? '-' : ''}${hundredths}`, 2);
  return `${formatQuantity(decimal, locale, { maximumFractionDigits: 2 })}\u00a0${BYTE_UNITS[power]}`;
}

/** A share as a percentage: `0.031` becomes `3.1 %` in the locale's way. `plus` marks a rise. */
export function formatPercent(
  ratio: number,
  locale: string,
  { decimals = 1, plus = false }: { decimals?: number | undefined; plus?: boolean | undefined } = {},
): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: decimals,
    signDisplay: plus ? 'exceptZero' : 'negative',
  });
  return format
    .formatToParts(ratio)
    .map((part) => (part.type === 'minusSign' ? MINUS : part.value))
    .join('');
}

/**
 * What a person typed as an amount, in minor units; or why it is none. Reads the locale's decimal separator,
 * leaves out its group separators and spaces, and refuses more decimals than the currency has.
 */
export function parseMoney(
  text: string,
  currency: string,
  locale: string,
): { readonly amountMinor: string } | { readonly fault: 'empty' | 'not_a_number' | 'too_many_decimals' } {
  const parts = new Intl.NumberFormat(locale).formatToParts(-12345.6);
  const group = parts.find((part) => part.type === 'group')?.value ?? ',';
  const point = parts.find((part) => part.type === 'decimal')?.value ?? '.';
  const plain = text.replace(/\s/g, '').replaceAll(MINUS, '-').replaceAll(group, '').replace(point, '.');
  if (plain === '') return { fault: 'empty' };
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(plain);
  if (!match) return { fault: 'not_a_number' };
  const [, sign = '', whole = '0', fraction = ''] = match;
  const decimals = currencyDecimals(currency);
  if (fraction.length > decimals) return { fault: 'too_many_decimals' };
  const minor = BigInt(whole + fraction.padEnd(decimals, '0'));
  return { amountMinor: `${sign === '-' && minor !== 0n ? '-' : ''}${minor}` };
}
