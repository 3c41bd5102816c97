import { NumberField as Base } from '@base-ui/react/number-field';
import { Minus, Plus } from 'lucide-react';
import { FieldFrame, type FieldProps } from './field.tsx';
import { useLocale } from './locale.tsx';

export interface NumberFieldProps extends FieldProps {
  readonly value?: number | null | undefined;
  readonly defaultValue?: number | undefined;
  readonly onValueChange?: ((value: number | null) => void) | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly required?: boolean | undefined;
}

const stepClass =
  'ring-inside grid w-9 shrink-0 place-items-center text-muted hover:bg-hover hover:text-text disabled:opacity-40';

/** Whole counts, such as seats or days. Never for money: that is `MoneyField`. */
export function NumberField(props: NumberFieldProps) {
  const { name, label, hideLabel, hint, error, optional, disabled, validate, className, ...rest } = props;
  const { value, defaultValue, onValueChange, ...range } = rest;
  const { words, locale } = useLocale();
  return (
    <FieldFrame {...{ name, label, hideLabel, hint, error, optional, disabled, validate, className }}>
      <Base.Root
        {...range}
        {...(value === undefined ? {} : { value })}
        {...(defaultValue === undefined ? {} : { defaultValue })}
        onValueChange={(next) => onValueChange?.(next)}
        locale={locale}
        format={{ maximumFractionDigits: 0 }}
      >
        <Base.Group className="flex h-9 w-40 overflow-hidden rounded-md border border-control bg-surface focus-within:border-muted">
          <Base.Decrement className={stepClass} aria-label={words.decrease}>
            <Minus aria-hidden="true" size={14} />
          </Base.Decrement>
          <Base.Input className="num ring-inside w-full min-w-0 border-x border-line bg-transparent px-2 text-center" />
          <Base.Increment className={stepClass} aria-label={words.increase}>
            <Plus aria-hidden="true" size={14} />
          </Base.Increment>
        </Base.Group>
      </Base.Root>
    </FieldFrame>
  );
}
