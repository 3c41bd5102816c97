import { Field } from '@base-ui/react/field';
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { controlClass, FieldError, FieldHint, FieldLabel, type FieldProps } from './field.tsx';
import { popupClass } from './menu.tsx';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  /** A second, quieter line. */
  readonly detail?: ReactNode;
  readonly disabled?: boolean | undefined;
}

export interface SelectProps<Value extends string> extends Omit<FieldProps, 'validate'> {
  readonly options: readonly SelectOption<Value>[];
  readonly value?: Value | null | undefined;
  readonly defaultValue?: Value | undefined;
  readonly onValueChange?: ((value: Value) => void) | undefined;
  readonly placeholder?: string | undefined;
  readonly required?: boolean | undefined;
  readonly size?: 'sm' | 'md' | undefined;
}

/** One out of a few that need not all be seen. Up to four are better as a `RadioGroup`. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { name, label, hideLabel, hint, error, optional, disabled, className, options, size } = props;
  return (
    <Field.Root
      {...(name === undefined ? {} : { name })}
      disabled={disabled ?? false}
      invalid={error ? true : undefined}
      className={cx('flex min-w-0 flex-col gap-1', className)}
    >
      <Base.Root
        items={options}
        {...(props.value === undefined ? {} : { value: props.value })}
        {...(props.defaultValue === undefined ? {} : { defaultValue: props.defaultValue })}
        required={props.required ?? false}
        onValueChange={(next) => {
          if (next !== null) props.onValueChange?.(next);
        }}
      >
        <Base.Label className={hideLabel ? 'sr-only' : 'w-fit'}>
          <FieldLabel label={label} hideLabel={hideLabel} optional={optional} />
        </Base.Label>
        <Base.Trigger
          className={cx(
            controlClass,
            'flex items-center justify-between gap-2 text-start',
            size === 'sm' ? 'h-8 px-2.5' : 'h-9',
          )}
        >
          <Base.Value
            className="truncate data-[placeholder]:text-faint"
            placeholder={props.placeholder ?? ''}
          />
          <Base.Icon className="shrink-0 text-faint">
            <ChevronsUpDown aria-hidden="true" size={14} />
          </Base.Icon>
        </Base.Trigger>
        <SelectList options={options} />
      </Base.Root>
      {hint ? <FieldHint>{hint}</FieldHint> : null}
      <FieldError error={error} />
    </Field.Root>
  );
}

function SelectList<Value extends string>({ options }: { options: readonly SelectOption<Value>[] }) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
        <Base.Popup className={cx(popupClass, 'min-w-[var(--anchor-width)]')}>
          <Base.List className="max-h-80 overflow-y-auto">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="grid min-h-8 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-[4px] px-2 py-1 outline-none data-[highlighted]:bg-pressed data-[disabled]:opacity-55"
              >
                <Base.ItemIndicator className="col-start-1 text-accent-text">
                  <Check aria-hidden="true" size={14} />
                </Base.ItemIndicator>
                <span className="col-start-2">
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.detail ? <span className="block text-sm text-faint">{option.detail}</span> : null}
                </span>
              </Base.Item>
            ))}
          </Base.List>
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}
