import { Field as Base } from '@base-ui/react/field';
import { Search } from 'lucide-react';
import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from './cx.ts';
import { controlClass, FieldFrame, type FieldProps } from './field.tsx';

type InputProps = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  | 'type'
  | 'placeholder'
  | 'autoComplete'
  | 'inputMode'
  | 'maxLength'
  | 'minLength'
  | 'pattern'
  | 'step'
  | 'readOnly'
  | 'required'
  | 'autoFocus'
  | 'spellCheck'
>;

export interface TextFieldProps extends FieldProps, InputProps {
  readonly value?: string | undefined;
  readonly defaultValue?: string | undefined;
  readonly onValueChange?: ((value: string) => void) | undefined;
  /** Shown inside the box before and after the text, such as a protocol or a currency. */
  readonly prefix?: ReactNode;
  readonly suffix?: ReactNode;
  /** More than one line. */
  readonly lines?: number | undefined;
  readonly mono?: boolean | undefined;
  readonly ref?: Ref<HTMLInputElement> | undefined;
}

export function TextField(props: TextFieldProps) {
  const { name, label, hideLabel, hint, error, optional, disabled, validate, className, ...control } = props;
  const { onValueChange, prefix, suffix, lines, mono, value, defaultValue, ...input } = control;
  const given = {
    ...input,
    ...(value === undefined ? {} : { value }),
    ...(defaultValue === undefined ? {} : { defaultValue }),
  };
  return (
    <FieldFrame {...{ name, label, hideLabel, hint, error, optional, disabled, validate, className }}>
      <span className="relative flex items-stretch">
        {prefix ? <Affix side="start">{prefix}</Affix> : null}
        <Base.Control
          {...given}
          onValueChange={(next) => onValueChange?.(next)}
          {...(lines ? { render: <textarea rows={lines} /> } : {})}
          className={cx(
            controlClass,
            lines ? 'py-2' : 'h-9',
            mono && 'font-mono text-sm',
            Boolean(prefix) && 'rounded-s-none',
            Boolean(suffix) && 'rounded-e-none',
          )}
        />
        {suffix ? <Affix side="end">{suffix}</Affix> : null}
      </span>
    </FieldFrame>
  );
}

function Affix({ side, children }: { side: 'start' | 'end'; children: ReactNode }) {
  return (
    <span
      className={cx(
        'flex shrink-0 items-center border border-control bg-sunk px-2.5 text-sm text-muted',
        side === 'start' ? 'rounded-s-md border-e-0' : 'rounded-e-md border-s-0',
      )}
    >
      {children}
    </span>
  );
}

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  readonly placeholder?: string | undefined;
  readonly className?: string | undefined;
  readonly ref?: Ref<HTMLInputElement> | undefined;
}

/** Filters what is below it. `/` moves to it where a page binds that key. */
export function SearchField({ label, value, onValueChange, placeholder, className, ref }: SearchFieldProps) {
  return (
    <span className={cx('relative block w-full sm:w-64', className)}>
      <Search
        aria-hidden="true"
        size={16}
        className="pointer-events-none absolute start-2.5 top-2 text-faint"
      />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(event) => onValueChange(event.currentTarget.value)}
        className={cx(controlClass, 'h-8 ps-8')}
      />
    </span>
  );
}
