import { useState } from 'react';
import type { FieldProps } from './field.tsx';
import { currencyDecimals, minorToDecimal, parseMoney } from './format.ts';
import { useLocale } from './locale.tsx';
import { TextField } from './text-field.tsx';

export interface MoneyFieldProps extends Omit<FieldProps, 'validate'> {
  readonly currency: string;
  readonly defaultAmountMinor?: string | undefined;
  /** The amount in minor units, or null while the text is none. */
  readonly onAmountChange?: ((amountMinor: string | null) => void) | undefined;
  readonly required?: boolean | undefined;
}

/** An amount typed as people write it and read as minor units, without a float between. */
export function MoneyField({
  currency,
  defaultAmountMinor,
  onAmountChange,
  error,
  ...field
}: MoneyFieldProps) {
  const { locale, words } = useLocale();
  const [text, setText] = useState(() => startText(defaultAmountMinor, currency, locale));
  const [left, setLeft] = useState(false);
  const parsed = parseMoney(text, currency, locale);
  const fault = 'fault' in parsed && parsed.fault !== 'empty' ? parsed.fault : null;
  const said = fault === 'too_many_decimals' ? words.tooManyDecimals : words.notANumber;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears that focus left the field inside it.
    <span onBlur={() => setLeft(true)}>
      <TextField
        {...field}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        suffix={currency}
        error={error ?? (fault && left ? said : undefined)}
        validate={() => (fault ? said : null)}
        onValueChange={(next) => {
          setText(next);
          const result = parseMoney(next, currency, locale);
          onAmountChange?.('fault' in result ? null : result.amountMinor);
        }}
      />
    </span>
  );
}

function startText(amountMinor: string | undefined, currency: string, locale: string): string {
  if (amountMinor === undefined) return '';
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const point = parts.find((part) => part.type === 'decimal')?.value ?? '.';
  return minorToDecimal(amountMinor, currencyDecimals(currency)).replace('.', point);
}
