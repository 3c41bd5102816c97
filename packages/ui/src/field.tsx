import { Field as Base } from '@base-ui/react/field';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { useLocale } from './locale.tsx';

/** The look shared by everything one can type into or pick from. */
export const controlClass =
  'w-full min-w-0 rounded-md border border-control bg-surface px-3 text-base text-text transition-colors duration-[120ms] hover:border-muted disabled:cursor-not-allowed disabled:opacity-55 data-[invalid]:border-problem data-[disabled]:cursor-not-allowed data-[disabled]:opacity-55';

export interface FieldProps {
  /** The key under which a form finds errors and values. */
  readonly name?: string | undefined;
  readonly label: ReactNode;
  /** Keeps the label for screen readers alone. */
  readonly hideLabel?: boolean | undefined;
  readonly hint?: ReactNode;
  /** An error known from outside a form. Inside a form, errors arrive by name. */
  readonly error?: ReactNode;
  /** Says "optional" beside the label. Fields are needed unless they say so. */
  readonly optional?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly validate?: ((value: unknown) => string | null) | undefined;
  readonly className?: string | undefined;
}

export function FieldLabel({
  label,
  hideLabel,
  optional,
}: Pick<FieldProps, 'label' | 'hideLabel' | 'optional'>) {
  const { words } = useLocale();
  return (
    <span className={hideLabel ? 'sr-only' : 'text-sm font-medium text-text'}>
      {label}
      {optional ? <span className="ms-1.5 font-normal text-faint">{words.optional}</span> : null}
    </span>
  );
}

export function FieldHint({ children }: { children: ReactNode }) {
  return <Base.Description className="text-sm text-muted">{children}</Base.Description>;
}

const errorClass = 'text-sm text-problem before:me-1 before:content-["!"] before:font-semibold';

/** The error of the field around it: from outside, from the form by name, or from validation. */
export function FieldError({ error }: { error?: ReactNode }) {
  const { words } = useLocale();
  if (error) {
    return (
      <Base.Error match className={errorClass}>
        {error}
      </Base.Error>
    );
  }
  return (
    <Base.Validity>
      {({ validity }) =>
        validity.valueMissing ? (
          <Base.Error className={errorClass}>{words.required}</Base.Error>
        ) : (
          <Base.Error className={errorClass} />
        )
      }
    </Base.Validity>
  );
}

/** Label, control, hint and error, one under the other. */
export function FieldFrame({
  name,
  label,
  hideLabel,
  hint,
  error,
  optional,
  disabled,
  validate,
  className,
  children,
}: FieldProps & { readonly children: ReactNode }) {
  return (
    <Base.Root
      {...(name === undefined ? {} : { name })}
      disabled={disabled ?? false}
      invalid={error ? true : undefined}
      validate={validate}
      className={cx('flex min-w-0 flex-col gap-1', className)}
    >
      <Base.Label className={hideLabel ? 'sr-only' : 'w-fit'}>
        <FieldLabel label={label} hideLabel={hideLabel} optional={optional} />
      </Base.Label>
      {children}
      {hint ? <FieldHint>{hint}</FieldHint> : null}
      <FieldError error={error} />
    </Base.Root>
  );
}
