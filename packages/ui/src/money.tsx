import { cx } from './cx.ts';
import { formatBytes, formatMoney, formatPercent, formatQuantity } from './format.ts';
import { useLocale } from './locale.tsx';
import { unitWord } from './unit-words.ts';

export interface MoneyAmount {
  /** An integer in the currency's minor unit, as on the wire: `"1240"` is 12.40 EUR. */
  readonly amountMinor: string;
  /** An ISO 4217 code. */
  readonly currency: string;
}

export interface MoneyProps extends MoneyAmount {
  /** Shows `+` before an amount above zero, for movements. */
  readonly plus?: boolean | undefined;
  /** Leaves the currency out where the column or card already says it. It stays in the title. */
  readonly hideCurrency?: boolean | undefined;
  readonly className?: string | undefined;
}

/** An amount: tabular digits, a true minus, the currency small and muted. */
export function Money({ amountMinor, currency, plus, hideCurrency, className }: MoneyProps) {
  const { locale } = useLocale();
  const text = formatMoney(amountMinor, currency, locale, { plus });
  return (
    <span className={cx('num whitespace-nowrap', className)} title={text.full} dir="ltr">
      {text.number}
      {hideCurrency ? null : (
        <span className="currency ms-1 inline-block text-[0.86em] leading-none font-normal text-faint">
          {currency}
        </span>
      )}
    </span>
  );
}

export interface QuantityProps {
  /** A decimal string, as on the wire. */
  readonly value: string;
  /** What is counted: `requests`, `seats`. With `bytes` the value is shown in binary units. */
  readonly unit?: string | undefined;
  readonly maximumFractionDigits?: number | undefined;
  /** Those that are always written, as where all of a column have as many. */
  readonly minimumFractionDigits?: number | undefined;
  readonly className?: string | undefined;
}

/** A quantity with its unit small and muted. The title holds the exact value. */
export function Quantity(props: QuantityProps) {
  const { value, unit, maximumFractionDigits, minimumFractionDigits, className } = props;
  const { locale } = useLocale();
  const exact = formatQuantity(value, locale);
  const isBytes = unit === 'bytes';
  const word = unit && unitWord(value, unit);
  const text = isBytes
    ? // A mean of bytes has fractions, which nobody needs to see.
      formatBytes(value.split('.')[0] ?? '0', locale)
    : formatQuantity(value, locale, { maximumFractionDigits, minimumFractionDigits });
  return (
    <span className={cx('num whitespace-nowrap', className)} title={word ? `${exact} ${word}` : exact}>
      {text}
      {word && !isBytes ? (
        <span className="ms-1 inline-block text-[0.86em] leading-none font-normal text-faint">{word}</span>
      ) : null}
    </span>
  );
}

export interface PercentProps {
  /** A share: 0.031 is 3.1 %. */
  readonly ratio: number;
  readonly decimals?: number | undefined;
  readonly plus?: boolean | undefined;
  readonly className?: string | undefined;
}

export function Percent({ ratio, decimals, plus, className }: PercentProps) {
  const { locale } = useLocale();
  return (
    <span className={cx('num whitespace-nowrap', className)}>
      {formatPercent(ratio, locale, { decimals, plus })}
    </span>
  );
}
