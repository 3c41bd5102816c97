import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Field } from '@base-ui/react/field';
import { Fieldset } from '@base-ui/react/fieldset';
import { Radio } from '@base-ui/react/radio';
import { RadioGroup as BaseRadioGroup } from '@base-ui/react/radio-group';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { FieldError } from './field.tsx';

export interface ToggleProps {
  readonly name?: string | undefined;
  readonly label: ReactNode;
  readonly hideLabel?: boolean | undefined;
  readonly hint?: ReactNode;
  readonly checked?: boolean | undefined;
  readonly defaultChecked?: boolean | undefined;
  readonly onCheckedChange?: ((checked: boolean) => void) | undefined;
  readonly disabled?: boolean | undefined;
  readonly required?: boolean | undefined;
}

function given({ checked, defaultChecked, disabled, required, onCheckedChange }: ToggleProps) {
  return {
    ...(checked === undefined ? {} : { checked }),
    ...(defaultChecked === undefined ? {} : { defaultChecked }),
    disabled: disabled ?? false,
    required: required ?? false,
    onCheckedChange: (next: boolean) => onCheckedChange?.(next),
  };
}

export const tickClass =
  'grid size-4 shrink-0 place-items-center rounded-[4px] border border-control bg-surface text-on-accent data-[checked]:border-accent data-[checked]:bg-accent data-[indeterminate]:border-accent data-[indeterminate]:bg-accent data-[disabled]:opacity-55';

interface ToggleFrameProps {
  readonly props: ToggleProps;
  /** What is said below stands under the label, beside what is ticked or switched. */
  readonly indent: 'ps-6' | 'ps-10';
  readonly children: ReactNode;
}

function ToggleFrame({ props, indent, children }: ToggleFrameProps) {
  return (
    <Field.Root {...(props.name === undefined ? {} : { name: props.name })} className="flex flex-col gap-0.5">
      <Field.Label className="flex min-h-6 w-fit items-start gap-2">
        <span className="flex h-5 items-center">{children}</span>
        <span className={props.hideLabel ? 'sr-only' : ''}>{props.label}</span>
      </Field.Label>
      {props.hint ? (
        <Field.Description className={cx('text-sm text-muted', props.hideLabel ? '' : indent)}>
          {props.hint}
        </Field.Description>
      ) : null}
      <FieldError />
    </Field.Root>
  );
}

export interface CheckboxProps extends ToggleProps {
  /** Some, not all, of what it stands for. */
  readonly indeterminate?: boolean | undefined;
}

/** A yes or no that takes effect when the form is sent. */
export function Checkbox(props: CheckboxProps) {
  return (
    <ToggleFrame props={props} indent="ps-6">
      <BaseCheckbox.Root {...given(props)} indeterminate={props.indeterminate ?? false} className={tickClass}>
        <BaseCheckbox.Indicator>
          {props.indeterminate ? (
            <Minus aria-hidden="true" size={12} strokeWidth={3} />
          ) : (
            <Check aria-hidden="true" size={12} strokeWidth={3} />
          )}
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
    </ToggleFrame>
  );
}

/** A yes or no that takes effect at once. */
export function Switch(props: ToggleProps) {
  return (
    <ToggleFrame props={props} indent="ps-10">
      <BaseSwitch.Root
        {...given(props)}
        className="edge-forced flex h-5 w-8 shrink-0 items-center rounded-full bg-control p-0.5 transition-colors duration-[120ms] data-[checked]:bg-accent data-[disabled]:opacity-55"
      >
        <BaseSwitch.Thumb className="fill-forced size-4 rounded-full bg-surface transition-transform duration-[120ms] data-[checked]:translate-x-3 rtl:data-[checked]:-translate-x-3" />
      </BaseSwitch.Root>
    </ToggleFrame>
  );
}

export interface RadioOption<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  readonly detail?: ReactNode;
  readonly disabled?: boolean | undefined;
}

export interface RadioGroupProps<Value extends string> {
  readonly name?: string | undefined;
  readonly label: ReactNode;
  readonly options: readonly RadioOption<Value>[];
  readonly value?: Value | undefined;
  readonly defaultValue?: Value | undefined;
  readonly onValueChange?: ((value: Value) => void) | undefined;
  /** Draws each option as a box to press, for choices that need a second line. */
  readonly boxed?: boolean | undefined;
}

/** One out of a few, all of them seen. */
export function RadioGroup<Value extends string>(props: RadioGroupProps<Value>) {
  return (
    <Field.Root {...(props.name === undefined ? {} : { name: props.name })}>
      <Fieldset.Root
        render={
          <BaseRadioGroup<Value>
            {...(props.value === undefined ? {} : { value: props.value })}
            {...(props.defaultValue === undefined ? {} : { defaultValue: props.defaultValue })}
            onValueChange={(next) => props.onValueChange?.(next)}
          />
        }
        className="flex flex-col gap-2"
      >
        <Fieldset.Legend className="text-sm font-medium">{props.label}</Fieldset.Legend>
        {props.options.map((option) => (
          <Field.Item key={option.value}>
            <Field.Label
              className={cx(
                'flex items-start gap-2',
                props.boxed &&
                  'rounded-md border border-line-strong bg-surface px-3 py-2.5 hover:bg-hover has-[[data-checked]]:border-accent has-[[data-checked]]:bg-accent-soft',
              )}
            >
              <span className="flex h-5 items-center">
                <Radio.Root
                  value={option.value}
                  disabled={option.disabled ?? false}
                  className="grid size-4 shrink-0 place-items-center rounded-full border border-control bg-surface data-[checked]:border-accent data-[disabled]:opacity-55"
                >
                  <Radio.Indicator className="fill-forced size-2 rounded-full bg-accent" />
                </Radio.Root>
              </span>
              <span className="min-w-0">
                {option.label}
                {option.detail ? <span className="block text-sm text-muted">{option.detail}</span> : null}
              </span>
            </Field.Label>
          </Field.Item>
        ))}
      </Fieldset.Root>
      <FieldError />
    </Field.Root>
  );
}
